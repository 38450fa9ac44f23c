//! One device and one profile: asks for all that the profile has.

use super::device::Device;
use super::polled::{Answer, Polled};
use super::profile::{Part, Profile};
use super::schedule::{Key, Millis};
use crate::choice;
use crate::fetch::{Cause, Failure, Kept, What, fetch};
use crate::samples;
use mibc_runtime::manager::{Error, Manager, Session};
use mibc_runtime::oid::Oid;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// sysUpTime.0, which every agent has.
const UPTIME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];

/// Attempts of the question whether a device that has not answered does so now.
const PROBES: u32 = 2;

/// A device and a profile, and what is known of the device. What its manager has learned stays from poll to poll.
#[derive(Debug)]
pub struct Job {
    device: Arc<Device>,
    profile: Arc<Profile>,
    manager: Manager,
    /// What is asked; empty before the first poll.
    asked: Mutex<Arc<[Asked]>>,
    /// Only where the profile has choices.
    object_id: Option<Box<choice::Known>>,
    /// It has not answered last time.
    silent: AtomicBool,
    /// What the poller was told of the last poll, if the device was not up.
    trouble: Mutex<Option<Arc<Trouble>>>,
}

/// Why a device is not up.
#[derive(Debug)]
pub(super) struct Trouble {
    /// It answers, and refuses what it is asked.
    pub(super) refused: bool,
    pub(super) reason: String,
}

/// Why a device could not be asked for anything.
#[derive(Debug)]
struct Unready {
    reason: String,
    refused: bool,
}

impl From<Cause> for Unready {
    fn from(cause: Cause) -> Self {
        Self { reason: cause.to_string(), refused: cause.is_refusal() }
    }
}

impl From<String> for Unready {
    fn from(reason: String) -> Self {
        Self { reason, refused: false }
    }
}

/// A part of a profile, and the way to ask for it.
#[derive(Clone, Debug)]
struct Asked {
    part: Part,
    session: Session,
    kept: Option<Arc<Kept>>,
}

impl Job {
    /// A device and one of its profiles.
    pub fn new(manager: &Manager, device: Arc<Device>, profile: Arc<Profile>) -> Self {
        let object_id = (!profile.choices.is_empty()).then(Box::default);
        let asked = Mutex::new(Arc::from([]));
        let (silent, trouble) = (AtomicBool::new(false), Mutex::default());
        Self { device, profile, manager: manager.clone(), asked, object_id, silent, trouble }
    }

    /// The device.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The names of both.
    pub fn key(&self) -> Key {
        Key { device: Arc::clone(&self.device.name), profile: Arc::clone(&self.profile.name) }
    }

    /// Why the device was not up last time, if so.
    pub(super) fn trouble(&self) -> Option<Arc<Trouble>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes why the device is not up. Whether it was not up for another kind of reason before.
    pub(super) fn turns(&self, trouble: Option<Arc<Trouble>>) -> bool {
        let refused = trouble.as_ref().map(|trouble| trouble.refused);
        let before =
            std::mem::replace(&mut *self.trouble.lock().unwrap_or_else(PoisonError::into_inner), trouble);
        before.zip(refused).is_some_and(|(before, refused)| before.refused != refused)
    }

    /// Whether another job would ask the same.
    pub(super) fn is_like(&self, device: &Device, profile: &Arc<Profile>) -> bool {
        Arc::ptr_eq(&self.profile, profile) && self.device.is_like(device)
    }

    /// Asks for everything. `tick` says which poll of the job it is, and `time` when it begins.
    ///
    /// It ends within the profile's timeout. A device that has not answered last time is first asked for a single variable.
    pub async fn poll(self: Arc<Self>, tick: u64, time: Millis) -> Polled {
        let begun = Instant::now();
        let deadline = begun + self.profile.timeout;
        let mut polled = Polled::new(Arc::clone(&self), tick, time);
        match self.ready(deadline).await {
            Ok(asked) => {
                for Asked { part, session, kept } in asked.iter() {
                    let mut fetched = fetch(session, &part.module, kept.as_deref(), deadline).await;
                    fetched.failures.extend(too_much(part, &fetched.variables));
                    let nothing = fetched.variables.is_empty() && !fetched.failures.is_empty();
                    polled.answers.push(Answer { part: part.clone(), fetched });
                    // Who does not answer one part does not answer the others.
                    if nothing && !polled.up() {
                        break;
                    }
                }
            }
            Err(Unready { reason, refused }) => {
                polled.failure = Some(reason);
                polled.refused = refused;
            }
        }
        if !polled.up() {
            let mut failures = polled.answers.iter().flat_map(|answer| &answer.fetched.failures);
            polled.refused |= failures.any(|failure| failure.cause.is_refusal());
        }
        self.silent.store(!polled.up(), Ordering::Relaxed);
        polled.elapsed = begun.elapsed();
        polled
    }

