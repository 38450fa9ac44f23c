//! Which targets have sessions.

use super::Target;
use super::request::{Shared, lock};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, Weak};

/// What sessions of equal targets share, found by the target.
#[derive(Debug, Default)]
pub(super) struct Registry {
    hasher: RandomState,
    /// By the hash of the target: the target itself is in what is shared.
    shared: Mutex<HashMap<u64, Weak<Shared>>>,
}

impl Registry {
    /// What other sessions of an equal target share, or what `make` makes.
    pub(super) fn share(&self, target: Target, make: impl FnOnce(Target) -> Shared) -> Arc<Shared> {
        let hash = self.hasher.hash_one(&target);
        let mut list = lock(&self.shared);
        match list.get(&hash).and_then(Weak::upgrade) {
            Some(found) => {
                // Not under the lock: what is dropped last takes itself off the list.
                drop(list);
                // Of two different targets with one hash, which nobody will ever see, one is not shared.
                if found.target == target { found } else { Arc::new(make(target)) }
            }
            None => {
                let new = Arc::new(make(target));
                list.insert(hash, Arc::downgrade(&new));
                new
            }
        }
    }

    /// Takes something off the list that has no session any more.
    pub(super) fn forget(&self, gone: &Shared) {
        let hash = self.hasher.hash_one(&gone.target);
        let mut shared = lock(&self.shared);
        if shared.get(&hash).is_some_and(|weak| std::ptr::eq(weak.as_ptr(), gone)) {
            shared.remove(&hash);
        }
        // A fleet that is gone leaves no room behind.
        if shared.capacity() > 64 && shared.len() < shared.capacity() / 8 {
            shared.shrink_to_fit();
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        lock(&self.shared).len()
    }
}
