//! Shows the messages that pass through a transport to who wants to see them.

use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A message on its way.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Seen<'a> {
    /// Whether it goes out; else it has come.
    pub outgoing: bool,
    /// The address of ours, if it is known.
    pub local: Option<&'a TransportAddress>,
    /// The other one's.
    pub peer: &'a TransportAddress,
    /// The whole message.
    pub octets: &'a [u8],
}

/// Is called for every message that is sent, when the system has taken it, and for every one that is received, whether it
/// is of any use or not. It is called where messages are worked on: it should be quick, and must not panic.
#[derive(Clone)]
pub struct Tap(Arc<dyn Fn(Seen<'_>) + Send + Sync>);

impl Tap {
    /// Calls this.
    pub fn new(tell: impl Fn(Seen<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells of a message.
    pub fn tell(&self, seen: Seen<'_>) {
        (self.0)(seen);
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tap")
    }
}

/// A transport whose messages are shown.
#[derive(Debug)]
struct Tapped {
    inner: Box<dyn Transport>,
    tap: Tap,
}

/// The transport, its messages shown where there is a tap.
pub(crate) fn tapped(inner: Box<dyn Transport>, tap: Option<&Tap>) -> Box<dyn Transport> {
    match tap {
        Some(tap) => Box::new(Tapped { inner, tap: tap.clone() }),
        None => inner,
    }
}

impl Transport for Tapped {
    fn local_address(&self) -> Option<&TransportAddress> {
        self.inner.local_address()
    }

    fn receive_buffer(&self) -> Option<usize> {
        self.inner.receive_buffer()
    }

    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>> {
        let before = inbox.iter().count();
        let result = self.inner.poll_receive(cx, inbox);
        for (octets, origin) in inbox.iter().skip(before) {
            let (local, peer) = (self.inner.local_address(), origin.peer());
            self.tap.tell(Seen { outgoing: false, local, peer, octets });
        }
        result
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        let waiting: Vec<(Vec<u8>, TransportAddress)> =
            outbox.iter().map(|(octets, to)| (octets.to_vec(), to.peer().clone())).collect();
        let result = self.inner.try_send(outbox);
        let gone = waiting.len().saturating_sub(outbox.len());
        for (octets, peer) in waiting.iter().take(gone) {
            self.tap.tell(Seen { outgoing: true, local: self.inner.local_address(), peer, octets });
        }
        result
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_send_ready(cx)
    }

    fn hang_up(&self, origin: &Origin) {
        self.inner.hang_up(origin);
    }
}
