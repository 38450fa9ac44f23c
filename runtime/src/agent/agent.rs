//! The agent on its sockets.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::io::ReadBuf;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::builder::AgentBuilder;
use super::counters::Counters;
use super::provider::Provider;
use super::responder::{Exchange, Responder};
use super::scalar::SetOutcome;
use super::set_error::SetError;
use super::sink::Sink;
use super::table::ServeTable;
use crate::ber::MAX_MESSAGE;
use crate::oid::Oid;
use crate::typed::access::{Readable, Writable};
use crate::typed::{Module, Scalar};
use crate::value::Syntax;

/// Errors in a row after which receiving is given up: by then the socket is broken, not the network.
const MAX_RECEIVE_ERRORS: u32 = 100;

/// An SNMP agent: sockets, communities and handlers. Clones are the same agent.
///
/// Handlers are called in the task that runs the agent, one request after the other.
#[derive(Clone, Debug)]
pub struct Agent {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) responder: Responder,
    /// At least one.
    pub(super) sockets: Vec<Listener>,
    pub(super) sinks: Vec<Sink>,
    pub(super) started: Instant,
    /// Of the last notification. The numbers are not secret: what an inform accepts as its response comes to a socket
    /// of its own.
    request_id: AtomicI32,
    stop: watch::Sender<bool>,
}

#[derive(Debug)]
pub(super) struct Listener {
    pub(super) socket: UdpSocket,
    pub(super) address: SocketAddr,
}

impl Shared {
    pub(super) fn next_request_id(&self) -> i32 {
        self.request_id.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}

impl Agent {
    /// Begins to describe an agent.
    #[must_use]
    pub fn builder() -> AgentBuilder {
        AgentBuilder::new()
    }

    pub(super) fn new(responder: Responder, sockets: Vec<Listener>, sinks: Vec<Sink>) -> Self {
        Self {
            shared: Arc::new(Shared {
                responder,
                sockets,
                sinks,
                started: Instant::now(),
                request_id: AtomicI32::new(0),
                stop: watch::Sender::new(false),
            }),
        }
    }

