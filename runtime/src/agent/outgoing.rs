//! The agent's notifications on their way: an originator, and the links to its receivers.
//!
//! Everybody who has something to do locks the originator, does it, and hands what it wants done to the links. In an entity
//! these are those of its manager, so informs are in the same table of exchanges as requests, and everything leaves by the
//! entity's own sockets. An agent by itself has a socket for each family of UDP. For each other receiver there is a
//! connection as long as something is on its way to it. Each inform has a task that waits for the end of its exchange, and
//! so has a trap that the system does not take at once. All begin when they are needed, and end with the agent.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
#[cfg(feature = "manager")]
use std::sync::Weak;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::ber::Rules;
use crate::link::{Link, Posted, UdpLinks, engine_address};
use crate::net::{BUFFER, OsRandom, Transport, TransportAddress, Udp, dial, own_address};
use crate::originator::{
    Errand, InformErrand, InformPeer, NotifyReport, Originator, OriginatorCounters, SendId, TRAP_TIMEOUT,
    Ticket, TrapErrand,
};
#[cfg(feature = "manager")]
use crate::originator::{Event, Receiver};

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
    /// Those of the manager of its entity.
    shared: UdpLinks,
    runtime: Handle,
    /// Nothing waits any more.
    idle: Notify,
}

#[derive(Debug)]
struct State {
    originator: Originator<OsRandom>,
    /// Of the agent's own.
    links: HashMap<Way, Arc<Link>>,
    /// Who waits for reports.
    waiting: HashMap<Ticket, oneshot::Sender<NotifyReport>>,
    /// What is on its way in a task, and the task from when it has been spawned.
    tasks: HashMap<SendId, Option<AbortHandle>>,
    closed: bool,
}

/// Which transport leads to a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Way {
    UdpV4,
    UdpV6,
    Peer(TransportAddress),
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
    pub(super) fn new(originator: Originator<OsRandom>, shared: UdpLinks) -> Self {
        let counters = Arc::clone(originator.counters());
        let state = State {
            originator,
            links: HashMap::new(),
            waiting: HashMap::new(),
            tasks: HashMap::new(),
            closed: false,
        };
        let hub = Hub { state: Mutex::new(state), shared, runtime: Handle::current(), idle: Notify::new() };
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
        let tasks = std::mem::take(&mut state.tasks);
        drop(state);
        tasks.into_values().flatten().for_each(|task| task.abort());
        drop((links, waiting));
        self.idle.notify_waiters();
    }

    /// Does what the originator wants done, and hands out what it has to tell.
    fn pump(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        let mut slow = Vec::new();
        let mut informs = Vec::new();
        let mut has_ended = false;
        // What has left makes room for what waits.
        while self.send_traps(&mut state, &mut slow, &mut informs, &mut has_ended) {}
        while let Some((ticket, report)) = state.originator.poll_report() {
            if let Some(sender) = state.waiting.remove(&ticket) {
                // Whoever waited may have gone.
                let _ = sender.send(report);
            }
        }
        let State { originator, links, .. } = &mut *state;
        let unused = links.extract_if(|way, _| match way {
            Way::Peer(peer) => !originator.is_busy(peer),
            Way::UdpV4 | Way::UdpV6 => false,
        });
        let unused: Vec<_> = unused.collect();
        let is_idle = state.originator.is_idle();
        drop(state);
        drop(unused);
        if has_ended {
            return self.close();
        }
        if is_idle {
            self.idle.notify_waiters();
        }
        // Not under the lock: a runtime that has ended drops its tasks at once, and they lock it.
        for (id, posted) in slow {
            let task = Task::new(self, id).wait_for(posted);
            self.keep(id, self.runtime.spawn(task).abort_handle());
        }
        for (link, inform) in informs {
            let id = inform.id;
            let task = Task::new(self, id).exchange(link, inform);
            self.keep(id, self.runtime.spawn(task).abort_handle());
        }
    }

    /// Sends the traps that are due, and puts aside what takes a task; false if nothing was due.
    fn send_traps(
        &self,
        state: &mut State,
        slow: &mut Vec<(SendId, Posted)>,
        informs: &mut Vec<(Arc<Link>, InformErrand)>,
        has_ended: &mut bool,
    ) -> bool {
        let mut any = false;
        let mut links: Vec<Arc<Link>> = Vec::new();
        let mut leaving = Vec::new();
        while let Some(errand) = state.originator.poll_errand() {
            any = true;
            let (Errand::Trap(TrapErrand { id, ref to, .. })
            | Errand::Inform(InformErrand { id, ref to, .. })) = errand;
            let link = match self.link_to(state, to) {
                Ok(link) => link,
                Err(error) => {
                    state.originator.send_failed(now(), id, error);
                    continue;
                }
            };
            match errand {
                Errand::Trap(TrapErrand { id, to, datagram }) => {
                    leaving.push((id, link.post(engine_address(&to), datagram)));
                    if !links.iter().any(|other| Arc::ptr_eq(other, &link)) {
                        links.push(link);
                    }
                }
                Errand::Inform(inform) => {
                    state.tasks.insert(id, None);
                    informs.push((link, inform));
                }
            }
        }
        links.iter().for_each(|link| link.flush());
        for (id, mut posted) in leaving {
            match posted.try_recv() {
                Ok(Ok(())) => state.originator.sent(now(), id),
                Ok(Err(error)) => state.originator.send_failed(now(), id, error),
                Err(TryRecvError::Empty) => {
                    state.tasks.insert(id, None);
                    slow.push((id, posted));
                }
                Err(TryRecvError::Closed) if self.shared.is_stopped() => {
                    state.originator.send_failed(now(), id, stopped());
                }
                Err(TryRecvError::Closed) => *has_ended = true,
            }
        }
        any
    }

    /// What leads to a receiver.
    fn link_to(&self, state: &mut State, to: &TransportAddress) -> io::Result<Arc<Link>> {
        let way = Way::to(to);
        let shared = match way {
            Way::UdpV4 => self.shared.v4.as_ref(),
            Way::UdpV6 => self.shared.v6.as_ref(),
            Way::Peer(_) => None,
        };
        // The manager may have been stopped.
        if let Some(link) = shared.filter(|link| !link.is_stopped()).or_else(|| state.links.get(&way)) {
            return Ok(Arc::clone(link));
        }
        let transport = {
            let _runtime = self.runtime.enter();
            way.open()?
        };
        let link = Arc::new(Link::new(transport, Rules::Lenient, &self.runtime));
        state.links.insert(way, Arc::clone(&link));
        Ok(link)
    }

    /// Keeps the handle of a task that has begun, or ends it where nobody wants it any more.
    fn keep(&self, id: SendId, task: AbortHandle) {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            task.abort();
        } else if let Some(place) = state.tasks.get_mut(&id) {
            // It may be over already.
            *place = Some(task);
        }
    }
}

