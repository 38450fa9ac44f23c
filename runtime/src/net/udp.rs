//! UDP over IPv4 and IPv6 (RFC 3417 §3).

use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::SocketAddr;
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
}

impl Udp {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = bind_udp(address)?;
        let local = TransportAddress::Udp(socket.local_addr()?);
        Ok(Self { socket, local })
    }
}

/// Binds a UDP socket with large kernel buffers.
///
/// A socket for `[::]` takes IPv6 alone, so that there is one socket per family. SO_REUSEADDR is not
/// set: with it, two sockets could be given one port by the kernel, and each would get some of the
/// other's datagrams.
pub fn bind_udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Whatever is given is good enough.
    let _ = socket.set_recv_buffer_size(BUFFER);
    let _ = socket.set_send_buffer_size(BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

impl Transport for Udp {
    fn local_address(&self) -> &TransportAddress {
        &self.local
    }

    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>> {
        loop {
            ready!(self.socket.poll_recv_ready(cx))?;
            let Some(slot) = inbox.free().next() else { return Poll::Ready(Ok(())) };
            match self.socket.try_recv_from(slot) {
                Ok((length, from)) => {
                    inbox.filled(length, Origin::to(TransportAddress::Udp(from)));
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        while let Some((message, to)) = outbox.front() {
            let to = to.peer().ip().ok_or(io::ErrorKind::Unsupported)?;
            self.socket.try_send_to(message, to)?;
            outbox.pop();
        }
        Ok(())
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_send_ready(cx)
    }
}
