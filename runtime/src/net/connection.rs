//! A connection to one peer, over TCP (RFC 3430) or the Unix domain: opened when there is something to
//! send, and again after it was lost.

use super::frames::Frames;
use super::stream::{Stream, Unsent};
use super::{Inbox, Origin, Outbox, Transport, TransportAddress};
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::task::JoinSet;

/// How long the system may try to connect. What waits for the connection ends earlier by its own timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to try one address of a peer before the next one is tried beside it (recommended by RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);

/// A connection and its peer.
pub(crate) struct Connection {
    /// What messages are said to come from, whichever address they come from: a connection has one peer.
    peer: TransportAddress,
    /// All addresses of the peer, in the order to try them.
    addresses: Vec<TransportAddress>,
    state: Mutex<State>,
}

enum State {
    Closed,
    Opening(Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>),
    Open(Open),
}

struct Open {
    stream: Stream,
    frames: Frames,
    unsent: Unsent,
}

impl Connection {
    /// To a peer with this address, and perhaps others. Nothing is opened yet.
    pub(crate) fn new(peer: TransportAddress, others: &[TransportAddress]) -> Self {
        let addresses = std::iter::once(&peer).chain(others).cloned().collect();
        Self { peer, addresses, state: Mutex::new(State::Closed) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves the state half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Connection {
    fn local_address(&self) -> Option<&TransportAddress> {
        None
    }

    fn receive_buffer(&self) -> Option<usize> {
        None
    }

    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        let State::Open(open) = &mut *state else { return Poll::Pending };
        match open.poll_receive(cx, inbox, &self.peer) {
            Poll::Ready(Err(error)) => {
                *state = State::Closed;
                Poll::Ready(Err(error))
            }
            other => other,
        }
    }

    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()> {
        let mut state = self.lock();
        let State::Open(open) = &mut *state else { return Err(io::ErrorKind::WouldBlock.into()) };
        while open.unsent.has_room()
            && let Some((message, _)) = outbox.front()
        {
            open.unsent.push(message);
            outbox.pop();
        }
        match open.unsent.flush(&open.stream) {
            Ok(true) => Ok(()),
            Ok(false) => Err(io::ErrorKind::WouldBlock.into()),
            // Lost: what was in it will be repeated, and what is still here goes into the next one.
            Err(error) => {
                tracing::debug!(target: crate::logs::TRANSPORT, peer = %self.peer, %error, "a connection was lost");
                *state = State::Closed;
                Err(io::ErrorKind::WouldBlock.into())
            }
        }
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        if let State::Closed = &*state {
            let opening = tokio::time::timeout(CONNECT_TIMEOUT, open_any(self.addresses.clone()));
            *state = State::Opening(Box::pin(async { opening.await? }));
        }
        match &mut *state {
            State::Closed => Poll::Pending,
            State::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                Ok(stream) => {
                    let (frames, unsent) = (Frames::default(), Unsent::default());
                    *state = State::Open(Open { stream, frames, unsent });
                    // There is something to receive from now.
                    cx.waker().wake_by_ref();
                    Poll::Ready(Ok(()))
                }
                Err(error) => {
                    *state = State::Closed;
                    Poll::Ready(Err(error))
                }
            },
            State::Open(open) => match ready!(open.unsent.poll_flush(&open.stream, cx)) {
                Ok(()) => Poll::Ready(Ok(())),
                // As good as any time to open it again.
                Err(_) => {
                    *state = State::Closed;
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
            },
        }
    }
}

/// Connects to the address that answers first. One that refuses makes way for the next at once, one that is silent
/// after a while.
async fn open_any(addresses: Vec<TransportAddress>) -> io::Result<Stream> {
    let mut waiting = addresses.into_iter();
    // Those still trying end when this is dropped.
    let mut attempts = JoinSet::new();
    let mut failures = Vec::new();
    loop {
        if let Some(address) = waiting.next() {
            attempts.spawn(async { (Stream::open(address.clone()).await, address) });
        }
        let ended = match waiting.len() {
            0 => attempts.join_next().await,
            _ => match tokio::time::timeout(HEAD_START, attempts.join_next()).await {
                Ok(ended) => ended,
                Err(_) => continue,
            },
        };
        match ended {
            Some(Ok((Ok(stream), _))) => return Ok(stream),
            Some(Ok((Err(error), address))) => failures.push((address, error)),
            Some(Err(error)) => return Err(io::Error::other(error)),
            None => return Err(all_failed(failures)),
        }
    }
}

/// The system's error if there is one address; otherwise one that tells what happened to each.
fn all_failed(mut failures: Vec<(TransportAddress, io::Error)>) -> io::Error {
    if failures.len() < 2 {
        return failures.pop().map_or_else(|| io::ErrorKind::AddrNotAvailable.into(), |(_, error)| error);
    }
    let texts: Vec<String> = failures.iter().map(|(address, error)| format!("{address}: {error}")).collect();
    let kind = failures.last().map_or(io::ErrorKind::Other, |(_, error)| error.kind());
    io::Error::new(kind, texts.join("; "))
}

impl Open {
    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        inbox: &mut Inbox,
        peer: &TransportAddress,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(Err(error)) = self.unsent.poll_flush(&self.stream, cx) {
            return Poll::Ready(Err(error));
        }
        loop {
            while inbox.room() > 0
                && let Some(message) = self.frames.next()?
            {
                inbox.push(message, Origin::to(peer.clone()));
            }
            if !inbox.is_empty() {
                return Poll::Ready(Ok(()));
            }
            ready!(self.stream.poll_read_ready(cx))?;
            match self.frames.read_with(|buffer| self.stream.try_read(buffer)) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("peer", &self.peer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, SocketAddr, TcpListener};

    fn listener() -> (TcpListener, TransportAddress) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
        let address = TransportAddress::Tcp(listener.local_addr().expect("bound"));
        (listener, address)
    }

    fn connected(stream: &Stream) -> Option<SocketAddr> {
        match stream {
            Stream::Tcp(stream) => stream.peer_addr().ok(),
            #[cfg(unix)]
            Stream::Unix(_) => None,
        }
    }

    #[tokio::test]
    async fn an_address_that_refuses_makes_way_for_the_next() {
        let closed = [listener().1, listener().1];
        let (_open, good) = listener();
        let addresses = closed.iter().chain([&good]).cloned().collect();
        let stream = open_any(addresses).await.expect("the last one listens");
        assert_eq!(connected(&stream), good.ip());
        let error = open_any(closed.to_vec()).await.map(drop).expect_err("nobody listens");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert!(closed.iter().all(|address| error.to_string().contains(&format!("{address}: "))), "{error}");
        let error = open_any(closed[..1].to_vec()).await.map(drop).expect_err("nobody listens");
        assert!(error.raw_os_error().is_some(), "the system's own error: {error}");
    }

    /// Linux drops what asks for a connection when the queue of the listener is full.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn an_address_that_is_silent_does_not_hold_up_the_next() {
        use socket2::{Domain, Socket, Type};
        let full = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        full.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("loopback");
        full.listen(0).expect("it listens");
        let silent = full.local_addr().ok().and_then(|address| address.as_socket()).expect("bound");
        let _queued: Vec<_> = (0..4)
            .map(|_| {
                let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
                socket.set_nonblocking(true).expect("it can");
                let _ = socket.connect(&silent.into());
                socket
            })
            .collect();
        let (_open, good) = listener();
        let stream = open_any(vec![TransportAddress::Tcp(silent), good.clone()]).await.expect("one listens");
        assert_eq!(connected(&stream), good.ip());
    }
}
