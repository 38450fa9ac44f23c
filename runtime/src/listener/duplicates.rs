//! Which notifications have been here before.
//!
//! A duplicate takes evidence; in doubt a notification is delivered. Senders exist whose request-id is always the same
//! and whose sysUpTime is missing, 0 or stands still: of such nothing tells a repetition from a recurrence, but the
//! time that networks take to double a message.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

/// How long a notification is remembered: for as long, senders do not use its numbers again (RFC 3414 §11.1).
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(150);

/// How long the sender of an inform may go on repeating it, where only its request-id or only its sysUpTime says that
/// it is the same one.
pub const RETRY_WINDOW: Duration = Duration::from_secs(30);

/// Within this time, a message that is the same to the octet has been doubled by the network.
pub const DOUBLED_WINDOW: Duration = Duration::from_millis(500);

/// Notifications that are remembered at most; the oldest make room. As many senders are.
pub const MAX_REMEMBERED: usize = 16_384;

/// Digests of the notifications of the last while, and what is known of their senders.
#[derive(Debug)]
pub(super) struct Duplicates {
    /// Unknown outside, so that nobody can look for two notifications with one digest.
    seed: u64,
    /// When it was here last; two digests for each notification.
    known: HashMap<u64, Instant>,
    /// The oldest first.
    by_age: VecDeque<(Instant, u64)>,
    senders: HashMap<u64, Numbering>,
}

/// The numbers of a notification that tell it from others of its sender.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) is_inform: bool,
    /// SNMPv1 traps have none.
    pub(super) request_id: Option<i32>,
    /// sysUpTime.0 in hundredths of a second; 0 says nothing.
    pub(super) up_time: u32,
}

/// How a sender numbers its notifications, as far as that has been seen.
#[derive(Clone, Copy, Debug)]
struct Numbering {
    last: Numbers,
    ids_move: bool,
    time_moves: bool,
}

/// What a notification has in common with another one that is the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    /// Digest of all its octets, and how long it may not come again.
    octets: Option<(u64, Duration)>,
    /// Digest of what a sender does not change in a repetition, and how long its numbers stand for it.
    content: Option<(u64, Duration)>,
}

impl Identity {
    /// What a repetition may have in common with it.
    pub(super) fn digests(self) -> impl Iterator<Item = u64> {
        self.octets.into_iter().chain(self.content).map(|(digest, _)| digest)
    }
}

impl Duplicates {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, known: HashMap::new(), by_age: VecDeque::new(), senders: HashMap::new() }
    }

    fn digest(&self, identity: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.seed.hash(&mut hasher);
        identity.hash(&mut hasher);
        hasher.finish()
    }

    /// What makes a notification of `sender` the same one. `is_authentic`: its octets have a time in them that
    /// nobody else can have written.
    pub(super) fn identify(
        &mut self,
        sender: impl Hash,
        content: impl Hash,
        octets: impl Hash,
        numbers: Numbers,
        is_authentic: bool,
    ) -> Identity {
        let sender = self.digest(sender);
        let window = self.observe(sender, numbers).window(numbers, is_authentic);
        let is_numbered = numbers.request_id.is_some() || numbers.up_time != 0;
        let octets_window = if is_authentic { DUPLICATE_WINDOW } else { DOUBLED_WINDOW };
        Identity {
            octets: is_numbered.then(|| (self.digest((sender, 0, octets)), octets_window)),
            content: is_numbered.then(|| (self.digest((sender, 1, content)), window)),
        }
    }

    fn observe(&mut self, sender: u64, numbers: Numbers) -> Numbering {
        if self.senders.len() >= MAX_REMEMBERED && !self.senders.contains_key(&sender) {
            // Who is met anew has no evidence against it, so this loses nothing.
            self.senders.clear();
        }
        let new = Numbering { last: numbers, ids_move: false, time_moves: false };
        let numbering = self.senders.entry(sender).or_insert(new);
        numbering.ids_move |= numbering.last.request_id != numbers.request_id;
        numbering.time_moves |= numbering.last.up_time != numbers.up_time;
        numbering.last = numbers;
        *numbering
    }

    /// Whether it has been here before.
    pub(super) fn contains(&mut self, now: Instant, identity: Identity) -> bool {
        while let Some(&(seen, old)) = self.by_age.front()
            && now.saturating_duration_since(seen) > DUPLICATE_WINDOW
        {
            self.forget_oldest(seen, old);
        }
        let is_known = |(digest, window): (u64, Duration)| {
            let seen = self.known.get(&digest);
            !window.is_zero() && seen.is_some_and(|seen| now.saturating_duration_since(*seen) <= window)
        };
        identity.octets.is_some_and(is_known) || identity.content.is_some_and(is_known)
    }

    /// Remembers it.
    pub(super) fn insert(&mut self, now: Instant, identity: Identity) {
        for (digest, _) in identity.octets.into_iter().chain(identity.content) {
            self.known.insert(digest, now);
            self.by_age.push_back((now, digest));
            if self.by_age.len() > 2 * MAX_REMEMBERED
                && let Some(&(seen, oldest)) = self.by_age.front()
            {
                self.forget_oldest(seen, oldest);
            }
        }
    }

    fn forget_oldest(&mut self, seen: Instant, digest: u64) {
        self.by_age.pop_front();
        // It may have been here again since.
        if self.known.get(&digest) == Some(&seen) {
            self.known.remove(&digest);
        }
    }
}

