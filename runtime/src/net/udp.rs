//! UDP over IPv4 and IPv6 (RFC 3417 §3).
//!
//! On Linux several datagrams go into one system call, and what comes to a socket that is bound to no
//! single address is answered from the address that was asked. Elsewhere each takes its own call,
//! and the system chooses.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod batch;
#[cfg(all(feature = "listener", any(target_os = "linux", target_os = "android")))]
mod resting;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod single;

#[cfg(any(target_os = "linux", target_os = "android"))]
use batch as system;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use single as system;

#[cfg(all(feature = "listener", any(target_os = "linux", target_os = "android")))]
pub(crate) use resting::Resting;

use super::wakers::Wakers;
use super::{Inbox, Outbox, Transport, TransportAddress};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::net::UdpSocket;

/// Size that is asked for both kernel buffers of a socket, in octets. The kernel may give less
/// (`net.core.rmem_max` on Linux).
pub const BUFFER: usize = 4 << 20;

/// A socket that is bound and not connected.
#[derive(Debug)]
pub(crate) struct Udp {
    socket: UdpSocket,
    local: TransportAddress,
    kind: Kind,
    /// Who waits until something can be sent.
    senders: Arc<Wakers>,
}

/// What the system's calls have to know of a socket.
#[derive(Debug, Default)]
struct Kind {
    v6: bool,
    /// The kernel tells which address of ours each datagram was sent to.
    tells_local: bool,
    /// Datagrams to one peer may leave joined.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    joins: std::sync::atomic::AtomicBool,
    /// Datagrams that came together the last time.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    recent: std::sync::atomic::AtomicUsize,
}

impl Udp {
    /// Binds a socket with large kernel buffers.
    ///
    /// A socket for `[::]` takes only IPv6, so that there is one socket per family. SO_REUSEADDR is not set: with it,
    /// the kernel could give two sockets the same port, and each would get some of the other's datagrams.
    pub(crate) fn bind(address: SocketAddr, buffer: usize) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // Whatever is given is good enough.
        let _ = socket.set_recv_buffer_size(buffer);
        let _ = socket.set_send_buffer_size(buffer);
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let socket = UdpSocket::from_std(socket.into())?;
        let local = TransportAddress::Udp(socket.local_addr()?);
        let kind = Kind { v6: address.is_ipv6(), ..Kind::default() };
        Ok(Self { socket, local, kind, senders: Arc::default() })
    }

    /// Binds a socket that answers from the address that was asked, if the system can do that. `buffer` octets
    /// are asked for what has arrived, beyond the system's limit if the process may do so.
    pub(crate) fn listen(address: SocketAddr, buffer: usize) -> io::Result<Self> {
        let mut udp = Self::bind(address, BUFFER)?;
        if buffer != BUFFER {
            system::force_receive_buffer(&udp.socket, buffer);
        }
        system::join(&udp.socket, &mut udp.kind);
        if address.ip().is_unspecified() {
            udp.kind.tells_local = system::tell_local(&udp.socket, udp.kind.v6)?;
        }
        Ok(udp)
    }
}

impl Transport for Udp {
    fn local_address(&self) -> Option<&TransportAddress> {
        Some(&self.local)
    }

    fn receive_buffer(&self) -> Option<usize> {
        SockRef::from(&self.socket).recv_buffer_size().ok()
    }

    #[cfg(all(feature = "listener", any(target_os = "linux", target_os = "android")))]
    fn count_drops(&self, drops: &mut super::Drops) {
        drops.add(std::os::fd::AsFd::as_fd(&self.socket));
    }

    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>> {
        loop {
            ready!(self.socket.poll_recv_ready(cx))?;
            match system::receive(&self.socket, &self.kind, inbox) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
        }
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        system::send(&self.socket, &self.kind, outbox)
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.senders.poll(cx, |cx| self.socket.poll_send_ready(cx))
    }
}

fn peer(to: &TransportAddress) -> io::Result<SocketAddr> {
    match to {
        TransportAddress::Udp(address) => Ok(*address),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}
