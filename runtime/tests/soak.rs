//! §3 row 4, acceptance 3: requests that time out leave nothing. `cargo run --release -p mibc-runtime --example
//! soak` does the same with a million.
#![cfg(all(feature = "usm", feature = "agent", feature = "manager"))]
#![forbid(unsafe_code)]

#[path = "../examples/soak/world.rs"]
mod world;

use world::{World, resident};

/// Alone in its process, so that what grows is what it does.
#[test]
fn memory_is_flat() {
    /// What an allocator may hold back.
    const SLACK: usize = 2 << 20;
    for (v3, requests) in [(false, 100_000), (true, 20_000)] {
        let mut world = World::new(v3).expect("a world");
        world.run(requests / 10).expect("answers and timeouts");
        let (before, slots) = (resident(), world.tally.slots);
        world.run(requests * 9 / 10).expect("answers and timeouts");
        assert_eq!(world.tally.answered, requests / 2);
        assert_eq!(world.tally.timed_out, requests / 2);
        assert_eq!((world.kept(), world.tally.slots), (0, slots), "slots are used again");
        match (before, resident()) {
            (Some(before), Some(after)) => assert!(after < before + SLACK, "{before} octets, then {after}"),
            _ => eprintln!("this system does not tell how much memory is in use: that part is skipped"),
        }
    }
}
