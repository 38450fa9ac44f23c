//! One transport, its engine, and the task that listens.
//!
//! While little is under way, callers send for themselves: a request costs no hop to another task on its
//! way out. When there is more, the task sends what callers have left together. One task per transport
//! takes in what arrives, wakes the callers it belongs to, and repeats what goes unanswered.

mod driver;

use super::budget::{Budget, Share, Shares};
use crate::ber::Rules;
#[cfg(all(feature = "agent", feature = "listener"))]
use crate::engine::{Dropped, Exchanges};
use crate::engine::{Engine, ExchangeId, Outcome, Peer, StartError};
use crate::message::PduHeader;
use crate::net::{Origin, OsRandom, Outbox, Transport, TransportAddress};
use crate::value::VarBindRef;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// Messages that are sent together at most.
const SEND_BATCH: usize = 32;

/// With this many exchanges under way or fewer, callers send for themselves.
const FEW: usize = 4;

/// What a peer without an IP address is called in its engine, which has no other: it is the one at the
/// other end of a connection.
const CONNECTED: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// A transport that exchanges requests for responses. Dropping it ends its task.
#[derive(Debug)]
pub(super) struct Link {
    shared: Arc<Shared>,
    task: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    transport: Box<dyn Transport>,
    budget: Budget,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    engine: Engine<SocketAddr, OsRandom>,
    shares: Shares,
    /// Callers by the slots of their exchanges.
    callers: Vec<Option<Waker>>,
    /// Messages that the engine has given out and the transport has not taken yet, and the exchanges
    /// that they belong to.
    outbox: Outbox,
    leaving: VecDeque<ExchangeId>,
    /// Messages that callers have left in the engine.
    left: usize,
    driver: Option<Waker>,
    /// When the driver's timer will wake it, if it is set.
    armed: Option<Instant>,
    closed: bool,
}

/// What a peer is called in its engine.
pub(super) fn engine_address(peer: &TransportAddress) -> SocketAddr {
    peer.ip().unwrap_or(CONNECTED)
}

impl Link {
    /// Spawns the task of a transport.
    pub(super) fn new(transport: Box<dyn Transport>, rules: Rules, runtime: &Handle) -> Self {
        let state = State {
            engine: Engine::new(OsRandom::new(), rules),
            shares: Shares::default(),
            callers: Vec::new(),
            outbox: Outbox::default(),
            leaving: VecDeque::new(),
            left: 0,
            driver: None,
            armed: None,
            closed: false,
        };
        let budget = Budget::new(transport.receive_buffer());
        let shared = Arc::new(Shared { transport, budget, state: Mutex::new(state) });
        let task = runtime.spawn(driver::drive(Arc::clone(&shared))).abort_handle();
        Self { shared, task }
    }

    /// The address that the transport is bound to, unless it is a connection.
    pub(super) fn local_address(&self) -> Option<&TransportAddress> {
        self.shared.transport.local_address()
    }

    /// Adds what its engine has counted.
    pub(super) fn add_counters(&self, counters: &crate::engine::Counters) {
        counters.add(self.shared.lock().engine.counters());
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

    /// Whether the task has been ended, or its runtime.
    pub(super) fn is_stopped(&self) -> bool {
        self.shared.lock().closed
    }

    /// Sends a request, as soon as its response has room; the future that comes of it gives what becomes
    /// of the request, and dropping that future forgets it.
    pub(super) async fn start<'v, I>(
        self: &Arc<Self>,
        peer: &Peer<SocketAddr>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<Exchange<'static>, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let share = self.share(&header).await;
        self.begin(share, |engine, now| engine.start(now, peer, header, varbinds))
    }

    /// The same to an agent that speaks SNMPv3.
    #[cfg(feature = "usm")]
    pub(super) async fn start_v3<'v, I>(
        self: &Arc<Self>,
        peer: &Arc<crate::engine::V3Peer<SocketAddr>>,
        header: PduHeader,
        varbinds: I,
    ) -> Result<Exchange<'static>, StartError>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let share = self.share(&header).await;
        self.begin(share, |engine, now| engine.start_v3(now, peer, header, varbinds))
    }

    async fn share(&self, header: &PduHeader) -> Share<'_> {
        let budget = &self.shared.budget;
        if let Some(share) = budget.try_take(header) {
            return share;
        }
        let share = std::pin::pin!(budget.take(header));
        // The task is to give back in time what is held in vain.
        let driver = self.shared.lock().driver.take();
        if let Some(driver) = driver {
            driver.wake();
        }
        share.await
    }

    fn begin(
        self: &Arc<Self>,
        share: Share<'_>,
        start: impl FnOnce(&mut Engine<SocketAddr, OsRandom>, Instant) -> Result<ExchangeId, StartError>,
    ) -> Result<Exchange<'static>, StartError> {
        let now = now();
        let mut state = self.shared.lock();
        if state.closed {
            return Ok(Exchange { link: Arc::clone(self), id: None, legacy: None });
        }
        let id = start(&mut state.engine, now)?;
        state.shares.keep(now, id, share);
        state.left += 1;
        let sends = state.engine.len() <= FEW || state.left >= SEND_BATCH;
        let done = sends && self.shared.send_queued(&mut state);
        // Where others wait for a share, somebody has to see to it that this one is given back in time.
        let wakes = !done || state.is_due_earlier() || self.shared.budget.is_short();
        let wake = if wakes { state.driver.take() } else { None };
        drop(state);
        if let Some(driver) = wake {
            driver.wake();
        }
        Ok(Exchange { link: Arc::clone(self), id: Some(id), legacy: None })
    }
}

