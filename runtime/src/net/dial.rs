//! The way to one peer, for who speaks first.

use super::connection::Connection;
use super::udp::Udp;
#[cfg(unix)]
use super::unix_datagrams::UnixDatagrams;
use super::{Transport, TransportAddress};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Octets to ask for as buffers of a socket that carries one message at a time.
const SMALL_BUFFER: usize = 1 << 18;

/// A separate transport to a peer with this address; a connection goes to the `others` as well. Whom a UDP socket
/// hears is not restricted. Needs a tokio runtime; connections are opened when there is something to send.
pub(crate) fn dial(peer: &TransportAddress, others: &[TransportAddress]) -> io::Result<Box<dyn Transport>> {
    match peer {
        TransportAddress::Udp(address) => Ok(Box::new(Udp::bind(own_address(*address)?, SMALL_BUFFER)?)),
        #[cfg(unix)]
        TransportAddress::UnixDatagram(name) => Ok(Box::new(UnixDatagrams::connect(name.clone())?)),
        stream => Ok(Box::new(Connection::new(stream.clone(), others))),
    }
}

/// The address of ours that packets to this peer have, with port 0. Nothing is sent.
pub(crate) fn own_address(peer: SocketAddr) -> io::Result<SocketAddr> {
    let any = match peer {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
    };
    let socket = std::net::UdpSocket::bind(any)?;
    socket.connect(peer)?;
    let mut own = socket.local_addr()?;
    own.set_port(0);
    Ok(own)
}
