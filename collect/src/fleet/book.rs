//! What is known of the devices of a partition, and what to do with a job. It asks nobody and knows no time of its own.

mod done;

pub(super) use done::Done;

use super::order::Order;
use super::report::Named;
use bytes::Bytes;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// So many polls in a row without an answer, and a device counts as dead; or as one that refuses.
const DEAD: u32 = 3;

/// Most devices that a report names.
const NAMED: usize = 20;

/// After so many intervals without a job, a device is forgotten.
const FORGET: u64 = 10;

/// A job that is due.
#[derive(Clone, Debug)]
pub(super) struct Job<D> {
    /// The last parts of its subject: device and profile.
    pub(super) key: Arc<str>,
    /// When it was due, in seconds since 1970: the number of its tick.
    pub(super) due: u64,
    pub(super) order: Arc<Order>,
    /// What is acknowledged when it is done. A tick that the server was away for has none.
    pub(super) delivery: Option<D>,
}

/// What to do with a job that has come.
#[derive(Debug)]
pub(super) enum Arrival<D> {
    /// Poll now.
    Start(Job<D>),
    /// Nothing yet: the device is being polled. If there was another job waiting, this one replaces it.
    Held,
    /// It is done: acknowledge it.
    Done(D),
}

/// What became of a poll.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// Whether its result is stored, by us or by an earlier worker.
    pub(super) stored: bool,
    /// Whether the device has answered.
    pub(super) up: bool,
    /// Whether it answers, and refuses everything.
    pub(super) refused: bool,
    pub(super) took: u64,
    pub(super) reason: Option<String>,
}

#[derive(Debug)]
struct Entry<W, D> {
    payload: Bytes,
    order: Arc<Order>,
    /// What the poller keeps of the device.
    warm: Option<Arc<W>>,
    flying: Option<u64>,
    /// The delivery that came last of the job that is being polled for, if there was more than one.
    again: Option<D>,
    next: Option<Job<D>>,
    /// It is not in the fleet any more, and forgotten when its poll has ended.
    gone: bool,
    /// The last tick whose result is stored; `None` until that has been looked up.
    done: Option<Done>,
    seen: u64,
    /// Polls in a row without an answer, or that were refused.
    silent: u32,
    /// Whether the last one was refused.
    refused: bool,
    took: u64,
    reason: Option<String>,
}

#[derive(Debug)]
pub(super) struct Book<W, D> {
    entries: HashMap<Arc<str>, Entry<W, D>>,
    flying: usize,
    /// The longest lag now and in the span before.
    lag: [u64; 2],
}

/// The devices of a partition in few words.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) devices: usize,
    pub(super) names: usize,
    pub(super) flying: usize,
    pub(super) lag: u64,
    pub(super) slow: usize,
    pub(super) slowest: Vec<Named>,
    pub(super) dead: usize,
    pub(super) silent: Vec<Named>,
    pub(super) refusing: usize,
    pub(super) refused: Vec<Named>,
}

impl<W, D> Default for Book<W, D> {
    fn default() -> Self {
        Self { entries: HashMap::new(), flying: 0, lag: [0; 2] }
    }
}

impl<W, D> Book<W, D> {
    /// A job comes. `due` is computed from its order. One that cannot be read is given back, with what is wrong.
    pub(super) fn arrive(
        &mut self,
        key: &str,
        payload: &Bytes,
        due: impl Fn(&Order) -> Option<u64>,
        delivery: D,
    ) -> Result<Arrival<D>, (String, D)> {
        let known = self.entries.get(key).filter(|entry| entry.payload == *payload);
        let order = match known.map(|entry| Arc::clone(&entry.order)) {
            Some(order) => order,
            None => match serde_json::from_slice(payload) {
                Ok(order) => Arc::new(order),
                Err(error) => return Err((error.to_string(), delivery)),
            },
        };
        let Some(due) = due(&order) else {
            return Err(("it does not say when the next one is due".to_owned(), delivery));
        };
        let key = self.learn(key, payload, &order);
        let job = Job { key: Arc::clone(&key), due, order, delivery: Some(delivery) };
        let Some(entry) = self.entries.get_mut(&key) else { return Ok(Arrival::Held) };
        entry.seen = entry.seen.max(due);
        entry.gone = false;
        if let Some(flying) = entry.flying {
            if due == flying {
                // The same job again is acknowledged when the poll ends.
                entry.again = job.delivery;
            } else if due > flying && entry.next.as_ref().is_none_or(|next| next.due <= due) {
                entry.next = Some(job);
            }
            return Ok(Arrival::Held);
        }
        if entry.done.is_some_and(|done| done.has(&job))
            && let Some(delivery) = job.delivery
        {
            return Ok(Arrival::Done(delivery));
        }
        entry.flying = Some(due);
        self.flying += 1;
        Ok(Arrival::Start(job))
    }

