//! Asks a device for the variables of a module.

mod failure;

pub use failure::{Cause, Failure, What};

use crate::module::{Asking, Module};
use crate::plan::Plan;
use crate::variables::Variables;
use mibc_runtime::manager::{Error, Record, Session, Walk};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Subtrees that are walked at a time.
const PARALLEL: usize = 4;

/// Most memory that the variables of a module may take: some 400,000 of them, if they are short.
const MOST_OCTETS: usize = 64 << 20;

/// Memory that a variable takes besides what it says.
const EACH: usize = 120;

/// Most variables of a walk whose names do not increase.
const ANY_ORDER: usize = 1_000_000;

/// sysUpTime.0: goes back when a device has started again.
const UPTIME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];

/// What a device has given.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fetched {
    /// The variables.
    pub variables: Variables,
    /// Variables that responses had.
    pub received: usize,
    /// Messages that were sent.
    pub packets: u64,
    /// Of these, the ones that repeated a request.
    pub retries: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// What could not be read.
    pub failures: Vec<Failure>,
}

/// Columns that only give labels, kept for a while.
#[derive(Debug)]
pub struct Kept {
    ttl: Duration,
    columns: Mutex<Columns>,
}

#[derive(Debug, Default)]
struct Columns {
    by_root: HashMap<Oid, (Instant, Arc<[VarBind]>)>,
    uptime: Option<u32>,
}