#[cfg(all(feature = "agent", feature = "listener"))]
impl Link {
    /// Lets an exchange take in a message that somebody else has received.
    pub(super) fn take_in_one(
        &self,
        octets: usize,
        take_in: impl FnOnce(&mut Exchanges<SocketAddr, OsRandom>) -> Result<ExchangeId, Dropped>,
    ) -> Result<(), Dropped> {
        let mut state = self.shared.lock();
        let taken = take_in(&mut state.engine.exchanges);
        if let Ok(id) = taken {
            state.shares.answered(&self.shared.budget, id, octets);
        }
        let mut woken: Vec<Waker> = std::iter::from_fn(|| state.next_caller()).collect();
        // The next attempt of an exchange is for the task to send.
        woken.extend(state.driver.take());
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        taken.map(drop)
    }

    /// Whether an exchange has sent a message of SNMPv3 with this msgID.
    #[cfg(feature = "usm")]
    pub(super) fn waits_for(&self, msg_id: i32) -> bool {
        self.shared.lock().engine.exchanges.waits_for(msg_id)
    }

    /// Remembers for a timeout that something came.
    pub(super) fn note_dropped(&self, now: Instant, from: SocketAddr, dropped: Dropped) {
        self.shared.lock().engine.exchanges.note_dropped(now, from, dropped);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How far a request came that was given up: filled by its future when that is dropped.
#[derive(Debug, Default)]
pub(super) struct Legacy(Mutex<Option<Outcome<SocketAddr>>>);

impl Legacy {
    /// Takes out what is in it.
    pub(super) fn take(&self) -> Option<Outcome<SocketAddr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A request under way.
pub(super) struct Exchange<'l> {
    link: Arc<Link>,
    id: Option<ExchangeId>,
    legacy: Option<&'l Legacy>,
}

impl<'l> Exchange<'l> {
    /// Leaves behind how far the request came, if it is given up.
    pub(super) fn leaving(self, legacy: Option<&'l Legacy>) -> Self {
        let mut this = self;
        this.legacy = legacy;
        this
    }
}

impl Future for Exchange<'_> {
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
        self.link.shared.forget(&mut state, id);
        drop(state);
        self.id = None;
        Poll::Ready(outcome)
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let mut state = self.link.shared.lock();
            if let Some(Legacy(legacy)) = self.legacy {
                *legacy.lock().unwrap_or_else(PoisonError::into_inner) = state.engine.so_far(now(), id);
            }
            self.link.shared.forget(&mut state, id);
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
        self.budget.close();
        callers.into_iter().flatten().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves the state half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, state: &mut State, id: ExchangeId) {
        state.engine.cancel(id);
        state.shares.give_back(&self.budget, id);
        state.set_caller(id, None);
    }

    /// Sends what the engine has to send; false when the transport takes no more for now.
    fn send_queued(&self, state: &mut State) -> bool {
        state.left = 0;
        loop {
            state.fill_outbox();
            if state.outbox.is_empty() {
                return true;
            }
            let result = self.transport.try_send(&mut state.outbox);
            let gone = state.leaving.len().saturating_sub(state.outbox.len());
            state.leaving.drain(..gone);
            match result {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(error) => {
                    state.outbox.pop();
                    if let Some(id) = state.leaving.pop_front() {
                        state.engine.send_failed(id, error);
                    }
                }
            }
        }
    }
}

impl State {
    fn fill_outbox(&mut self) {
        while self.outbox.len() < SEND_BATCH
            && let Some(transmit) = self.engine.poll_transmit()
        {
            self.leaving.push_back(transmit.id);
            // A connection has one peer, however it is called.
            self.outbox.push(Origin::to(TransportAddress::Udp(transmit.to)), transmit.datagram);
        }
    }

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

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
