//! The handle of a sub-agent.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mibc_runtime::agent::{Handler, Served};
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::{Priority, Registration, Subtrees};
use mibc_runtime::typed::Notification;
use mibc_runtime::value::{Value, VarBind};
use tokio::sync::{Notify, oneshot, watch};

use super::builder::SubAgentBuilder;
use super::core::{Core, Done, Standing};
use super::error::{AskError, NotifyError};
use crate::endpoint::Endpoint;
use crate::pdu::{Bindings, Body, Capabilities, Choice, Context, Region, Status};
use crate::stream::Stream;

/// A sub-agent (RFC 2741): what an agent serves, and its notifications, under a master agent. Clones are the same sub-agent.
///
/// It serves as an [`Agent`](mibc_runtime::agent::Agent) does, by the same methods, those of [`Served`]. What is served is
/// registered with the master agent, whenever it comes or goes and in each new session. The master agent decides who may see what:
/// handlers are not told who asks.
///
/// ```no_run
/// # use mibc_generated::if_mib::{IF_NUMBER, LINK_DOWN, LinkDown, IF_INDEX, IF_ADMIN_STATUS, IF_OPER_STATUS};
/// use mibc_agentx::SubAgent;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let agent = SubAgent::builder().connect("unix:/var/agentx/master").await?;
/// agent.serve(IF_NUMBER, || 2);
/// agent.run().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SubAgent {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) served: Arc<Served>,
    core: Mutex<Core>,
    pub(super) endpoint: Endpoint,
    /// The first connection, until it is used.
    pub(super) first: tokio::sync::Mutex<Option<Stream>>,
    priority: Priority,
    pub(super) deadline: Duration,
    pub(super) reconnect: (Duration, Duration),
    /// There is something to send.
    pub(super) wake: Arc<Notify>,
    /// What is served has changed.
    changed: Arc<AtomicBool>,
    pub(super) is_open: watch::Sender<bool>,
    /// Notifications that wait.
    waiting: watch::Sender<usize>,
    pub(super) stop: watch::Sender<bool>,
}

/// How a subtree stands with the master agent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registered {
    /// It has been asked, or will be.
    Pending,
    /// The master agent asks for what is below it.
    Yes,
    /// The master agent does not want it. It is asked again from time to time.
    Refused(Status),
}

impl SubAgent {
    /// Begins to describe a sub-agent.
    #[must_use]
    pub fn builder() -> SubAgentBuilder {
        SubAgentBuilder::new()
    }

