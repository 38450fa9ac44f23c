//! Processor time and memory of this process.

use std::time::Instant;

/// A moment, in time and in processor time.
pub struct Start {
    at: Instant,
    processor: f64,
}

impl Start {
    pub fn now() -> Self {
        Self { at: Instant::now(), processor: processor_seconds() }
    }

    /// Prints what `count` pieces of work have taken since, in the form of the peers' programs.
    pub fn print(&self, label: &str, count: usize) {
        let wall = self.at.elapsed().as_secs_f64();
        let each = (processor_seconds() - self.processor) / count as f64 * 1e6;
        let per_second = count as f64 / wall;
        let rss = peak_memory_kb();
        println!(
            "{label} n={count} wall={wall:.4}s per_s={per_second:.0} cpu_us_each={each:.3} rss_kb={rss}"
        );
    }
}

/// Processor time of all threads, from the scheduler's own count of nanoseconds.
fn processor_seconds() -> f64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return 0.0 };
    let nanoseconds: u64 = threads
        .flatten()
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok())
        .filter_map(|text| text.split_whitespace().next()?.parse::<u64>().ok())
        .sum();
    nanoseconds as f64 / 1e9
}

fn peak_memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
