//! Partitions that have come to a worker, told together.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// What has come to a worker since that was told.
#[derive(Debug, Default)]
pub(super) struct Gains(Mutex<Gain>);

/// Partitions that have come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Gain {
    pub(super) partitions: usize,
    /// Devices with each of their profiles.
    pub(super) devices: usize,
    /// Polls that were overdue.
    pub(super) overdue: usize,
    /// Who had them before.
    pub(super) before: BTreeSet<String>,
}

impl Gains {
    /// Notes what has come.
    pub(super) fn add(&self, gain: Gain) {
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sum.partitions += gain.partitions;
        sum.devices += gain.devices;
        sum.overdue += gain.overdue;
        sum.before.extend(gain.before);
    }

    /// What has come, if anything has.
    pub(super) fn take(&self) -> Option<Gain> {
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Some(std::mem::take(&mut *sum)).filter(|gain| *gain != Gain::default())
    }
}

/// Messages that cannot be read.
#[derive(Debug, Default)]
pub(super) struct Unreadable(Mutex<(usize, String, String)>);

impl Unreadable {
    /// Notes one, with its subject and what is wrong.
    pub(super) fn add(&self, subject: &str, reason: String) {
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sum.0 == 0 {
            (sum.1, sum.2) = (subject.to_owned(), reason);
        }
        sum.0 += 1;
    }

    /// How many there were, the subject of the first one, and what was wrong with it.
    pub(super) fn take(&self) -> Option<(usize, String, String)> {
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Some(std::mem::take(&mut *sum)).filter(|(count, _, _)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Gain, Gains, Unreadable};

    #[test]
    fn many_are_told_together() {
        let gains = Gains::default();
        assert_eq!(gains.take(), None);
        for name in ["b", "a", "b"] {
            let before = [name.to_owned()].into();
            gains.add(Gain { partitions: 1, devices: 10, overdue: 2, before });
        }
        let gain = gains.take().expect("three");
        assert_eq!((gain.partitions, gain.devices, gain.overdue), (3, 30, 6));
        assert_eq!(gain.before.into_iter().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(gains.take(), None);
        let unreadable = Unreadable::default();
        unreadable.add("first", "x".to_owned());
        unreadable.add("second", "y".to_owned());
        assert_eq!(unreadable.take(), Some((2, "first".to_owned(), "x".to_owned())));
        assert_eq!(unreadable.take(), None);
    }
}
