//! A conversation with one peer: messages out, messages in.

use super::address::canonical;
use super::dial::dial;
use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

/// One peer and the transport to it.
#[derive(Debug)]
pub(crate) struct Line {
    transport: Box<dyn Transport>,
    peer: TransportAddress,
    outbox: Outbox,
    inbox: Inbox,
}

impl Line {
    /// See [`dial`].
    pub(crate) fn to(peer: &TransportAddress) -> io::Result<Self> {
        let peer = peer.canonical();
        let transport = dial(&peer, &[])?;
        Ok(Self { transport, peer, outbox: Outbox::default(), inbox: Inbox::new(1) })
    }

    /// Adds a message to what is to be sent.
    pub(crate) fn push(&mut self, message: &[u8]) {
        self.outbox.push(Origin::to(self.peer.clone()), message);
    }

    /// Sends what was pushed, and waits until the system has all of it.
    ///
    /// # Errors
    ///
    /// There is no way to the peer, or the system refuses the message, which is lost.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Sends what was pushed, and waits for a message of the peer, which lasts until the next call.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush). A failure to receive is not an error: whoever misses a message sends again.
    pub(crate) async fn receive(&mut self) -> io::Result<&[u8]> {
        poll_fn(|cx| self.poll_receive(cx)).await?;
        Ok(self.inbox.iter().next().map(|(message, _)| message).unwrap_or_default())
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.transport.try_send(&mut self.outbox) {
                Ok(()) if self.outbox.is_empty() => return Poll::Ready(Ok(())),
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.transport.poll_send_ready(cx)).inspect_err(|_| self.outbox.clear())?;
                }
                Err(error) => {
                    self.outbox.clear();
                    return Poll::Ready(Err(error));
                }
            }
        }
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if !self.outbox.is_empty()
                && let Poll::Ready(Err(error)) = self.poll_flush(cx)
            {
                return Poll::Ready(Err(error));
            }
            self.inbox.clear();
            match ready!(self.transport.poll_receive(cx, &mut self.inbox)) {
                Ok(()) if self.inbox.iter().any(|(_, origin)| self.is_peer(origin)) => {
                    return Poll::Ready(Ok(()));
                }
                Ok(()) => {}
                // A connection was lost, or a datagram came back.
                Err(error) => {
                    tracing::debug!(peer = %self.peer, %error, "receiving failed");
                    // Not again and again without a turn for the caller's timer.
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }

    /// Everybody can send to a UDP socket; the others are connected.
    fn is_peer(&self, origin: &Origin) -> bool {
        match (&self.peer, origin.peer()) {
            (TransportAddress::Udp(peer), TransportAddress::Udp(from)) => *peer == canonical(*from),
            _ => true,
        }
    }
}
