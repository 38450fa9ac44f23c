//! What the service counts.

use super::refusals::Refusals;
use crate::Exposition;
use crate::delivery::Observer;
use mibc_runtime::engine::Counters;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the service has counted since it began.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) traps: AtomicU64,
    pub(super) informs: AtomicU64,
    pub(super) acknowledged: AtomicU64,
    pub(super) unacknowledged: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) suppressed: AtomicU64,
    /// Events that wait until a rate lets them through, and those that had no room to.
    pub(super) held: AtomicU64,
    pub(super) unheld: AtomicU64,
    /// Messages that the kernel dropped.
    pub(super) overflows: AtomicU64,
    /// Messages of any kind, of listeners that have ended.
    messages: AtomicU64,
    /// What the others count.
    listeners: RwLock<Vec<Arc<Counters>>>,
    pub(super) refusals: Refusals,
    severities: [AtomicU64; 8],
    outputs: RwLock<Vec<Observer>>,
    reloaded: AtomicBool,
    reloaded_at: AtomicU64,
}

impl Figures {
    pub(super) fn new() -> Self {
        let figures = Self {
            traps: AtomicU64::new(0),
            informs: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            unacknowledged: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            suppressed: AtomicU64::new(0),
            held: AtomicU64::new(0),
            unheld: AtomicU64::new(0),
            overflows: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            listeners: RwLock::default(),
            refusals: Refusals::default(),
            severities: Default::default(),
            outputs: RwLock::default(),
            reloaded: AtomicBool::new(false),
            reloaded_at: AtomicU64::new(0),
        };
        figures.reloaded(true);
        figures
    }

    pub(super) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn severity(&self, severity: super::Severity) {
        if let Some(counter) = self.severities.get(usize::from(severity.number())) {
            Self::count(counter);
        }
    }

    /// These are the outputs from now on.
    pub(super) fn observe(&self, outputs: Vec<Observer>) {
        *self.outputs.write().unwrap_or_else(PoisonError::into_inner) = outputs;
    }

    /// These are the listeners from now on.
    pub(super) fn hear(&self, listeners: Vec<Arc<Counters>>) {
        let mut known = self.listeners.write().unwrap_or_else(PoisonError::into_inner);
        let ended = known.iter().filter(|known| !listeners.iter().any(|other| Arc::ptr_eq(known, other)));
        self.messages.fetch_add(ended.map(|ended| u64::from(ended.in_pkts())).sum(), Ordering::Relaxed);
        *known = listeners;
    }

    /// Messages of any kind.
    fn messages(&self) -> u64 {
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner);
        let now: u64 = listeners.iter().map(|listener| u64::from(listener.in_pkts())).sum();
        self.messages.load(Ordering::Relaxed) + now
    }

    pub(super) fn reloaded(&self, well: bool) {
        self.reloaded.store(well, Ordering::Relaxed);
        if well {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
            self.reloaded_at.store(now, Ordering::Relaxed);
        }
    }

    /// All of them, for Prometheus.
    pub(super) fn samples(&self) -> Exposition {
        let mut out = Exposition::default();
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
        for (kind, counter) in [("trap", &self.traps), ("inform", &self.informs)] {
            let help = "Notifications that were received, without repetitions.";
            out.counter("mibc_trapd_notifications_total", help, &[("kind", kind)], read(counter));
        }
        for (name, help, counter) in [
            ("mibc_trapd_informs_acknowledged_total", "Informs that were acknowledged.", &self.acknowledged),
            (
                "mibc_trapd_informs_unacknowledged_total",
                "Informs that were not acknowledged because a required output did not take them.",
                &self.unacknowledged,
            ),
            ("mibc_trapd_rule_dropped_total", "Notifications that a rule drops.", &self.dropped),
            (
                "mibc_trapd_rate_suppressed_total",
                "Notifications beyond the rate of a rule.",
                &self.suppressed,
            ),
            (
                "mibc_trapd_rate_unheld_total",
                "Those among them that would have been held, but too many were.",
                &self.unheld,
            ),
            (
                "mibc_trapd_kernel_dropped_total",
                "Messages that the system dropped because its receive buffer was full.",
                &self.overflows,
            ),
        ] {
            out.counter(name, help, &[], read(counter));
        }
        let help = "The last events of alerts that wait until the rate of their rule lets them through.";
        out.gauge("mibc_trapd_rate_held", help, &[], read(&self.held));
        let help = "Messages that were received, of any kind.";
        out.counter("mibc_trapd_messages_total", help, &[], self.messages() as f64);
        for (reason, messages) in self.refusals.counts() {
            let help = "Messages that were refused, by reason.";
            out.counter("mibc_trapd_refused_total", help, &[("reason", reason)], messages as f64);
        }
        for (severity, counter) in super::Severity::ALL.into_iter().zip(&self.severities) {
            let help = "Events, by severity.";
            out.counter("mibc_trapd_events_total", help, &[("severity", severity.as_str())], read(counter));
        }
        for output in &*self.outputs.read().unwrap_or_else(PoisonError::into_inner) {
            let (name, figures) = (output.name(), output.figures());
            let labels = [("output", name)];
            let mut counter = |name: &str, help: &str, value: u64| {
                out.counter(&format!("mibc_trapd_output_{name}_total"), help, &labels, value as f64);
            };
            counter("offered", "Events that an output was given.", figures.offered);
            counter("sent", "Events that the receiver of an output has taken.", figures.sent);
            counter("batches", "Batches that were sent.", figures.attempts);
            counter("failures", "Batches that were not taken.", figures.failures);
            for (reason, value) in [
                ("overflow", figures.overflowed),
                ("refused", figures.refused),
                ("disk", figures.damaged),
                ("stopped", figures.stopped),
            ] {
                let labels = [("output", name), ("reason", reason)];
                let help = "Events that were dropped, by reason.";
                out.counter("mibc_trapd_output_dropped_total", help, &labels, value as f64);
            }
            let waiting = figures.waiting as f64;
            out.gauge(
                "mibc_trapd_output_waiting_records",
                "Events that wait or are being sent.",
                &labels,
                waiting,
            );
            let octets = figures.waiting_octets as f64;
            out.gauge("mibc_trapd_output_waiting_bytes", "Bytes of the events that wait.", &labels, octets);
            let up = f64::from(u8::from(!figures.failing));
            out.gauge("mibc_trapd_output_up", "Whether the last batch of an output was taken.", &labels, up);
        }
        let reloaded = f64::from(u8::from(self.reloaded.load(Ordering::Relaxed)));
        let help = "Whether the last reload of the configuration was successful.";
        out.gauge("mibc_trapd_config_last_reload_successful", help, &[], reloaded);
        let help = "When the configuration in use was read, in seconds since 1970.";
        out.gauge(
            "mibc_trapd_config_last_reload_success_timestamp_seconds",
            help,
            &[],
            read(&self.reloaded_at),
        );
        out
    }
}