    /// What is asked of the device, if it answers at all.
    async fn ready(&self, deadline: Instant) -> Result<Arc<[Asked]>, Unready> {
        let mut asked = self.lock().clone();
        if asked.is_empty() || self.object_id.is_some() {
            asked = self.made(&asked, deadline).await?;
        }
        if self.silent.load(Ordering::Relaxed)
            && let Some(first) = asked.first()
        {
            let names: Vec<Oid> = Oid::short(&UPTIME).into_iter().collect();
            let each = first.part.asking.timeout;
            let patience = each.saturating_mul(PROBES);
            let patience = patience.min(deadline.saturating_duration_since(Instant::now()));
            match timeout(patience, first.session.get_oids(&names)).await {
                Ok(Ok(_)) => {}
                // It answers, whatever it says.
                Ok(Err(Error::Status { .. } | Error::Mismatch { .. })) => {}
                Ok(Err(error)) => return Err(Cause::from(error).into()),
                Err(_) => {
                    let requests = patience.as_millis().div_ceil(each.as_millis().max(1));
                    let requests = u32::try_from(requests).unwrap_or(PROBES);
                    return Err(Cause::NoAnswer { requests, after: patience, cut: false }.into());
                }
            }
        }
        Ok(asked)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Arc<[Asked]>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the list of what is asked, unless it is the same as before.
    async fn made(&self, before: &Arc<[Asked]>, deadline: Instant) -> Result<Arc<[Asked]>, Unready> {
        let mut parts: Vec<&Part> = self.profile.parts.iter().collect();
        if let Some(known) = &self.object_id {
            let chosen = self.chosen(known, deadline).await?;
            for part in chosen {
                if !parts.iter().any(|other| other.name == part.name) {
                    parts.push(part);
                }
            }
        }
        if before.len() == parts.len()
            && before.iter().zip(&parts).all(|(asked, part)| asked.part.name == part.name)
        {
            return Ok(Arc::clone(before));
        }
        let asked: Arc<[Asked]> = parts.into_iter().map(|part| self.asked(part)).collect();
        *self.lock() = Arc::clone(&asked);
        Ok(asked)
    }

    fn asked(&self, part: &Part) -> Asked {
        let auth = &self.device.credentials.auth;
        let target = part.asking.apply(auth.target(&self.device.address, "", None));
        let ttl = self.profile.label_ttl;
        let kept = (ttl > Duration::ZERO).then(|| Arc::new(Kept::new(ttl)));
        Asked { part: part.clone(), session: self.manager.target(target), kept }
    }

    /// The parts that the device's sysObjectID leads to.
    async fn chosen(&self, known: &choice::Known, deadline: Instant) -> Result<&[Part], Unready> {
        let asking = self
            .profile
            .parts
            .first()
            .or_else(|| self.profile.choices.iter().find_map(|(_, parts)| parts.first()));
        let asking = asking.map(|part| part.asking).unwrap_or_default();
        let target = asking.apply(self.device.credentials.auth.target(&self.device.address, "", None));
        let session = self.manager.target(target);
        let left = deadline.saturating_duration_since(Instant::now());
        let object_id = timeout(left, choice::object_id(&session, known))
            .await
            .map_err(|_| "sysObjectID did not come in time".to_owned())?
            .map_err(|error| {
                let why = Unready::from(Cause::from(error));
                Unready { reason: format!("sysObjectID: {}", why.reason), ..why }
            })?
            .ok_or_else(|| "the device has no sysObjectID: name its modules".to_owned())?;
        let choices = &self.profile.choices;
        let chosen = choice::choose(choices.iter().map(|(choice, _)| choice), &object_id)
            .ok_or_else(|| format!("no `choose` fits its sysObjectID {object_id}"))?;
        let parts = choices.iter().find(|(choice, _)| std::ptr::eq(choice, chosen));
        Ok(parts.map_or(&[], |(_, parts)| parts))
    }
}

/// What is wrong if samples have more text than there may be.
fn too_much(part: &Part, variables: &crate::Variables) -> Option<Failure> {
    let variables = samples::beyond(&part.module, variables);
    let oid = part.module.metrics().first()?.oid.clone();
    let failure = Failure { oid, what: What::Walk, cause: Cause::TooMuchText { variables } };
    (variables > 0).then_some(failure)
}
