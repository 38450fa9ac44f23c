//! Several datagrams per system call (recvmmsg and sendmmsg), and the local address of each
//! (IP_PKTINFO, IPV6_RECVPKTINFO).
//!
//! Several of one size to one peer go through the kernel as one (UDP_SEGMENT), which cuts them apart in the end: most of
//! what a small datagram costs is its way there.

use super::{Kind, peer};
use crate::net::origin::{Local, Origin};
use crate::net::{Inbox, Outbox, TransportAddress};
use nix::cmsg_space;
use nix::errno::Errno;
use nix::libc::{in_addr, in_pktinfo, in6_addr, in6_pktinfo};
use nix::sys::socket::{
    ControlMessage, ControlMessageOwned, MsgFlags, MultiHeaders, RecvMsg, SockaddrIn, SockaddrIn6,
    SockaddrLike, getsockopt, recvmmsg, sendmmsg, sendmsg, sendto, setsockopt, sockopt,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::Ordering;
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// Datagrams sent with one call.
const SEND_BATCH: usize = 32;

/// Fewest datagrams that are joined. With fewer there is little to gain, and a capture on this host shows what is joined
/// as one packet.
const FEWEST_JOINED: usize = 4;

/// Largest datagrams that are joined, which every link of IPv6 takes in one piece: 1,280 octets with the headers
/// (RFC 8200 §5). The kernel cuts between datagrams, and fragments none of these.
const LARGEST_JOINED: usize = 1_280 - 40 - 8;

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

/// Lets datagrams be joined, if the kernel can: an older one would send them as one.
pub(super) fn join(socket: &UdpSocket, kind: &mut Kind) {
    *kind.joins.get_mut() = getsockopt(socket, sockopt::UdpGsoSegment).is_ok();
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

/// As [`receive`], of a socket that nobody waits for.
#[cfg(feature = "listener")]
pub(super) fn receive_at_once(socket: RawFd, kind: &Kind, inbox: &mut Inbox) -> io::Result<()> {
    let before = inbox.room();
    let received = match kind.v6 {
        true => receive_from::<SockaddrIn6>(socket, kind, inbox),
        false => receive_from::<SockaddrIn>(socket, kind, inbox),
    };
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
        while !outbox.is_empty() {
            let count = match kind.v6 {
                true => send_some(socket.as_raw_fd(), kind, outbox, |to| match peer(to)? {
                    SocketAddr::V6(to) => Ok(SockaddrIn6::from(to)),
                    SocketAddr::V4(_) => Err(io::ErrorKind::Unsupported.into()),
                }),
                false => send_some(socket.as_raw_fd(), kind, outbox, |to| match peer(to)? {
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

/// Sends some of those at the head; gives their number.
fn send_some<S: SockaddrLike + Copy>(
    socket: RawFd,
    kind: &Kind,
    outbox: &Outbox,
    name: impl Fn(&TransportAddress) -> io::Result<S>,
) -> io::Result<usize> {
    let Some((_, to)) = outbox.front() else { return Ok(0) };
    let single = if kind.joins.load(Ordering::Relaxed) { single(outbox) } else { outbox.len() };
    if single > 0 {
        return send_each(socket, outbox, single.min(SEND_BATCH), to.local, name);
    }
    let alike = outbox.alike(0).0.min(SEND_BATCH);
    match send_joined(socket, outbox, alike, to.local, &name(&to.peer)?) {
        Ok(()) => Ok(alike),
        // The device, or a transformation on the way, cannot do it, or the link is smaller than any should be.
        Err(Errno::EIO | Errno::EINVAL | Errno::EMSGSIZE) => {
            kind.joins.store(false, Ordering::Relaxed);
            send_some(socket, kind, outbox, name)
        }
        Err(error) => Err(error.into()),
    }
}

/// How many there are before the first that leave joined.
fn single(outbox: &Outbox) -> usize {
    let mut single = 0;
    loop {
        match outbox.alike(single) {
            (0, _) | (FEWEST_JOINED.., ..=LARGEST_JOINED) => return single,
            (alike, _) => single += alike,
        }
    }
}

/// Sends as many as `alike` of those at the head, which are alike.
fn send_joined<S: SockaddrLike>(
    socket: RawFd,
    outbox: &Outbox,
    alike: usize,
    local: Option<Local>,
    name: &S,
) -> nix::Result<()> {
    let messages: Vec<IoSlice<'_>> =
        outbox.iter().take(alike).map(|(message, _)| IoSlice::new(message)).collect();
    let size = messages.first().map_or(0, |message| message.len() as u16);
    let sender = local.map(Sender::new);
    let mut control = vec![ControlMessage::UdpGsoSegments(&size)];
    control.extend(sender.as_ref().map(Sender::control));
    sendmsg(socket, &messages, &control, MsgFlags::MSG_DONTWAIT, Some(name)).map(drop)
}

/// Sends those at the head that have one local address in common, up to `most`; gives their number.
fn send_each<S: SockaddrLike + Copy>(
    socket: RawFd,
    outbox: &Outbox,
    most: usize,
    local: Option<Local>,
    name: impl Fn(&TransportAddress) -> io::Result<S>,
) -> io::Result<usize> {
    if let (1, Some((message, to)), None) = (most, outbox.front(), local) {
        return sendto(socket, message, &name(&to.peer)?, MsgFlags::MSG_DONTWAIT)
            .map(|_| 1)
            .map_err(io::Error::from);
    }
    let mut messages = Vec::with_capacity(most);
    let mut names = Vec::with_capacity(messages.capacity());
    for (message, to) in outbox.iter().take(most).take_while(|(_, to)| to.local == local) {
        match name(&to.peer) {
            Ok(name) => names.push(Some(name)),
            Err(error) if names.is_empty() => return Err(error),
            Err(_) => break,
        }
        messages.push([IoSlice::new(message)]);
    }
    let sender = local.map(Sender::new);
    let control = sender.as_ref().map(Sender::control);
    let mut headers = MultiHeaders::preallocate(messages.len(), sender.as_ref().map(Sender::space));
    let sent = sendmmsg(socket, &mut headers, &messages, &names, control.as_slice(), MsgFlags::MSG_DONTWAIT)?;
    Ok(sent.count())
}

/// The address of ours that something leaves from.
enum Sender {
    V4(in_pktinfo),
    V6(in6_pktinfo),
}

impl Sender {
    fn new(Local { address, interface }: Local) -> Self {
        match address {
            IpAddr::V4(address) => {
                // No interface: the way back is up to the routes.
                let address = in_addr { s_addr: u32::from_ne_bytes(address.octets()) };
                let ipi_addr = in_addr { s_addr: 0 };
                Self::V4(in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: address, ipi_addr })
            }
            IpAddr::V6(address) => {
                let interface = if address.is_unicast_link_local() { interface } else { 0 };
                let ipi6_addr = in6_addr { s6_addr: address.octets() };
                Self::V6(in6_pktinfo { ipi6_addr, ipi6_ifindex: interface })
            }
        }
    }

    fn control(&self) -> ControlMessage<'_> {
        match self {
            Self::V4(info) => ControlMessage::Ipv4PacketInfo(info),
            Self::V6(info) => ControlMessage::Ipv6PacketInfo(info),
        }
    }

    /// Room for the control message. The kernel reads all of it: it must be as long as the message in it.
    fn space(&self) -> Vec<u8> {
        match self {
            Self::V4(_) => cmsg_space!(in_pktinfo),
            Self::V6(_) => cmsg_space!(in6_pktinfo),
        }
    }
}

#[cfg(test)]
mod tests;
