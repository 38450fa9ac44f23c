//! Checks what a server has stored of a fleet: how many results, ticks that are there twice, and the longest time without a
//! result of any device.
//!
//! `cargo run --release -p mibc-collect --features nats --example fleet_results nats://127.0.0.1:4222`

use mibc_collect::fleet::results::each;
use mibc_collect::fleet::status::status;
use mibc_collect::nats::Access;
use std::collections::HashMap;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: fleet_results URL")?;
    let nats = Access::new(url).connect().await?;
    let mut last: HashMap<String, u64> = HashMap::new();
    let (mut results, mut twice, mut octets, mut longest) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut gaps: HashMap<u64, u64> = HashMap::new();
    each(&nats, |kept| {
        octets += kept.payload.len() as u64;
        if kept.part > 0 {
            return;
        }
        results += 1;
        if let Some(before) = last.insert(kept.subject, kept.tick) {
            let gap = kept.tick.saturating_sub(before);
            twice += u64::from(gap == 0);
            longest = longest.max(gap);
            *gaps.entry(gap).or_default() += 1;
        }
    })
    .await?;
    let totals = status(&nats).await?.totals;
    let mut gaps: Vec<(u64, u64)> = gaps.into_iter().collect();
    gaps.sort_unstable();
    println!(
        "devices {}, results {results}, counted {}, ticks twice {twice}, octets {octets}",
        last.len(),
        totals.stored
    );
    println!(
        "missed {}, longest time without a result {longest} s, times between results {gaps:?}",
        totals.missed
    );
    Ok(())
}
