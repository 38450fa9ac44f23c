//! Messages of syslog over the network.

use super::record::Record;
use super::sink::{Failure, Sending, Sink};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket, lookup_host};
use tokio::time::timeout;

/// How long a batch may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Most octets of a message over UDP: what a datagram holds.
const DATAGRAM: usize = 65_507;

/// Sends each record as a message of syslog, which it is already.
///
/// Neither transport has an acknowledgement: what the system takes counts as taken.
#[derive(Debug)]
pub struct Syslog {
    transport: SyslogTransport,
    address: String,
    way: Option<Way>,
}

/// How messages of syslog travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyslogTransport {
    /// A datagram for each (RFC 5426).
    Udp,
    /// One connection, with the octets of each message in front of it (RFC 6587 §3.4.1).
    Tcp,
}

#[derive(Debug)]
enum Way {
    Datagrams(UdpSocket),
    Stream(TcpStream),
}

impl Syslog {
    /// To this address, a host and a port.
    pub fn new(transport: SyslogTransport, address: impl Into<String>) -> Self {
        Self { transport, address: address.into(), way: None }
    }

    async fn way(&mut self) -> io::Result<Way> {
        if let Some(way) = self.way.take().filter(Way::is_open) {
            return Ok(way);
        }
        match self.transport {
            SyslogTransport::Tcp => Ok(Way::Stream(TcpStream::connect(&self.address).await?)),
            SyslogTransport::Udp => {
                let none = || io::Error::new(io::ErrorKind::NotFound, "the name has no address");
                let to = lookup_host(&self.address).await?.next().ok_or_else(none)?;
                let any: SocketAddr =
                    if to.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0u16; 8], 0).into() };
                let socket = UdpSocket::bind(any).await?;
                socket.connect(to).await?;
                Ok(Way::Datagrams(socket))
            }
        }
    }

    /// Gives how many were sent before the error.
    async fn send_all(&mut self, batch: &[Record]) -> Result<(), (usize, io::Error)> {
        let mut way = self.way().await.map_err(|error| (0, error))?;
        match &mut way {
            Way::Datagrams(socket) => {
                for (sent, record) in batch.iter().enumerate() {
                    let message = record.payload.get(..DATAGRAM).unwrap_or(&record.payload);
                    if let Err(error) = socket.send(message).await {
                        // The echo of an earlier one that nobody has taken: this one was not sent.
                        return Err((sent, error));
                    }
                }
            }
            Way::Stream(stream) => {
                let mut octets = Vec::new();
                for record in batch {
                    octets.extend(format!("{} ", record.payload.len()).as_bytes());
                    octets.extend_from_slice(&record.payload);
                }
                stream.write_all(&octets).await.map_err(|error| (0, error))?;
                stream.flush().await.map_err(|error| (0, error))?;
            }
        }
        self.way = Some(way);
        Ok(())
    }
}

impl Way {
    /// Whether the other side has not hung up.
    fn is_open(&self) -> bool {
        match self {
            Self::Datagrams(_) => true,
            // Servers of syslog say nothing, so whatever can be read is the end.
            Self::Stream(stream) => {
                let read = stream.try_read(&mut [0; 64]);
                matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
            }
        }
    }
}

impl Sink for Syslog {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            let late = || (0, io::Error::from(io::ErrorKind::TimedOut));
            let sent = timeout(LIMIT, self.send_all(batch)).await.unwrap_or_else(|_| Err(late()));
            sent.map_err(|(sent, error)| Failure::again(format!("{}: {error}", self.address)).taken(sent))
        })
    }

    fn close(&mut self) -> Sending<'_> {
        Box::pin(async move {
            if let Some(Way::Stream(mut stream)) = self.way.take() {
                stream
                    .shutdown()
                    .await
                    .map_err(|error| Failure::again(format!("{}: {error}", self.address)))?;
            }
            Ok(())
        })
    }
}