impl Kept {
    /// Keeps columns for this long.
    pub fn new(ttl: Duration) -> Self {
        Self { ttl, columns: Mutex::default() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Columns> {
        self.columns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, root: &Oid) -> Option<Arc<[VarBind]>> {
        let columns = self.lock();
        let (since, column) = columns.by_root.get(root)?;
        (since.elapsed() < self.ttl).then(|| Arc::clone(column))
    }

    fn put(&self, root: &Oid, column: &[VarBind]) {
        self.lock().by_root.insert(root.clone(), (Instant::now(), column.into()));
    }

    /// Drops all columns if the device has started again since the last time, because it may number its rows anew.
    fn started(&self, uptime: Option<u32>) {
        let mut columns = self.lock();
        let again = match (columns.uptime, uptime) {
            (Some(before), Some(now)) => now < before,
            (_, None) => true,
            (None, Some(_)) => false,
        };
        if again {
            columns.by_root.clear();
        }
        columns.uptime = uptime;
    }

    /// Drops all columns.
    pub fn clear(&self) {
        self.lock().by_root.clear();
    }
}

/// Asks for the variables of a module until `deadline`. What has come by then is in the result, and what is missing is
/// among its [`failures`](Fetched::failures).
pub async fn fetch(session: &Session, module: &Module, kept: Option<&Kept>, deadline: Instant) -> Fetched {
    fetch_with(session, module, kept, deadline, Duration::ZERO).await
}

/// The same; it ends earlier by this time for each variable, which is what becomes of them afterwards.
pub(crate) async fn fetch_with(
    session: &Session,
    module: &Module,
    kept: Option<&Kept>,
    deadline: Instant,
    each: Duration,
) -> Fetched {
    let started = Instant::now();
    let (session, record) = session.recorded();
    let mut fetching = Fetching {
        session,
        asking: module.asking,
        limits: Arc::new(Limits {
            deadline,
            each,
            octets: AtomicUsize::new(0),
            variables: AtomicUsize::new(0),
            answered: AtomicBool::new(false),
        }),
        variables: Vec::new(),
        received: 0,
        failures: Vec::new(),
    };
    let mut plan = Plan::new(module);
    for filter in plan.filters() {
        let (column, error) = fetching.walk(filter.oid.clone()).await;
        match error {
            None => plan.filtered(filter, &column),
            Some(cause) if cause.is_for_all() && fetching.is_empty() => {
                fetching.failures.push(Failure { oid: filter.oid.clone(), what: What::Walk, cause });
                return fetching.ended(&record, started);
            }
            Some(error) => {
                tracing::info!(target: mibc_runtime::logs::EXPORTER, oid = %filter.oid, %error, "a filter is not applied, because its column cannot be read");
            }
        }
    }
    let kept =
        kept.filter(|kept| !kept.ttl.is_zero() && plan.walks().iter().any(|root| module.only_labels(root)));
    fetching.gets(&plan.gets(), kept).await;
    // Who does not answer one request does not answer the others, nor does who does not know us.
    if fetching.is_in_vain() {
        return fetching.ended(&record, started);
    }
    let (mut ahead, mut walks) = (Vec::new(), VecDeque::new());
    for root in plan.walks() {
        match kept.filter(|_| module.only_labels(root)).and_then(|kept| kept.get(root)) {
            Some(column) => ahead.push((root, column)),
            None => walks.push_back(root.clone()),
        }
    }
    fetching.walks(module, walks, kept).await;
    // A row that is new has no label yet: the columns are read again.
    if let Some(kept) = kept.filter(|_| !ahead.is_empty()) {
        let rows = Variables::new(fetching.variables.clone());
        let complete = ahead.iter().all(|(root, column)| has_all(module, root, column, &rows));
        if complete {
            fetching.variables.extend(ahead.iter().flat_map(|(_, column)| column.iter().cloned()));
        } else {
            fetching
                .walks(module, ahead.into_iter().map(|(root, _)| root.clone()).collect(), Some(kept))
                .await;
        }
    }
    fetching.ended(&record, started)
}

/// What a fetch may take: time, and memory.
#[derive(Debug)]
struct Limits {
    deadline: Instant,
    /// The time that each variable takes afterwards.
    each: Duration,
    octets: AtomicUsize,
    variables: AtomicUsize,
    /// Whether the device has answered.
    answered: AtomicBool,
}

impl Limits {
    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Counts a variable; says why there can be no more.
    fn add(&self, variable: &VarBind) -> Option<Cause> {
        let value = variable.value.as_octets().map_or(0, <[u8]>::len);
        let octets = EACH + 4 * variable.name.len() + value;
        let octets = octets + self.octets.fetch_add(octets, Ordering::Relaxed);
        if octets > MOST_OCTETS {
            return Some(Cause::TooMuch);
        }
        let number = self.variables.fetch_add(1, Ordering::Relaxed);
        // A look at the clock now and then.
        if !number.is_multiple_of(256) {
            return None;
        }
        let needed = self.each.saturating_mul(u32::try_from(number).unwrap_or(u32::MAX));
        (needed > self.left()).then_some(Cause::Overdue { after: Duration::ZERO })
    }
}

/// Whether a kept column has a cell for every row that would look there.
fn has_all(module: &Module, root: &Oid, column: &[VarBind], rows: &Variables) -> bool {
    let cells: std::collections::HashSet<Vec<u32>> =
        column.iter().filter_map(|cell| cell.name.strip_prefix(root)).map(Iterator::collect).collect();
    rows.iter().all(|row| {
        let Some(metric) = module.metric(&row.name) else { return true };
        let looks = |lookup: &crate::module::Lookup| {
            // The index of the row is the index of the cell where the label is the only one.
            lookup
                .source
                .as_ref()
                .is_some_and(|source| source.oid == *root && source.labels.len() == metric.indexes.len())
        };
        if !metric.lookups.iter().any(looks) {
            return true;
        }
        row.name.strip_prefix(&metric.oid).is_some_and(|index| cells.contains(&index.collect::<Vec<u32>>()))
    })
}

struct Fetching {
    session: Session,
    asking: Asking,
    limits: Arc<Limits>,
    variables: Vec<VarBind>,
    received: usize,
    failures: Vec<Failure>,
}

impl Fetching {
    fn is_empty(&self) -> bool {
        self.variables.is_empty() && self.received == 0
    }

    /// Whether nothing came, and nothing will. A device that has answered something, were it that it has nothing, answers more.
    fn is_in_vain(&self) -> bool {
        let answered = self.limits.answered.load(Ordering::Relaxed);
        let in_vain = |cause: &Cause| cause.is_for_all() && !(answered && cause.is_silence());
        self.is_empty() && self.failures.iter().any(|failure| in_vain(&failure.cause))
    }

    fn ended(self, record: &Record, started: Instant) -> Fetched {
        let Fetching { variables, received, failures, .. } = self;
        let details = record.details();
        let missing =
            failures.iter().filter(|failure| failure.what == What::Walk).map(|failure| failure.oid.clone());
        let variables = Variables::new(variables).with_missing(missing.collect());
        let (packets, retries) = (details.attempts, details.attempts.saturating_sub(details.requests));
        Fetched { variables, received, packets, retries, elapsed: started.elapsed(), failures }
    }

    async fn gets(&mut self, names: &[Oid], kept: Option<&Kept>) {
        let uptime = Oid::from_arcs(&UPTIME).ok().filter(|_| kept.is_some());
        let mut names = names.to_vec();
        let added = uptime.as_ref().is_some_and(|uptime| !names.contains(uptime));
        names.extend(uptime.clone().filter(|_| added));
        if names.is_empty() {
            return;
        }
        let first = names[0].clone();
        let begun = Instant::now();
        let answer = match timeout(self.limits.left(), self.session.get_oids(&names)).await {
            Ok(answer) => answer.map_err(Cause::from),
            Err(_) => Err(Cause::cut(self.asking, begun)),
        };
        match answer {
            Ok(mut variables) => {
                self.limits.answered.store(true, Ordering::Relaxed);
                if let Some(kept) = kept {
                    let found = variables.iter().find(|variable| Some(&variable.name) == uptime.as_ref());
                    kept.started(found.and_then(|variable| match variable.value {
                        Value::TimeTicks(ticks) => Some(ticks.0),
                        _ => None,
                    }));
                }
                if added {
                    variables.retain(|variable| Some(&variable.name) != uptime.as_ref());
                }
                variables.retain(|variable| !variable.value.as_ref().is_exception());
                self.received += variables.len();
                self.variables.append(&mut variables);
            }
            Err(cause) => {
                if let Some(kept) = kept {
                    kept.clear();
                }
                self.failures.push(Failure { oid: first, what: What::Get, cause });
            }
        }
    }

    async fn walks(&mut self, module: &Module, mut roots: VecDeque<Oid>, kept: Option<&Kept>) {
        let mut walking = JoinSet::new();
        loop {
            while walking.len() < PARALLEL
                && let Some(root) = roots.pop_front()
            {
                let (session, asking, limits) = (self.session.clone(), self.asking, Arc::clone(&self.limits));
                walking.spawn(async move {
                    let (variables, cause) = walk(&session, asking, &limits, root.clone()).await;
                    (root, variables, cause)
                });
            }
            let Some(done) = walking.join_next().await else { break };
            let Ok((root, variables, cause)) = done else { continue };
            self.received += variables.len();
            match cause {
                Some(cause) => {
                    self.failures.push(Failure { oid: root, what: What::Walk, cause });
                    if self.is_in_vain() {
                        roots.clear();
                    }
                }
                None if module.only_labels(&root) => {
                    if let Some(kept) = kept {
                        kept.put(&root, &variables);
                    }
                }
                None => {}
            }
            self.variables.extend(variables);
        }
    }

    async fn walk(&mut self, root: Oid) -> (Vec<VarBind>, Option<Cause>) {
        walk(&self.session, self.asking, &self.limits, root).await
    }
}

/// Walks a subtree; if there is nothing below its root, asks for the root itself, which may be an instance.
async fn walk(
    session: &Session,
    asking: Asking,
    limits: &Limits,
    root: Oid,
) -> (Vec<VarBind>, Option<Cause>) {
    let mut walk = session.bulk_walk(root.clone()).deadline(limits.left());
    if asking.any_order {
        walk = walk.any_order(ANY_ORDER);
    }
    let (mut variables, mut cause) = collect(walk, asking, limits).await;
    if variables.is_empty() && cause.is_none() {
        let begun = Instant::now();
        match timeout(limits.left(), session.get_oids(std::slice::from_ref(&root))).await {
            Ok(Ok(found)) => {
                variables
                    .extend(found.into_iter().filter(|variable| !variable.value.as_ref().is_exception()));
            }
            Ok(Err(failed)) => cause = Some(failed.into()),
            Err(_) => cause = Some(Cause::cut(asking, begun)),
        }
    }
    (variables, cause)
}

async fn collect(mut walk: Walk, asking: Asking, limits: &Limits) -> (Vec<VarBind>, Option<Cause>) {
    let begun = Instant::now();
    // A walk asks for less when what it asks for goes unanswered. A device that has not answered at all is asked so once.
    let patience = asking.timeout.saturating_mul(asking.retries.saturating_add(2));
    let mut variables = Vec::new();
    loop {
        let next = if variables.is_empty() && !limits.answered.load(Ordering::Relaxed) {
            match timeout(patience, walk.try_next()).await {
                Ok(next) => next,
                // It has answered another walk meanwhile.
                Err(_) if limits.answered.load(Ordering::Relaxed) => continue,
                Err(_) => {
                    let after = begun.elapsed();
                    let cause =
                        Cause::NoAnswer { requests: failure::asked(asking, after), after, cut: false };
                    return (variables, Some(cause));
                }
            }
        } else {
            walk.try_next().await
        };
        match next {
            Ok(Some(variable)) => {
                if variables.is_empty() {
                    limits.answered.store(true, Ordering::Relaxed);
                }
                if let Some(cause) = limits.add(&variable) {
                    let cause = match cause {
                        Cause::Overdue { .. } => Cause::Overdue { after: begun.elapsed() },
                        cause => cause,
                    };
                    return (variables, Some(cause));
                }
                variables.push(variable);
            }
            Ok(None) => {
                limits.answered.store(true, Ordering::Relaxed);
                return (variables, None);
            }
            // What came and was not accepted says more.
            Err(Error::Deadline { at, .. }) if at.dropped.last.is_none() => {
                let cause = match limits.answered.load(Ordering::Relaxed) {
                    true => Cause::Overdue { after: begun.elapsed() },
                    false => Cause::cut(asking, begun),
                };
                return (variables, Some(cause));
            }
            Err(error) => return (variables, Some(error.into())),
        }
    }
}

#[cfg(test)]
mod tests;
