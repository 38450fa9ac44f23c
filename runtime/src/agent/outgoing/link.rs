//! One transport to receivers, and its task.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{Hub, Message, Way, now};
use crate::net::{Inbox, Origin, Outbox, Transport};
use crate::originator::SendId;

/// Messages that are sent or taken in together.
const BATCH: usize = 32;

/// Batches before other tasks get their turn.
const BATCHES: usize = 4;

/// Runs until nothing is on its way to the only receiver, or for ever where there are several.
pub(super) fn run(hub: Arc<Hub>, way: Way, transport: Box<dyn Transport>) -> impl Future<Output = ()> {
    let mut task = Task {
        hub,
        way,
        transport,
        outbox: Outbox::default(),
        leaving: Vec::new(),
        inbox: Inbox::new(BATCH),
        has_ended: false,
    };
    poll_fn(move |cx| task.poll(cx))
}

struct Task {
    hub: Arc<Hub>,
    way: Way,
    transport: Box<dyn Transport>,
    /// What the transport is to take next.
    outbox: Outbox,
    /// What it has not taken whole yet, the oldest first.
    leaving: Vec<SendId>,
    inbox: Inbox,
    /// It is not needed any more.
    has_ended: bool,
}

impl Drop for Task {
    /// The runtime has ended, unless the task has.
    fn drop(&mut self) {
        if !self.has_ended {
            self.hub.close();
        }
    }
}

impl Task {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.receive(cx);
        for _ in 0..BATCHES {
            if !self.fill(cx) {
                self.has_ended = self.is_done();
                if self.has_ended {
                    return Poll::Ready(());
                }
                return Poll::Pending;
            }
            if self.send(cx).is_pending() {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Fetches what is to be sent; false where there is nothing.
    fn fill(&mut self, cx: &mut Context<'_>) -> bool {
        let mut state = self.hub.lock();
        let Some(link) = state.links.get_mut(&self.way) else { return false };
        while self.outbox.len() < BATCH
            && let Some(Message { id, to, datagram }) = link.outbox.pop_front()
        {
            self.outbox.push(Origin::to(to), &datagram);
            self.leaving.push(id);
        }
        link.waker = Some(cx.waker().clone());
        !self.leaving.is_empty()
    }

    /// Sends what was fetched.
    fn send(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.transport.try_send(&mut self.outbox) {
                Ok(()) => {
                    // A datagram that is taken has left; of a connection only what is taken without anything behind.
                    let gone = self.leaving.len().saturating_sub(self.outbox.len());
                    self.done(gone);
                    if self.outbox.is_empty() {
                        return Poll::Ready(());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    match self.transport.poll_send_ready(cx) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(Ok(())) => {}
                        Poll::Ready(Err(error)) => self.fail_all(&error),
                    }
                    if self.leaving.is_empty() {
                        return Poll::Ready(());
                    }
                }
                Err(error) => {
                    let gone = self.leaving.len().saturating_sub(self.outbox.len());
                    self.done(gone);
                    self.outbox.pop();
                    if !self.leaving.is_empty() {
                        let id = self.leaving.remove(0);
                        let mut state = self.hub.lock();
                        state.originator.send_failed(now(), id, error);
                        self.hub.pump(state);
                    }
                    if self.leaving.is_empty() {
                        return Poll::Ready(());
                    }
                }
            }
        }
    }

    /// The oldest messages have left.
    fn done(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let mut state = self.hub.lock();
        let now = now();
        for id in self.leaving.drain(..count.min(self.leaving.len())) {
            state.originator.sent(now, id);
        }
        self.hub.pump(state);
    }

    /// The receiver cannot be reached: everything on its way there has failed.
    fn fail_all(&mut self, error: &io::Error) {
        while self.outbox.pop().is_some() {}
        let mut state = self.hub.lock();
        let queued = state.links.get_mut(&self.way).map(|link| std::mem::take(&mut link.outbox));
        let queued = queued.into_iter().flatten().map(|message| message.id);
        let failed: Vec<SendId> = self.leaving.drain(..).chain(queued).collect();
        let now = now();
        for id in failed {
            state.originator.send_failed(now, id, io::Error::new(error.kind(), error.to_string()));
        }
        self.hub.pump(state);
    }

    /// Takes in acknowledgements.
    fn receive(&mut self, cx: &mut Context<'_>) {
        for _ in 0..BATCHES {
            self.inbox.clear();
            match self.transport.poll_receive(cx, &mut self.inbox) {
                Poll::Pending => return,
                Poll::Ready(Ok(())) => {}
                // A connection was lost, or a datagram came back; a timeout will tell.
                Poll::Ready(Err(error)) => {
                    tracing::debug!(target: crate::logs::NOTIFICATIONS, way = ?self.way, %error, "receiving failed");
                    break;
                }
            }
            let mut state = self.hub.lock();
            let now = now();
            for (message, origin) in self.inbox.iter() {
                // A connection has one peer, however it is called.
                let peer = if let Way::Peer(peer) = &self.way { peer } else { origin.peer() };
                if let Err(reason) = state.originator.handle_datagram(now, peer, message) {
                    tracing::debug!(target: crate::logs::NOTIFICATIONS, %peer, %reason, "a message is ignored: no inform waits for it");
                }
            }
            self.hub.pump(state);
        }
        // Not again and again without a turn for others.
        cx.waker().wake_by_ref();
    }

    /// Whether the transport to the only receiver is not needed any more; it is forgotten then.
    fn is_done(&self) -> bool {
        let Way::Peer(peer) = &self.way else { return false };
        let mut state = self.hub.lock();
        let is_needed = state.originator.is_busy(peer)
            || state.links.get(&self.way).is_some_and(|link| !link.outbox.is_empty());
        if !is_needed {
            state.links.remove(&self.way);
        }
        !is_needed
    }
}