/// Waits for what becomes of a message.
struct Task {
    hub: Arc<Hub>,
    id: SendId,
    is_done: bool,
}

impl Task {
    fn new(hub: &Arc<Hub>, id: SendId) -> Self {
        Self { hub: Arc::clone(hub), id, is_done: false }
    }

    async fn wait_for(self, posted: Posted) {
        let result = match timeout(TRAP_TIMEOUT, posted).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(stopped()),
            Err(late) => Err(late.into()),
        };
        self.end(|originator, id| match result {
            Ok(()) => originator.sent(now(), id),
            Err(error) => originator.send_failed(now(), id, error),
        });
    }

    async fn exchange(self, link: Arc<Link>, inform: InformErrand) {
        let begun = match inform.peer() {
            InformPeer::Community(peer) => link.start(peer, inform.header(), inform.varbinds()).await,
            #[cfg(feature = "usm")]
            InformPeer::V3(peer) => link.start_v3(peer, inform.header(), inform.varbinds()).await,
        };
        drop(link);
        match begun {
            Ok(exchange) => {
                let outcome = exchange.await;
                self.end(|originator, id| match outcome {
                    Some(outcome) => originator.ended(now(), id, outcome),
                    None => originator.send_failed(now(), id, stopped()),
                });
            }
            Err(error) => self.end(|originator, id| originator.not_begun(now(), id, error)),
        }
    }

    fn end(mut self, tell: impl FnOnce(&mut Originator<OsRandom>, SendId)) {
        self.is_done = true;
        let mut state = self.hub.lock();
        state.tasks.remove(&self.id);
        if !state.closed {
            tell(&mut state.originator, self.id);
            self.hub.pump(state);
        }
    }
}

impl Drop for Task {
    /// The runtime has ended, unless the task has: nothing can be sent any more.
    fn drop(&mut self) {
        if !self.is_done {
            self.hub.close();
        }
    }
}

fn stopped() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the manager whose sockets the entity uses has been stopped")
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
