//! Replays the fuzz targets' seeds, and a fixed number of mutations of each, on stable.

#[allow(unreachable_pub)] // a crate of its own for the fuzzer
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// Mutations per seed where each is cheap; the fuzzer itself does the long runs.
const MUTATIONS: usize = 400;

/// Mutations per seed where each loads standard modules, or hashes keys.
const FEW: usize = 20;

/// A small generator of its own, so that a failure comes again: xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn mutate(&mut self, data: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(data.len());
            match self.below(6) {
                0 if !data.is_empty() => data[at] = self.next() as u8,
                1 if !data.is_empty() => data[at] ^= 1 << self.below(8),
                2 if !data.is_empty() => drop(data.remove(at)),
                3 => data.insert(at, self.next() as u8),
                4 => data.truncate(at),
                _ => {
                    let end = at + self.below(data.len() - at + 1).min(64);
                    let piece = data[at..end].to_vec();
                    data.splice(at..at, piece);
                }
            }
        }
    }
}

fn replay(name: &str, mutations: usize, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut seeds: Vec<_> = fs::read_dir(&folder)
        .expect("the seeds are there")
        .map(|entry| entry.expect("a seed").path())
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty());
    let mut random = Random(0x6d69_6263);
    for seed in seeds {
        let data = fs::read(&seed).expect("a readable seed");
        target(&data);
        for _ in 0..mutations {
            let mut mutated = data.clone();
            random.mutate(&mut mutated);
            target(&mutated);
        }
    }
}

macro_rules! replay {
    ($($target:ident $mutations:expr;)*) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target), $mutations, targets::$target);
        })*
    };
}

replay! {
    ber MUTATIONS;
    chunker MUTATIONS;
    emitter FEW;
    hint MUTATIONS;
    index MUTATIONS;
    message MUTATIONS;
    message_v3 MUTATIONS;
    parse MUTATIONS;
    resolver FEW;
    trap MUTATIONS;
    usm_agent FEW;
    usm_manager FEW;
}
