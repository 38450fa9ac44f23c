//! UDP sockets as SNMP wants them.

use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::SocketAddr;
use tokio::net::UdpSocket;

/// Size that is asked for both kernel buffers of a socket, in octets. The kernel may give less
/// (`net.core.rmem_max` on Linux).
pub const BUFFER: usize = 4 << 20;

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
