//! One request and its response, with everything that can go wrong on the way named.

use super::circuit::{Breaker, Circuit, OpenCircuit, Pass};
use super::deadline::Deadline;
#[cfg(feature = "usm")]
use super::discovery::{Ahead, Failure, Gate, Place};
use super::error::{Attempt, Error, Hint, Phase};
use super::learned::Learned;
use super::pace::Pace;
use super::target::Target;
use super::{Links, Session};
use crate::ber::{Anomalies, Anomaly, Rules};
use crate::engine::{Outcome, Peer, PlanError, Response, StartError, Unaccepted};
use crate::link::{Legacy, Link, engine_address};
use crate::logs;
use crate::message::PduHeader;
use crate::typed::ObjectRef;
use crate::value::VarBindRef;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OnceCell, Semaphore};

/// What the sessions of one target share.
#[derive(Debug)]
pub(super) struct Shared {
    links: Arc<Links>,
    pub(super) target: Target,
    route: OnceCell<Route>,
    /// A permit per request that may be outstanding; first come, first served.
    window: Semaphore,
    circuit: Mutex<Circuit>,
    pub(super) pace: Mutex<Pace>,
    pub(super) learned: Learned,
    #[cfg(feature = "usm")]
    gate: Gate,
}

/// The way to a target whose name has been looked up.
#[derive(Debug)]
struct Route {
    link: Arc<Link>,
    peer: Way,
}

/// How a target is spoken to.
#[derive(Debug)]
enum Way {
    Community(Peer<SocketAddr>),
    #[cfg(feature = "usm")]
    V3(Arc<crate::engine::V3Peer<SocketAddr>>),
}

impl Way {
    /// Why a request may go unanswered by a target that has never answered.
    fn hint(&self) -> Hint {
        match self {
            #[cfg(feature = "usm")]
            Way::V3(peer) if peer.level().has_privacy() => Hint::Privacy,
            _ => Hint::None,
        }
    }
}

/// Which request of an operation is under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) header: PduHeader,
    /// From 1.
    pub(super) number: u32,
}

impl Session {
    pub(super) fn new(links: Arc<Links>, target: Target) -> Self {
        let make = |target| Shared::new(Arc::clone(&links), target);
        Self { shared: links.registry.share(target, make), record: None }
    }

    /// The circuit of the target, should it be open.
    pub fn open_circuit(&self) -> Option<OpenCircuit> {
        lock(&self.shared.circuit).open(now())
    }

    /// The engine ID of a target that speaks SNMPv3: as it was given, or as the first request has found it out.
    #[cfg(feature = "usm")]
    pub fn engine_id(&self) -> Option<crate::usm::EngineId> {
        match &self.shared.route.get()?.peer {
            Way::V3(peer) => peer.engine_id(),
            Way::Community(_) => None,
        }
    }

