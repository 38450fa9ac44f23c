//! Reads all results that a server has stored of a fleet, and says in JSON what they are: for each device its first and last
//! tick, when these were polled, and the longest time between two ticks; ticks that are there twice; sums of what was stored.
//!
//! `cargo run --release -p mibc-collect --features nats --example fleet_results nats://127.0.0.1:4222`

use mibc_collect::fleet::results::each;
use mibc_collect::fleet::status::status;
use mibc_collect::nats::Access;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// What a result has, as far as it is summed up here.
#[derive(Deserialize)]
struct Line {
    device: String,
    time: f64,
    samples: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    value: f64,
}

/// The results of a device, whatever its profiles.
#[derive(Default, Serialize)]
struct Device {
    first: u64,
    first_time: f64,
    last: u64,
    last_time: f64,
    longest: u64,
    results: u64,
}

#[derive(Default, Serialize)]
struct Found {
    results: u64,
    /// Results of devices that have not answered.
    silent: u64,
    octets: u64,
    samples: u64,
    /// The sum of all values.
    values: f64,
    /// Ticks that are there twice.
    twice: u64,
    /// Ticks that are older than the one before them.
    disordered: u64,
    /// Ticks that the results themselves say were missed.
    missed: u64,
    /// What the workers have counted.
    counted: u64,
    counted_missed: u64,
    /// Octets of the stream, with headers.
    stream_octets: u64,
    /// Seconds between results, and how often.
    gaps: BTreeMap<u64, u64>,
    unreadable: u64,
    devices: HashMap<String, Device>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: fleet_results URL")?;
    let nats = Access::new(url).connect().await?;
    let mut found = Found::default();
    let mut parts: HashMap<u64, Vec<u8>> = HashMap::new();
    each(&nats, |kept| {
        found.octets += kept.payload.len() as u64;
        let text = match (kept.part, kept.parts) {
            (0, 1) => kept.payload.to_vec(),
            (part, count) => {
                let text = parts.entry(kept.first).or_default();
                text.extend_from_slice(&kept.payload);
                if part + 1 < count {
                    return;
                }
                parts.remove(&kept.first).unwrap_or_default()
            }
        };
        found.results += 1;
        found.missed += kept.missed;
        found.silent += u64::from(!kept.up);
        let Ok(line) = serde_json::from_slice::<Line>(&text) else {
            found.unreadable += 1;
            return;
        };
        found.samples += line.samples.len() as u64;
        found.values += line.samples.iter().map(|sample| sample.value).sum::<f64>();
        let device = found.devices.entry(line.device).or_default();
        device.results += 1;
        if device.results == 1 {
            (device.first, device.first_time) = (kept.tick, line.time);
        } else if kept.tick < device.last {
            found.disordered += 1;
            return;
        } else {
            let gap = kept.tick - device.last;
            found.twice += u64::from(gap == 0);
            *found.gaps.entry(gap).or_default() += 1;
            device.longest = device.longest.max(gap);
        }
        (device.last, device.last_time) = (kept.tick, line.time);
    })
    .await?;
    let status = status(&nats).await?;
    (found.counted, found.counted_missed) = (status.totals.stored, status.totals.missed);
    found.stream_octets = status.kept.1;
    println!("{}", serde_json::to_string(&found)?);
    Ok(())
}
