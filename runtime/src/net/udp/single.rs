//! One datagram per system call, on systems without calls for several.

use super::{Kind, peer};
use crate::net::{Inbox, Origin, Outbox, TransportAddress};
use std::io;
use tokio::net::UdpSocket;

/// The system chooses where answers come from.
pub(super) fn tell_local(_: &UdpSocket, _v6: bool) -> io::Result<bool> {
    Ok(false)
}

/// Each leaves by itself.
pub(super) fn join(_: &UdpSocket, _: &mut Kind) {}

/// Asks for a receive buffer of this size.
pub(super) fn force_receive_buffer(socket: &UdpSocket, octets: usize) {
    // Whatever is given is good enough.
    let _ = socket2::SockRef::from(socket).set_recv_buffer_size(octets);
}

/// Takes in what is there; `WouldBlock` when there is nothing.
pub(super) fn receive(socket: &UdpSocket, _: &Kind, inbox: &mut Inbox) -> io::Result<()> {
    let Some(slot) = inbox.free().next() else { return Ok(()) };
    let (length, from) = socket.try_recv_from(slot)?;
    inbox.filled(length, Origin::to(TransportAddress::Udp(from)));
    Ok(())
}

/// Sends from the head of the outbox until it is empty, or something is wrong with its head.
pub(super) fn send(socket: &UdpSocket, _: &Kind, outbox: &mut Outbox) -> io::Result<()> {
    while let Some((message, to)) = outbox.front() {
        socket.try_send_to(message, peer(to.peer())?)?;
        outbox.pop();
    }
    Ok(())
}
