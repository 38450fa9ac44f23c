//! One socket, its engine, and the task that listens.
//!
//! Callers send for themselves: a request costs no hop to another task on its way out. One task per
//! socket takes in what arrives, wakes the caller it belongs to, and repeats what goes unanswered.

use crate::ber::Rules;
use crate::engine::{Engine, ExchangeId, Outcome, Peer, StartError};
use crate::message::PduHeader;
use crate::net::{OsRandom, bind_udp};
use crate::value::VarBindRef;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use tokio::io::ReadBuf;
use tokio::net::UdpSocket;
use tokio::task::AbortHandle;
use tokio::time::Sleep;

/// Datagrams taken in before other tasks get their turn.
const BATCH: usize = 64;

/// A socket that exchanges requests for responses. Dropping it ends its task.
#[derive(Debug)]
pub(super) struct Link {
    shared: Arc<Shared>,
    task: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    engine: Engine<SocketAddr, OsRandom>,
    /// Callers by the slots of their exchanges.
    callers: Vec<Option<Waker>>,
    driver: Option<Waker>,
    /// When the driver's timer will wake it, if it is set.
    armed: Option<Instant>,
    closed: bool,
}

impl Link {
    /// Binds a socket and spawns its task on the present runtime.
    pub(super) fn bind(address: SocketAddr, rules: Rules) -> io::Result<Self> {
        let state = State {
            engine: Engine::new(OsRandom::new(), rules),
            callers: Vec::new(),
            driver: None,
            armed: None,
            closed: false,
        };
        let shared = Arc::new(Shared { socket: bind_udp(address)?, state: Mutex::new(state) });
        let task = tokio::spawn(drive(CloseOnDrop(Arc::clone(&shared)))).abort_handle();
        Ok(Self { shared, task })
    }

    /// The address that the socket is bound to.
    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.shared.socket.local_addr()
    }

    /// Exchanges that are kept.
    pub(super) fn outstanding(&self) -> usize {
        self.shared.lock().engine.len()
    }

    /// Ends the task; requests under way and later ones come to nothing.
    pub(super) fn stop(&self) {
        self.shared.close();
        self.task.abort();
    }

    /// Sends a request; the future gives what becomes of it, and dropping the future forgets it.
    pub(super) fn start<'v, I>(
        self: &Arc<Self>,
        peer: &Peer<SocketAddr>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<Exchange, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        self.begin(|engine| engine.start(now(), peer, header, varbinds))
    }

    /// The same to an agent that speaks SNMPv3.
    #[cfg(feature = "usm")]
    pub(super) fn start_v3<'v, I>(
        self: &Arc<Self>,
        peer: &Arc<crate::engine::V3Peer<SocketAddr>>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<Exchange, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        self.begin(|engine| engine.start_v3(now(), peer, header, varbinds))
    }

    fn begin(
        self: &Arc<Self>,
        start: impl FnOnce(&mut Engine<SocketAddr, OsRandom>) -> Result<ExchangeId, StartError>,
    ) -> Result<Exchange, StartError> {
        let mut state = self.shared.lock();
        if state.closed {
            return Ok(Exchange { link: Arc::clone(self), id: None });
        }
        let id = start(&mut state.engine)?;
        let blocked = !self.shared.send_queued(&mut state);
        let wake = if blocked || state.is_due_earlier() { state.driver.take() } else { None };
        drop(state);
        if let Some(driver) = wake {
            driver.wake();
        }
        Ok(Exchange { link: Arc::clone(self), id: Some(id) })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A request under way.
pub(super) struct Exchange {
    link: Arc<Link>,
    id: Option<ExchangeId>,
}

impl Future for Exchange {
    /// `None` when the task has ended and no response can come any more.
    type Output = Option<Outcome<SocketAddr>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(id) = self.id else { return Poll::Ready(None) };
        let mut state = self.link.shared.lock();
        let outcome = state.engine.take(id);
        if outcome.is_none() && !state.closed {
            state.set_caller(id, Some(cx.waker()));
            return Poll::Pending;
        }
        state.engine.cancel(id);
        state.set_caller(id, None);
        drop(state);
        self.id = None;
        Poll::Ready(outcome)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let mut state = self.link.shared.lock();
            state.engine.cancel(id);
            state.set_caller(id, None);
        }
    }
}

