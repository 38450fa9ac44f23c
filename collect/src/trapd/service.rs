//! The service: from listeners over rules to outputs.

use super::config::{Config, ListenerPlan};
use super::event::Namer;
use super::figures::Figures;
use super::metrics;
use super::mistake::Mistake;
use super::outlet::{Outlet, OutletError};
use super::rule::{Rules, Verdict};
use crate::delivery::{Completion, Outcome, Reopen};
use mibc_compiler::query::Library;
use mibc_runtime::listener::{Acknowledgement, BindError, Listener, ReceivedNotification};
use mibc_runtime::net::{FileStore, TransportAddress};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// The port of addresses without one.
const PORT: u16 = 162;

/// Octets of messages that wait to be dealt with at most.
const MAX_WAITING_OCTETS: usize = 32 << 20;

/// How often it is looked what the kernel has dropped.
const SOMETIMES: Duration = Duration::from_secs(5);

/// How long acknowledgements may take to leave at the end.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// It cannot listen.
    #[error("{0}")]
    Listen(String),
    /// An output cannot start.
    #[error("the output `{output}` cannot start: {reason}")]
    Output {
        /// Its name.
        output: String,
        /// Why.
        reason: String,
    },
    /// Nobody can look at it.
    #[error("{0}")]
    Http(String),
    /// What it keeps cannot be kept.
    #[error("the folder for what is kept, {folder}: {source}")]
    State {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// All its sockets are broken.
    #[error("all sockets are broken")]
    Deaf,
}

/// Where a service is.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ready {
    /// The addresses that it listens on for notifications.
    pub listening: Vec<TransportAddress>,
    /// Where `/metrics` is.
    pub http: Option<SocketAddr>,
}

/// What reads the configuration again.
type Reader = Box<dyn Fn() -> Result<(Config, Library), Vec<Mistake>>>;

/// A receiver of notifications that has started.
pub struct Service {
    config: Config,
    library: Library,
    parts: Parts,
    reader: Reader,
    commands: watch::Receiver<Commands>,
    handle: Handle,
}

/// What runs.
struct Parts {
    hearing: Vec<Hearing>,
    outlets: Vec<Outlet>,
    figures: Arc<Figures>,
    reopen: Reopen,
    http: Option<(SocketAddr, JoinHandle<()>)>,
}

/// A listener, with what it is made from.
struct Hearing {
    plan: ListenerPlan,
    listener: Listener,
    open: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Commands {
    reloads: u64,
    stop: bool,
}

/// Stops a service, or has it read its configuration again.
#[derive(Clone, Debug)]
pub struct Handle(Arc<watch::Sender<Commands>>);

impl Handle {
    /// Receives nothing more, and sends what waits, as far as its time for that goes.
    pub fn stop(&self) {
        self.0.send_modify(|commands| commands.stop = true);
    }

