//! Datagram sockets of the Unix domain.

use super::socket_file::SocketFile;
use super::{Inbox, Origin, Outbox, Transport, TransportAddress, UnixAddress};
use nix::sys::socket::{MsgFlags, UnixAddr, recvfrom, sendto};
use std::io;
use std::os::fd::AsRawFd;
use std::task::{Context, Poll, ready};
use tokio::io::Interest;
use tokio::net::UnixDatagram;

/// A socket that is bound to a path, or one that is connected to such a socket.
#[derive(Debug)]
pub(crate) struct UnixDatagrams {
    socket: UnixDatagram,
    local: Option<TransportAddress>,
    /// The only peer there is.
    peer: Option<UnixAddress>,
    _file: Option<SocketFile>,
}

impl UnixDatagrams {
    /// Binds to a path, for others to send to.
    pub(crate) fn bind(address: &UnixAddress) -> io::Result<Self> {
        let path = address.path().ok_or(io::ErrorKind::Unsupported)?;
        let is_alive = || UnixDatagram::unbound()?.connect(path);
        let (socket, file) = SocketFile::bind(path, || UnixDatagram::bind(path), is_alive)?;
        let local = Some(TransportAddress::UnixDatagram(address.clone()));
        Ok(Self { socket, local, peer: None, _file: Some(file) })
    }

    /// Binds to a name that nobody else has, to exchange messages with one peer.
    pub(crate) fn connect(peer: UnixAddress) -> io::Result<Self> {
        let (socket, file) = bind_anywhere()?;
        let connected = Self { socket, local: None, peer: Some(peer), _file: file };
        // Nobody may be there yet.
        let _ = connected.reconnect();
        Ok(connected)
    }

    /// Only datagrams of the peer are received then.
    fn reconnect(&self) -> io::Result<()> {
        let path = self.peer.as_ref().and_then(UnixAddress::path).ok_or(io::ErrorKind::Unsupported)?;
        self.socket.connect(path)
    }

    fn send(&self, message: &[u8], to: &Origin) -> io::Result<()> {
        if self.peer.is_none() {
            let TransportAddress::UnixDatagram(name) = to.peer() else {
                return Err(io::ErrorKind::Unsupported.into());
            };
            let name =
                name.to_name().ok_or_else(|| io::Error::other("the sender has no address to answer"))?;
            sendto(self.socket.as_raw_fd(), message, &name, MsgFlags::MSG_DONTWAIT)?;
            return Ok(());
        }
        match self.socket.try_send(message) {
            // The peer has gone, and perhaps come back.
            Err(error) if is_gone(&error) => {
                self.reconnect()?;
                self.socket.try_send(message).map(drop)
            }
            other => other.map(drop),
        }
    }
}

fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, ConnectionReset, NotConnected};
    matches!(error.kind(), ConnectionRefused | ConnectionReset | NotConnected)
}

/// Linux gives a name outside of the file system to who asks for none in particular.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn bind_anywhere() -> io::Result<(UnixDatagram, Option<SocketFile>)> {
    let socket = UnixDatagram::unbound()?;
    nix::sys::socket::bind(socket.as_raw_fd(), &UnixAddr::new_unnamed())?;
    Ok((socket, None))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn bind_anywhere() -> io::Result<(UnixDatagram, Option<SocketFile>)> {
    use crate::engine::Random;
    let number = super::OsRandom::new().next_u32();
    let path = std::env::temp_dir().join(format!("mibc-{}-{number:08x}", std::process::id()));
    let nobody = || Ok(());
    let (socket, file) = SocketFile::bind(&path, || UnixDatagram::bind(&path), nobody)?;
    Ok((socket, Some(file)))
}

impl Transport for UnixDatagrams {
    fn local_address(&self) -> Option<&TransportAddress> {
        self.local.as_ref()
    }

    fn receive_buffer(&self) -> Option<usize> {
        None
    }

    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>> {
        let fd = self.socket.as_raw_fd();
        while inbox.room() > 0 {
            let Some(slot) = inbox.free().next() else { break };
            let received = self.socket.try_io(Interest::READABLE, || Ok(recvfrom::<UnixAddr>(fd, slot)?));
            match received {
                Ok((length, from)) => {
                    let from = UnixAddress::from_name(from.as_ref());
                    inbox.filled(length, Origin::to(TransportAddress::UnixDatagram(from)));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !inbox.is_empty() {
                        break;
                    }
                    ready!(self.socket.poll_recv_ready(cx))?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        while let Some((message, to)) = outbox.front() {
            self.socket.try_io(Interest::WRITABLE, || self.send(message, to))?;
            outbox.pop();
        }
        Ok(())
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.poll_send_ready(cx)
    }
}
