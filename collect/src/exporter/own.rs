//! The exporter's own samples: `/metrics`.

use crate::Exposition;
use crate::http::process;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bounds of the durations that are counted, in seconds: those of Prometheus' own programs.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Nanoseconds that samples of a variable are taken to need before that is known, at least, and at most.
const FIRST_EACH: u64 = 10_000;
const EACH: u64 = 1_000;
const MOST_EACH: u64 = 100_000;

/// How long collections took.
#[derive(Clone, Copy, Debug, Default)]
struct Durations {
    sum: Duration,
    count: u64,
    /// How many were at most each of the bounds.
    within: [u64; BOUNDS.len()],
}

/// What is counted.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) request_errors: AtomicU64,
    pub(super) packets: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) unusable: AtomicU64,
    pub(super) duplicates: AtomicU64,
    pub(super) shared: AtomicU64,
    pub(super) incomplete: AtomicU64,
    pub(super) in_flight: AtomicI64,
    /// Nanoseconds that samples of a variable take.
    each: AtomicU64,
    modules: Mutex<BTreeMap<String, Durations>>,
    reload: Mutex<(bool, SystemTime)>,
}

impl Own {
    pub(super) fn new() -> Self {
        Self {
            request_errors: AtomicU64::new(0),
            packets: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            unusable: AtomicU64::new(0),
            duplicates: AtomicU64::new(0),
            shared: AtomicU64::new(0),
            incomplete: AtomicU64::new(0),
            in_flight: AtomicI64::new(0),
            each: AtomicU64::new(FIRST_EACH),
            modules: Mutex::default(),
            reload: Mutex::new((true, SystemTime::now())),
        }
    }

    pub(super) fn add(counter: &AtomicU64, number: u64) {
        counter.fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn collected(&self, module: &str, elapsed: Duration) {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        let durations = modules.entry(module.to_owned()).or_default();
        durations.sum = durations.sum.saturating_add(elapsed);
        durations.count += 1;
        for (bound, number) in BOUNDS.iter().zip(&mut durations.within) {
            *number += u64::from(elapsed.as_secs_f64() <= *bound);
        }
    }

    /// Notes how long the samples of so many variables took.
    pub(super) fn made(&self, elapsed: Duration, variables: usize) {
        // Small ones say little of large ones.
        if variables >= 1_000 {
            let each = elapsed.as_nanos() / variables as u128;
            let each = u64::try_from(each).unwrap_or(u64::MAX).clamp(EACH, MOST_EACH);
            let before = self.each.load(Ordering::Relaxed);
            self.each.store(before - before / 4 + each / 4, Ordering::Relaxed);
        }
    }

    /// The time that is kept back for the samples of each variable.
    pub(super) fn each(&self) -> Duration {
        Duration::from_nanos(2 * self.each.load(Ordering::Relaxed))
    }

    pub(super) fn reloaded(&self, well: bool) {
        let mut reload = self.reload.lock().unwrap_or_else(PoisonError::into_inner);
        reload.0 = well;
        if well {
            reload.1 = SystemTime::now();
        }
    }

    /// All of them.
    pub(super) fn samples(&self, sessions: usize) -> Exposition {
        let mut out = Exposition::default();
        for (name, help, counter) in [
            (
                "snmp_request_errors_total",
                "Requests to the exporter that were refused.",
                &self.request_errors,
            ),
            ("snmp_packets_total", "SNMP messages sent, including retries.", &self.packets),
            ("snmp_packet_retries_total", "SNMP messages that repeated a request.", &self.retries),
            (
                "snmp_unexpected_pdu_type_total",
                "Variables whose value was of no use to their metric.",
                &self.unusable,
            ),
            (
                "mibc_exporter_duplicate_samples_total",
                "Samples dropped because their name and labels had come before.",
                &self.duplicates,
            ),
            (
                "mibc_exporter_shared_scrapes_total",
                "Scrapes that shared the walk of another one.",
                &self.shared,
            ),
            (
                "mibc_exporter_incomplete_scrapes_total",
                "Scrapes of a module that did not get everything.",
                &self.incomplete,
            ),
        ] {
            out.counter(name, help, &[], counter.load(Ordering::Relaxed) as f64);
        }
        let in_flight = self.in_flight.load(Ordering::Relaxed) as f64;
        out.gauge("snmp_request_in_flight", "Scrapes under way.", &[], in_flight);
        out.gauge(
            "mibc_exporter_devices",
            "Devices that are remembered between scrapes.",
            &[],
            sessions as f64,
        );
        for (module, durations) in &*self.modules.lock().unwrap_or_else(PoisonError::into_inner) {
            let bounds = BOUNDS.into_iter().zip(durations.within);
            let all = (durations.count, durations.sum.as_secs_f64());
            let help = "Seconds that collections took, by module.";
            let labels = [("module", module.as_str())];
            out.histogram("snmp_collection_duration_seconds", help, &labels, bounds, all);
        }
        let (well, when) = *self.reload.lock().unwrap_or_else(PoisonError::into_inner);
        let help = "Whether the last reload of the configuration was successful.";
        out.gauge("mibc_exporter_config_last_reload_successful", help, &[], f64::from(u8::from(well)));
        let help = "When the configuration in use was read, in seconds since 1970.";
        out.gauge("mibc_exporter_config_last_reload_success_timestamp_seconds", help, &[], since(when));
        process::add_version(&mut out, "mibc_exporter", env!("CARGO_PKG_VERSION"));
        process::add(&mut out);
        out
    }
}

fn since(when: SystemTime) -> f64 {
    when.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
