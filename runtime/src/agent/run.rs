//! Running an agent: from its sockets to the responder and back.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;
use tokio::task::{JoinHandle, JoinSet};

use super::agent::{Agent, Listener};
use super::responder::{Dropped, Exchange};
use super::waits::{Step, Waiting};
use crate::ber::MAX_MESSAGE;

/// Errors in a row after which receiving is given up: by then the socket is broken, not the network.
const MAX_RECEIVE_ERRORS: u32 = 100;

/// Requests that may wait for values at one time; further ones are dropped, and will be sent again.
const MAX_WAITING: usize = 1_024;

impl Agent {
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
        let mut waiting = JoinSet::new();
        let mut errors = 0;
        loop {
            let received = poll_fn(|context| {
                if stopped.as_mut().poll(context).is_ready() {
                    return Poll::Ready(None);
                }
                inbox.poll(context).map(Some)
            });
            let Some((index, received)) = received.await else {
                // Requests that still wait end with the set.
                return Ok(());
            };
            while waiting.try_join_next().is_some() {}
            match received {
                Ok((length, peer)) => {
                    errors = 0;
                    let datagram = inbox.buffer.get(..length).unwrap_or_default();
                    match self.shared.responder.begin(datagram, &mut exchange) {
                        Ok(Step::Response(response)) => self.answer(index, peer, Ok(response)).await,
                        Ok(Step::Wait(request)) if waiting.len() < MAX_WAITING => {
                            waiting.spawn(self.clone().wait(index, peer, request));
                        }
                        Ok(Step::Wait(_)) => tracing::debug!(%peer, "too many requests wait for values"),
                        Err(reason) => self.answer(index, peer, Err(reason)).await,
                    }
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

    async fn wait(self, index: usize, peer: SocketAddr, request: Waiting) {
        let mut exchange = Exchange::default();
        let answer = request.respond(&self.shared.responder, &mut exchange).await;
        self.answer(index, peer, answer).await;
    }

    /// Sends a response from the socket that the request came to.
    async fn answer(&self, index: usize, peer: SocketAddr, answer: Result<&[u8], Dropped>) {
        let (response, listener) = match (answer, self.shared.sockets.get(index)) {
            (Ok(response), Some(listener)) => (response, listener),
            (Err(reason), _) => {
                tracing::debug!(%peer, %reason, "a datagram was dropped");
                return;
            }
            (Ok(_), None) => return,
        };
        if let Err(error) = listener.socket.send_to(response, peer).await {
            tracing::debug!(%peer, %error, "an answer could not be sent");
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

    /// Ends all [`run`](Self::run)s of this agent, for good; what still waits for values gets no answer.
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

    /// The index of a socket, and what it has received.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<(usize, io::Result<(usize, SocketAddr)>)> {
        for step in 0..self.listeners.len() {
            let index = (self.first + step) % self.listeners.len();
            let Some(listener) = self.listeners.get(index) else {
                continue;
            };
            let mut buffer = ReadBuf::new(&mut self.buffer);
            if let Poll::Ready(received) = listener.socket.poll_recv_from(context, &mut buffer) {
                let length = buffer.filled().len();
                self.first = index + 1;
                return Poll::Ready((index, received.map(|peer| (length, peer))));
            }
        }
        Poll::Pending
    }
}
