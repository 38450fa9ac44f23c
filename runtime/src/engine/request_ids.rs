//! From request-id to exchange.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Slots by request-id. The ids are random numbers of our own choice, so they need no hashing against
/// collisions that somebody provokes.
pub(super) type RequestIds = HashMap<i32, u32, BuildHasherDefault<IdHasher>>;

/// Spreads a number that is random already.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8 | u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_i32(&mut self, id: i32) {
        self.0 = u64::from(id as u32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
