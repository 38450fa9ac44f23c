//! When each job is due, and which of them are under way. It knows neither the time nor how to ask.

use super::hash::hash;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

/// Milliseconds since 1970.
pub type Millis = u64;

/// A device and a profile, by their names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The device.
    pub device: Arc<str>,
    /// The profile.
    pub profile: Arc<str>,
}

/// A job that is to be done again and again.
#[derive(Clone, Debug)]
pub(super) struct Entry<J> {
    pub(super) key: Key,
    /// Milliseconds, at least 1.
    pub(super) interval: u64,
    pub(super) job: J,
}

/// When ticks of a job begin. They are numbered by the intervals since 1970, so that every process has the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    interval: u64,
    phase: u64,
}

impl Rhythm {
    /// The ticks of a device and a profile. Their beginnings are spread over the interval by a hash of the names.
    pub fn new(key: &Key, interval: u64) -> Self {
        let interval = interval.max(1);
        Self { interval, phase: hash(&[&key.device, &key.profile]) % interval }
    }

    /// The tick that a moment belongs to.
    pub fn tick(self, at: Millis) -> u64 {
        at.saturating_sub(self.phase) / self.interval
    }

    /// When a tick begins.
    pub fn begin(self, tick: u64) -> Millis {
        tick.saturating_mul(self.interval).saturating_add(self.phase)
    }
}

/// What is to be begun now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Start<J> {
    pub(super) ticket: Ticket,
    pub(super) job: J,
    pub(super) tick: u64,
    /// When it was due.
    pub(super) due: Millis,
}

/// Which job it is. Its slot stays until it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(usize);

/// How many may be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Of devices that have answered last time, or were never asked.
    pub(super) answering: usize,
    /// Of devices that have not.
    pub(super) silent: usize,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Ticks that were begun.
    pub(super) begun: u64,
    /// Ticks that were not begun, because the next one was due.
    pub(super) replaced: u64,
}

#[derive(Debug)]
pub(super) struct Slot<J> {
    pub(super) key: Key,
    pub(super) job: J,
    rhythm: Rhythm,
    /// Tells apart who has had the slot before.
    birth: u64,
    state: State,
    removed: bool,
    /// How often it has not answered, in a row.
    pub(super) silent: u32,
    /// How long it took last time, in milliseconds.
    pub(super) took: Option<u32>,
    /// The last tick that was begun or replaced.
    last: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    /// Waits for its turn.
    Ready(u64),
    /// Is under way; the next tick may be due already.
    Flying {
        silent: bool,
        next: Option<u64>,
    },
}

#[derive(Debug)]
pub(super) struct Schedule<J> {
    slots: Vec<Option<Slot<J>>>,
    free: Vec<usize>,
    by_key: HashMap<Key, usize>,
    /// When a tick begins, whose, and the birth of the slot.
    due: BinaryHeap<Reverse<(Millis, usize, u64)>>,
    ready: [VecDeque<(usize, u64)>; 2],
    flying: [usize; 2],
    limits: Limits,
    births: u64,
    pub(super) counted: Counted,
}

