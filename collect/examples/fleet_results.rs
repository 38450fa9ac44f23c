//! Checks what a server has stored of a fleet: how many results, ticks that are there twice, the longest time without a
//! result of any device, and when ticks were missed.
//!
//! `cargo run --release -p mibc-collect --features nats --example fleet_results nats://127.0.0.1:4222 [SECOND]`
//!
//! Times are seconds after SECOND of 1970, which is the first tick unless given.

use mibc_collect::fleet::results::each;
use mibc_collect::fleet::status::status;
use mibc_collect::nats::Access;
use std::collections::{BTreeMap, HashMap};

/// The length of a span in which misses are summed, in seconds.
const SPAN: u64 = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("usage: fleet_results URL [SECOND]")?;
    let from: Option<u64> = arguments.next().map(|second| second.parse()).transpose()?;
    let nats = Access::new(url).connect().await?;
    let mut last: HashMap<String, u64> = HashMap::new();
    let (mut results, mut twice, mut octets, mut noted, mut before_first) =
        (0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    let mut first = u64::MAX;
    let mut gaps: BTreeMap<u64, u64> = BTreeMap::new();
    // Where a device has no result: since when, until when, and how many ticks.
    let mut holes: Vec<(u64, u64, u64)> = Vec::new();
    each(&nats, |kept| {
        octets += kept.payload.len() as u64;
        if kept.part > 0 {
            return;
        }
        results += 1;
        noted += kept.missed;
        first = first.min(kept.tick);
        match last.insert(kept.subject, kept.tick) {
            Some(before) => {
                let gap = kept.tick.saturating_sub(before);
                twice += u64::from(gap == 0);
                *gaps.entry(gap).or_default() += 1;
                if kept.missed > 0 {
                    holes.push((before, kept.tick, kept.missed));
                }
            }
            None => before_first += kept.missed,
        }
    })
    .await?;
    let totals = status(&nats).await?.totals;
    let longest = gaps.keys().last().copied().unwrap_or_default();
    println!("devices {}, results {results}, ticks twice {twice}, octets {octets}", last.len());
    println!("counts of partitions: results {}, missed {}", totals.stored, totals.missed);
    println!("missed {noted}, of these {before_first} before the first result of a device");
    println!("longest time without a result {longest} s; seconds between results, and how often: {gaps:?}");
    let from = from.unwrap_or(first);
    let mut spans: BTreeMap<u64, u64> = BTreeMap::new();
    for (before, after, missed) in holes {
        let interval = (after - before) / (missed + 1);
        for number in 1..=missed {
            let at = (before + number * interval).saturating_sub(from);
            *spans.entry(at / SPAN * SPAN).or_default() += 1;
        }
    }
    println!("when ticks were missed, in spans of {SPAN} s: {spans:?}");
    Ok(())
}
