//! Which notifications have been here before.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

/// How long a notification is remembered: for as long, senders do not use its numbers again (RFC 3414 §11.1).
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(150);

/// Notifications that are remembered at most; the oldest make room.
pub const MAX_REMEMBERED: usize = 16_384;

/// Digests of the notifications of the last while.
#[derive(Debug)]
pub(super) struct Duplicates {
    /// Unknown outside, so that nobody can look for two notifications with one digest.
    seed: u64,
    known: HashSet<u64>,
    /// The oldest first.
    by_age: VecDeque<(Instant, u64)>,
}

impl Duplicates {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, known: HashSet::new(), by_age: VecDeque::new() }
    }

    /// The digest of what makes a notification the same one.
    pub(super) fn digest(&self, identity: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.seed.hash(&mut hasher);
        identity.hash(&mut hasher);
        hasher.finish()
    }

    /// Whether it has been here within the window.
    pub(super) fn contains(&mut self, now: Instant, digest: u64) -> bool {
        while let Some(&(seen, old)) = self.by_age.front()
            && (now.saturating_duration_since(seen) > DUPLICATE_WINDOW)
        {
            self.by_age.pop_front();
            self.known.remove(&old);
        }
        self.known.contains(&digest)
    }

    /// Remembers it.
    pub(super) fn insert(&mut self, now: Instant, digest: u64) {
        if !self.known.insert(digest) {
            return;
        }
        self.by_age.push_back((now, digest));
        if self.by_age.len() > MAX_REMEMBERED
            && let Some((_, oldest)) = self.by_age.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembered_for_a_while_and_bounded() {
        let mut duplicates = Duplicates::new(7);
        let now = Instant::now();
        let first = duplicates.digest(("10.0.0.1", 1));
        assert!(!duplicates.contains(now, first));
        duplicates.insert(now, first);
        assert!(duplicates.contains(now + DUPLICATE_WINDOW, first));
        assert!(!duplicates.contains(now + DUPLICATE_WINDOW + Duration::from_secs(1), first));
        assert!(duplicates.by_age.is_empty());
        for n in 0..MAX_REMEMBERED + 10 {
            let digest = duplicates.digest(n);
            duplicates.insert(now, digest);
        }
        assert_eq!((duplicates.known.len(), duplicates.by_age.len()), (MAX_REMEMBERED, MAX_REMEMBERED));
        let (oldest, latest) = (duplicates.digest(0), duplicates.digest(MAX_REMEMBERED));
        assert!(!duplicates.contains(now, oldest) && duplicates.contains(now, latest));
    }
}