    pub(super) fn new(
        core: Core,
        endpoint: Endpoint,
        first: Option<Stream>,
        priority: Priority,
        deadline: Duration,
        reconnect: (Duration, Duration),
    ) -> Self {
        let served = Arc::new(Served::new());
        let (wake, changed) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(true)));
        let (is_changed, to_wake) = (Arc::clone(&changed), Arc::clone(&wake));
        // Nobody else has seen the registry.
        served.registry().watch(move || {
            is_changed.store(true, Ordering::Release);
            to_wake.notify_one();
        });
        Self {
            shared: Arc::new(Shared {
                served,
                core: Mutex::new(core),
                endpoint,
                first: tokio::sync::Mutex::new(first),
                priority,
                deadline,
                reconnect,
                wake,
                changed,
                is_open: watch::Sender::new(false),
                waiting: watch::Sender::new(0),
                stop: watch::Sender::new(false),
            }),
        }
    }

    /// Where its master agent is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    /// Whether it has a session with its master agent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self.shared.is_open.borrow()
    }

    /// Waits until it has a session with its master agent, and all that is served is registered, or refused.
    pub async fn opened(&self) {
        let mut is_open = self.shared.is_open.subscribe();
        // The sender lives as long as the sub-agent.
        let _ = is_open.wait_for(|open| *open).await;
        while !self.is_settled() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn is_settled(&self) -> bool {
        let is_settled = |standing| matches!(standing, Standing::Registered | Standing::Refused(_));
        !self.shared.changed.load(Ordering::Acquire)
            && self.shared.core().regions().all(|(_, standing)| is_settled(standing))
    }

    /// How the subtree at `root` stands with the master agent, in the default context; `None` for one that is not served, or only
    /// since now.
    #[must_use]
    pub fn registered(&self, root: &Oid) -> Option<Registered> {
        let core = self.shared.core();
        let found = core.regions().find(|(region, _)| region.subtree == *root && region.context.is_none());
        found.map(|(_, standing)| match standing {
            Standing::Registered => Registered::Yes,
            Standing::Refused(status) => Registered::Refused(status),
            _ => Registered::Pending,
        })
    }

    /// Sends a notification to the master agent, which sends it to its receivers. It waits, if need be for long, until the master
    /// agent has it. It goes on its way also where the future is dropped.
    ///
    /// # Errors
    ///
    /// It is not one, too many wait already, or the master agent refuses it. What becomes of it at receivers is not told.
    pub async fn notify<N: Notification>(&self, notification: N) -> Result<(), NotifyError> {
        self.notify_event(&Event::of(&notification)?).await
    }

    /// As [`notify`](Self::notify), for a notification that no type stands for, or one of another context.
    ///
    /// # Errors
    ///
    /// As [`notify`](Self::notify).
    pub async fn notify_event(&self, event: &Event) -> Result<(), NotifyError> {
        let (done, told) = oneshot::channel();
        // Who waits may be gone.
        self.queue(event, Some(Box::new(move |result| drop(done.send(result)))));
        told.await.unwrap_or(Err(NotifyError::Stopped))
    }

    /// Sends a notification to the master agent and does not wait for it. While there is none, it is kept, as far as there is
    /// [room](SubAgentBuilder::notification_limit).
    ///
    /// # Errors
    ///
    /// It is not one.
    pub fn notify_queued<N: Notification>(&self, notification: N) -> Result<(), NotifyError> {
        self.queue_event(&Event::of(&notification)?);
        Ok(())
    }

    /// As [`notify_queued`](Self::notify_queued), for a notification that no type stands for, or one of another context.
    pub fn queue_event(&self, event: &Event) {
        self.queue(event, None);
    }

    fn queue(&self, event: &Event, done: Option<Done<Result<(), NotifyError>>>) {
        if *self.shared.stop.borrow() {
            if let Some(done) = done {
                done(Err(NotifyError::Stopped));
            }
            return;
        }
        self.shared.core().notify(event.clone(), now(), done);
        self.shared.count();
        self.shared.wake.notify_one();
    }

    /// Waits until the master agent has all notifications.
    pub async fn notifications_settled(&self) {
        // The sender lives as long as the sub-agent.
        let _ = self.shared.waiting.subscribe().wait_for(|waiting| *waiting == 0).await;
    }

    /// How many notifications were dropped because the queue was full.
    #[must_use]
    pub fn dropped_notifications(&self) -> u64 {
        self.shared.core().dropped()
    }

    /// Has the master agent show capabilities in its sysORTable, in this and in all further sessions: the OID of an
    /// AGENT-CAPABILITIES, and what it is in words.
    pub fn add_capabilities(&self, id: Oid, description: impl Into<String>) {
        let description = description.into().into_bytes();
        self.shared.core().add_capabilities(Capabilities { context: None, id, description });
        self.shared.wake.notify_one();
    }

    /// Takes capabilities back; whether there were such.
    pub fn remove_capabilities(&self, id: &Oid) -> bool {
        let found = self.shared.core().remove_capabilities(&None, id);
        self.shared.wake.notify_one();
        found
    }

    /// Has the master agent allocate a value of an index, so that several sub-agents can share a table: `object` is the index, with
    /// the value that is wanted; of one that is free, or has never been used, only the type counts. The sub-agent keeps it, also
    /// when it has to open another session, until it is [given back](Self::release_index).
    ///
    /// It waits until there is a session.
    ///
    /// # Errors
    ///
    /// The master agent refuses, such as for a value that another one has.
    pub async fn allocate_index(&self, choice: Choice, object: VarBind) -> Result<Value, AskError> {
        let allocated = self.allocate_indexes(choice, None, vec![object]).await?;
        allocated
            .into_iter()
            .next()
            .map(|varbind| varbind.value)
            .ok_or(AskError::Refused { status: Status::PROCESSING_ERROR, index: 1 })
    }

    /// As [`allocate_index`](Self::allocate_index), for several at once: all of them, or none.
    ///
    /// # Errors
    ///
    /// As [`allocate_index`](Self::allocate_index).
    pub async fn allocate_indexes(
        &self,
        choice: Choice,
        context: Context,
        objects: Vec<VarBind>,
    ) -> Result<Vec<VarBind>, AskError> {
        self.ask(Body::IndexAllocate(choice, Bindings { context, varbinds: objects })).await
    }

    /// Gives index values back.
    ///
    /// # Errors
    ///
    /// The sub-agent does not have them.
    pub async fn release_index(&self, object: VarBind) -> Result<(), AskError> {
        let bindings = Bindings { context: None, varbinds: vec![object] };
        self.ask(Body::IndexDeallocate(bindings)).await.map(drop)
    }

    /// The index values that it has.
    #[must_use]
    pub fn indexes(&self) -> Vec<VarBind> {
        self.shared.core().indexes().iter().map(|(_, varbind)| varbind.clone()).collect()
    }

    async fn ask(&self, body: Body) -> Result<Vec<VarBind>, AskError> {
        let (done, told) = oneshot::channel();
        // Who waits may be gone.
        self.shared.core().request(body, Box::new(move |result| drop(done.send(result))));
        self.shared.wake.notify_one();
        if *self.shared.stop.borrow() {
            self.shared.core().give_up();
        }
        told.await.unwrap_or(Err(AskError::Stopped)).map(|response| response.varbinds)
    }
}