    /// What an order says is known from now on.
    fn learn(&mut self, key: &str, payload: &Bytes, order: &Arc<Order>) -> Arc<str> {
        match self
            .entries
            .get_key_value(key)
            .map(|(key, entry)| (Arc::clone(key), Arc::ptr_eq(&entry.order, order)))
        {
            Some((key, true)) => key,
            Some((key, false)) => {
                if let Some(entry) = self.entries.get_mut(&key) {
                    entry.payload = payload.clone();
                    // It may be another device now: nothing that was learned of it counts.
                    entry.warm = None;
                    entry.order = Arc::clone(order);
                }
                key
            }
            None => {
                let key: Arc<str> = key.into();
                let entry = Entry {
                    payload: payload.clone(),
                    order: Arc::clone(order),
                    warm: None,
                    flying: None,
                    again: None,
                    next: None,
                    gone: false,
                    done: None,
                    seen: 0,
                    silent: 0,
                    refused: false,
                    took: 0,
                    reason: None,
                };
                self.entries.insert(Arc::clone(&key), entry);
                key
            }
        }
    }

    /// The schedule of a device is there. `now` is in seconds since 1970.
    pub(super) fn scheduled(&mut self, key: &str, payload: &Bytes, now: u64) -> Result<(), String> {
        if self.entries.get(key).is_none_or(|entry| entry.payload != *payload) {
            let order = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
            // What was read is part of a longer text, which is not to be kept.
            self.learn(key, &Bytes::copy_from_slice(payload), &Arc::new(order));
        }
        if let Some(entry) = self.entries.get_mut(key) {
            entry.seen = entry.seen.max(now);
            entry.gone = false;
        }
        Ok(())
    }

    /// Since when the schedule of a device is there, in seconds since 1970.
    pub(super) fn since(&self, key: &str) -> Option<u64> {
        Some(self.entries.get(key)?.order.since)
    }

    /// Devices that are not in this set are not in the fleet any more.
    pub(super) fn keep_only(&mut self, keys: &HashSet<String>) {
        self.entries.retain(|key, entry| {
            entry.gone |= !keys.contains(&**key);
            entry.flying.is_some() || !entry.gone
        });
    }

    /// A device is not in the fleet any more.
    pub(super) fn remove(&mut self, key: &str) {
        match self.entries.get_mut(key) {
            Some(entry) if entry.flying.is_some() => (entry.next, entry.gone) = (None, true),
            _ => drop(self.entries.remove(key)),
        }
    }

    /// What is stored of the devices must be looked up again.
    pub(super) fn forget_done(&mut self) {
        self.entries.values_mut().for_each(|entry| entry.done = None);
    }

    /// Devices of which it is not known what is stored.
    pub(super) fn unknown(&self) -> Vec<(Arc<str>, Arc<Order>)> {
        let unknown = self.entries.iter().filter(|(_, entry)| entry.done.is_none());
        unknown.map(|(key, entry)| (Arc::clone(key), Arc::clone(&entry.order))).collect()
    }

    /// Jobs for the last ticks of all devices whose results are not stored, and for which no job has come: the server was
    /// away at that time, or their worker.
    pub(super) fn overdue(&mut self, now: u64) -> Vec<Job<D>> {
        let mut overdue = Vec::new();
        for (key, entry) in &mut self.entries {
            let (Some(done), None) = (entry.done, entry.flying) else { continue };
            let Some(due) = done.last(&entry.order, now) else { continue };
            let (key, order) = (Arc::clone(key), Arc::clone(&entry.order));
            let job = Job { key, due, order, delivery: None };
            if !done.has(&job) {
                entry.flying = Some(due);
                self.flying += 1;
                overdue.push(job);
            }
        }
        overdue
    }

