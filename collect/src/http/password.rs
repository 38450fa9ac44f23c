//! Names and passwords (RFC 7617), whose hashes are bcrypt's.

use crate::base64;
use bcrypt::HashParts;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

/// Highest cost of a hash: each one more takes twice as long, and 18 is some 15 seconds.
const HIGHEST_COST: u32 = 18;

/// Passwords that have been right and are remembered, because a hash takes long.
const REMEMBERED: usize = 128;

/// Who may ask: everybody unless there are users.
#[derive(Default)]
pub(super) struct Users {
    hashes: BTreeMap<String, String>,
    right: Mutex<HashSet<[u8; 32]>>,
    /// One password is looked at at a time, so that guessing takes one core at most.
    turn: Turn,
}

struct Turn(Semaphore);

impl Default for Turn {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.hashes.keys()).finish()
    }
}

impl Users {
    /// Users with the hashes of their passwords.
    ///
    /// # Errors
    /// What is not a hash.
    pub(super) fn new(hashes: BTreeMap<String, String>) -> Result<Self, String> {
        for (name, hash) in &hashes {
            // The hash itself is not shown: it is a secret.
            let parts = HashParts::from_str(hash).map_err(|_| {
                format!("the password of `{name}` is not a hash of bcrypt; expected what `htpasswd -nBC 10 {name}` writes after the colon")
            })?;
            if parts.get_cost() > HIGHEST_COST {
                return Err(format!(
                    "the hash of `{name}` has the cost {}; expected at most {HIGHEST_COST}",
                    parts.get_cost()
                ));
            }
        }
        Ok(Self { hashes, ..Self::default() })
    }

    /// Whether there are not any users.
    pub(super) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether the header `Authorization` is that of a user.
    pub(super) async fn allow(&self, authorization: Option<&str>) -> bool {
        if self.is_empty() {
            return true;
        }
        let Some((name, password)) = authorization.and_then(credentials) else { return false };
        let (known, hash) = match self.hashes.get(name.as_str()) {
            Some(hash) => (true, hash),
            // Somebody unknown takes as long as somebody known.
            None => match self.hashes.values().next() {
                Some(hash) => (false, hash),
                None => return false,
            },
        };
        let digest = digest(&name, &password, hash);
        let remembers = || self.right.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest);
        if known && remembers() {
            return true;
        }
        let Ok(_turn) = self.turn.0.acquire().await else { return false };
        // Another request may have found out meanwhile.
        if known && remembers() {
            return true;
        }
        let (password, hash) = (Arc::clone(&password), hash.clone());
        let verified = spawn_blocking(move || bcrypt::verify(password.as_bytes(), &hash).unwrap_or(false));
        let right = known && verified.await.unwrap_or(false);
        if right {
            let mut all = self.right.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= REMEMBERED {
                all.clear();
            }
            all.insert(digest);
        }
        right
    }
}

fn digest(name: &str, password: &str, hash: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [name, password, hash] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

/// The name and the password of a header.
fn credentials(header: &str) -> Option<(String, Arc<Zeroizing<String>>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(base64::decode(encoded.trim())?);
    let (name, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((name.to_owned(), Arc::new(Zeroizing::new(password.to_owned()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: u32 = 4;

    fn users() -> Users {
        let hash = |password: &str| bcrypt::hash(password, COST).expect("a hash");
        let hashes = [("ann".to_owned(), hash("kept: safe")), ("bob".to_owned(), hash(""))];
        Users::new(hashes.into()).expect("users")
    }

    #[tokio::test]
    async fn right_and_wrong() {
        let users = users();
        for (header, expected) in [
            // ann:kept: safe
            (Some("Basic YW5uOmtlcHQ6IHNhZmU="), true),
            // The second time it is remembered; the scheme is not case-sensitive.
            (Some("basic YW5uOmtlcHQ6IHNhZmU="), true),
            // bob with an empty password
            (Some("Basic Ym9iOg=="), true),
            // ann with bob's, bob with ann's, somebody else with ann's
            (Some("Basic YW5uOg=="), false),
            (Some("Basic Ym9iOmtlcHQ6IHNhZmU="), false),
            (Some("Basic Y2FybDprZXB0OiBzYWZl"), false),
            (Some("Bearer YW5uOmtlcHQ6IHNhZmU="), false),
            (Some("Basic !!!"), false),
            (Some("Basic"), false),
            (Some("Basic YW5u"), false),
            (None, false),
        ] {
            assert_eq!(users.allow(header).await, expected, "{header:?}");
        }
        assert_eq!(users.right.lock().expect("no panic").len(), 2);
        assert!(Users::default().allow(None).await, "without users everybody may ask");
        assert_eq!(format!("{users:?}"), "{\"ann\", \"bob\"}");
    }

    #[test]
    fn what_is_not_a_hash() {
        for (hash, said) in [
            ("plain", "is not a hash of bcrypt"),
            ("", "is not a hash of bcrypt"),
            (
                "$2y$19$XIEH/cqcjt4N/oJthKFSbuHTpi4DmBI6AYENyntwLjl1yINS9tgN.",
                "the cost 19; expected at most 18",
            ),
        ] {
            let error = Users::new([("x".to_owned(), hash.to_owned())].into()).expect_err(hash);
            assert!(error.contains(said), "{error}");
            assert!(hash.is_empty() || !error.contains(hash), "{error}");
        }
    }
}