impl<J: Clone> Schedule<J> {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            by_key: HashMap::new(),
            due: BinaryHeap::new(),
            ready: [VecDeque::new(), VecDeque::new()],
            flying: [0, 0],
            limits,
            births: 0,
            counted: Counted::default(),
        }
    }

    /// From now on so many may be under way. Those that are go on.
    pub(super) fn limit(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// From now on these are the jobs. What is under way goes on; jobs with the same key and interval keep their rhythm.
    pub(super) fn update(&mut self, now: Millis, entries: impl IntoIterator<Item = Entry<J>>) {
        let mut gone: HashMap<Key, usize> = std::mem::take(&mut self.by_key);
        for entry in entries {
            let rhythm = Rhythm::new(&entry.key, entry.interval);
            let known = gone.remove(&entry.key);
            let slot = known.and_then(|at| Some((at, self.slots.get_mut(at)?.as_mut()?)));
            match slot {
                Some((at, slot)) => {
                    slot.job = entry.job;
                    if slot.rhythm != rhythm {
                        slot.rhythm = rhythm;
                        // Entries of the heap from before are of no use any more.
                        self.births += 1;
                        let birth = self.births;
                        self.rebirth(at, birth);
                        // The numbers of ticks are others, too.
                        if let Some(slot) = self.slots.get_mut(at).and_then(Option::as_mut) {
                            slot.last = None;
                            match &mut slot.state {
                                State::Idle => {}
                                State::Ready(tick) => *tick = rhythm.tick(now),
                                State::Flying { next, .. } => *next = None,
                            }
                        }
                        self.due.push(Reverse((rhythm.begin(rhythm.tick(now) + 1), at, birth)));
                    }
                    self.by_key.insert(entry.key, at);
                }
                // A key that comes twice counts once.
                None if self.by_key.contains_key(&entry.key) => {}
                None => self.add(now, entry, rhythm),
            }
        }
        for at in gone.into_values() {
            self.remove(at);
        }
    }

    fn add(&mut self, now: Millis, entry: Entry<J>, rhythm: Rhythm) {
        self.births += 1;
        let slot = Slot {
            key: entry.key.clone(),
            job: entry.job,
            rhythm,
            birth: self.births,
            state: State::Idle,
            removed: false,
            silent: 0,
            took: None,
            last: None,
        };
        let at = match self.free.pop() {
            Some(at) => {
                self.slots[at] = Some(slot);
                at
            }
            None => {
                self.slots.push(Some(slot));
                self.slots.len() - 1
            }
        };
        self.by_key.insert(entry.key, at);
        self.due.push(Reverse((rhythm.begin(rhythm.tick(now) + 1), at, self.births)));
    }

    /// Gives a slot another birth; what is under way or waits in it keeps its place.
    fn rebirth(&mut self, at: usize, birth: u64) {
        let Some(slot) = self.slots.get_mut(at).and_then(Option::as_mut) else { return };
        let before = slot.birth;
        slot.birth = birth;
        for queue in &mut self.ready {
            queue.iter_mut().filter(|entry| **entry == (at, before)).for_each(|entry| entry.1 = birth);
        }
    }

    fn remove(&mut self, at: usize) {
        let Some(slot) = self.slots.get_mut(at).and_then(Option::as_mut) else { return };
        slot.removed = true;
        // What is under way frees the slot when it ends.
        if !matches!(slot.state, State::Flying { .. }) {
            self.slots[at] = None;
            self.free.push(at);
        }
    }

    /// Lets what is due by now wait for its turn.
    pub(super) fn advance(&mut self, now: Millis) {
        while let Some(&Reverse((due, at, birth))) = self.due.peek()
            && due <= now
        {
            self.due.pop();
            let Some(slot) = self.slots.get_mut(at).and_then(Option::as_mut) else { continue };
            if slot.birth != birth || slot.removed {
                continue;
            }
            // After a long pause it is the tick of now that counts.
            let tick = slot.rhythm.tick(now);
            if let Some(last) = slot.last {
                self.counted.replaced += tick.saturating_sub(last + 1);
            }
            slot.last = Some(tick);
            match &mut slot.state {
                State::Idle => {
                    slot.state = State::Ready(tick);
                    self.ready[usize::from(slot.silent > 0)].push_back((at, birth));
                }
                State::Ready(waiting) => {
                    *waiting = tick;
                    self.counted.replaced += 1;
                }
                State::Flying { next, .. } => {
                    self.counted.replaced += u64::from(next.replace(tick).is_some());
                }
            }
            self.due.push(Reverse((slot.rhythm.begin(tick + 1), at, birth)));
        }
    }

    /// When something will be due.
    pub(super) fn next_due(&self) -> Option<Millis> {
        self.due.peek().map(|Reverse((due, ..))| *due)
    }

    /// The next job whose turn it is.
    pub(super) fn next(&mut self) -> Option<Start<J>> {
        let limits = [self.limits.answering, self.limits.silent];
        for lane in [0, 1] {
            while self.flying[lane] < limits[lane]
                && let Some((at, birth)) = self.ready[lane].pop_front()
            {
                let Some(slot) = self.slots.get_mut(at).and_then(Option::as_mut) else { continue };
                let State::Ready(tick) = slot.state else { continue };
                if slot.birth != birth || slot.removed {
                    continue;
                }
                slot.state = State::Flying { silent: lane == 1, next: None };
                self.flying[lane] += 1;
                self.counted.begun += 1;
                let (ticket, job) = (Ticket(at), slot.job.clone());
                return Some(Start { ticket, job, tick, due: slot.rhythm.begin(tick) });
            }
        }
        None
    }

    /// A job has ended: whether its device has answered, and how many milliseconds it took. How often it had not answered
    /// before, in a row, unless it is not wanted any more.
    pub(super) fn ended(&mut self, ticket: Ticket, answered: bool, took: u32) -> Option<(u32, &Slot<J>)> {
        let Ticket(at) = ticket;
        let place = self.slots.get_mut(at)?;
        let State::Flying { silent, next } = place.as_ref()?.state else { return None };
        self.flying[usize::from(silent)] -= 1;
        if place.as_ref().is_some_and(|slot| slot.removed) {
            *place = None;
            self.free.push(at);
            return None;
        }
        let slot = place.as_mut()?;
        let before = slot.silent;
        slot.silent = if answered { 0 } else { slot.silent.saturating_add(1) };
        slot.took = Some(took);
        slot.state = match next {
            Some(tick) => {
                self.ready[usize::from(slot.silent > 0)].push_back((at, slot.birth));
                State::Ready(tick)
            }
            None => State::Idle,
        };
        Some((before, slot))
    }

    /// How many jobs there are.
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    /// How many are under way: of devices that answer, and of those that do not.
    pub(super) fn flying(&self) -> [usize; 2] {
        self.flying
    }

    /// How many wait for their turn, about.
    pub(super) fn waiting(&self) -> usize {
        self.ready.iter().map(VecDeque::len).sum()
    }

    /// All jobs.
    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot<J>> {
        self.slots.iter().flatten().filter(|slot| !slot.removed)
    }
}

#[cfg(test)]
mod tests;
