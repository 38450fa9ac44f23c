//! Which workers there are.

use std::collections::{BTreeMap, HashSet};

/// So many of our own beats come back without one of another worker, and it is gone.
const MISSED: u64 = 3;

/// The workers that beat.
///
/// Time is counted in our own beats that have come back from the server. While the server is away, none does, and nobody
/// is taken for gone.
#[derive(Debug)]
pub(super) struct Members {
    me: String,
    beats: u64,
    heard: BTreeMap<String, Heard>,
}

/// What a worker has said last.
#[derive(Debug)]
struct Heard {
    /// How many beats of our own had come back.
    at: u64,
    /// The partitions that it has.
    partitions: Vec<u16>,
}

impl Members {
    pub(super) fn new(me: &str) -> Self {
        Self { me: me.to_owned(), beats: 0, heard: BTreeMap::new() }
    }

    /// A worker beats, and says which partitions it has. Gives those who are gone.
    pub(super) fn beat(&mut self, worker: &str, partitions: Vec<u16>) -> Vec<String> {
        let mut gone = Vec::new();
        if worker == self.me {
            self.beats += 1;
            let beats = self.beats;
            self.heard.retain(|name, heard| {
                let there = beats - heard.at <= MISSED;
                if !there && *name != self.me {
                    gone.push(name.clone());
                }
                there
            });
        }
        self.heard.insert(worker.to_owned(), Heard { at: self.beats, partitions });
        gone
    }

    /// A worker says that it ends.
    pub(super) fn leave(&mut self, worker: &str) {
        self.heard.remove(worker);
    }

    /// Of so many partitions, those that nobody has.
    pub(super) fn free(&self, partitions: u16) -> Vec<u16> {
        let held: HashSet<u16> =
            self.heard.values().flat_map(|heard| heard.partitions.iter().copied()).collect();
        (0..partitions).filter(|number| !held.contains(number)).collect()
    }

    /// Those that are there. We are, once a beat of ours has come back.
    pub(super) fn all(&self) -> Vec<&str> {
        self.heard.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Members;

    #[test]
    fn who_does_not_beat_is_gone() {
        let mut members = Members::new("me");
        members.beat("other", Vec::new());
        assert_eq!(members.all(), ["other"]);
        members.beat("me", Vec::new());
        for _ in 0..2 {
            assert!(members.beat("me", Vec::new()).is_empty());
            assert_eq!(members.all(), ["me", "other"]);
        }
        assert_eq!(members.beat("me", Vec::new()), ["other"]);
        assert_eq!(members.all(), ["me"]);
        members.beat("other", Vec::new());
        assert_eq!(members.all(), ["me", "other"]);
        members.leave("other");
        assert_eq!(members.all(), ["me"]);
    }

    #[test]
    fn nobody_is_gone_while_we_do_not_hear_ourselves() {
        let mut members = Members::new("me");
        members.beat("me", Vec::new());
        members.beat("a", Vec::new());
        for _ in 0..10 {
            members.beat("b", Vec::new());
        }
        assert_eq!(members.all(), ["a", "b", "me"]);
    }

    #[test]
    fn partitions_are_those_of_workers_that_are_there() {
        let mut members = Members::new("me");
        assert_eq!(members.free(4), [0, 1, 2, 3]);
        members.beat("me", vec![0]);
        members.beat("other", vec![2, 3, 70]);
        assert_eq!(members.free(4), [1]);
        for _ in 0..4 {
            members.beat("me", vec![0, 1]);
        }
        assert_eq!(members.free(4), [2, 3], "the other one is gone");
        members.leave("me");
        assert_eq!(members.free(2), [0, 1]);
    }
}
