//! Connections that peers open, over TCP (RFC 3430) or the Unix domain.
//!
//! Each has its own task, which cuts what it reads into messages and hands them on; what cannot be
//! cut, or stays silent for long, is closed. Whoever has an answer writes it. The socket that
//! accepts does not belong to a task: it is closed, and its address free, as soon as the listener is dropped.

use super::frames::Frames;
use super::stream::{Stream, Unsent};
use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Sleep;

/// Connections of one listener at a time; further ones are closed at once.
pub(super) const MAX_CONNECTIONS: usize = 256;

/// How long a connection may stay without a whole message.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// Messages of all connections that wait to be received. Further ones wait in their connections.
const MAX_QUEUED: usize = 64;

/// How long to wait after the system could not accept, for example because it has no file descriptors left.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// A socket that accepts connections, and the connections.
pub(crate) struct Listener {
    local: TransportAddress,
    socket: Socket,
    connections: Mutex<Connections>,
    #[cfg(unix)]
    _file: Option<super::socket_file::SocketFile>,
}

/// The connections of a listener, and what they have received.
struct Connections {
    runtime: Handle,
    /// They end with the set.
    tasks: JoinSet<()>,
    sender: mpsc::Sender<(Vec<u8>, Origin)>,
    received: mpsc::Receiver<(Vec<u8>, Origin)>,
    /// While the system cannot accept.
    pause: Option<Pin<Box<Sleep>>>,
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
    /// Listens for TCP connections. An IPv6 socket takes only IPv6.
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
        Ok(Self {
            local,
            socket: Socket::Tcp(listener),
            connections: Mutex::new(Connections::new()),
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
        Ok(Self {
            local: TransportAddress::Unix(address.clone()),
            socket: Socket::Unix(listener),
            connections: Mutex::new(Connections::new()),
            _file: Some(file),
        })
    }
}

impl Connections {
    /// None yet. Needs a tokio runtime around it.
    fn new() -> Self {
        let (sender, received) = mpsc::channel(MAX_QUEUED);
        Self { runtime: Handle::current(), tasks: JoinSet::new(), sender, received, pause: None }
    }

    /// Takes in the connections that peers have opened.
    fn accept(&mut self, socket: &Socket, cx: &mut Context<'_>) {
        loop {
            if let Some(pause) = &mut self.pause {
                if pause.as_mut().poll(cx).is_pending() {
                    return;
                }
                self.pause = None;
            }
            let Poll::Ready(accepted) = socket.poll_accept(cx) else { return };
            while self.tasks.try_join_next().is_some() {}
            match accepted {
                Ok((_, peer)) if self.tasks.len() >= MAX_CONNECTIONS => {
                    tracing::debug!(target: crate::logs::TRANSPORT, %peer, "too many connections");
                }
                Ok((stream, peer)) => {
                    let serve = Arc::new(Accepted::new(stream)).serve(peer, self.sender.clone());
                    self.tasks.spawn_on(serve, &self.runtime);
                }
                Err(error) => {
                    tracing::debug!(target: crate::logs::TRANSPORT, %error, "a connection could not be accepted");
                    let _entered = self.runtime.enter();
                    self.pause = Some(Box::pin(tokio::time::sleep(ACCEPT_AGAIN)));
                }
            }
        }
    }
}

impl Socket {
    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Stream, TransportAddress)>> {
        Poll::Ready(match self {
            Socket::Tcp(listener) => {
                let (stream, peer) = ready!(listener.poll_accept(cx))?;
                Stream::tcp(stream).map(|stream| (stream, TransportAddress::Tcp(peer)))
            }
            #[cfg(unix)]
            Socket::Unix(listener) => {
                let (stream, _) = ready!(listener.poll_accept(cx))?;
                // Clients have no name as a rule, and a name of theirs is of no use.
                Ok((Stream::Unix(stream), TransportAddress::Unix(super::UnixAddress::unnamed())))
            }
        })
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
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.accept(&self.socket, cx);
        while inbox.room() > 0 {
            match connections.received.poll_recv(cx) {
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
                    tracing::debug!(target: crate::logs::TRANSPORT, peer = %origin.peer(), %error, "a connection ends");
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
