//! The HTTP server.

use super::own::Own;
use super::scrape::{Refusal, Scraper};
use super::{Config, Settings, page};
use crate::exposition::CONTENT_TYPE;
use crate::snmp_yml::FileError;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE as TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use mibc_runtime::manager::{self, Manager};
use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// How long a client may take to send the head of a request, and how long a connection may be idle.
const HEAD: Duration = Duration::from_secs(75);

/// Most octets of the head of a request.
const HEAD_OCTETS: usize = 16 << 10;

/// Most headers of a request.
const HEADERS: usize = 64;

/// How long scrapes under way may take when the exporter stops.
const STOPPING: Duration = Duration::from_secs(5);

/// How long to wait if the system has no connection to give: it may have run out of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Why an exporter cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// It cannot listen.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// It cannot ask agents.
    #[error(transparent)]
    Manager(#[from] manager::Error),
}

/// What reads the configuration again.
type Reader = Box<dyn Fn() -> Result<Config, Vec<FileError>> + Send + Sync>;

/// An exporter that listens.
pub struct Exporter {
    listeners: Vec<TcpListener>,
    state: Arc<State>,
    stop: (watch::Sender<bool>, watch::Receiver<bool>),
}

struct State {
    scraper: Scraper,
    own: Arc<Own>,
    config: RwLock<(Arc<Config>, u64)>,
    reader: Reader,
    connections: Arc<Semaphore>,
}

/// Stops an exporter, or has it read its configuration again.
#[derive(Clone)]
pub struct Stop {
    sender: watch::Sender<bool>,
    state: Arc<State>,
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter").field("listeners", &self.listeners).finish_non_exhaustive()
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").finish_non_exhaustive()
    }
}

impl Stop {
    /// Stops the exporter. Scrapes under way have a few seconds to end.
    pub fn stop(&self) {
        self.sender.send_replace(true);
    }

    /// Reads the configuration again. If it is refused, the one before stays.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub async fn reload(&self) -> Result<(), Vec<FileError>> {
        self.state.reload().await
    }
}

impl Exporter {
    /// Starts to listen. `reader` reads the configuration again when that is asked for.
    ///
    /// # Errors
    /// An address that cannot be listened on, or no socket to ask agents from.
    pub async fn bind(
        settings: Settings,
        config: Config,
        reader: impl Fn() -> Result<Config, Vec<FileError>> + Send + Sync + 'static,
    ) -> Result<Self, BindError> {
        let mut listeners = Vec::with_capacity(settings.listen.len());
        for &address in &settings.listen {
            let listener = TcpListener::bind(address).await;
            listeners.push(listener.map_err(|source| BindError::Listen { address, source })?);
        }
        let own = Arc::new(Own::new());
        let connections = Arc::new(Semaphore::new(settings.connections.max(1)));
        let scraper = Scraper::new(settings, Manager::bind().await?, Arc::clone(&own));
        let config = RwLock::new((Arc::new(config), 0));
        let state = Arc::new(State { scraper, own, config, reader: Box::new(reader), connections });
        Ok(Self { listeners, state, stop: watch::channel(false) })
    }

    /// Where it listens.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok())
    }

    /// What stops it.
    pub fn stop(&self) -> Stop {
        Stop { sender: self.stop.0.clone(), state: Arc::clone(&self.state) }
    }

    /// Serves until it is stopped.
    pub async fn run(self) {
        let Self { listeners, state, stop: (_sender, stopped) } = self;
        let mut accepting = JoinSet::new();
        for listener in listeners {
            accepting.spawn(accept(listener, Arc::clone(&state), stopped.clone()));
        }
        while accepting.join_next().await.is_some() {}
    }
}