impl Shared {
    /// No response can come any more: callers are woken to see it.
    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let callers = std::mem::take(&mut state.callers);
        drop(state);
        callers.into_iter().flatten().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves the state half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what the engine has to send; false when the socket takes no more for now.
    fn send_queued(&self, state: &mut State) -> bool {
        while let Some(transmit) = state.engine.poll_transmit() {
            let id = transmit.id;
            match self.socket.try_send_to(transmit.datagram, transmit.to) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    state.engine.send_later(id);
                    return false;
                }
                Err(error) => state.engine.send_failed(id, error),
            }
        }
        true
    }
}

impl State {
    fn set_caller(&mut self, id: ExchangeId, waker: Option<&Waker>) {
        if self.callers.len() <= id.slot() {
            self.callers.resize(id.slot() + 1, None);
        }
        if let Some(caller) = self.callers.get_mut(id.slot()) {
            match (caller.as_mut(), waker) {
                (Some(caller), Some(waker)) => caller.clone_from(waker),
                _ => *caller = waker.cloned(),
            }
        }
    }

    /// The caller of the next exchange that has ended.
    fn next_caller(&mut self) -> Option<Waker> {
        while let Some(id) = self.engine.poll_event() {
            if let Some(caller) = self.callers.get_mut(id.slot()).and_then(Option::take) {
                return Some(caller);
            }
        }
        None
    }

    /// True when the engine's next deadline comes before the driver would wake.
    fn is_due_earlier(&self) -> bool {
        match (self.engine.poll_timeout(), self.armed) {
            (Some(deadline), Some(armed)) => deadline < armed,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

/// The task of a socket.
async fn drive(closing: CloseOnDrop) {
    let shared = &*closing.0;
    let mut buffer = vec![0; 1 << 16];
    let mut timer = pin!(tokio::time::sleep(std::time::Duration::ZERO));
    poll_fn(|cx| {
        shared.receive(&mut buffer, cx);
        shared.run_timers(timer.as_mut(), cx);
        Poll::<()>::Pending
    })
    .await;
}

impl Shared {
    /// Takes in datagrams until there are none, or others should have their turn.
    fn receive(&self, buffer: &mut [u8], cx: &mut Context<'_>) {
        for _ in 0..BATCH {
            let mut datagram = ReadBuf::new(buffer);
            match self.socket.poll_recv_from(cx, &mut datagram) {
                Poll::Pending => return,
                Poll::Ready(Ok(from)) => self.take_in(from, datagram.filled()),
                // Some systems report what befell an earlier datagram; its timeout will tell.
                Poll::Ready(Err(error)) => tracing::debug!(%error, "receiving failed"),
            }
        }
        cx.waker().wake_by_ref();
    }

    fn take_in(&self, from: SocketAddr, datagram: &[u8]) {
        let mut state = self.lock();
        let result = state.engine.handle_datagram(now(), from, datagram);
        let caller = state.next_caller();
        drop(state);
        if let Err(reason) = result {
            tracing::debug!(%from, octets = datagram.len(), ?reason, "datagram ignored");
        }
        if let Some(caller) = caller {
            caller.wake();
        }
    }

    /// Repeats and ends what is due, sends what waits, and sets the timer.
    fn run_timers(&self, mut timer: Pin<&mut Sleep>, cx: &mut Context<'_>) {
        let mut callers = Vec::new();
        let mut state = self.lock();
        loop {
            let now = now();
            if state.engine.poll_timeout().is_some_and(|deadline| deadline <= now) {
                state.engine.handle_timeout(now);
            }
            while !self.send_queued(&mut state) {
                match self.socket.poll_send_ready(cx) {
                    Poll::Pending => break,
                    Poll::Ready(_) => continue,
                }
            }
            callers.extend(std::iter::from_fn(|| state.next_caller()));
            if state.is_due_earlier()
                && let Some(deadline) = state.engine.poll_timeout()
            {
                timer.as_mut().reset(deadline.into());
                state.armed = Some(deadline);
            }
            if state.armed.is_none() || timer.as_mut().poll(cx).is_pending() {
                break;
            }
            state.armed = None;
        }
        state.set_driver(cx.waker());
        drop(state);
        callers.into_iter().for_each(Waker::wake);
    }
}

impl State {
    fn set_driver(&mut self, waker: &Waker) {
        match &mut self.driver {
            Some(driver) => driver.clone_from(waker),
            None => self.driver = Some(waker.clone()),
        }
    }
}

/// Tells callers that no response can come any more, however the task ends, even before it began.
struct CloseOnDrop(Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
