//! Modules with words exchanged, doubled or lost: whatever comes out, nothing panics or hangs, and what the model
//! says can be written.

use crate::compile::compile;
use crate::emit::json::module_json;
use crate::world::MemWorld;

const ROUNDS: u64 = 120;

/// A small generator of numbers (xorshift); the same seed, the same numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[test]
fn exchanged_words() {
    let text = mibc_mibs::find("SNMPv2-MIB").map_or("", |module| module.text());
    assert!(text.len() > 1_000);
    for seed in 1..=ROUNDS {
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut words: Vec<&str> = text.split_inclusive([' ', '\n']).collect();
        for _ in 0..1 + numbers.below(40) {
            let (a, b) = (numbers.below(words.len()), numbers.below(words.len()));
            match numbers.below(3) {
                0 => words.swap(a, b),
                1 => words[a] = words[b],
                _ => {
                    words.remove(a);
                }
            }
        }
        let world = MemWorld::new().with_built_in().file("m.mib", words.concat());
        let compilation = compile(&world, &["SNMPv2-MIB", "IF-MIB"]);
        for &module in &compilation.requested {
            assert!(module_json(&compilation.model, module).ends_with("}\n"), "seed {seed}");
        }
        for diagnostic in compilation.diagnostics.iter() {
            assert!(!diagnostic.message.is_empty(), "{diagnostic:?}");
        }
    }
}
