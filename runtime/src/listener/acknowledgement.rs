//! What an application says about an inform.

use std::collections::HashMap;
use std::fmt;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::sync::mpsc;

use super::held::Ticket;
use super::receiver::Receiver;
use crate::net::{Origin, Outbox, TransportAddress};

/// Acknowledges an inform, once: [`send`](Self::send) when it has been dealt with.
///
/// Dropping it leaves the inform without an answer: its sender repeats it, and the repetition is delivered as a new one.
/// Until one of the two, repetitions are not delivered. The answer goes to the last of them.
///
/// Over SNMPv3, an answer is out of its sender's time window after 150 seconds.
#[must_use = "an inform is acknowledged by `send`"]
pub struct Acknowledgement {
    ticket: Ticket,
    settled: mpsc::UnboundedSender<(Ticket, bool)>,
    dealt_with: bool,
}

impl Acknowledgement {
    /// The inform has been dealt with.
    pub fn send(mut self) {
        self.dealt_with = true;
    }
}

impl Drop for Acknowledgement {
    fn drop(&mut self) {
        // The listener may have ended.
        let _ = self.settled.send((self.ticket, self.dealt_with));
    }
}

impl fmt::Debug for Acknowledgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acknowledgement").finish_non_exhaustive()
    }
}

/// The answers to informs that have not been settled.
pub(super) struct Later {
    /// `None` when nothing more is delivered.
    sender: Option<mpsc::UnboundedSender<(Ticket, bool)>>,
    settled: mpsc::UnboundedReceiver<(Ticket, bool)>,
    answers: HashMap<Ticket, (Origin, Vec<u8>)>,
}

impl Later {
    pub(super) fn new() -> Self {
        let (sender, settled) = mpsc::unbounded_channel();
        Self { sender: Some(sender), settled, answers: HashMap::new() }
    }

    /// Keeps an answer, in the place of that to an earlier repetition.
    pub(super) fn keep(&mut self, ticket: Ticket, to: Origin, answer: &[u8]) {
        self.answers.insert(ticket, (to, answer.to_vec()));
    }

    pub(super) fn acknowledgement(&self, ticket: Ticket) -> Option<Acknowledgement> {
        let settled = self.sender.clone()?;
        Some(Acknowledgement { ticket, settled, dealt_with: false })
    }

    /// Whether no inform waits to be settled.
    pub(super) fn is_idle(&self) -> bool {
        self.answers.is_empty()
    }

    /// Nothing more is delivered: [`poll`](Self::poll) ends when all that was delivered is settled.
    pub(super) fn finish(&mut self) {
        self.sender = None;
    }

    /// Waits until something is settled, and moves answers to where they are sent from; false if nothing is to be settled
    /// any more.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        receiver: &mut Receiver<TransportAddress>,
        outbox: &mut Outbox,
    ) -> Poll<bool> {
        let Some(first) = ready!(self.settled.poll_recv(context)) else { return Poll::Ready(false) };
        let mut next = Some(first);
        // Those that are there already leave together.
        while let Some((ticket, dealt_with)) = next {
            receiver.settle(Instant::now(), ticket, dealt_with);
            if let Some((to, answer)) = self.answers.remove(&ticket)
                && dealt_with
            {
                outbox.push(to, &answer);
            }
            next = self.settled.try_recv().ok();
        }
        Poll::Ready(true)
    }
}