impl Numbering {
    /// How long these numbers stand for one notification.
    fn window(&self, numbers: Numbers, is_authentic: bool) -> Duration {
        let has_time = numbers.up_time != 0;
        match (has_time, self.ids_move, self.time_moves) {
            // Of an authentic one, a repetition may be the work of others.
            (true, ..) if is_authentic => DUPLICATE_WINDOW,
            (true, true, _) | (true, _, true) => DUPLICATE_WINDOW,
            // Traps are not repeated by their senders, informs are.
            (true, ..) | (_, true, _) if numbers.is_inform => RETRY_WINDOW,
            _ => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trap(request_id: i32, up_time: u32) -> Numbers {
        Numbers { is_inform: false, request_id: Some(request_id), up_time }
    }

    fn inform(request_id: i32, up_time: u32) -> Numbers {
        Numbers { is_inform: true, ..trap(request_id, up_time) }
    }

    /// Whether the second of two that are equal but for their octets is a duplicate after `seconds`, of a sender
    /// that has sent `before`.
    fn repeated(before: &[Numbers], numbers: Numbers, seconds: u64) -> bool {
        let mut duplicates = Duplicates::new(7);
        let now = Instant::now();
        for (n, numbers) in before.iter().enumerate() {
            duplicates.identify(1, n, n, *numbers, false);
        }
        let first = duplicates.identify(1, "content", "octets", numbers, false);
        assert!(!duplicates.contains(now, first));
        duplicates.insert(now, first);
        let again = duplicates.identify(1, "content", "other octets", numbers, false);
        duplicates.contains(now + Duration::from_secs(seconds), again)
    }

    #[test]
    fn numbers_that_move_are_evidence() {
        // Of a trap only a time says that it is the same event, and only one that is known to pass.
        assert!(repeated(&[trap(1, 100)], trap(1, 200), 150));
        assert!(!repeated(&[trap(1, 100)], trap(1, 200), 151));
        assert!(repeated(&[trap(1, 100)], trap(2, 100), 150));
        for before in [&[][..], &[trap(1, 100)], &[trap(1, 0)]] {
            assert!(!repeated(before, trap(1, 0), 0), "{before:?}");
        }
        assert!(!repeated(&[], trap(1, 100), 0));
        assert!(!repeated(&[trap(1, 100)], trap(1, 100), 0));
        assert!(!repeated(&[trap(1, 0)], trap(2, 0), 0));
        // Informs are repeated until they are acknowledged.
        assert!(repeated(&[], inform(1, 100), 30));
        assert!(!repeated(&[], inform(1, 100), 31));
        assert!(repeated(&[inform(1, 0)], inform(2, 0), 30));
        assert!(!repeated(&[inform(1, 0)], inform(2, 0), 31));
        assert!(!repeated(&[inform(1, 0)], inform(1, 0), 0));
        assert!(repeated(&[inform(1, 50)], inform(1, 100), 150));
    }

    #[test]
    fn what_networks_double() {
        let mut duplicates = Duplicates::new(7);
        let now = Instant::now();
        for (authentic, window) in [(false, DOUBLED_WINDOW), (true, DUPLICATE_WINDOW)] {
            let first = duplicates.identify(authentic, 1, "octets", trap(1, 0), authentic);
            duplicates.insert(now, first);
            let again = duplicates.identify(authentic, 1, "octets", trap(1, 0), authentic);
            assert!(duplicates.contains(now + window, again));
            assert!(!duplicates.contains(now + window + Duration::from_millis(1), again));
        }
        // Without any number two that are the same are two.
        let unnumbered = Numbers { is_inform: false, request_id: None, up_time: 0 };
        let first = duplicates.identify(1, 1, "octets", unnumbered, false);
        duplicates.insert(now, first);
        assert!(!duplicates.contains(now, first));
    }

    #[test]
    fn memory_is_bounded() {
        let mut duplicates = Duplicates::new(7);
        let now = Instant::now();
        let of = |duplicates: &mut Duplicates, n: usize| duplicates.identify(n, n, n, inform(1, 1), true);
        for n in 0..MAX_REMEMBERED + 10 {
            let identity = of(&mut duplicates, n);
            duplicates.insert(now, identity);
        }
        let sizes = (duplicates.known.len(), duplicates.by_age.len());
        assert_eq!(sizes, (2 * MAX_REMEMBERED, 2 * MAX_REMEMBERED));
        assert!(duplicates.senders.len() <= MAX_REMEMBERED);
        let (oldest, latest) = (of(&mut duplicates, 0), of(&mut duplicates, MAX_REMEMBERED));
        assert!(!duplicates.contains(now, oldest) && duplicates.contains(now, latest));
        // One that has come again is not forgotten with its first time.
        let later = now + DUPLICATE_WINDOW;
        duplicates.insert(later, latest);
        assert!(duplicates.contains(later + Duration::from_secs(1), latest));
        assert!(!duplicates.contains(later + DUPLICATE_WINDOW + Duration::from_secs(1), latest));
        assert!(duplicates.by_age.is_empty() && duplicates.known.is_empty());
    }
}
