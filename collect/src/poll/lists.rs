//! Reads lists of devices again and again, and tells what has changed.

use super::discovery::{self, Discovery, Group, Place};
use crate::{FileError, file_names};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, HOST, HeaderValue, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};
use tokio::net::TcpStream;
use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

/// How often files are looked at, to see whether they have changed.
const LOOK: Duration = Duration::from_secs(1);

/// How long a server may take to give a list.
const PATIENCE: Duration = Duration::from_secs(30);

/// Largest list of a server.
const MOST: usize = 64 << 20;

/// A list that was read.
#[derive(Debug)]
pub(super) struct Found {
    /// The place.
    pub(super) place: String,
    pub(super) groups: Vec<Group>,
}

/// When files were changed, and how long they are.
type Seen = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// Reads a list whenever it changes, and tells it if it has. Ends when nobody wants to know any more.
pub(super) async fn watch(discovery: Discovery, found: Sender<Found>) {
    match &discovery.place {
        Place::Files(patterns) => watch_files(&discovery, patterns, found).await,
        Place::Http(url) => watch_server(&discovery, url, found).await,
    }
}

async fn watch_files(discovery: &Discovery, patterns: &[PathBuf], found: Sender<Found>) {
    let place = discovery.place.name();
    let (mut before, mut read, mut told) = (None, Instant::now(), None);
    loop {
        let looked = patterns.to_owned();
        let Ok(seen) = spawn_blocking(move || look(&looked)).await else { return };
        if before.as_ref() != Some(&seen) || read.elapsed() >= discovery.interval {
            let patterns = patterns.to_owned();
            let Ok((groups, problems)) = spawn_blocking(move || discovery::read(&patterns)).await else {
                return;
            };
            for problem in &problems {
                tracing::warn!(target: mibc_runtime::logs::POLL, %problem, "a list of devices cannot be read: the one before counts");
            }
            (before, read) = (Some(seen), Instant::now());
            if problems.is_empty() && told.as_ref() != Some(&groups) {
                told = Some(groups.clone());
                if found.send(Found { place: place.clone(), groups }).await.is_err() {
                    return;
                }
            }
        }
        sleep(LOOK.min(discovery.interval)).await;
    }
}

fn look(patterns: &[PathBuf]) -> Seen {
    let about = |file: PathBuf| {
        let metadata = std::fs::metadata(&file).ok();
        let changed = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
        (file, changed, metadata.map_or(0, |metadata| metadata.len()))
    };
    patterns.iter().flat_map(|pattern| file_names::fitting(pattern)).map(about).collect()
}

async fn watch_server(discovery: &Discovery, url: &str, found: Sender<Found>) {
    let mut told = None;
    loop {
        match timeout(PATIENCE, get(url, discovery.interval)).await {
            Ok(Ok(groups)) if told.as_ref() != Some(&groups) => {
                told = Some(groups.clone());
                if found.send(Found { place: url.to_owned(), groups }).await.is_err() {
                    return;
                }
            }
            Ok(Ok(_)) => {}
            Ok(Err(problem)) => {
                let problem = problem.in_file(url);
                tracing::warn!(target: mibc_runtime::logs::POLL, %problem, "a list of devices cannot be read: the one before counts");
            }
            Err(_) => {
                let problem = FileError::new(format!("no answer within {PATIENCE:?}")).in_file(url);
                tracing::warn!(target: mibc_runtime::logs::POLL, %problem, "a list of devices cannot be read: the one before counts");
            }
        }
        sleep(discovery.interval).await;
    }
}

/// Asks a server for a list.
pub(super) async fn get(url: &str, interval: Duration) -> Result<Vec<Group>, FileError> {
    let wrong = |error: &dyn std::fmt::Display| FileError::new(error.to_string());
    let uri: Uri = url.parse().map_err(|error| wrong(&error))?;
    let authority = uri.authority().ok_or_else(|| wrong(&"the URL has no host"))?;
    let host = authority.host().trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, authority.port_u16().unwrap_or(80)))
        .await
        .map_err(|error| wrong(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| wrong(&error))?;
    tokio::spawn(async move {
        // What goes wrong is told to the request.
        let _ = connection.await;
    });
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.uri_mut() =
        uri.path_and_query().map_or("/", |path| path.as_str()).parse().map_err(|error| wrong(&error))?;
    let headers = request.headers_mut();
    headers.insert(HOST, HeaderValue::from_str(authority.as_str()).map_err(|error| wrong(&error))?);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("mibc/", env!("CARGO_PKG_VERSION"))));
    headers.insert("x-prometheus-refresh-interval-seconds", HeaderValue::from(interval.as_secs()));
    let answer = sender.send_request(request).await.map_err(|error| wrong(&error))?;
    if answer.status() != StatusCode::OK {
        return Err(FileError::new(format!("the answer is {}; expected 200", answer.status())));
    }
    let body = Limited::new(answer.into_body(), MOST).collect().await.map_err(|error| wrong(&error))?;
    let text = String::from_utf8(body.to_bytes().into()).map_err(|error| wrong(&error))?;
    Group::parse(&text)
}