    /// The job to do in place of one that had to wait for its turn: a newer one that has come, if any.
    pub(super) fn newest(&mut self, job: Job<D>) -> Job<D> {
        let Some(entry) = self.entries.get_mut(&job.key) else { return job };
        let Some(newest) = entry.next.take() else { return job };
        entry.flying = Some(newest.due);
        entry.again = None;
        newest
    }

    /// What is stored of a device, if that is known.
    pub(super) fn done(&self, key: &str) -> Option<Done> {
        self.entries.get(key)?.done
    }

    /// Notes what is stored of a device.
    pub(super) fn stored(&mut self, key: &str, done: Done) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.done = Some(done);
        }
    }

    pub(super) fn warm(&self, key: &str) -> Option<Arc<W>> {
        self.entries.get(key)?.warm.clone()
    }

    /// Keeps what the poller has made of an order, unless the order has changed meanwhile.
    pub(super) fn keep(&mut self, job: &Job<D>, warm: Arc<W>) {
        if let Some(entry) = self.entries.get_mut(&job.key)
            && Arc::ptr_eq(&entry.order, &job.order)
        {
            entry.warm = Some(warm);
        }
    }

    /// Whether this is what was wrong with a device at its last poll.
    pub(super) fn said(&self, key: &str, reason: &str) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.reason.as_deref() == Some(reason))
    }

    /// Notes how long after its tick a poll begins, in milliseconds.
    pub(super) fn begins(&mut self, lag: u64) {
        self.lag[0] = self.lag[0].max(lag);
    }

    /// A poll has ended: the job that has come meanwhile is next. If that of the poll has come again, it is given back, to be
    /// acknowledged.
    pub(super) fn finish(&mut self, key: &str, due: u64, outcome: Outcome) -> (Option<Job<D>>, Option<D>) {
        let Some(entry) = self.entries.get_mut(key) else { return (None, None) };
        let again = entry.again.take().filter(|_| outcome.stored);
        if outcome.stored {
            entry.done = Some(Done::Tick(due));
        }
        entry.silent = if outcome.up { 0 } else { entry.silent.saturating_add(1) };
        entry.refused = outcome.refused;
        entry.took = outcome.took;
        entry.reason = outcome.reason;
        let next = entry.next.take();
        entry.flying = next.as_ref().map(|next| next.due);
        if next.is_none() {
            self.flying -= 1;
            if entry.gone {
                self.entries.remove(key);
            }
        }
        (next, again)
    }

    /// Jobs that wait for their device are given back.
    pub(super) fn waiting(&mut self) -> Vec<D> {
        self.entries.values_mut().filter_map(|entry| entry.next.take()?.delivery).collect()
    }

    pub(super) fn flying(&self) -> usize {
        self.flying
    }

    /// What is to be said of the devices. The longest lag is that since the summary before the last one.
    pub(super) fn summary(&mut self, now: u64) -> Summary {
        self.entries.retain(|_, entry| {
            entry.flying.is_some()
                || now.saturating_sub(entry.seen) <= FORGET.saturating_mul(entry.order.interval.max(1))
        });
        let there = || self.entries.values().filter(|entry| !entry.gone);
        let mut summary = Summary {
            devices: there().count(),
            names: there().map(|entry| entry.order.device.as_str()).collect::<HashSet<_>>().len(),
            flying: self.flying,
            lag: self.lag[0].max(self.lag[1]),
            ..Summary::default()
        };
        for entry in there() {
            let named = |number: u64, reason: Option<String>| Named {
                device: entry.order.device.clone(),
                profile: entry.order.profile.clone(),
                number,
                reason,
            };
            if entry.silent >= DEAD {
                let (count, names) = match entry.refused {
                    true => (&mut summary.refusing, &mut summary.refused),
                    false => (&mut summary.dead, &mut summary.silent),
                };
                *count += 1;
                if names.len() < NAMED {
                    names.push(named(entry.silent.into(), entry.reason.clone()));
                }
            } else if entry.took > entry.order.interval.saturating_mul(500) {
                summary.slow += 1;
                summary.slowest.push(named(entry.took, None));
            }
        }
        summary.slowest.sort_by_key(|named| std::cmp::Reverse(named.number));
        summary.slowest.truncate(NAMED);
        summary
    }

    /// Begins another span of time for the longest lag.
    pub(super) fn rotate(&mut self) {
        self.lag = [0, self.lag[0]];
    }
}

#[cfg(test)]
mod tests;
