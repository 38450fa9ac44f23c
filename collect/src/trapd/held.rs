//! The last events of alerts that go beyond a rate: they are held until it lets them through.

use super::event::Alert;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

/// Events that are held at most. Further ones are left out.
pub(super) const MAX_EVENTS: usize = 10_000;

/// The memory that they take at most.
pub(super) const MAX_OCTETS: usize = 16 << 20;

/// Events that are held, each the last one of an alert: what came before it is out of date.
#[derive(Debug)]
pub(super) struct Held<T> {
    /// By a hash of the alert that nobody can foresee: keys can be long.
    events: HashMap<u64, Entry<T>>,
    /// When they are due.
    due: BTreeSet<(Instant, u64)>,
    octets: usize,
    /// How many have been held, which tells their order.
    number: u64,
    hasher: RandomState,
}

#[derive(Debug)]
struct Entry<T> {
    event: T,
    /// The rule whose rate it goes beyond.
    rule: usize,
    due: Instant,
    octets: usize,
    number: u64,
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self {
            events: HashMap::new(),
            due: BTreeSet::new(),
            octets: 0,
            number: 0,
            hasher: RandomState::new(),
        }
    }
}

impl<T> Held<T> {
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    fn alert(&self, alert: &Alert) -> u64 {
        self.hasher.hash_one((&alert.name, &alert.key))
    }

    fn take(&mut self, alert: u64) -> Option<Entry<T>> {
        let entry = self.events.remove(&alert)?;
        self.due.remove(&(entry.due, alert));
        self.octets -= entry.octets;
        Some(entry)
    }

    /// A newer event of an alert has come: the one that is held is left out. Gives the rule whose rate it goes beyond.
    pub(super) fn overtake(&mut self, alert: &Alert) -> Option<usize> {
        if self.events.is_empty() {
            return None;
        }
        self.take(self.alert(alert)).map(|entry| entry.rule)
    }

    /// Holds an event that takes so much memory, in place of the one before; false if there is no room for it.
    pub(super) fn hold(&mut self, alert: &Alert, rule: usize, due: Instant, octets: usize, event: T) -> bool {
        self.overtake(alert);
        if self.len() >= MAX_EVENTS || self.octets.saturating_add(octets) > MAX_OCTETS {
            return false;
        }
        let alert = self.alert(alert);
        self.number += 1;
        self.octets += octets;
        self.due.insert((due, alert));
        self.events.insert(alert, Entry { event, rule, due, octets, number: self.number });
        true
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Takes out the one that is due the longest, with the rule whose rate has held it.
    pub(super) fn due(&mut self, now: Instant) -> Option<(usize, T)> {
        let (_, alert) = *self.due.first().filter(|(due, _)| *due <= now)?;
        self.take(alert).map(|entry| (entry.rule, entry.event))
    }

    /// Takes out all, in the order in which they came.
    pub(super) fn all(&mut self) -> impl DoubleEndedIterator<Item = T> + use<T> {
        self.due.clear();
        self.octets = 0;
        let mut entries: Vec<_> = self.events.drain().map(|(_, entry)| entry).collect();
        entries.sort_by_key(|entry| entry.number);
        entries.into_iter().map(|entry| entry.event)
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, MAX_EVENTS, MAX_OCTETS};
    use crate::trapd::event::{Alert, State};
    use crate::trapd::severity::Severity;
    use std::time::{Duration, Instant};

    fn alert(key: &str) -> Alert {
        Alert::new("link".to_owned(), key.to_owned(), State::Raise, Severity::default())
    }

    #[test]
    fn the_last_one_of_an_alert() {
        let (mut held, now) = (Held::default(), Instant::now());
        let after = |seconds: u64| now + Duration::from_secs(seconds);
        let mut hold = |key: &str, rule: usize, due: u64, event: &'static str| {
            assert!(held.hold(&alert(key), rule, after(due), 100, event), "{event}");
        };
        hold("a", 0, 5, "a down");
        hold("b", 1, 3, "b down");
        hold("c", 2, 4, "c down");
        hold("a", 3, 6, "a up");
        assert_eq!((held.len(), held.next()), (3, Some(after(3))));
        assert_eq!(held.due(after(2)), None);
        assert_eq!(held.due(after(9)), Some((1, "b down")));
        assert_eq!((held.overtake(&alert("c")), held.overtake(&alert("c"))), (Some(2), None));
        assert_eq!(held.overtake(&alert("none")), None);
        // The one that "a up" has replaced is not due any more.
        assert_eq!((held.due(after(5)), held.due(after(6))), (None, Some((3, "a up"))));
        assert_eq!((held.len(), held.octets, held.next()), (0, 0, None));
    }

    #[test]
    fn all_in_order() {
        let (mut held, now) = (Held::default(), Instant::now());
        for (number, key) in ["a", "b", "c", "b"].into_iter().enumerate() {
            let due = now + Duration::from_secs(10 - number as u64);
            assert!(held.hold(&alert(key), 0, due, 1, number));
        }
        assert_eq!(held.all().collect::<Vec<_>>(), [0, 2, 3]);
        assert_eq!((held.len(), held.octets, held.next()), (0, 0, None));
    }

    #[test]
    fn memory_is_bounded() {
        let (mut held, now) = (Held::default(), Instant::now());
        for number in 0..MAX_EVENTS {
            assert!(held.hold(&alert(&number.to_string()), 0, now, 1, number));
        }
        assert!(!held.hold(&alert("another"), 0, now, 1, 0));
        assert!(held.hold(&alert("0"), 0, now, 1, 0), "in place of the one before");
        assert_eq!(held.all().count(), MAX_EVENTS);
        assert!(held.hold(&alert("a"), 0, now, MAX_OCTETS - 1, 0));
        assert!(!held.hold(&alert("b"), 0, now, 2, 0));
        assert!(!held.hold(&alert("a"), 0, now, MAX_OCTETS + 1, 0), "what it says is newer, but has no room");
        assert_eq!((held.len(), held.octets), (0, 0));
    }
}