    /// Reads the configuration again, and opens files anew.
    pub fn reload(&self) {
        self.0.send_modify(|commands| commands.reloads += 1);
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Service {
    /// Starts outputs, then listeners. `reader` reads the configuration again when that is asked for.
    ///
    /// # Errors
    /// An output or a listener that cannot start.
    pub async fn start(
        config: Config,
        library: Library,
        reader: impl Fn() -> Result<(Config, Library), Vec<Mistake>> + 'static,
    ) -> Result<Self, ServiceError> {
        if let Some(folder) = &config.state {
            make_folder(folder).map_err(|source| {
                let folder = folder.display().to_string();
                ServiceError::State { folder, source }
            })?;
        }
        let (figures, reopen) = (Arc::new(Figures::new()), Reopen::new());
        let mut outlets = Vec::with_capacity(config.outputs.len());
        for plan in &config.outputs {
            outlets.push(
                Outlet::start(plan.clone(), &reopen).map_err(|error| refused(&plan.settings.name, error))?,
            );
        }
        figures.observe(outlets.iter().map(Outlet::observer).collect());
        let mut hearing = Vec::with_capacity(config.listeners.len());
        for (place, plan) in config.listeners.iter().enumerate() {
            hearing.push(Hearing::start(plan.clone(), place, &config).await?);
        }
        let http = match config.http {
            Some(address) => {
                let served = metrics::serve(address, Arc::clone(&figures)).await;
                Some(served.map_err(|error| ServiceError::Http(error.to_string()))?)
            }
            None => None,
        };
        let (sender, commands) = watch::channel(Commands::default());
        let parts = Parts { hearing, outlets, figures, reopen, http };
        Ok(Self {
            config,
            library,
            parts,
            reader: Box::new(reader),
            commands,
            handle: Handle(Arc::new(sender)),
        })
    }

    /// Where it is.
    pub fn ready(&self) -> Ready {
        let listening =
            self.parts.hearing.iter().flat_map(|hearing| hearing.listener.local_addresses().cloned());
        Ready { listening: listening.collect(), http: self.parts.http.as_ref().map(|(address, _)| *address) }
    }

    /// What stops it.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Works until it is stopped; then outputs have the time that the configuration gives them. This runs in the task that
    /// awaits it, beside the outputs, which have tasks of their own.
    ///
    /// # Errors
    /// No socket is left to listen on, or an output could not be started again after a reload.
    pub async fn run(self) -> Result<(), ServiceError> {
        let Self { mut config, mut library, mut parts, reader, mut commands, handle: _handle } = self;
        let run = RandomState::new().hash_one(SystemTime::now());
        let mut made = 0;
        let mut left_over = VecDeque::new();
        let ended = loop {
            let mut working = Working {
                namer: Namer::new(&library, run, made),
                rules: Rules::new(config.rules.clone()),
                drain: config.drain,
            };
            let ended = working.run(&mut parts, &mut commands, &mut left_over).await;
            made = working.namer.made();
            match ended {
                Ended::Stop => break Ok(()),
                Ended::Deaf => break Err(ServiceError::Deaf),
                Ended::Reload => {
                    parts.reopen.now();
                    match (reader)() {
                        Ok((new, modules)) => {
                            drop(working);
                            match parts.change(&config, &new, &mut left_over).await {
                                Ok(()) => {
                                    (config, library) = (new, modules);
                                    parts.figures.reloaded(true);
                                    tracing::info!(target: mibc_runtime::logs::TRAPD, "the configuration is read");
                                }
                                Err(Change::Kept(error)) => {
                                    parts.figures.reloaded(false);
                                    tracing::error!(target: mibc_runtime::logs::TRAPD, %error, "the new configuration does not start: the one before stays");
                                }
                                Err(Change::Lost(error)) => break Err(error),
                            }
                        }
                        Err(mistakes) => {
                            parts.figures.reloaded(false);
                            for mistake in &mistakes {
                                tracing::error!(target: mibc_runtime::logs::TRAPD, %mistake, "the configuration has a mistake");
                            }
                            tracing::error!(target: mibc_runtime::logs::TRAPD, "the configuration is refused: the service goes on with the one before");
                        }
                    }
                }
            }
        };
        parts.end(config.drain).await;
        ended
    }
}

/// Why a change has not been made.
enum Change {
    /// All is as it was.
    Kept(ServiceError),
    /// The old cannot be brought back.
    Lost(ServiceError),
}

fn refused(output: &str, error: OutletError) -> ServiceError {
    ServiceError::Output { output: output.to_owned(), reason: error.to_string() }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

impl Hearing {
    /// `place` is that of the listener in the configuration.
    async fn start(plan: ListenerPlan, place: usize, config: &Config) -> Result<Self, ServiceError> {
        let mut builder = Listener::builder();
        if plan.any_community {
            builder = builder.any_community();
        }
        builder =
            plan.communities.iter().fold(builder, |builder, community| builder.community(community.to_vec()));
        builder = plan.users.iter().cloned().fold(builder, |builder, user| builder.user(user));
        if let Some(state) = &config.state
            && !plan.users.is_empty()
        {
            builder = builder.engine_store(FileStore::new(state.join(format!("engine-{}", place + 1))));
        }
        let mut sockets = Vec::new();
        for address in &plan.addresses {
            let found = TransportAddress::lookup(address, PORT).await;
            sockets.extend(found.map_err(|error| ServiceError::Listen(format!("`{address}`: {error}")))?);
        }
        let builder = builder
            .queue(config.max_waiting)
            .queue_octets(MAX_WAITING_OCTETS)
            .receive_buffer(plan.receive_buffer)
            .acknowledge_later();
        let listener =
            builder.bind_to(sockets).map_err(|error: BindError| ServiceError::Listen(error.to_string()))?;
        Ok(Self { plan, listener, open: true })
    }
}

type Next = (ReceivedNotification, Option<Acknowledgement>);

/// The work under one configuration.
struct Working<'l> {
    namer: Namer<'l>,
    rules: Rules,
    drain: Duration,
}

/// Why work has ended.
enum Ended {
    Stop,
    Deaf,
    Reload,
}

impl Working<'_> {
    async fn run(
        &mut self,
        parts: &mut Parts,
        commands: &mut watch::Receiver<Commands>,
        left_over: &mut VecDeque<ReceivedNotification>,
    ) -> Ended {
        let Parts { hearing, outlets, figures, .. } = parts;
        let mut finishing = false;
        let mut looked = Instant::now();
        loop {
            if looked.elapsed() >= SOMETIMES {
                looked = Instant::now();
                look(hearing, figures);
            }
            let next = match left_over.pop_front() {
                Some(trap) => Some((trap, None)),
                None => {
                    tokio::select! {
                        biased;
                        changed = commands.changed(), if !finishing => {
                            // The sender lives as long as the service.
                            let Commands { stop, .. } = *commands.borrow_and_update();
                            if changed.is_err() || stop {
                                finishing = true;
                                hearing.iter_mut().for_each(|hearing| hearing.listener.finish());
                                continue;
                            }
                            return Ended::Reload;
                        }
                        next = next(hearing) => next,
                        () = sleep(SOMETIMES) => continue,
                    }
                }
            };
            let Some((notification, acknowledgement)) = next else {
                look(hearing, figures);
                return if finishing { Ended::Stop } else { Ended::Deaf };
            };
            let (made, drain) = (self.namer.made(), self.drain);
            let dealt = self.deal(outlets, figures, &notification, acknowledgement);
            tokio::select! {
                biased;
                () = dealt => {}
                () = interrupted(commands, finishing, drain) => {
                    if finishing || commands.borrow().stop {
                        // Its time is over: an inform is not acknowledged, a trap is lost.
                        tracing::warn!(target: mibc_runtime::logs::TRAPD, "the service ends while an output has no room: notifications are lost");
                        return Ended::Stop;
                    }
                    commands.mark_unchanged();
                    self.namer.go_back(made);
                    // It comes with the new configuration; the sender of an inform repeats that.
                    if !notification.is_inform {
                        left_over.push_front(notification);
                    }
                    return Ended::Reload;
                }
            }
        }
    }

    /// Gives a notification to all outputs that it is for.
    fn deal(
        &mut self,
        outlets: &[Outlet],
        figures: &Arc<Figures>,
        notification: &ReceivedNotification,
        acknowledgement: Option<Acknowledgement>,
    ) -> impl Future<Output = ()> {
        let now = SystemTime::now();
        let received = now.checked_sub(notification.received.elapsed()).unwrap_or(now);
        let mut event = self.namer.event(notification, received);
        let source = notification.source.ip().map(|address| address.ip());
        let verdict = self.rules.judge(&mut event, notification.trap_oid.as_ref(), source, Instant::now());
        async move {
            Figures::count(if notification.is_inform { &figures.informs } else { &figures.traps });
            let only = match verdict {
                Verdict::Pass(only) => only,
                verdict => {
                    let counter =
                        if verdict == Verdict::Drop { &figures.dropped } else { &figures.suppressed };
                    Figures::count(counter);
                    // That was its purpose.
                    if let Some(acknowledgement) = acknowledgement {
                        Figures::count(&figures.acknowledged);
                        acknowledgement.send();
                    }
                    return;
                }
            };
            figures.severity(event.severity);
            let completion = acknowledgement.map(|acknowledgement| {
                let figures = Arc::clone(figures);
                Completion::new(move |outcome| match outcome {
                    Outcome::Taken => {
                        Figures::count(&figures.acknowledged);
                        acknowledgement.send();
                    }
                    Outcome::Dropped => Figures::count(&figures.unacknowledged),
                })
            });
            let json = event.json();
            for (place, outlet) in outlets.iter().enumerate() {
                if only.as_ref().is_none_or(|only| only.contains(&place)) {
                    outlet.offer(&event, notification, &json, completion.as_ref()).await;
                }
            }
            if let Some(completion) = completion {
                completion.taken();
            }
        }
    }
}

/// Waits until the work is to be interrupted: for another configuration, or since the time to end is over.
async fn interrupted(commands: &watch::Receiver<Commands>, finishing: bool, drain: Duration) {
    let mut commands = commands.clone();
    if !finishing {
        let changed = commands.changed().await;
        if changed.is_ok() && !commands.borrow().stop {
            return;
        }
    }
    sleep(drain).await;
}

/// The next notification of any listener; `None` when all have ended.
async fn next(hearing: &mut [Hearing]) -> Option<Next> {
    poll_fn(|context| {
        let mut open = false;
        for hearing in hearing.iter_mut().filter(|hearing| hearing.open) {
            match hearing.listener.poll_unacknowledged(context) {
                Poll::Ready(Some(next)) => return Poll::Ready(Some(next)),
                Poll::Ready(None) => hearing.open = false,
                Poll::Pending => open = true,
            }
        }
        if open { Poll::Pending } else { Poll::Ready(None) }
    })
    .await
}

/// Counts what listeners have counted.
fn look(hearing: &[Hearing], figures: &Figures) {
    let overflows: u64 = hearing.iter().map(|hearing| hearing.listener.overflows()).sum();
    let before = figures.overflows.swap(overflows, Ordering::Relaxed);
    if overflows > before {
        let messages = overflows - before;
        tracing::warn!(target: mibc_runtime::logs::TRAPD, messages, total = overflows, "messages are lost: they came faster than they could be taken");
    }
    let messages = hearing.iter().map(|hearing| u64::from(hearing.listener.counters().in_pkts())).sum();
    figures.messages.store(messages, Ordering::Relaxed);
}

impl Parts {
    /// Makes what runs what the new configuration wants. What is the same in both goes on without a pause.
    /// Traps that listeners have not given away which end are left over.
    async fn change(
        &mut self,
        old: &Config,
        new: &Config,
        left_over: &mut VecDeque<ReceivedNotification>,
    ) -> Result<(), Change> {
        if let Some(folder) = &new.state
            && let Err(source) = make_folder(folder)
        {
            let folder = folder.display().to_string();
            return Err(Change::Kept(ServiceError::State { folder, source }));
        }
        if new.http != old.http {
            let served = match new.http {
                Some(address) => match metrics::serve(address, Arc::clone(&self.figures)).await {
                    Ok(served) => Some(served),
                    Err(error) => return Err(Change::Kept(ServiceError::Http(error.to_string()))),
                },
                None => None,
            };
            if let Some((_, task)) = std::mem::replace(&mut self.http, served) {
                task.abort();
            }
        }
        self.change_outlets(new).await?;
        self.change_hearing(old, new, left_over).await
    }

