//! Which workers there are.

use std::collections::BTreeMap;

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
    heard: BTreeMap<String, u64>,
}

impl Members {
    pub(super) fn new(me: &str) -> Self {
        Self { me: me.to_owned(), beats: 0, heard: BTreeMap::new() }
    }

    /// A worker beats. Gives those who are gone.
    pub(super) fn beat(&mut self, worker: &str) -> Vec<String> {
        let mut gone = Vec::new();
        if worker == self.me {
            self.beats += 1;
            let beats = self.beats;
            self.heard.retain(|name, heard| {
                let there = beats - *heard <= MISSED;
                if !there && *name != self.me {
                    gone.push(name.clone());
                }
                there
            });
        }
        self.heard.insert(worker.to_owned(), self.beats);
        gone
    }

    /// A worker says that it ends.
    pub(super) fn leave(&mut self, worker: &str) {
        self.heard.remove(worker);
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
        members.beat("other");
        assert_eq!(members.all(), ["other"]);
        members.beat("me");
        for _ in 0..2 {
            assert!(members.beat("me").is_empty());
            assert_eq!(members.all(), ["me", "other"]);
        }
        assert_eq!(members.beat("me"), ["other"]);
        assert_eq!(members.all(), ["me"]);
        members.beat("other");
        assert_eq!(members.all(), ["me", "other"]);
        members.leave("other");
        assert_eq!(members.all(), ["me"]);
    }

    #[test]
    fn nobody_is_gone_while_we_do_not_hear_ourselves() {
        let mut members = Members::new("me");
        members.beat("me");
        members.beat("a");
        for _ in 0..10 {
            members.beat("b");
        }
        assert_eq!(members.all(), ["a", "b", "me"]);
    }
}
