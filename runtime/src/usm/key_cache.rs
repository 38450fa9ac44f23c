//! Master keys of passphrases, kept: each costs a mebibyte of hashing.

use super::{Auth, Key};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Most master keys that a cache keeps; the one used longest ago makes room.
pub const MAX_KEYS: usize = 64;

/// A bounded cache from hash and passphrase to master key. Keyed by value: who comes with another
/// passphrase gets another key. Everything in it is wiped when it is dropped.
#[derive(Default)]
pub struct KeyCache {
    /// The one used last comes first.
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    auth: Auth,
    passphrase: Zeroizing<Vec<u8>>,
    key: Key,
}

impl KeyCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// The master key of a passphrase, computed unless it is known.
    pub fn master(&self, auth: Auth, passphrase: &[u8]) -> Key {
        if let Some(key) = self.find(auth, passphrase) {
            return key;
        }
        // Not under the lock: it takes a while.
        let key = Key::from_password(auth, passphrase);
        let entry = Entry { auth, passphrase: Zeroizing::new(passphrase.to_vec()), key: key.clone() };
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.truncate(MAX_KEYS - 1);
        entries.insert(0, entry);
        key
    }

    /// How many keys are kept.
    pub fn len(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// True when no key is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find(&self, auth: Auth, passphrase: &[u8]) -> Option<Key> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |entry: &Entry| entry.auth == auth && *entry.passphrase == passphrase;
        let place = entries.iter().position(is_it)?;
        entries.get_mut(..=place)?.rotate_right(1);
        entries.first().map(|entry| entry.key.clone())
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_by_value_and_bounded() {
        let cache = KeyCache::new();
        let first = cache.master(Auth::Md5, b"passphrase 0");
        assert_ne!(first, cache.master(Auth::Sha1, b"passphrase 0"));
        for n in 1..MAX_KEYS + 9 {
            cache.master(Auth::Md5, format!("passphrase {n}").as_bytes());
            // Used all the time, so never dropped.
            assert_eq!(cache.master(Auth::Md5, b"passphrase 0"), first);
        }
        assert_eq!(cache.len(), MAX_KEYS);
        assert!(!format!("{cache:?}").contains("passphrase"));
    }
}
