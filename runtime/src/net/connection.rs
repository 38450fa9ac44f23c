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

/// How long the system may try to connect. What waits for the connection ends earlier by its own timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection and its peer.
pub(crate) struct Connection {
    peer: TransportAddress,
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
    /// Nothing is opened yet.
    pub(crate) fn new(peer: TransportAddress) -> Self {
        Self { peer, state: Mutex::new(State::Closed) }
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
                tracing::debug!(peer = %self.peer, %error, "a connection was lost");
                *state = State::Closed;
                Err(io::ErrorKind::WouldBlock.into())
            }
        }
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        if let State::Closed = &*state {
            let opening = tokio::time::timeout(CONNECT_TIMEOUT, Stream::open(self.peer.clone()));
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