    /// Sends a request and waits for its response, whatever its error status.
    pub(super) async fn exchange<'v, I>(
        &self,
        step: Step,
        deadline: Deadline,
        varbinds: I,
    ) -> Result<Response, Error>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let Some(bounds) = deadline.bounds() else { return self.try_exchange(step, varbinds, None).await };
        let legacy = Legacy::default();
        let asked = self.try_exchange(step, varbinds, Some(&legacy));
        match tokio::time::timeout_at(bounds.end.into(), asked).await {
            Ok(result) => result,
            Err(_) => {
                let elapsed = now().saturating_duration_since(bounds.begun);
                let error = self.deadline_error(step, elapsed, legacy.take());
                self.log_failure(&error);
                Err(error)
            }
        }
    }

    /// The error of an operation whose time is over, and whose last request came so far.
    #[cold]
    fn deadline_error(&self, step: Step, elapsed: Duration, so_far: Option<Outcome<SocketAddr>>) -> Error {
        let at = *self.at(step, 0, elapsed);
        let (at, wrong_source) = match so_far {
            Some(Outcome::TimedOut { wrong_source, anomalies, dropped, .. }) => {
                (Attempt { anomalies, dropped, ..at }, wrong_source)
            }
            Some(Outcome::Undiscovered { wrong_source, dropped, .. }) => {
                (Attempt { phase: Phase::Discovery, dropped, ..at }, wrong_source)
            }
            _ => (at, None),
        };
        Error::Deadline { at: Box::new(at), wrong_source }
    }

    /// With `legacy`, what is given up on the way leaves there how far it came.
    async fn try_exchange<'v, I>(
        &self,
        step: Step,
        varbinds: I,
        legacy: Option<&Legacy>,
    ) -> Result<Response, Error>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let shared = &*self.shared;
        if let Some(circuit) = shared.refusal() {
            return Err(Error::CircuitOpen { at: self.at(step, 0, Duration::ZERO), circuit });
        }
        let route = shared.route().await?;
        #[cfg(feature = "usm")]
        let ahead = match self.discover(route).await {
            Ok(ahead) => ahead,
            Err(failure) => return Err(self.discovery_error(step, failure)),
        };
        let permit = shared.window.acquire().await;
        let admission = Admission::new(shared)
            .map_err(|circuit| Error::CircuitOpen { at: self.at(step, 0, Duration::ZERO), circuit })?;
        let started = match &route.peer {
            Way::Community(peer) => route.link.start(peer, step.header, varbinds).await,
            #[cfg(feature = "usm")]
            Way::V3(peer) => route.link.start_v3(peer, step.header, varbinds).await,
        };
        let exchange = started.map_err(|error| {
            let at = self.at(step, 0, Duration::ZERO);
            match error {
                StartError::TooLarge(too_large) => Error::TooLarge { at, limit: too_large.limit },
                StartError::Busy => Error::Busy { at },
            }
        })?;
        let outcome = exchange.leaving(legacy).await;
        admission.settle(outcome.as_ref());
        #[cfg(feature = "usm")]
        if let Some(ahead) = ahead {
            self.log_discovery(route);
            ahead.back(outcome.as_ref());
        }
        drop(permit);
        self.conclude(step, outcome, route)
    }

    /// What the end of an exchange means to the operation.
    fn conclude(
        &self,
        step: Step,
        outcome: Option<Outcome<SocketAddr>>,
        route: &Route,
    ) -> Result<Response, Error> {
        let result = self.result(step, outcome, route);
        if let Err(error) = &result {
            self.log_failure(error);
        }
        result
    }

    fn result(
        &self,
        step: Step,
        outcome: Option<Outcome<SocketAddr>>,
        route: &Route,
    ) -> Result<Response, Error> {
        match outcome {
            Some(Outcome::Response(response)) => {
                if response.attempts > 1 {
                    self.log_retries(response.attempts, response.elapsed);
                }
                self.note(response.attempts, response.elapsed, response.anomalies);
                self.shared.learned.note_answer();
                Ok(response)
            }
            Some(Outcome::TimedOut { attempts, elapsed, wrong_source, anomalies, dropped }) => {
                self.note(attempts, elapsed, anomalies);
                let at = Box::new(Attempt { anomalies, dropped, ..*self.at(step, attempts, elapsed) });
                // No hint if the keys have worked before, or if anything came at all.
                let may_tell = !at.answered && dropped.last.is_none();
                let hint = if may_tell { route.peer.hint() } else { Hint::None };
                Err(Error::Timeout { at, wrong_source, hint })
            }
            Some(Outcome::Refused { report, value, attempts, elapsed }) => {
                self.note(attempts, elapsed, Anomalies::NONE);
                Err(Error::Report { at: self.at(step, attempts, elapsed), report, value })
            }
            Some(Outcome::Undiscovered { attempts, elapsed, wrong_source, dropped }) => {
                self.note(attempts, elapsed, Anomalies::NONE);
                let at = *self.shared.at(Phase::Discovery, attempts, elapsed);
                let at = Box::new(Attempt { dropped, ..at });
                Err(Error::Timeout { at, wrong_source, hint: Hint::None })
            }
            Some(Outcome::Unsent(source)) => {
                Err(Error::Send { at: self.at(step, 0, Duration::ZERO), source })
            }
            None => Err(Error::Closed { at: self.at(step, 0, Duration::ZERO) }),
        }
    }

    #[cold]
    fn log_retries(&self, attempts: u32, elapsed: Duration) {
        let peer = &self.shared.target;
        tracing::debug!(target: logs::MANAGER, %peer, attempts, ?elapsed, "a request was sent again before it was answered");
    }

    #[cold]
    fn log_failure(&self, error: &Error) {
        tracing::debug!(target: logs::MANAGER, peer = %self.shared.target, %error, "a request failed");
    }

    #[cfg(feature = "usm")]
    #[cold]
    fn log_discovery(&self, route: &Route) {
        let Way::V3(peer) = &route.peer else { return };
        if let Some(engine_id) = peer.engine_id() {
            tracing::debug!(target: logs::MANAGER, peer = %self.shared.target, %engine_id, "an engine was discovered");
        }
    }

    fn note(&self, attempts: u32, elapsed: Duration, anomalies: Anomalies) {
        if let Some(record) = &self.record {
            record.add(attempts, elapsed, anomalies);
        }
    }

    /// Something odd that shows when values are read.
    pub(super) fn note_anomaly(&self, anomaly: Anomaly) {
        if let Some(record) = &self.record {
            record.note(anomaly);
        }
    }

    /// Whether what is odd is accepted in the target's responses.
    pub(super) fn is_lenient(&self) -> bool {
        let shared = &self.shared;
        shared.target.rules == Rules::Lenient && shared.links.rules == Rules::Lenient
    }

    /// Waits for another request's discovery, if one is under way, or goes ahead.
    #[cfg(feature = "usm")]
    async fn discover<'s>(&'s self, route: &Route) -> Result<Option<Ahead<'s>>, Failure> {
        match &route.peer {
            Way::V3(peer) if peer.engine_id().is_none() => match self.shared.gate.enter() {
                Place::Ahead(ahead) => Ok(Some(ahead)),
                Place::Behind(scout) => scout.wait().await.map(|()| None),
            },
            _ => Ok(None),
        }
    }

    /// The error of a request whose discovery another one has tried.
    #[cfg(feature = "usm")]
    fn discovery_error(&self, step: Step, failure: Failure) -> Error {
        match failure {
            Failure::Undiscovered { attempts, elapsed, wrong_source, dropped } => {
                let at = *self.shared.at(Phase::Discovery, attempts, elapsed);
                let at = Box::new(Attempt { dropped, ..at });
                Error::Timeout { at, wrong_source, hint: Hint::None }
            }
            Failure::Refused { report, value, attempts, elapsed } => {
                Error::Report { at: self.at(step, attempts, elapsed), report, value }
            }
        }
    }

    /// For errors: how far the operation came.
    pub(super) fn at(&self, step: Step, attempt: u32, elapsed: Duration) -> Box<Attempt> {
        let phase = Phase::Request { kind: step.header.kind, number: step.number };
        self.shared.at(phase, attempt, elapsed)
    }

    /// For errors after a response: how far the operation came.
    pub(super) fn after(&self, step: Step, response: &Response) -> Box<Attempt> {
        let at = *self.at(step, response.attempts, response.elapsed);
        Box::new(Attempt { anomalies: response.anomalies, ..at })
    }

    /// The error of a walk or table read.
    pub(super) fn plan_error(&self, at: Box<Attempt>, error: PlanError) -> Error {
        match error {
            PlanError::NotIncreasing { previous, found } => Error::NotIncreasing { at, previous, found },
            PlanError::Empty => Error::Mismatch { at, what: "it has no varbinds" },
            PlanError::Status { status, index, name } => {
                Error::Status { at, status, index, oid: name, object: None }
            }
            PlanError::Limit(limit) => Error::Limit { at, limit },
        }
    }
}