    /// Where the agent listens, with the port that the system has chosen if that was left to it; of several
    /// addresses, the first.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        match self.shared.sockets.first() {
            Some(listener) => listener.address,
            // bind() makes no agent without a socket.
            None => SocketAddr::from(([0, 0, 0, 0], 0)),
        }
    }

    /// All addresses that the agent listens on.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.shared.sockets.iter().map(|listener| listener.address)
    }

    /// The agent without its sockets.
    #[must_use]
    pub fn responder(&self) -> &Responder {
        &self.shared.responder
    }

    /// What has been counted so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        self.shared.responder.counters()
    }

    /// Serves a scalar; see [`Responder::serve`].
    pub fn serve<M, T, A>(&self, scalar: Scalar<M, T, A>, get: impl Fn() -> T + Send + Sync + 'static)
    where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
    {
        self.shared.responder.serve(scalar, get);
    }

    /// Serves a scalar that can be written; see [`Responder::serve_rw`].
    pub fn serve_rw<M, T, A, R>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> T + Send + Sync + 'static,
        set: impl Fn(T) -> Result<R, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
        R: SetOutcome,
    {
        self.shared.responder.serve_rw(scalar, get, set);
    }

    /// Serves a scalar that can be written, with a check before anything is; see [`Responder::serve_rw_checked`].
    pub fn serve_rw_checked<M, T, A, R>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> T + Send + Sync + 'static,
        check: impl Fn(&T) -> Result<(), SetError> + Send + Sync + 'static,
        set: impl Fn(T) -> Result<R, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
        R: SetOutcome,
    {
        self.shared.responder.serve_rw_checked(scalar, get, check, set);
    }

    /// Serves a table; see [`Responder::serve_table`].
    pub fn serve_table<R, T>(&self, row: R, table: Arc<T>)
    where
        R: ServeTable<T>,
        T: Send + Sync + 'static,
    {
        self.shared.responder.serve_table(row, table);
    }

    /// Gives the subtree at `root` to `provider`; see [`Tree::register`](super::Tree::register).
    pub fn register(&self, root: Oid, provider: Arc<dyn Provider>) {
        self.shared.responder.register(root, provider);
    }

    /// Answers requests until [`stop`](Self::stop) is called, or the future is dropped.
    ///
    /// # Errors
    ///
    /// A socket that cannot receive any more. What is wrong with one datagram or one peer is no error.
    pub async fn run(&self) -> io::Result<()> {
        let mut stop = self.shared.stop.subscribe();
        let mut stopped = pin!(stop.wait_for(|stopped| *stopped));
        let mut inbox = Inbox::new(&self.shared.sockets);
        let mut exchange = Exchange::default();
        let mut errors = 0;
        loop {
            let received = poll_fn(|context| {
                if stopped.as_mut().poll(context).is_ready() {
                    return Poll::Ready(None);
                }
                inbox.poll(context).map(Some)
            });
            let Some((listener, received)) = received.await else {
                return Ok(());
            };
            match received {
                Ok((length, peer)) => {
                    errors = 0;
                    let datagram = inbox.buffer.get(..length).unwrap_or_default();
                    self.answer(listener, datagram, peer, &mut exchange).await;
                }
                // Such as the echo of an answer that could not be delivered.
                Err(error) => {
                    errors += 1;
                    tracing::debug!(%error, "receiving failed");
                    if errors >= MAX_RECEIVE_ERRORS {
                        return Err(error);
                    }
                }
            }
        }
    }

    async fn answer(&self, listener: &Listener, datagram: &[u8], peer: SocketAddr, exchange: &mut Exchange) {
        match self.shared.responder.respond(datagram, exchange) {
            Ok(response) => {
                if let Err(error) = listener.socket.send_to(response, peer).await {
                    tracing::debug!(%peer, %error, "an answer could not be sent");
                }
            }
            Err(reason) => tracing::debug!(%peer, %reason, "a datagram was dropped"),
        }
    }

    /// Runs the agent in a task of the current tokio runtime, until the handle is dropped or told to stop.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use = "the agent stops when the handle is dropped"]
    pub fn spawn(&self) -> Running {
        let agent = self.clone();
        Running { agent: self.clone(), task: tokio::spawn(async move { agent.run().await }) }
    }

    /// Ends all [`run`](Self::run)s of this agent, for good; the request in hand is answered.
    pub fn stop(&self) {
        self.shared.stop.send_replace(true);
    }
}

/// An agent that runs in a task of its own; dropping this stops it.
#[derive(Debug)]
pub struct Running {
    agent: Agent,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Stops the agent and waits until it has.
    ///
    /// # Errors
    ///
    /// As [`Agent::run`], or the panic of a handler.
    pub async fn stop(mut self) -> io::Result<()> {
        self.agent.stop();
        match (&mut self.task).await {
            Ok(result) => result,
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.agent.stop();
    }
}

/// Receives from several sockets in turn.
struct Inbox<'s> {
    listeners: &'s [Listener],
    /// Who is asked first: a busy socket must not starve the others.
    first: usize,
    buffer: Vec<u8>,
}

impl<'s> Inbox<'s> {
    fn new(listeners: &'s [Listener]) -> Self {
        Self {
            listeners,
            first: 0,
            // One octet more than any message has: what is cut off does not pass for a message.
            buffer: vec![0; MAX_MESSAGE + 1],
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<(&'s Listener, io::Result<(usize, SocketAddr)>)> {
        for step in 0..self.listeners.len() {
            let index = (self.first + step) % self.listeners.len();
            let Some(listener) = self.listeners.get(index) else {
                continue;
            };
            let mut buffer = ReadBuf::new(&mut self.buffer);
            if let Poll::Ready(received) = listener.socket.poll_recv_from(context, &mut buffer) {
                let length = buffer.filled().len();
                self.first = index + 1;
                return Poll::Ready((listener, received.map(|peer| (length, peer))));
            }
        }
        Poll::Pending
    }
}
