//! Traps that the system has not taken yet.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::originator::Flight;
use super::places::Place;

/// How long a trap may take to leave: a connection has to be opened, and its receiver has to read.
pub const TRAP_TIMEOUT: Duration = Duration::from_secs(10);

/// How many deadlines of traps that have left may be kept, in addition to as many as there are others.
const SLACK: usize = 64;

/// Traps on their way to the system.
#[derive(Debug, Default)]
pub(super) struct Traps {
    last: u64,
    by_number: HashMap<u64, Trap>,
    to_send: VecDeque<u64>,
    /// All wait for the same time, so the first to come is the first to go.
    deadlines: VecDeque<(Instant, u64)>,
}

#[derive(Debug)]
struct Trap {
    datagram: Vec<u8>,
    flight: Flight,
}

impl Traps {
    pub(super) fn push(&mut self, now: Instant, datagram: Vec<u8>, flight: Flight) {
        self.last += 1;
        self.by_number.insert(self.last, Trap { datagram, flight });
        self.to_send.push_back(self.last);
        self.deadlines.push_back((now + TRAP_TIMEOUT, self.last));
    }

    /// The next to send.
    pub(super) fn next(&mut self) -> Option<(u64, Place)> {
        loop {
            let number = self.to_send.pop_front()?;
            if let Some(trap) = self.by_number.get(&number) {
                return Some((number, trap.flight.place));
            }
        }
    }

    pub(super) fn datagram(&self, number: u64) -> Option<&[u8]> {
        self.by_number.get(&number).map(|trap| trap.datagram.as_slice())
    }

    pub(super) fn take(&mut self, number: u64) -> Option<Flight> {
        let trap = self.by_number.remove(&number)?;
        while let Some((_, first)) = self.deadlines.front()
            && !self.by_number.contains_key(first)
        {
            self.deadlines.pop_front();
        }
        if self.deadlines.len() > 2 * self.by_number.len() + SLACK {
            let left = &self.by_number;
            self.deadlines.retain(|(_, number)| left.contains_key(number));
        }
        Some(trap.flight)
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.front().map(|(at, _)| *at)
    }

    /// The next one whose time is over.
    pub(super) fn expire(&mut self, now: Instant) -> Option<Flight> {
        loop {
            let (at, number) = *self.deadlines.front()?;
            if at > now {
                return None;
            }
            self.deadlines.pop_front();
            if let Some(trap) = self.by_number.remove(&number) {
                return Some(trap.flight);
            }
        }
    }
}