impl Error {
    /// Adds what object an error status is about.
    pub(super) fn about(mut self, objects: &[ObjectRef]) -> Self {
        if let Error::Status { index, object, .. } = &mut self {
            let place = usize::try_from(*index).ok().and_then(|index| index.checked_sub(1));
            *object = place.and_then(|place| objects.get(place)).copied();
        }
        self
    }
}

impl Shared {
    fn new(links: Arc<Links>, target: Target) -> Self {
        Self {
            links,
            route: OnceCell::new(),
            window: Semaphore::new(target.max_outstanding.clamp(1, Semaphore::MAX_PERMITS)),
            circuit: Mutex::default(),
            pace: Mutex::new(Pace::new(target.max_repetitions)),
            learned: Learned::new(),
            #[cfg(feature = "usm")]
            gate: Gate::default(),
            target,
        }
    }

    #[cold]
    fn log_open(&self, timeouts: u32, breaker: Breaker) {
        let (peer, pause) = (&self.target, breaker.pause);
        tracing::info!(target: logs::MANAGER, %peer, timeouts, ?pause, "a target does not answer: it is not asked for a while");
    }

    #[cold]
    fn log_closed(&self) {
        tracing::info!(target: logs::MANAGER, peer = %self.target, "a target answers again");
    }

    fn refusal(&self) -> Option<OpenCircuit> {
        self.target.breaker?;
        let circuit = lock(&self.circuit);
        if circuit.is_open() { circuit.refusal(now()) } else { None }
    }

