//! The receiving side of agents and of listeners for notifications: several transports, answered by the
//! way that each message came.

use super::listener::Listener;
use super::udp::Udp;
#[cfg(unix)]
use super::unix_datagrams::UnixDatagrams;
use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
#[cfg(feature = "listener")]
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Errors in a row after which receiving is given up: by then the socket is broken, not the network.
const MAX_RECEIVE_ERRORS: u32 = 100;

/// Messages taken in at a time.
const BATCH: usize = 32;

/// Transports to receive from. One task receives; answers go through an [`Outlet`].
#[derive(Debug)]
pub(crate) struct Intake {
    outlet: Outlet,
    /// Who is asked first: a busy socket must not starve the others.
    first: usize,
    inbox: Inbox,
    errors: u32,
}

/// The way out of an [`Intake`]'s transports. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Outlet {
    pub(super) transports: Arc<[Box<dyn Transport>]>,
}

/// Binds a transport for receiving. Port 0 lets the system choose.
#[cfg(feature = "agent")]
pub(crate) fn listen(address: &TransportAddress) -> io::Result<Box<dyn Transport>> {
    listen_with(address, super::BUFFER)
}

/// As [`listen`]; `buffer` octets are asked of the kernel for datagrams that have arrived.
pub(crate) fn listen_with(address: &TransportAddress, buffer: usize) -> io::Result<Box<dyn Transport>> {
    match address {
        TransportAddress::Udp(address) => Ok(Box::new(Udp::listen(*address, buffer)?)),
        TransportAddress::Tcp(address) => Ok(Box::new(Listener::tcp(*address)?)),
        #[cfg(unix)]
        TransportAddress::Unix(address) => Ok(Box::new(Listener::unix(address)?)),
        #[cfg(unix)]
        TransportAddress::UnixDatagram(address) => Ok(Box::new(UnixDatagrams::bind(address)?)),
    }
}

/// As [`listen_with`], where reading [rests](Intake::rest) at times.
#[cfg(feature = "listener")]
pub(crate) fn listen_resting(address: &TransportAddress, buffer: usize) -> io::Result<Box<dyn Transport>> {
    match address {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        TransportAddress::Udp(address) => Ok(Box::new(super::udp::Resting::listen(*address, buffer)?)),
        other => listen_with(other, buffer),
    }
}

impl Intake {
    pub(crate) fn new(transports: Vec<Box<dyn Transport>>) -> Self {
        let outlet = Outlet { transports: transports.into() };
        Self { outlet, first: 0, inbox: Inbox::new(BATCH), errors: 0 }
    }

    pub(crate) fn outlet(&self) -> Outlet {
        self.outlet.clone()
    }

    /// The addresses of the transports.
    pub(crate) fn local_addresses(&self) -> impl Iterator<Item = &TransportAddress> {
        self.outlet.transports.iter().filter_map(|transport| transport.local_address())
    }

    /// What the kernel drops of what comes to the transports.
    #[cfg(feature = "listener")]
    pub(crate) fn drops(&self) -> super::Drops {
        let mut drops = super::Drops::default();
        self.outlet.transports.iter().for_each(|transport| transport.count_drops(&mut drops));
        drops
    }

    /// The smallest buffer of the kernel for what comes to the transports; `None` if senders wait for all of them.
    #[cfg(feature = "listener")]
    pub(crate) fn receive_buffer(&self) -> Option<usize> {
        self.outlet.transports.iter().filter_map(|transport| transport.receive_buffer()).min()
    }

    /// Nobody wants to receive for a while.
    #[cfg(feature = "listener")]
    pub(crate) fn rest(&self) {
        self.outlet.transports.iter().for_each(|transport| transport.rest());
    }

    /// Whether the room was full after the messages that were taken in.
    #[cfg(feature = "listener")]
    pub(crate) fn is_full(&self) -> bool {
        self.inbox.room() == 0
    }

    /// The address of ours that a message came to, as far as the system tells.
    #[cfg(feature = "listener")]
    pub(crate) fn destination(&self, origin: &Origin) -> Option<TransportAddress> {
        let bound = self.outlet.transports.get(origin.transport)?.local_address()?;
        match (bound, origin.local) {
            (TransportAddress::Udp(bound), Some(local)) => {
                Some(TransportAddress::Udp(SocketAddr::new(local.address, bound.port())))
            }
            (TransportAddress::Udp(any) | TransportAddress::Tcp(any), _) if any.ip().is_unspecified() => None,
            (bound, _) => Some(bound.clone()),
        }
    }

    /// As [`poll_receive`](Self::poll_receive). Dropping the future loses nothing.
    #[cfg(feature = "agent")]
    pub(crate) async fn receive(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_receive(cx)).await
    }

    /// The messages that [`poll_receive`](Self::poll_receive) has taken in.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&[u8], &Origin)> {
        self.inbox.iter()
    }

    /// Waits for messages, and forgets those of the time before.
    ///
    /// # Errors
    ///
    /// Receiving has failed many times in a row.
    pub(crate) fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inbox.clear();
        let transports = &self.outlet.transports;
        for step in 0..transports.len() {
            let index = (self.first + step) % transports.len();
            let Some(transport) = transports.get(index) else { continue };
            self.inbox.transport = index;
            self.inbox.bound = transport.local_address().and_then(bound_to);
            loop {
                match transport.poll_receive(cx, &mut self.inbox) {
                    Poll::Ready(Ok(())) if !self.inbox.is_empty() => {
                        self.errors = 0;
                        self.first = index + 1;
                        return Poll::Ready(Ok(()));
                    }
                    Poll::Ready(Ok(())) => {}
                    // Such as the echo of an answer that could not be delivered.
                    Poll::Ready(Err(error)) => {
                        tracing::debug!(target: crate::logs::TRANSPORT, %error, "receiving failed");
                        self.errors += 1;
                        if self.errors >= MAX_RECEIVE_ERRORS {
                            self.errors = 0;
                            return Poll::Ready(Err(error));
                        }
                    }
                    Poll::Pending => break,
                }
            }
        }
        Poll::Pending
    }
}

/// The one IP address that a transport listens on.
fn bound_to(address: &TransportAddress) -> Option<IpAddr> {
    address.ip().map(|address| address.ip()).filter(|address| !address.is_unspecified())
}

impl Outlet {
    /// Ends the connection by which something came that is not a message. Datagrams have no connection.
    pub(crate) fn hang_up(&self, origin: &Origin) {
        if let Some(transport) = self.transports.get(origin.transport) {
            transport.hang_up(origin);
        }
    }

    /// Sends answers, each by the transport and from the address that its message came to. What cannot
    /// be sent is logged, and lost.
    pub(crate) async fn send(&self, outbox: &mut Outbox) {
        outbox.gather();
        while let Some((message, to)) = outbox.front() {
            let octets = message.len();
            let Some(transport) = self.transports.get(to.transport) else {
                outbox.pop();
                continue;
            };
            match transport.try_send(outbox) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if poll_fn(|cx| transport.poll_send_ready(cx)).await.is_err() {
                        outbox.pop();
                    }
                }
                Err(error) => {
                    if let Some(to) = outbox.pop() {
                        tracing::debug!(target: crate::logs::TRANSPORT, peer = %to.peer(), octets, %error, "an answer could not be sent");
                    }
                }
            }
        }
    }
}
