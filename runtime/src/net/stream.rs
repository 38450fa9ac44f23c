//! The octets of a connection, in both directions.

use super::TransportAddress;
use crate::ber::MAX_MESSAGE;
use std::io;
use std::task::{Context, Poll, ready};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

/// Octets that wait for a peer to read them; with more waiting, no further message is accepted.
const MAX_UNSENT: usize = 4 * MAX_MESSAGE;

#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    /// Connects. Addresses of datagram transports have no streams.
    pub(super) async fn open(peer: TransportAddress) -> io::Result<Self> {
        match peer {
            TransportAddress::Tcp(address) => Self::tcp(TcpStream::connect(address).await?),
            #[cfg(unix)]
            TransportAddress::Unix(address) => {
                let path = address.path().ok_or(io::ErrorKind::Unsupported)?;
                Ok(Stream::Unix(UnixStream::connect(path).await?))
            }
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub(super) fn tcp(stream: TcpStream) -> io::Result<Self> {
        // A request or response is complete: nothing that would be worth waiting for follows.
        stream.set_nodelay(true)?;
        Ok(Stream::Tcp(stream))
    }

    pub(super) fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Tcp(stream) => stream.poll_read_ready(cx),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.poll_read_ready(cx),
        }
    }

    pub(super) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.try_read(buffer),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.try_read(buffer),
        }
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Tcp(stream) => stream.poll_write_ready(cx),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.poll_write_ready(cx),
        }
    }

    fn try_write(&self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.try_write(octets),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.try_write(octets),
        }
    }
}

/// What the peer's side has no room for yet.
#[derive(Debug, Default)]
pub(super) struct Unsent {
    octets: Vec<u8>,
    start: usize,
}

impl Unsent {
    /// True when a message may be [pushed](Self::push).
    pub(super) fn has_room(&self) -> bool {
        self.octets.len() - self.start < MAX_UNSENT
    }

    pub(super) fn push(&mut self, message: &[u8]) {
        self.octets.drain(..self.start);
        self.start = 0;
        self.octets.extend_from_slice(message);
    }

    /// Writes as much as the stream takes; true when that was all.
    pub(super) fn flush(&mut self, stream: &Stream) -> io::Result<bool> {
        while let Some(rest) = self.octets.get(self.start..)
            && !rest.is_empty()
        {
            match stream.try_write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(octets) => self.start += octets,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        self.octets.clear();
        self.start = 0;
        Ok(true)
    }

    /// Writes all, in time.
    pub(super) fn poll_flush(&mut self, stream: &Stream, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.flush(stream)? {
            ready!(stream.poll_write_ready(cx))?;
        }
        Poll::Ready(Ok(()))
    }
}