    fn at(&self, phase: Phase, attempt: u32, elapsed: Duration) -> Box<Attempt> {
        let target = self.target.to_string();
        let attempts = self.target.retry.retries.saturating_add(1);
        let answered = self.learned.has_answered();
        let (anomalies, dropped) = (Anomalies::NONE, Unaccepted::default());
        Box::new(Attempt { target, phase, attempt, attempts, elapsed, anomalies, dropped, answered })
    }

    /// The way to the target; looks up its name unless that has succeeded before.
    async fn route(&self) -> Result<&Route, Error> {
        if let Some(route) = self.route.get() {
            return Ok(route);
        }
        self.route
            .get_or_try_init(|| async {
                let (address, link) = self.find_address().await.map_err(|source| {
                    let at = self.at(Phase::Resolve, 0, Duration::ZERO);
                    Error::Resolve { at, source }
                })?;
                Ok(Route { link, peer: self.way(address)? })
            })
            .await
    }

    fn way(&self, address: SocketAddr) -> Result<Way, Error> {
        let target = &self.target;
        #[cfg(feature = "usm")]
        if let Some(v3) = &target.v3 {
            let peer = v3.peer(address, target, self.links.keys());
            let peer = peer.map_err(|source| Error::User { target: target.to_string(), source })?;
            return Ok(Way::V3(Arc::new(peer)));
        }
        Ok(Way::Community(Peer {
            address,
            version: target.version,
            community: target.community.clone(),
            retry: target.retry,
            any_source: target.any_source,
            any_community: target.any_community,
            rules: target.rules,
            max_message: target.max_message,
        }))
    }

    async fn find_address(&self) -> io::Result<(SocketAddr, Arc<Link>)> {
        let addresses = self.target.address.resolve().await?;
        let found = (0..addresses.len()).find_map(|place| {
            let (address, others) = addresses.get(place..)?.split_first()?;
            match self.links.to(address, others) {
                // The system has no such family.
                Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => None,
                link => Some(link.map(|link| (engine_address(address), link))),
            }
        });
        let none = "no address of a family that the manager has a socket for";
        found.unwrap_or_else(|| Err(io::Error::new(io::ErrorKind::AddrNotAvailable, none)))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.links.registry.forget(self);
    }
}

/// A request that the circuit breaker has let through.
struct Admission<'s> {
    shared: &'s Shared,
    breaker: Breaker,
    /// `None` without breaker and after the end.
    pass: Option<Pass>,
    sent: Instant,
}

impl<'s> Admission<'s> {
    fn new(shared: &'s Shared) -> Result<Self, OpenCircuit> {
        let sent = now();
        let (breaker, pass) = match shared.target.breaker {
            Some(breaker) => (breaker, Some(lock(&shared.circuit).admit(sent)?)),
            None => (Breaker::default(), None),
        };
        Ok(Self { shared, breaker, pass, sent })
    }

    /// Tells the breaker how the request ended.
    fn settle(mut self, outcome: Option<&Outcome<SocketAddr>>) {
        let Some(pass) = self.pass.take() else { return };
        let mut circuit = lock(&self.shared.circuit);
        match outcome {
            Some(Outcome::Response(_) | Outcome::Refused { .. }) => {
                if circuit.answered() {
                    self.shared.log_closed();
                }
            }
            Some(Outcome::TimedOut { .. } | Outcome::Undiscovered { .. }) => {
                if let Some(timeouts) = circuit.timed_out(now(), pass, self.breaker) {
                    self.shared.log_open(timeouts, self.breaker);
                }
            }
            Some(Outcome::Unsent(_)) | None => circuit.abandoned(pass),
        }
    }
}

/// Taken back by its caller, or by a deadline: unanswered if the first attempt has waited to its end.
impl Drop for Admission<'_> {
    fn drop(&mut self) {
        let Some(pass) = self.pass.take() else { return };
        let now = now();
        let mut circuit = lock(&self.shared.circuit);
        if now.saturating_duration_since(self.sent) >= self.shared.target.retry.timeout {
            if let Some(timeouts) = circuit.timed_out(now, pass, self.breaker) {
                self.shared.log_open(timeouts, self.breaker);
            }
        } else {
            circuit.abandoned(pass);
        }
    }
}

/// Locks what nothing leaves half-changed, whoever panics.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The runtime's time, which tests can stop.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
