//! Random numbers of the operating system.

use crate::engine::Random;
use std::hash::{BuildHasher, RandomState};

/// Octets asked for at a time.
const POOL: usize = 256;

/// Unpredictable numbers from the operating system, fetched some at a time.
pub struct OsRandom {
    pool: [u8; POOL],
    used: usize,
}

impl OsRandom {
    /// A source with nothing fetched yet.
    pub fn new() -> Self {
        Self { pool: [0; POOL], used: POOL }
    }

    fn refill(&mut self) {
        if getrandom::fill(&mut self.pool).is_err() {
            // Nothing is known that makes this fail once the process runs. Should it, the keys that
            // the standard library took from the system at its start go on being unpredictable.
            let keys = RandomState::new();
            for (n, chunk) in self.pool.chunks_mut(8).enumerate() {
                chunk.copy_from_slice(keys.hash_one(n).to_ne_bytes().get(..chunk.len()).unwrap_or_default());
            }
        }
        self.used = 0;
    }
}

impl Default for OsRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for OsRandom {
    fn next_u32(&mut self) -> u32 {
        if self.used + 4 > POOL {
            self.refill();
        }
        let word = self.pool.get(self.used..).and_then(|rest| rest.first_chunk::<4>());
        self.used += 4;
        word.map_or(0, |word| u32::from_ne_bytes(*word))
    }
}

impl std::fmt::Debug for OsRandom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OsRandom").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ() {
        let mut random = OsRandom::new();
        let mut numbers: Vec<_> = (0..1000).map(|_| random.next_u32()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert!(numbers.len() > 990);
    }
}
