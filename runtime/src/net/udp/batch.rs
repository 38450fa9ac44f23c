//! Several datagrams per system call (recvmmsg and sendmmsg), and the local address of each
//! (IP_PKTINFO, IPV6_RECVPKTINFO).

use super::{Kind, peer};
use crate::net::origin::{Local, Origin};
use crate::net::{Inbox, Outbox, TransportAddress};
use nix::cmsg_space;
use nix::libc::{in_addr, in_pktinfo, in6_addr, in6_pktinfo};
use nix::sys::socket::{
    ControlMessage, ControlMessageOwned, MsgFlags, MultiHeaders, RecvMsg, SockaddrIn, SockaddrIn6,
    SockaddrLike, recvmmsg, sendmmsg, sendto, setsockopt, sockopt,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::Ordering;
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// Datagrams sent with one call.
const SEND_BATCH: usize = 32;

/// Fewest datagrams that a call has room for.
const LEAST: usize = 4;

/// Has the kernel tell which address of ours each datagram was sent to.
pub(super) fn tell_local(socket: &UdpSocket, v6: bool) -> io::Result<bool> {
    match v6 {
        true => setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true)?,
        false => setsockopt(socket, sockopt::Ipv4PacketInfo, &true)?,
    }
    Ok(true)
}

/// Asks for a receive buffer of this size: beyond the system's limit if that is allowed, otherwise up to it.
pub(super) fn force_receive_buffer(socket: &UdpSocket, octets: usize) {
    // Whatever is given is good enough.
    if setsockopt(socket, sockopt::RcvBufForce, &octets).is_err() {
        let _ = setsockopt(socket, sockopt::RcvBuf, &octets);
    }
}

/// Takes in what is there; `WouldBlock` when there is nothing.
pub(super) fn receive(socket: &UdpSocket, kind: &Kind, inbox: &mut Inbox) -> io::Result<()> {
    let before = inbox.room();
    let received = socket.try_io(Interest::READABLE, || match kind.v6 {
        true => receive_from::<SockaddrIn6>(socket.as_raw_fd(), kind, inbox),
        false => receive_from::<SockaddrIn>(socket.as_raw_fd(), kind, inbox),
    });
    match received {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock && inbox.room() < before => Ok(()),
        result => result,
    }
}

