//! The agent's notifications on their way: an originator, the transports to its receivers, and the clock.
//!
//! Everybody who has something to do locks the originator, does it, and hands what it has to send to the links. Each link
//! is a transport with a task of its own: one socket for each family of UDP, and a connection for each other receiver as
//! long as something is on its way to it. One more task minds the clock. Tasks begin when they are needed, and end with
//! the agent.

mod link;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
#[cfg(feature = "manager")]
use std::sync::Weak;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio::time::timeout_at;

use crate::net::{BUFFER, OsRandom, Transport, TransportAddress, Udp, dial, own_address};
#[cfg(feature = "manager")]
use crate::originator::{Event, Receiver};
use crate::originator::{NotifyReport, Originator, OriginatorCounters, SendId, Ticket, Transmit};

/// Sends the notifications of an agent. Dropping it ends its tasks.
#[derive(Debug)]
pub(super) struct Outgoing {
    hub: Arc<Hub>,
    counters: Arc<OriginatorCounters>,
}

/// What the tasks share.
#[derive(Debug)]
struct Hub {
    state: Mutex<State>,
    runtime: Handle,
    /// The clock has something to look at.
    clock: Notify,
    /// Nothing waits any more.
    idle: Notify,
}

#[derive(Debug)]
struct State {
    originator: Originator<OsRandom>,
    links: HashMap<Way, Link>,
    /// Who waits for reports.
    waiting: HashMap<Ticket, oneshot::Sender<NotifyReport>>,
    clock: Option<AbortHandle>,
    has_clock: bool,
    /// When the clock will look by itself.
    armed: Option<Instant>,
    closed: bool,
}

/// Which transport leads to a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Way {
    UdpV4,
    UdpV6,
    Peer(TransportAddress),
}

/// A transport, as those know it who have something to send.
#[derive(Debug)]
struct Link {
    /// From when it has been spawned.
    task: Option<AbortHandle>,
    waker: Option<Waker>,
    outbox: VecDeque<Message>,
}

#[derive(Debug)]
struct Message {
    id: SendId,
    to: TransportAddress,
    datagram: Vec<u8>,
}

impl Way {
    fn to(address: &TransportAddress) -> Self {
        match address {
            TransportAddress::Udp(SocketAddr::V4(_)) => Self::UdpV4,
            TransportAddress::Udp(SocketAddr::V6(_)) => Self::UdpV6,
            peer => Self::Peer(peer.clone()),
        }
    }

    fn open(&self) -> io::Result<Box<dyn Transport>> {
        let udp =
            |any: IpAddr| Ok(Box::new(Udp::bind(SocketAddr::new(any, 0), BUFFER)?) as Box<dyn Transport>);
        match self {
            Self::UdpV4 => udp(Ipv4Addr::UNSPECIFIED.into()),
            Self::UdpV6 => udp(Ipv6Addr::UNSPECIFIED.into()),
            Self::Peer(peer) => dial(peer, &[]),
        }
    }
}

/// The IPv4 address of ours that packets to a receiver have.
pub(super) fn own_ipv4(to: &TransportAddress) -> Option<Ipv4Addr> {
    match own_address(to.ip()?).ok()?.ip() {
        IpAddr::V4(own) => Some(own),
        IpAddr::V6(_) => None,
    }
}

impl Outgoing {
    /// Needs a tokio runtime around it, in which its tasks will run.
    pub(super) fn new(originator: Originator<OsRandom>) -> Self {
        let counters = Arc::clone(originator.counters());
        let state = State {
            originator,
            links: HashMap::new(),
            waiting: HashMap::new(),
            clock: None,
            has_clock: false,
            armed: None,
            closed: false,
        };
        let hub = Hub {
            state: Mutex::new(state),
            runtime: Handle::current(),
            clock: Notify::new(),
            idle: Notify::new(),
        };
        Self { hub: Arc::new(hub), counters }
    }

    pub(super) fn counters(&self) -> &Arc<OriginatorCounters> {
        &self.counters
    }

    /// Has the originator do something.
    pub(super) fn post(&self, act: impl FnOnce(&mut Originator<OsRandom>, Instant)) {
        let mut state = self.hub.lock();
        if state.closed {
            tracing::warn!(target: crate::logs::NOTIFICATIONS, "a notification is dropped: the runtime of the agent has ended");
            return;
        }
        act(&mut state.originator, now());
        self.hub.pump(state);
    }

    /// Has the originator do something that a report comes of, and waits for it. The report is cut off where the runtime of
    /// the tasks has ended.
    pub(super) async fn report(
        &self,
        act: impl FnOnce(&mut Originator<OsRandom>, Instant) -> Ticket,
    ) -> NotifyReport {
        match self.hub.begin(act) {
            Some(report) => report.await.unwrap_or_else(|_| NotifyReport::cut()),
            None => NotifyReport::cut(),
        }
    }

    /// For those who pass on notifications, and do not keep the agent.
    #[cfg(feature = "manager")]
    pub(super) fn mail(&self) -> Mail {
        Mail(Arc::downgrade(&self.hub))
    }

    /// Waits until nothing is on its way.
    pub(super) async fn settled(&self) {
        loop {
            let idle = self.hub.idle.notified();
            {
                let state = self.hub.lock();
                if state.closed || state.originator.is_idle() {
                    return;
                }
            }
            idle.await;
        }
    }
}

/// Sends for others, as long as the agent is there.
#[cfg(feature = "manager")]
pub(super) struct Mail(Weak<Hub>);

