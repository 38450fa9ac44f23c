//! A connection, whatever the transport.

use std::io;

use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use crate::endpoint::Endpoint;

/// What is read at once.
const READ: usize = 16 * 1024;

/// A connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    /// Connects.
    pub(crate) async fn connect(to: &Endpoint) -> io::Result<Self> {
        match to {
            #[cfg(unix)]
            Endpoint::Unix(path) => Ok(Self::Unix(UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Endpoint::Unix(_) => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "there is no Unix domain here"))
            }
            Endpoint::Tcp(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                Ok(Self::Tcp(stream))
            }
        }
    }

    /// Ready when there may be something to read.
    pub(crate) async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.readable().await,
            #[cfg(unix)]
            Self::Unix(stream) => stream.readable().await,
        }
    }

    /// Ready when there may be room.
    pub(crate) async fn writable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.writable().await,
            #[cfg(unix)]
            Self::Unix(stream) => stream.writable().await,
        }
    }

    /// Gives what has come to `take`; `false` at the end of the stream.
    pub(crate) fn read(&self, take: impl FnOnce(&[u8])) -> io::Result<bool> {
        let mut octets = [0; READ];
        let read = match self {
            Self::Tcp(stream) => stream.try_read(&mut octets),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_read(&mut octets),
        };
        match read {
            Ok(0) => Ok(false),
            Ok(count) => {
                take(octets.get(..count).unwrap_or_default());
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Writes as much as there is room for, and takes it out of the buffer.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let mut done = 0;
        let result = loop {
            let rest = out.get(done..).unwrap_or_default();
            if rest.is_empty() {
                break Ok(());
            }
            let written = match self {
                Self::Tcp(stream) => stream.try_write(rest),
                #[cfg(unix)]
                Self::Unix(stream) => stream.try_write(rest),
            };
            match written {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        out.drain(..done);
        result
    }
}