    async fn change_outlets(&mut self, new: &Config) -> Result<(), Change> {
        let mut before: Vec<Option<Outlet>> =
            std::mem::take(&mut self.outlets).into_iter().map(Some).collect();
        let mut kept: Vec<Option<Outlet>> = Vec::new();
        for plan in &new.outputs {
            let same =
                before.iter_mut().find(|outlet| outlet.as_ref().is_some_and(|outlet| outlet.plan == *plan));
            kept.push(same.and_then(Option::take));
        }
        // Those that have gone come first: a successor may want the folder of one.
        stop(before.into_iter().flatten().collect(), new.drain).await;
        let mut problem = None;
        for (plan, kept) in new.outputs.iter().zip(kept) {
            match kept.map_or_else(|| Outlet::start(plan.clone(), &self.reopen), Ok) {
                Ok(outlet) => self.outlets.push(outlet),
                // Without an output that is required informs would be acknowledged that nobody has.
                Err(error) => problem = Some(refused(&plan.settings.name, error)),
            }
        }
        self.figures.observe(self.outlets.iter().map(Outlet::observer).collect());
        problem.map_or(Ok(()), |problem| Err(Change::Lost(problem)))
    }

    async fn change_hearing(
        &mut self,
        old: &Config,
        new: &Config,
        left_over: &mut VecDeque<ReceivedNotification>,
    ) -> Result<(), Change> {
        let same_queue = old.max_waiting == new.max_waiting && old.state == new.state;
        let (mut kept, mut others) = (Vec::new(), Vec::new());
        for hearing in self.hearing.drain(..) {
            let place =
                new.listeners.iter().position(|plan| *plan == hearing.plan && hearing.open && same_queue);
            match place {
                Some(place) => kept.push((place, hearing)),
                None => others.push(hearing),
            }
        }
        for hearing in others {
            let Hearing { mut listener, .. } = hearing;
            listener.finish();
            // Informs are repeated by their senders, since nobody acknowledges them.
            while let Some((notification, _)) = listener.next_unacknowledged().await {
                if !notification.is_inform {
                    left_over.push_back(notification);
                }
            }
            listener.close().await;
        }
        for (place, plan) in new.listeners.iter().enumerate() {
            if kept.iter().any(|(kept, _)| *kept == place) {
                continue;
            }
            match Hearing::start(plan.clone(), place, new).await {
                Ok(hearing) => kept.push((place, hearing)),
                Err(error) => return Err(Change::Lost(error)),
            }
        }
        kept.sort_by_key(|(place, _)| *place);
        self.hearing = kept.into_iter().map(|(_, hearing)| hearing).collect();
        Ok(())
    }

    /// Ends all: outputs send what waits, then the acknowledgements leave.
    async fn end(self, drain: Duration) {
        let Self { hearing, outlets, http, .. } = self;
        stop(outlets, drain).await;
        for hearing in hearing {
            let _ = timeout(LAST_WORDS, hearing.listener.ended()).await;
        }
        if let Some((_, task)) = http {
            task.abort();
        }
    }
}

/// Stops outputs side by side.
async fn stop(outlets: Vec<Outlet>, drain: Duration) {
    let mut stopping = JoinSet::new();
    for outlet in outlets {
        stopping.spawn(outlet.stop(drain));
    }
    while stopping.join_next().await.is_some() {}
}