#[cfg(feature = "manager")]
impl Mail {
    /// Passes on a notification at once; what is waited for is what becomes of it.
    pub(super) fn forward(
        &self,
        receiver: &Arc<Receiver>,
        event: &Event,
    ) -> impl Future<Output = NotifyReport> + Send + 'static {
        let begun = self
            .0
            .upgrade()
            .and_then(|hub| hub.begin(|originator, now| originator.forward(now, receiver, event)));
        async move {
            match begun {
                Some(report) => report.await.unwrap_or_else(|_| NotifyReport::cut()),
                None => NotifyReport::cut(),
            }
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.hub.close();
    }
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves the state half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the originator do something that a report comes of; `None` if nothing can be sent any more.
    fn begin(
        self: &Arc<Self>,
        act: impl FnOnce(&mut Originator<OsRandom>, Instant) -> Ticket,
    ) -> Option<oneshot::Receiver<NotifyReport>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        let ticket = act(&mut state.originator, now());
        state.waiting.insert(ticket, sender);
        self.pump(state);
        Some(receiver)
    }

    /// Ends all tasks. Nobody waits for reports any more.
    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        let links = std::mem::take(&mut state.links);
        let clock = state.clock.take();
        drop(state);
        let tasks = links.into_values().filter_map(|link| link.task).chain(clock);
        tasks.for_each(|task| task.abort());
        drop(waiting);
        self.idle.notify_waiters();
    }

    /// Hands out what the originator has to send and to tell, and sets the clock.
    fn pump(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        let mut wakers = Vec::new();
        let mut opened = Vec::new();
        while let Some(Transmit { id, to, datagram }) = state.originator.poll_transmit() {
            let message = Message { id, to: to.clone(), datagram: datagram.to_vec() };
            if let Err((id, error)) = self.hand_over(&mut state, message, &mut wakers, &mut opened) {
                state.originator.send_failed(now(), id, error);
            }
        }
        while let Some((ticket, report)) = state.originator.poll_report() {
            if let Some(sender) = state.waiting.remove(&ticket) {
                // Whoever waited may have gone.
                let _ = sender.send(report);
            }
        }
        let due = state.originator.poll_timeout();
        let is_earlier = due.is_some_and(|due| state.armed.is_none_or(|armed| due < armed));
        let starts_clock = is_earlier && !state.closed && !std::mem::replace(&mut state.has_clock, true);
        let is_idle = state.originator.is_idle();
        drop(state);
        if is_earlier {
            self.clock.notify_one();
        }
        if is_idle {
            self.idle.notify_waiters();
        }
        wakers.into_iter().for_each(Waker::wake);
        // Not under the lock: a runtime that has ended drops its tasks at once, and they lock it.
        if starts_clock {
            let task = self.runtime.spawn(mind_clock(Arc::clone(self))).abort_handle();
            self.keep(task, |state| Some(&mut state.clock));
        }
        for (way, transport) in opened {
            let task = self.runtime.spawn(link::run(Arc::clone(self), way.clone(), transport)).abort_handle();
            self.keep(task, |state| state.links.get_mut(&way).map(|link| &mut link.task));
        }
    }

    /// Keeps the handle of a task that has begun, or ends it where nobody wants it any more.
    fn keep(&self, task: AbortHandle, place: impl FnOnce(&mut State) -> Option<&mut Option<AbortHandle>>) {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            task.abort();
        } else if let Some(place) = place(&mut state) {
            *place = Some(task);
        }
    }

    fn hand_over(
        self: &Arc<Self>,
        state: &mut State,
        message: Message,
        wakers: &mut Vec<Waker>,
        opened: &mut Vec<(Way, Box<dyn Transport>)>,
    ) -> Result<(), (SendId, io::Error)> {
        let way = Way::to(&message.to);
        if state.closed {
            return Ok(());
        }
        if !state.links.contains_key(&way) {
            let _runtime = self.runtime.enter();
            let transport = way.open().map_err(|error| (message.id, error))?;
            opened.push((way.clone(), transport));
            state.links.insert(way.clone(), Link { task: None, waker: None, outbox: VecDeque::new() });
        }
        if let Some(link) = state.links.get_mut(&way) {
            // While a connection is being opened, the repetition of an inform adds nothing.
            let is_there =
                matches!(way, Way::Peer(_)) && link.outbox.iter().any(|other| other.id == message.id);
            if !is_there {
                link.outbox.push_back(message);
            }
            wakers.extend(link.waker.take());
        }
        Ok(())
    }
}

/// Repeats and ends what is due.
fn mind_clock(hub: Arc<Hub>) -> impl Future<Output = ()> {
    let hub = CloseOnDrop(hub);
    async move {
        let hub = &hub.0;
        loop {
            let due = {
                let mut state = hub.lock();
                state.armed = state.originator.poll_timeout();
                state.armed
            };
            let news = hub.clock.notified();
            let Some(due) = due else {
                news.await;
                continue;
            };
            if timeout_at(due.into(), news).await.is_err() {
                let mut state = hub.lock();
                state.armed = None;
                state.originator.handle_timeout(now());
                // Some connections may not be needed any more.
                let peers = state.links.iter_mut().filter(|(way, _)| matches!(way, Way::Peer(_)));
                let wakers: Vec<Waker> = peers.filter_map(|(_, link)| link.waker.take()).collect();
                hub.pump(state);
                wakers.into_iter().for_each(Waker::wake);
            }
        }
    }
}

/// The runtime has ended, and takes the task with it: nothing can be sent any more.
struct CloseOnDrop(Arc<Hub>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
