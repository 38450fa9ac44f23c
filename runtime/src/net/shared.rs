//! A transport that somebody else receives from.

use super::intake::Outlet;
use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use std::io;
use std::task::{Context, Poll};

/// One of an intake's transports, for who sends by it. What comes by it goes through the intake.
#[derive(Debug)]
pub(crate) struct Shared {
    outlet: Outlet,
    index: usize,
}

impl Outlet {
    /// The transports, for who sends by them and does not receive.
    pub(crate) fn share(&self) -> impl Iterator<Item = Shared> {
        (0..self.transports.len()).map(|index| Shared { outlet: self.clone(), index })
    }
}

impl Shared {
    fn get(&self) -> io::Result<&dyn Transport> {
        let transport = self.outlet.transports.get(self.index);
        transport.map(|transport| &**transport).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Transport for Shared {
    fn local_address(&self) -> Option<&TransportAddress> {
        self.get().ok()?.local_address()
    }

    fn receive_buffer(&self) -> Option<usize> {
        self.get().ok()?.receive_buffer()
    }

    fn poll_receive(&self, _: &mut Context<'_>, _: &mut Inbox) -> Poll<io::Result<()>> {
        Poll::Pending
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        self.get()?.try_send(outbox)
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get()?.poll_send_ready(cx)
    }

    fn hang_up(&self, origin: &Origin) {
        if let Ok(transport) = self.get() {
            transport.hang_up(origin);
        }
    }
}
