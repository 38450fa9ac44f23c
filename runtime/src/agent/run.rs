//! Running an agent: from its sockets to the responder and back.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::timeout_at;

use super::agent::{Agent, Shared};
use super::desk::Desk;
use super::exchange::Exchange;
use super::standard::AuthenticationObserver;
use crate::dispatcher::Arrival;
use crate::engine::Dropped;
use crate::entity::{Step, Transaction};
use crate::net::{Origin, Outbox};

/// Answers are sent together, unless the requests that came together take longer than this.
const ANSWER_WITHIN: Duration = Duration::from_millis(1);

impl Agent {
    /// Answers requests until [`stop`](Self::stop) is called, or the future is dropped. One call does the work; others
    /// wait, and take over when it is dropped.
    ///
    /// # Errors
    ///
    /// A socket cannot receive any more. A problem with one datagram or one peer is not an error.
    pub async fn run(&self) -> io::Result<()> {
        let mut stop = self.shared.stop.subscribe();
        let mut stopped = pin!(stop.wait_for(|stopped| *stopped));
        let mut work = pin!(self.work());
        std::future::poll_fn(|cx| {
            if stopped.as_mut().poll(cx).is_ready() {
                // Requests that still wait end with the work.
                return std::task::Poll::Ready(Ok(()));
            }
            work.as_mut().poll(cx)
        })
        .await
    }

    async fn work(&self) -> io::Result<()> {
        let Some(intake) = &self.shared.intake else {
            let _run = Run::of(&self.shared);
            return std::future::pending().await;
        };
        let mut intake = intake.lock().await;
        let mut exchange = Exchange::default();
        let mut outbox = Outbox::default();
        let mut desk = Desk::default();
        loop {
            intake.receive().await?;
            desk.tidy();
            let mut since = Instant::now();
            let mut now = since;
            for (datagram, origin) in intake.messages() {
                let arrival = Arrival::new(now, datagram).from(origin);
                match self.shared.responder.begin(arrival, &mut exchange) {
                    Ok(Step::Response(response)) => outbox.push(origin.clone(), response),
                    Ok(Step::Wait(request)) => desk.wait(self, origin, request),
                    Ok(Step::Nothing) => {}
                    Err(reason) => {
                        dropped(origin, &reason);
                        if let Dropped::Malformed(_) = reason {
                            self.shared.outlet.hang_up(origin);
                        }
                    }
                }
                if let Some(failure) = exchange.take_authentication_failure() {
                    self.authentication_failed(failure, origin.peer());
                }
                now = Instant::now();
                if now.saturating_duration_since(since) >= ANSWER_WITHIN {
                    self.shared.outlet.send(&mut outbox).await;
                    now = Instant::now();
                    since = now;
                }
            }
            self.shared.outlet.send(&mut outbox).await;
        }
    }

    /// Waits for what a request waits for, but not for ever, and answers.
    pub(super) async fn wait(self, origin: Origin, mut request: Transaction) {
        let Shared { responder, outlet, patience, .. } = &*self.shared;
        let mut exchange = Exchange::default();
        let mut until = tokio::time::Instant::now() + patience.deadline;
        loop {
            let step = match timeout_at(until, request.settled()).await {
                Ok(()) => responder.resume(request, Instant::now(), &mut exchange),
                Err(_) => {
                    // A SET may need as long again to undo what it has done.
                    until = tokio::time::Instant::now() + patience.deadline;
                    responder.expire(request, Instant::now(), &mut exchange)
                }
            };
            match step {
                Ok(Step::Wait(again)) => request = again,
                Ok(Step::Nothing) => return,
                Ok(Step::Response(response)) => {
                    let mut outbox = Outbox::default();
                    outbox.push(origin, response);
                    return outlet.send(&mut outbox).await;
                }
                Err(reason) => return dropped(&origin, &reason),
            }
        }
    }

    /// Waits for what comes of a message that has been passed on, as long as the forwarder does, and answers.
    pub(super) async fn forward(self, origin: Origin, message: Transaction) {
        let Shared { responder, outlet, .. } = &*self.shared;
        let mut exchange = Exchange::default();
        match responder.finish(message, Instant::now, &mut exchange).await {
            // A notification needs none.
            Ok([]) => {}
            Ok(response) => {
                let mut outbox = Outbox::default();
                outbox.push(origin, response);
                outlet.send(&mut outbox).await;
            }
            Err(reason) => dropped(&origin, &reason),
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

/// Somebody else receives for the agent, and it answers while there is one of these.
struct Run<'a>(&'a Shared);

impl<'a> Run<'a> {
    fn of(shared: &'a Shared) -> Self {
        shared.runs.fetch_add(1, Ordering::Relaxed);
        Self(shared)
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.0.runs.fetch_sub(1, Ordering::Relaxed);
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

fn dropped(origin: &Origin, reason: &Dropped) {
    tracing::debug!(target: crate::logs::AGENT, peer = %origin.peer(), %reason, "a message was dropped");
}