/// `WouldBlock` says that the queue is empty, also after some was taken in: this spares the call that
/// would find that out.
fn receive_from<S>(socket: RawFd, kind: &Kind, inbox: &mut Inbox) -> io::Result<()>
where
    S: SockaddrLike + Copy,
    SocketAddr: From<S>,
{
    // Room is prepared for no more than are likely to come: that costs more than a call saves.
    let recent = kind.recent.load(Ordering::Relaxed);
    let width = inbox.room().min(recent.saturating_mul(2).max(LEAST));
    let space = kind.tells_local.then(|| cmsg_space!(in6_pktinfo));
    let mut headers = MultiHeaders::<S>::preallocate(width, space);
    let slots = inbox.free().take(width);
    let mut slots: Vec<[IoSliceMut<'_>; 1]> = slots.map(|slot| [IoSliceMut::new(slot)]).collect();
    let received = recvmmsg(socket, &mut headers, slots.iter_mut(), MsgFlags::MSG_DONTWAIT, None)?;
    let received: Vec<(usize, Origin)> =
        received.filter_map(|message| Some((message.bytes, origin(&message)?))).collect();
    let count = received.len();
    for (length, origin) in received {
        inbox.filled(length, origin);
    }
    kind.recent.store(count, Ordering::Relaxed);
    if count < width { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
}

fn origin<S>(message: &RecvMsg<'_, '_, S>) -> Option<Origin>
where
    S: SockaddrLike + Copy,
    SocketAddr: From<S>,
{
    let peer = SocketAddr::from(message.address?);
    // Without the option the kernel sends no control messages; truncated ones count as none.
    let local = message.cmsgs().ok().and_then(|mut cmsgs| cmsgs.find_map(|cmsg| local(&cmsg)));
    Some(Origin { local, ..Origin::to(TransportAddress::Udp(peer)) })
}

fn local(cmsg: &ControlMessageOwned) -> Option<Local> {
    match cmsg {
        ControlMessageOwned::Ipv4PacketInfo(info) => Some(Local {
            // For broadcasts the interface's address, not that of the header.
            address: Ipv4Addr::from(info.ipi_spec_dst.s_addr.to_ne_bytes()).into(),
            interface: u32::try_from(info.ipi_ifindex).unwrap_or(0),
        }),
        ControlMessageOwned::Ipv6PacketInfo(info) => {
            let address = Ipv6Addr::from(info.ipi6_addr.s6_addr);
            // Nothing is sent from a multicast address.
            (!address.is_multicast()).then(|| Local { address: address.into(), interface: info.ipi6_ifindex })
        }
        _ => None,
    }
}

/// Sends from the head of the outbox until it is empty, or something is wrong with its head.
pub(super) fn send(socket: &UdpSocket, kind: &Kind, outbox: &mut Outbox) -> io::Result<()> {
    socket.try_io(Interest::WRITABLE, || {
        while let Some((_, to)) = outbox.front() {
            let local = to.local;
            let count = match kind.v6 {
                true => send_to(socket.as_raw_fd(), outbox, local, |to| match peer(to)? {
                    SocketAddr::V6(to) => Ok(SockaddrIn6::from(to)),
                    SocketAddr::V4(_) => Err(io::ErrorKind::Unsupported.into()),
                }),
                false => send_to(socket.as_raw_fd(), outbox, local, |to| match peer(to)? {
                    SocketAddr::V4(to) => Ok(SockaddrIn::from(to)),
                    SocketAddr::V6(_) => Err(io::ErrorKind::Unsupported.into()),
                }),
            }?;
            for _ in 0..count.max(1) {
                outbox.pop();
            }
        }
        Ok(())
    })
}

/// Sends those at the head that have one local address in common; gives their number.
fn send_to<S: SockaddrLike + Copy>(
    socket: RawFd,
    outbox: &Outbox,
    local: Option<Local>,
    name: impl Fn(&TransportAddress) -> io::Result<S>,
) -> io::Result<usize> {
    if let (1, Some((message, to)), None) = (outbox.len(), outbox.front(), local) {
        return sendto(socket, message, &name(&to.peer)?, MsgFlags::MSG_DONTWAIT)
            .map(|_| 1)
            .map_err(io::Error::from);
    }
    let mut messages = Vec::with_capacity(outbox.len().min(SEND_BATCH));
    let mut names = Vec::with_capacity(messages.capacity());
    for (message, to) in outbox.iter().take(SEND_BATCH).take_while(|(_, to)| to.local == local) {
        match name(&to.peer) {
            Ok(name) => names.push(Some(name)),
            Err(error) if names.is_empty() => return Err(error),
            Err(_) => break,
        }
        messages.push([IoSlice::new(message)]);
    }
    let (v4, v6);
    let from = match local.map(|local| (local.address, local.interface)) {
        Some((IpAddr::V4(address), _)) => {
            // No interface: the way back is up to the routes.
            let address = in_addr { s_addr: u32::from_ne_bytes(address.octets()) };
            v4 = in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: address, ipi_addr: in_addr { s_addr: 0 } };
            Some(ControlMessage::Ipv4PacketInfo(&v4))
        }
        Some((IpAddr::V6(address), interface)) => {
            let interface = if address.is_unicast_link_local() { interface } else { 0 };
            v6 = in6_pktinfo { ipi6_addr: in6_addr { s6_addr: address.octets() }, ipi6_ifindex: interface };
            Some(ControlMessage::Ipv6PacketInfo(&v6))
        }
        None => None,
    };
    let space = from.map(|_| match local.is_some_and(|local| local.address.is_ipv4()) {
        // The kernel reads all of it: it must be as long as the message in it.
        true => cmsg_space!(in_pktinfo),
        false => cmsg_space!(in6_pktinfo),
    });
    let mut headers = MultiHeaders::preallocate(messages.len(), space);
    let sent = sendmmsg(socket, &mut headers, &messages, &names, from.as_slice(), MsgFlags::MSG_DONTWAIT)?;
    Ok(sent.count())
}
