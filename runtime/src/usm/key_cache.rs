//! Master keys of passphrases, kept: each costs a mebibyte of hashing.

use super::{Auth, Credentials, Key, User, UserError};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// Most master keys that a cache keeps; the one used longest ago makes room.
pub const MAX_KEYS: usize = 64;

/// Most users that a cache keeps.
pub const MAX_USERS: usize = 64;

/// A bounded cache from hash and passphrase to master key. Keyed by value: who comes with another
/// passphrase gets another key. Everything in it is wiped when it is dropped.
#[derive(Default)]
pub struct KeyCache {
    /// The one used last comes first.
    entries: Mutex<Vec<Entry>>,
    /// The one met last comes first.
    users: Mutex<Vec<Known>>,
}

/// A user that many targets have.
struct Known {
    user: Arc<User>,
    credentials: Option<Arc<Credentials>>,
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
        let mut entries = lock(&self.entries);
        entries.truncate(MAX_KEYS - 1);
        entries.insert(0, entry);
        key
    }

    /// The same user once for all who have an equal one.
    pub fn share(&self, user: &Arc<User>) -> Arc<User> {
        let mut users = lock(&self.users);
        if let Some(known) = users.iter().find(|known| known.user == *user) {
            return Arc::clone(&known.user);
        }
        users.truncate(MAX_USERS - 1);
        users.insert(0, Known { user: Arc::clone(user), credentials: None });
        Arc::clone(user)
    }

    /// The credentials of a user, one for all who have an equal one; see [`Credentials::new`].
    ///
    /// # Errors
    /// What [`User::check`] reports.
    pub fn credentials(&self, user: &Arc<User>) -> Result<Arc<Credentials>, UserError> {
        let user = self.share(user);
        let find = |known: &&mut Known| Arc::ptr_eq(&known.user, &user);
        if let Some(Known { credentials: Some(known), .. }) = lock(&self.users).iter_mut().find(find) {
            return Ok(Arc::clone(known));
        }
        // Not under the lock: it takes a while.
        let credentials = Arc::new(Credentials::new(&user, self)?);
        if let Some(known) = lock(&self.users).iter_mut().find(find) {
            known.credentials = Some(Arc::clone(&credentials));
        }
        Ok(credentials)
    }

    /// How many keys are kept.
    pub fn len(&self) -> usize {
        lock(&self.entries).len()
    }

    /// True when no key is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find(&self, auth: Auth, passphrase: &[u8]) -> Option<Key> {
        let mut entries = lock(&self.entries);
        let is_it = |entry: &Entry| entry.auth == auth && *entry.passphrase == passphrase;
        let place = entries.iter().position(is_it)?;
        entries.get_mut(..=place)?.rotate_right(1);
        entries.first().map(|entry| entry.key.clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn equal_users_are_one() {
        use crate::usm::Privacy;
        let user = |name: String| {
            Arc::new(User::new(name).auth(Auth::Md5, "maplesyrup").privacy(Privacy::Des, "maplesyrup"))
        };
        let cache = KeyCache::new();
        let first = cache.credentials(&user("operator".into())).expect("a good user");
        let second = cache.credentials(&user("operator".into())).expect("a good user");
        assert!(Arc::ptr_eq(&first, &second));
        let shared = cache.share(&user("operator".into()));
        assert!(Arc::ptr_eq(&shared, &cache.share(&user("operator".into()))));
        let other = Arc::new(User::new("operator").auth(Auth::Md5, "pancakes, two"));
        assert!(!Arc::ptr_eq(&first, &cache.credentials(&other).expect("a good user")));
        for n in 0..2 * MAX_USERS {
            let credentials = cache.credentials(&user(format!("operator {n}"))).expect("a good user");
            assert_eq!(credentials.name(), format!("operator {n}").as_bytes());
        }
        assert_eq!(lock(&cache.users).len(), MAX_USERS);
        assert_eq!(cache.len(), 2);
    }
}
