//! A million requests, half of them unanswered, on a fake clock: does memory stay flat?
//!
//!     cargo run --release -p mibc-runtime --example soak -- [REQUESTS]
#![forbid(unsafe_code)]

mod world;

use std::error::Error;
use std::time::Instant;
use world::{World, resident};

/// Lines of output per version.
const STEPS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let requests: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |argument| argument.parse())?;
    println!("version  requests  answered  timed out  slots  kept  resident KiB  seconds");
    for (version, v3) in [("v2c", false), ("v3", true)] {
        let mut world = World::new(v3)?;
        let begun = Instant::now();
        for step in 1..=STEPS {
            world.run(requests * step / STEPS - requests * (step - 1) / STEPS)?;
            let (tally, kept) = (world.tally, world.kept());
            println!(
                "{version:7}  {:8}  {:8}  {:9}  {:5}  {kept:4}  {:12}  {:7.2}",
                tally.answered + tally.timed_out,
                tally.answered,
                tally.timed_out,
                tally.slots,
                resident().unwrap_or(0) / 1024,
                begun.elapsed().as_secs_f64(),
            );
        }
    }
    Ok(())
}
