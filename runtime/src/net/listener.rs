//! Connections that peers open, over TCP (RFC 3430) or the Unix domain.
//!
//! Each has a task of its own, which cuts what it reads into messages and hands them on; what cannot be
//! cut, or stays silent for long, is closed. Answers are written by whoever has them.

use super::frames::Frames;
use super::stream::{Stream, Unsent};
use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// Connections of one listener at a time; further ones are closed at once.
pub(super) const MAX_CONNECTIONS: usize = 256;

/// How long a connection may stay without a whole message.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// Messages of all connections that wait to be received. Further ones wait in their connections.
const MAX_QUEUED: usize = 64;

/// How long to wait after the system could not accept, such as for want of file descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// A socket that accepts connections, and the connections.
pub(crate) struct Listener {
    local: TransportAddress,
    received: Mutex<mpsc::Receiver<(Vec<u8>, Origin)>>,
    task: AbortHandle,
    #[cfg(unix)]
    _file: Option<super::socket_file::SocketFile>,
}

/// One connection, for those who have answers to write.
pub(super) struct Accepted {
    stream: Stream,
    out: Mutex<Out>,
}

#[derive(Default)]
struct Out {
    unsent: Unsent,
    /// The connection's task, which writes what could not be written at once.
    task: Option<Waker>,
    broken: bool,
}

enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    /// Listens for TCP connections. An IPv6 socket takes IPv6 alone.
    pub(crate) fn tcp(address: SocketAddr) -> io::Result<Self> {
        use socket2::{Domain, Protocol, Type};
        let socket = socket2::Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // On Unix this does not let two listen on one port; it lets one listen again while connections of
        // the time before still linger.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(128)?;
        let listener = TcpListener::from_std(socket.into())?;
        let local = TransportAddress::Tcp(listener.local_addr()?);
        let (received, task) = accept(Socket::Tcp(listener));
        Ok(Self {
            local,
            received,
            task,
            #[cfg(unix)]
            _file: None,
        })
    }

    /// Listens for connections in the file system.
    #[cfg(unix)]
    pub(crate) fn unix(address: &super::UnixAddress) -> io::Result<Self> {
        let path = address.path().ok_or(io::ErrorKind::Unsupported)?;
        let is_alive = || std::os::unix::net::UnixStream::connect(path).map(drop);
        let (listener, file) =
            super::socket_file::SocketFile::bind(path, || UnixListener::bind(path), is_alive)?;
        let (received, task) = accept(Socket::Unix(listener));
        Ok(Self { local: TransportAddress::Unix(address.clone()), received, task, _file: Some(file) })
    }
}

type Received = Mutex<mpsc::Receiver<(Vec<u8>, Origin)>>;

/// Begins to accept.
fn accept(socket: Socket) -> (Received, AbortHandle) {
    let (sender, receiver) = mpsc::channel(MAX_QUEUED);
    let task = tokio::spawn(async move {
        // The connections end with the set.
        let mut connections = JoinSet::new();
        loop {
            let accepted = socket.accept().await;
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((_, peer)) if connections.len() >= MAX_CONNECTIONS => {
                    tracing::debug!(%peer, "too many connections");
                }
                Ok((stream, peer)) => {
                    connections.spawn(Arc::new(Accepted::new(stream)).serve(peer, sender.clone()));
                }
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            }
        }
    });
    (Mutex::new(receiver), task.abort_handle())
}

impl Socket {
    async fn accept(&self) -> io::Result<(Stream, TransportAddress)> {
        match self {
            Socket::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok((Stream::tcp(stream)?, TransportAddress::Tcp(peer)))
            }
            #[cfg(unix)]
            Socket::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                // Clients have no name as a rule, and a name of theirs is of no use.
                let peer = TransportAddress::Unix(super::UnixAddress::unnamed());
                Ok((Stream::Unix(stream), peer))
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("local", &self.local).finish_non_exhaustive()
    }
}

impl Transport for Listener {
    fn local_address(&self) -> Option<&TransportAddress> {
        Some(&self.local)
    }

    fn receive_buffer(&self) -> Option<usize> {
        None
    }

    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>> {
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        while inbox.room() > 0 {
            match received.poll_recv(cx) {
                Poll::Ready(Some((message, origin))) => inbox.push(&message, origin),
                Poll::Ready(None) => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                Poll::Pending if inbox.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        while let Some((message, to)) = outbox.front() {
            // A response leaves on the connection that its request came by, or not at all.
            let connection = to.connection.as_ref().and_then(std::sync::Weak::upgrade);
            connection.ok_or(io::ErrorKind::NotConnected)?.send(message)?;
            outbox.pop();
        }
        Ok(())
    }

    fn poll_send_ready(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn hang_up(&self, origin: &Origin) {
        if let Some(connection) = origin.connection.as_ref().and_then(std::sync::Weak::upgrade) {
            connection.hang_up(&mut connection.out());
        }
    }
}

impl Accepted {
    fn new(stream: Stream) -> Self {
        Self { stream, out: Mutex::default() }
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        // Nothing that runs under the lock leaves it half-changed.
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands on what is read until the connection ends.
    async fn serve(self: Arc<Self>, peer: TransportAddress, sender: mpsc::Sender<(Vec<u8>, Origin)>) {
        let origin = Origin { connection: Some(Arc::downgrade(&self)), ..Origin::to(peer) };
        let mut frames = Frames::default();
        loop {
            let message = tokio::time::timeout(IDLE_TIMEOUT, self.read(&mut frames)).await;
            let message = message.unwrap_or_else(|elapsed| Err(elapsed.into()));
            let sent = match message {
                Ok(message) => sender.send((message, origin.clone())).await,
                Err(error) => {
                    tracing::debug!(peer = %origin.peer(), %error, "a connection ends");
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    }

    async fn read(&self, frames: &mut Frames) -> io::Result<Vec<u8>> {
        loop {
            if let Some(message) = frames.next()? {
                return Ok(message.to_vec());
            }
            std::future::poll_fn(|cx| self.poll_readable(cx)).await?;
            match frames.read_with(|buffer| self.stream.try_read(buffer)) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
    }

    /// Waits for something to read, and writes meanwhile.
    fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut out = self.out();
        if out.broken {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        if let Poll::Ready(Err(error)) = out.unsent.poll_flush(&self.stream, cx) {
            return Poll::Ready(Err(error));
        }
        out.task = Some(cx.waker().clone());
        drop(out);
        ready!(self.stream.poll_read_ready(cx))?;
        Poll::Ready(Ok(()))
    }

    /// Writes an answer, at once or when there is room. A peer that does not read its answers loses the
    /// connection.
    fn send(&self, message: &[u8]) -> io::Result<()> {
        let mut out = self.out();
        if out.broken {
            return Err(io::ErrorKind::NotConnected.into());
        }
        if !out.unsent.has_room() {
            self.hang_up(&mut out);
            return Err(io::Error::other("the peer does not read its answers"));
        }
        out.unsent.push(message);
        match out.unsent.flush(&self.stream) {
            Ok(true) => {}
            Ok(false) => out.task.take().into_iter().for_each(Waker::wake),
            Err(_) => self.hang_up(&mut out),
        }
        Ok(())
    }

    fn hang_up(&self, out: &mut Out) {
        out.broken = true;
        out.task.take().into_iter().for_each(Waker::wake);
    }
}
