//! Asks a device for the variables of a module.

use crate::module::{Asking, Module};
use crate::plan::Plan;
use crate::variables::Variables;
use mibc_runtime::manager::{Error, Session, Walk};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Subtrees that are walked at a time.
const PARALLEL: usize = 4;

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

/// A subtree that could not be read to its end, or variables that could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure {
    /// The subtree, or the first of the variables.
    pub oid: Oid,
    /// What was done.
    pub what: What,
    /// Why it failed.
    pub error: Error,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Variables were asked for by name.
    Get,
    /// A subtree was walked.
    Walk,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.what {
            What::Get => "get",
            What::Walk => "walk",
        };
        write!(f, "{what} of {}: {}", self.oid, self.error)
    }
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
    let started = Instant::now();
    let (session, record) = session.recorded();
    let mut fetching = Fetching {
        session,
        asking: module.asking,
        deadline,
        variables: Vec::new(),
        received: 0,
        failures: Vec::new(),
    };
    let mut plan = Plan::new(module);
    for filter in plan.filters() {
        let (column, error) = fetching.walk(filter.oid.clone()).await;
        match error {
            None => plan.filtered(filter, &column),
            Some(error) => {
                tracing::info!(target: mibc_runtime::logs::EXPORTER, oid = %filter.oid, %error, "a filter is not applied, because its column cannot be read");
            }
        }
    }
    let kept =
        kept.filter(|kept| !kept.ttl.is_zero() && plan.walks().iter().any(|root| module.only_labels(root)));
    fetching.gets(&plan.gets(), kept).await;
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
    let Fetching { variables, received, failures, .. } = fetching;
    let details = record.details();
    let missing =
        failures.iter().filter(|failure| failure.what == What::Walk).map(|failure| failure.oid.clone());
    let variables = Variables::new(variables).with_missing(missing.collect());
    let retries = details.attempts.saturating_sub(details.requests);
    Fetched { variables, received, packets: details.attempts, retries, elapsed: started.elapsed(), failures }
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
    deadline: Instant,
    variables: Vec<VarBind>,
    received: usize,
    failures: Vec<Failure>,
}

impl Fetching {
    async fn gets(&mut self, names: &[Oid], kept: Option<&Kept>) {
        let uptime = Oid::from_arcs(&UPTIME).ok().filter(|_| kept.is_some());
        let mut names = names.to_vec();
        let added = uptime.as_ref().is_some_and(|uptime| !names.contains(uptime));
        names.extend(uptime.clone().filter(|_| added));
        if names.is_empty() {
            return;
        }
        let first = names[0].clone();
        let left = self.deadline.saturating_duration_since(Instant::now());
        let answer = match timeout(left, self.session.get_oids(&names)).await {
            Ok(answer) => answer,
            // The walk says what a deadline is in the manager's words.
            Err(_) => self.overdue(&first).await,
        };
        match answer {
            Ok(mut variables) => {
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
            Err(error) => {
                if let Some(kept) = kept {
                    kept.clear();
                }
                self.failures.push(Failure { oid: first, what: What::Get, error });
            }
        }
    }

    /// The error of an operation that has no time left.
    async fn overdue(&self, name: &Oid) -> Result<Vec<VarBind>, Error> {
        self.session.bulk_walk(name.clone()).deadline(Duration::ZERO).collect().await
    }

    async fn walks(&mut self, module: &Module, mut roots: VecDeque<Oid>, kept: Option<&Kept>) {
        let mut walking = JoinSet::new();
        loop {
            while walking.len() < PARALLEL
                && let Some(root) = roots.pop_front()
            {
                let (session, asking, deadline) = (self.session.clone(), self.asking, self.deadline);
                walking.spawn(async move {
                    let (variables, error) = walk(&session, asking, deadline, root.clone()).await;
                    (root, variables, error)
                });
            }
            let Some(done) = walking.join_next().await else { break };
            let Ok((root, variables, error)) = done else { continue };
            self.received += variables.len();
            match error {
                Some(error) => self.failures.push(Failure { oid: root, what: What::Walk, error }),
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

    async fn walk(&mut self, root: Oid) -> (Vec<VarBind>, Option<Error>) {
        let (variables, error) = walk(&self.session, self.asking, self.deadline, root).await;
        (variables, error)
    }
}

/// Walks a subtree; if there is nothing below its root, asks for the root itself, which may be an instance.
async fn walk(
    session: &Session,
    asking: Asking,
    deadline: Instant,
    root: Oid,
) -> (Vec<VarBind>, Option<Error>) {
    let left = deadline.saturating_duration_since(Instant::now());
    let mut walk = session.bulk_walk(root.clone()).deadline(left);
    if asking.any_order {
        walk = walk.any_order(ANY_ORDER);
    }
    let (mut variables, mut error) = collect(walk).await;
    if variables.is_empty() && error.is_none() {
        let left = deadline.saturating_duration_since(Instant::now());
        match timeout(left, session.get_oids(std::slice::from_ref(&root))).await {
            Ok(Ok(found)) => {
                variables
                    .extend(found.into_iter().filter(|variable| !variable.value.as_ref().is_exception()));
            }
            Ok(Err(failed)) => error = Some(failed),
            Err(_) => error = collect(session.bulk_walk(root).deadline(Duration::ZERO)).await.1,
        }
    }
    (variables, error)
}

async fn collect(mut walk: Walk) -> (Vec<VarBind>, Option<Error>) {
    let mut variables = Vec::new();
    loop {
        match walk.try_next().await {
            Ok(Some(variable)) => variables.push(variable),
            Ok(None) => return (variables, None),
            Err(error) => return (variables, Some(error)),
        }
    }
}
