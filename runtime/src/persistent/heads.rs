//! What tells the keys of a node apart: the octets behind what all of them begin with, as one number.
//!
//! OIDs that are next to one another have most of their octets in common. A search compares these once for a node, and
//! then numbers that lie side by side.

use std::sync::Arc;

use crate::oid::{Oid, OidRef};

/// A key of a map.
pub(crate) trait Key: Ord + Clone {
    /// How much both begin with.
    fn common(&self, other: &Self) -> usize {
        let _ = other;
        0
    }

    /// Orders keys that have the first `skip` in common, as far as it goes.
    fn head(&self, skip: usize) -> u64 {
        let _ = skip;
        0
    }
}

impl Key for u32 {}
impl Key for Vec<u8> {}
impl Key for Arc<[u8]> {}
impl<A: Ord + Clone, B: Ord + Clone> Key for (A, B) {}

impl Key for Oid {
    fn common(&self, other: &Self) -> usize {
        self.as_ref().common_numbers(other.as_ref())
    }

    fn head(&self, skip: usize) -> u64 {
        self.as_ref().order_behind(skip)
    }
}

/// Of the keys of one node, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Heads {
    skip: usize,
    numbers: Vec<u64>,
}

impl Heads {
    pub(super) fn of<'k, K: Key + 'k>(keys: impl DoubleEndedIterator<Item = &'k K> + Clone) -> Self {
        let ends = (keys.clone().next(), keys.clone().next_back());
        let skip = if let (Some(first), Some(last)) = ends { first.common(last) } else { 0 };
        Self { skip, numbers: keys.map(|key| key.head(skip)).collect() }
    }

    /// Whether a key begins as those that there are, of which `first` is one.
    pub(super) fn fits<K: Key>(&self, key: &K, first: &K) -> bool {
        self.skip == 0 || key.common(first) >= self.skip
    }

    pub(super) fn insert<K: Key>(&mut self, position: usize, key: &K) {
        self.numbers.insert(position, key.head(self.skip));
    }

    pub(super) fn remove(&mut self, position: usize) {
        self.numbers.remove(position);
    }
}

impl Heads {
    /// How many of the keys are before a point just before or behind `name`. `key` gives them by position.
    pub(super) fn up_to<'k>(
        &self,
        name: OidRef<'_>,
        key: impl Fn(usize) -> Option<&'k Oid>,
        is_before: impl Fn(OidRef<'_>) -> bool,
    ) -> usize {
        let Some(first) = key(0) else { return 0 };
        let common = first.as_ber().get(..self.skip).unwrap_or_default();
        if !name.as_ber().starts_with(common) {
            return if first.as_ref() <= name { self.numbers.len() } else { 0 };
        }
        let head = name.order_behind(self.skip);
        let mut position = self.numbers.partition_point(|number| *number < head);
        // Those that go on alike; most often it is one at most.
        while self.numbers.get(position) == Some(&head)
            && key(position).is_some_and(|key| is_before(key.as_ref()))
        {
            position += 1;
        }
        position
    }
}
