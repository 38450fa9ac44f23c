//! A listener on sockets that somebody else receives from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::OwnedPermit;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::listener::{Octets, Waiting};
use super::notification::ReceivedNotification;
use super::receiver::{Hearing, Receiver};
use crate::net::TransportAddress;

/// A listener, as those know it who receive for it.
pub(crate) struct ListenerRole {
    pub(super) receiver: Receiver<TransportAddress>,
    pub(super) queue: mpsc::Sender<Waiting>,
    pub(super) octets: Octets,
    pub(super) lost: Arc<AtomicU64>,
    pub(super) stopped: oneshot::Receiver<()>,
}

/// Room for one notification.
pub(crate) struct Seat {
    place: OwnedPermit<Waiting>,
    octets: OwnedSemaphorePermit,
}

impl ListenerRole {
    /// Whether nothing more is wanted.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.queue.is_closed() || !matches!(self.stopped.try_recv(), Err(TryRecvError::Empty))
    }

    /// Room for what a message says, if there is any.
    pub(crate) fn reserve(&self, message: &[u8]) -> Option<Seat> {
        let place = self.queue.clone().try_reserve_owned().ok()?;
        let octets = self.octets.of(message);
        let octets = Arc::clone(&self.octets.free).try_acquire_many_owned(octets).ok()?;
        Some(Seat { place, octets })
    }

    /// A notification has had no room.
    pub(crate) fn note_lost(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// What takes notifications.
    pub(crate) fn hearing<'r>(
        &'r mut self,
        source: &'r TransportAddress,
        has_room: bool,
    ) -> Hearing<'r, TransportAddress> {
        self.receiver.hearing(source, has_room)
    }

    #[cfg(feature = "usm")]
    pub(crate) fn max_response(&self) -> usize {
        self.receiver.state.max_response
    }
}

impl Seat {
    /// Takes the seat.
    pub(crate) fn take(self, notification: ReceivedNotification) {
        self.place.send(Waiting { notification, acknowledgement: None, _octets: self.octets });
    }
}
