//! Devices of a fleet asked as `mibc poll` asks them.

use super::device::{Device, Wanted};
use super::order::Order;
use super::partition::now;
use super::report::Report;
use super::worker::{Answer, Ask};
use crate::nats::Error;
use crate::poll::hash::hash;
use crate::poll::{
    self, Counts, Encoder, Fleet, Format, Job, OutputError, Outputs, Silent, StartError, Status,
};
use bytes::Bytes;
use mibc_runtime::manager::Manager;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

/// Asks devices for the profiles of a configuration. A result is a line of JSON; it also goes to the outputs of the
/// configuration. Clones are the same.
#[derive(Clone, Debug)]
pub struct Polls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    fleet: RwLock<Arc<Fleet>>,
    managers: Vec<Manager>,
    encoder: Encoder,
    outputs: Outputs,
    drain: Duration,
    counts: Counts,
    refused: AtomicBool,
}

impl Inner {
    fn fleet(&self) -> Arc<Fleet> {
        Arc::clone(&self.fleet.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is kept of a device between its polls.
#[derive(Debug)]
pub struct Kept {
    job: Arc<Job>,
    /// The configuration that it was made of.
    fleet: Arc<Fleet>,
}

/// What was counted of polls, as long as there are any.
#[derive(Clone, Debug)]
pub struct Figures(Weak<Inner>);

impl Figures {
    /// What was counted, with what the worker says of itself; `None` when the polls have stopped.
    pub fn status(&self, report: &Report) -> Option<Status> {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let named = |named: &super::Named| (named.device.clone(), named.profile.clone(), named.number);
        let inner = self.0.upgrade()?;
        let not_up = |named: &super::Named, refused: bool| {
            let polls = named.number.try_into().unwrap_or(u32::MAX);
            let mut silent = Silent::new(&named.device, &named.profile, polls).because(named.reason.clone());
            silent.refused = refused;
            silent
        };
        let silent = report.silent.iter().map(|named| not_up(named, false));
        let refused = report.refused.iter().map(|named| not_up(named, true));
        let slow = report.slowest.iter().map(named);
        let mut status = inner.counts.status(report.totals.missed);
        status.jobs = count(report.devices);
        status.devices = count(report.names);
        status.in_flight = count(report.in_flight);
        status.silent_jobs = count(report.dead);
        status.refusing_jobs = count(report.refusing);
        status.silent = silent.chain(refused).collect();
        status.slow =
            slow.map(|(device, profile, took)| (device, profile, Duration::from_millis(took))).collect();
        status.refused = inner.refused.load(Ordering::Relaxed);
        status.outputs = inner.outputs.figures();
        Some(status)
    }
}

impl Polls {
    /// Starts the outputs of a configuration. The devices in it are of no concern here. `drain` is how long an output may
    /// take to send what waits in it, when it is not wanted any more.
    ///
    /// # Errors
    ///
    /// If a socket cannot be had, or an output cannot start.
    pub async fn start(fleet: Fleet, sockets: usize, drain: Duration) -> Result<Self, StartError> {
        let mut managers = Vec::new();
        for _ in 0..sockets.max(1) {
            managers.push(Manager::bind().await?);
        }
        let outputs = Outputs::start(&fleet.outputs)?;
        let encoder = Encoder::new(Format::JsonLines, &Default::default());
        Ok(Self(Arc::new(Inner {
            fleet: RwLock::new(Arc::new(fleet)),
            managers,
            encoder,
            outputs,
            drain,
            counts: Counts::default(),
            refused: AtomicBool::new(false),
        })))
    }

    /// From now on the profiles, auths and outputs of another configuration count. Limits stay those of the start.
    ///
    /// # Errors
    /// An output cannot start. Everything stays as it is, and the figures say so.
    pub async fn reload(&self, fleet: Fleet) -> Result<(), OutputError> {
        if let Err(error) = self.0.outputs.change(fleet.outputs.clone(), self.0.drain).await {
            self.refused();
            return Err(error);
        }
        *self.0.fleet.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fleet);
        self.0.refused.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Another configuration was refused: the figures say so.
    pub fn refused(&self) {
        self.0.refused.store(true, Ordering::Relaxed);
    }

    /// What is counted from now on can be asked for.
    pub fn figures(&self) -> Figures {
        Figures(Arc::downgrade(&self.0))
    }

    /// Files of outputs are opened anew, for programs that rename them.
    pub fn reopen(&self) {
        self.0.outputs.reopen();
    }

    /// Sends what waits in the outputs, for so long at most, once nobody asks any more. How many results were left.
    pub async fn stop(self, within: Duration) -> usize {
        self.0.outputs.stop(within).await
    }
}

impl Ask for Polls {
    type Device = Kept;

    fn device(&self, order: &Order) -> Result<Kept, String> {
        let fleet = self.0.fleet();
        let profile = fleet.profiles.get(order.profile.as_str()).ok_or_else(|| {
            format!("the worker's file has no profile `{}`; write a table [profile.{0}]", order.profile)
        })?;
        let credentials = fleet.auths.get(order.auth.as_str()).ok_or_else(|| {
            format!("the worker's file has no auth `{}`; write a table [auth.{0}]", order.auth)
        })?;
        let labels = order.labels.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into()));
        let device = poll::Device {
            name: Arc::from(order.device.as_str()),
            address: order.address.as_str().into(),
            credentials: Arc::clone(credentials),
            profiles: vec![Arc::clone(profile)],
            labels: labels.collect(),
        };
        let managers = &self.0.managers;
        let place = usize::try_from(hash(&[&order.device]) % managers.len() as u64).unwrap_or(0);
        let job = Arc::new(Job::new(&managers[place], Arc::new(device), Arc::clone(profile)));
        Ok(Kept { job, fleet })
    }

    fn is_current(&self, device: &Kept) -> bool {
        Arc::ptr_eq(&device.fleet, &self.0.fleet())
    }

    async fn ask(&self, kept: Arc<Kept>, order: &Order, due: u64, most: usize) -> Answer {
        let (now, counts) = (now(), &self.0.counts);
        counts.late(now.saturating_sub(Duration::from_secs(due)));
        let time = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let polled = Arc::clone(&kept.job).poll(due / order.interval.max(1), time).await;
        self.0.outputs.take(&polled).await;
        counts.polled(&polled);
        let (payload, made) = self.0.encoder.encode(&polled);
        counts.encoded(made.samples, made.duplicates, payload.len());
        let parts = parts(payload.into(), most);
        Answer { parts, up: polled.up(), refused: polled.refused, reason: polled.reason() }
    }
}

/// Octets in pieces of this length at most.
fn parts(mut payload: Bytes, most: usize) -> Vec<Bytes> {
    let most = most.max(1);
    let mut parts = Vec::with_capacity(1);
    while payload.len() > most {
        parts.push(payload.split_to(most));
    }
    parts.push(payload);
    parts
}

/// What a server needs to know of the devices of a configuration.
///
/// # Errors
///
/// If a profile has an interval that is not in whole seconds: the server cannot do it.
pub fn devices(devices: &[Arc<poll::Device>]) -> Result<Vec<Device>, Error> {
    let device = |device: &Arc<poll::Device>| {
        let profiles = device.profiles.iter().map(|profile| {
            let interval = profile.interval.as_secs();
            if interval == 0 || profile.interval.subsec_nanos() != 0 {
                return Err(Error::Unfit(format!(
                    "profile `{}` has the interval {:?}; on NATS, expected whole seconds",
                    profile.name, profile.interval
                )));
            }
            Ok(Wanted { profile: profile.name.to_string(), interval })
        });
        let labels = device.labels.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Ok(Device {
            name: device.name.to_string(),
            address: device.address.to_string(),
            auth: device.credentials.name.to_string(),
            profiles: profiles.collect::<Result<_, _>>()?,
            labels: labels.collect(),
        })
    };
    devices.iter().map(device).collect()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_result_that_is_too_long_comes_in_parts() {
        assert_eq!(parts("abcdefg".into(), 3), ["abc", "def", "g"]);
        assert_eq!(parts("abc".into(), 3), ["abc"]);
        assert_eq!(parts("".into(), 3), [""]);
        assert_eq!(parts("ab".into(), 0), ["a", "b"]);
    }
}