impl Shared {
    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who wait for notifications, or for the session.
    pub(super) fn count(&self) {
        let (waiting, open) = {
            let core = self.core();
            (core.waiting(), core.is_open())
        };
        self.waiting.send_if_modified(|known| std::mem::replace(known, waiting) != waiting);
        self.is_open.send_if_modified(|known| std::mem::replace(known, open) != open);
    }

    /// Takes in what is served, if that has changed.
    pub(super) fn look_at_registry(&self) {
        if !self.changed.swap(false, Ordering::AcqRel) {
            return;
        }
        let wanted: BTreeSet<Region> = self
            .served
            .registry()
            .inspect(|registry| registry.iter().filter_map(|(_, one)| self.region(one)).collect());
        self.core().want_regions(wanted);
    }

    fn region(&self, registration: &Registration<Arc<dyn Handler>>) -> Option<Region> {
        let subtrees: &Subtrees = registration.subtrees();
        let range = match subtrees.range_of() {
            None => None,
            // An OID has at most 128 sub-identifiers.
            Some((position, upper)) => Some((u8::try_from(position).ok()?, upper)),
        };
        let context = registration.context_name();
        let rank = registration.rank();
        Some(Region {
            context: (!context.is_empty()).then(|| context.to_vec()),
            priority: if rank == Priority::default() { self.priority } else { rank },
            subtree: subtrees.root().clone(),
            range,
        })
    }
}

/// All methods that serve.
impl Deref for SubAgent {
    type Target = Served;

    fn deref(&self) -> &Served {
        &self.shared.served
    }
}

impl fmt::Debug for SubAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubAgent")
            .field("endpoint", &self.shared.endpoint)
            .field("is_open", &self.is_open())
            .finish_non_exhaustive()
    }
}

/// The time by tokio's clock, which tests can stop.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