/// Takes connections until the exporter stops; then those that are there have a few seconds.
async fn accept(listener: TcpListener, state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        // Beyond the limit connections wait in the system's queue.
        let permit = tokio::select! {
            permit = Arc::clone(&state.connections).acquire_owned() => permit,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let Ok(permit) = permit else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        match accepted {
            Ok((stream, _)) => {
                // Otherwise the end of an answer waits for the acknowledgement of its head, 40 ms.
                let _ = stream.set_nodelay(true);
                let serving = serve(stream, Arc::clone(&state), stopped.clone());
                connections.spawn(async move {
                    serving.await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(target: mibc_runtime::logs::EXPORTER, %error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(STOPPING, ended).await;
}

async fn serve(stream: TcpStream, state: Arc<State>, mut stopped: watch::Receiver<bool>) {
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(state.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_OCTETS)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        _ = stopped.wait_for(|stopped| *stopped) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(target: mibc_runtime::logs::EXPORTER, %error, "a connection ended early");
    }
}

type Answer = Response<Full<Bytes>>;

fn answer(status: StatusCode, kind: &'static str, text: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(TYPE, HeaderValue::from_static(kind));
    answer
}

const PLAIN: &str = "text/plain; charset=utf-8";

fn refused(status: StatusCode, text: String) -> Answer {
    answer(status, PLAIN, text)
}

/// The methods that a path takes.
fn only(method: &'static str) -> Answer {
    let mut answer = refused(StatusCode::METHOD_NOT_ALLOWED, format!("expected the method {method}\n"));
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(method));
    answer
}

impl State {
    fn config(&self) -> (Arc<Config>, u64) {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        let reading = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            "/-/reload" if matches!(*request.method(), Method::POST | Method::PUT) => {
                self.reload_answer().await
            }
            "/-/reload" => only("POST, PUT"),
            _ if !reading => only("GET, HEAD"),
            "/snmp" => self.scrape(&request).await,
            "/metrics" => answer(StatusCode::OK, CONTENT_TYPE, self.own.text(self.scraper.sessions.len())),
            "/healthz" | "/-/healthy" => answer(StatusCode::OK, PLAIN, "Healthy"),
            "/sd" => answer(StatusCode::OK, "application/json", page::targets(&self.config().0)),
            "/" => answer(StatusCode::OK, "text/html; charset=utf-8", page::page(&self.config().0)),
            _ => refused(StatusCode::NOT_FOUND, "there is nothing here; see /\n".to_owned()),
        }
    }

    async fn scrape(&self, request: &Request<Incoming>) -> Answer {
        let (config, generation) = self.config();
        let limit = request
            .headers()
            .get("x-prometheus-scrape-timeout-seconds")
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let query = request.uri().query().unwrap_or_default();
        match self.scraper.scrape(&config, generation, query, limit).await {
            Ok(text) => answer(StatusCode::OK, CONTENT_TYPE, text),
            Err(refusal) => {
                let (status, text) = match refusal {
                    Refusal::Request(text) => (StatusCode::BAD_REQUEST, text),
                    Refusal::Forbidden(text) => (StatusCode::FORBIDDEN, text),
                    Refusal::Failed(text) => return refused(StatusCode::INTERNAL_SERVER_ERROR, text),
                };
                Own::add(&self.own.request_errors, 1);
                refused(status, text + "\n")
            }
        }
    }

    async fn reload_answer(&self) -> Answer {
        match self.reload().await {
            Ok(()) => answer(StatusCode::OK, PLAIN, ""),
            Err(problems) => {
                let mut text = "failed to reload config:\n".to_owned();
                for problem in problems {
                    text += &format!("{problem}\n");
                }
                refused(StatusCode::INTERNAL_SERVER_ERROR, text)
            }
        }
    }

    async fn reload(&self) -> Result<(), Vec<FileError>> {
        // Files are read and MIB modules compiled here: others go on meanwhile where the runtime has several threads.
        let read = (self.reader)();
        self.own.reloaded(read.is_ok());
        match read {
            Ok(config) => {
                for note in &config.notes {
                    tracing::warn!(target: mibc_runtime::logs::EXPORTER, %note, "the configuration has a questionable entry");
                }
                let mut current = self.config.write().unwrap_or_else(PoisonError::into_inner);
                *current = (Arc::new(config), current.1 + 1);
                tracing::info!(target: mibc_runtime::logs::EXPORTER, "the configuration is read");
                Ok(())
            }
            Err(problems) => {
                for problem in &problems {
                    tracing::error!(target: mibc_runtime::logs::EXPORTER, %problem, "the configuration has a fault");
                }
                tracing::error!(target: mibc_runtime::logs::EXPORTER, "the configuration is refused: the exporter goes on with the one before");
                Err(problems)
            }
        }
    }
}
