//! The server: connections, and what their requests are answered with.

use super::patient::Patient;
use super::{Answer, Asked, Web};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use mibc_runtime::logs::HTTP;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// How long a client may take to send the head of a request, and how long a connection may be idle.
const HEAD: Duration = Duration::from_secs(75);

/// How long a client may take nothing of what it is sent.
const PATIENCE: Duration = Duration::from_secs(60);

/// Most octets of the head of a request.
const HEAD_OCTETS: usize = 16 << 10;

/// Most headers of a request.
const HEADERS: usize = 64;

/// How long requests under way may take when the server stops.
const STOPPING: Duration = Duration::from_secs(5);

/// How long to wait if the system has no connection to give: it may have run out of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
#[non_exhaustive]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// Why.
    pub source: io::Error,
}

/// A server that listens.
pub struct Server {
    listeners: Vec<TcpListener>,
    shared: Arc<Shared>,
    stopped: watch::Receiver<bool>,
}

/// What connections have in common.
struct Shared {
    web: RwLock<Web>,
    connections: Arc<Semaphore>,
    stop: watch::Sender<bool>,
}

/// Stops a server, or changes who may ask.
#[derive(Clone)]
pub struct Handle(Arc<Shared>);

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("listeners", &self.listeners).finish_non_exhaustive()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl Handle {
    /// Stops the server. Requests under way have a few seconds to end.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// Passwords and certificates from now on. Connections that are there keep their certificate.
    pub fn set_web(&self, web: Web) {
        *self.0.web.write().unwrap_or_else(PoisonError::into_inner) = web;
    }
}

impl Shared {
    fn web(&self) -> Web {
        self.web.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Server {
    /// Starts to listen, for at most so many connections at a time; others wait.
    ///
    /// # Errors
    /// The first address that cannot be listened on.
    pub async fn bind(listen: &[SocketAddr], web: Web, connections: usize) -> Result<Self, ListenError> {
        let mut listeners = Vec::with_capacity(listen.len());
        for &address in listen {
            let listener = TcpListener::bind(address).await;
            listeners.push(listener.map_err(|source| ListenError { address, source })?);
        }
        let connections = Arc::new(Semaphore::new(connections.clamp(1, Semaphore::MAX_PERMITS)));
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared { web: RwLock::new(web), connections, stop });
        Ok(Self { listeners, shared, stopped })
    }

    /// Where it listens.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok())
    }

    /// What stops it.
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.shared))
    }

    /// Answers requests until it is stopped.
    pub async fn run<R, F>(self, routes: R)
    where
        R: Fn(Asked) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        let Self { listeners, shared, stopped } = self;
        let routes = Arc::new(routes);
        let mut accepting = JoinSet::new();
        for listener in listeners {
            accepting.spawn(accept(listener, Arc::clone(&shared), Arc::clone(&routes), stopped.clone()));
        }
        while accepting.join_next().await.is_some() {}
    }
}

/// Takes connections until the server stops; then those that are there have a few seconds.
async fn accept<R, F>(
    listener: TcpListener,
    shared: Arc<Shared>,
    routes: Arc<R>,
    mut stopped: watch::Receiver<bool>,
) where
    R: Fn(Asked) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        match accepted {
            Ok((stream, _)) => {
                // Beyond the limit one connection waits here, and others in the system's queue. A listener without a
                // connection takes no permit from the others.
                let permit = tokio::select! {
                    permit = Arc::clone(&shared.connections).acquire_owned() => permit,
                    _ = stopped.wait_for(|stopped| *stopped) => break,
                };
                let Ok(permit) = permit else { break };
                let (shared, routes) = (Arc::clone(&shared), Arc::clone(&routes));
                connections.spawn(serve(stream, permit, shared, routes, stopped.clone()));
            }
            Err(error) => {
                tracing::warn!(target: HTTP, %error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(STOPPING, ended).await;
}

/// A connection, which keeps its permit until it ends.
async fn serve<R, F>(
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
    shared: Arc<Shared>,
    routes: Arc<R>,
    stopped: watch::Receiver<bool>,
) where
    R: Fn(Asked) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    // Otherwise the end of an answer waits for the acknowledgement of its head, 40 ms.
    let _ = stream.set_nodelay(true);
    let stream = Patient::new(stream, PATIENCE);
    #[cfg(feature = "tls")]
    let ended = match shared.web().tls() {
        None => talk(stream, shared, routes, stopped).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => talk(stream, shared, routes, stopped).await,
            Err(error) => Err(error),
        },
    };
    #[cfg(not(feature = "tls"))]
    let ended = talk(stream, shared, routes, stopped).await;
    if let Err(error) = ended {
        tracing::debug!(target: HTTP, %error, "a connection ended early");
    }
}

async fn talk<S, R, F>(
    stream: S,
    shared: Arc<Shared>,
    routes: Arc<R>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), String>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    R: Fn(Asked) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let service = service_fn(move |request| {
        let (shared, routes) = (Arc::clone(&shared), Arc::clone(&routes));
        async move { Ok::<_, Infallible>(answer(&shared, &*routes, request).await) }
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
    ended.map_err(|error| error.to_string())
}

async fn answer<R, F>(
    shared: &Shared,
    routes: &R,
    request: Request<Incoming>,
) -> Response<http_body_util::Full<hyper::body::Bytes>>
where
    R: Fn(Asked) -> F,
    F: Future<Output = Answer>,
{
    let web = shared.web();
    let asked = Asked::new(request.into_parts().0);
    let mut answer = match web.allows(asked.header("authorization")).await {
        true => routes(asked).await,
        false => Answer::unauthorized(),
    };
    for (name, value) in web.headers() {
        answer.header(name.clone(), value.clone());
    }
    answer.into_response()
}
