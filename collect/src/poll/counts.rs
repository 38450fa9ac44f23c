//! What a poller counts.

use super::polled::Polled;
use crate::Exposition;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of how late polls begin, in seconds.
const LATE: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0];

/// What a poller has counted since it began.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    polls: AtomicU64,
    down: AtomicU64,
    incomplete: AtomicU64,
    samples: AtomicU64,
    duplicates: AtomicU64,
    packets: AtomicU64,
    retries: AtomicU64,
    octets: AtomicU64,
    /// Microseconds.
    took: AtomicU64,
    late: [AtomicU64; LATE.len() + 1],
    /// Microseconds.
    late_sum: AtomicU64,
    late_most: AtomicU64,
}

/// What a poller has counted since it began, and how it is.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Status {
    /// Devices, and devices with each of their profiles.
    pub devices: usize,
    /// Devices with each of their profiles.
    pub jobs: usize,
    /// Polls under way of devices that answer.
    pub in_flight: usize,
    /// Polls under way of devices that have not answered last time.
    pub silent_in_flight: usize,
    /// Polls that are due and wait for their turn.
    pub waiting: usize,
    /// Polls that have ended.
    pub polls: u64,
    /// Of these, the ones that the device did not answer.
    pub down: u64,
    /// Of these, the ones that did not get everything.
    pub incomplete: u64,
    /// Polls that did not take place, because the next one was due.
    pub replaced: u64,
    /// Samples.
    pub samples: u64,
    /// Samples that were dropped because one of the same name and labels had come before.
    pub duplicates: u64,
    /// Messages that were sent.
    pub packets: u64,
    /// Of these, the ones that repeated a request.
    pub retries: u64,
    /// Octets of encoded results.
    pub octets: u64,
    /// How long polls took together.
    pub took: Duration,
    /// How late polls began together.
    pub late: Duration,
    /// How late the latest poll began since the last status.
    pub latest: Duration,
    /// Polls that began at most so late, in seconds.
    pub late_counts: Vec<(f64, u64)>,
    /// Jobs whose devices are not up; the longest first.
    pub silent: Vec<Silent>,
    /// Jobs whose devices do not answer.
    pub silent_jobs: usize,
    /// Jobs whose devices answer, and refuse what they are asked.
    pub refusing_jobs: usize,
    /// Jobs that took longest last time: name, profile, time.
    pub slow: Vec<(String, String, Duration)>,
    /// Whether the configuration was refused the last time that it was read again.
    pub refused: bool,
    /// Outputs, and what they have counted.
    pub outputs: Vec<(String, crate::delivery::Snapshot)>,
}

/// A device that is not up, with one of its profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Silent {
    /// Its name.
    pub device: String,
    /// The profile.
    pub profile: String,
    /// Polls in a row.
    pub polls: u32,
    /// Whether it answers, and refuses what it is asked.
    pub refused: bool,
    /// Why it was not up last time.
    pub reason: Option<String>,
}

impl Silent {
    /// A device that has not answered so many polls.
    pub fn new(device: impl Into<String>, profile: impl Into<String>, polls: u32) -> Self {
        Self { device: device.into(), profile: profile.into(), polls, ..Self::default() }
    }

    /// The same with the reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Option<String>>) -> Self {
        self.reason = reason.into();
        self
    }
}

impl Counts {
    fn add(counter: &AtomicU64, number: u64) {
        counter.fetch_add(number, Ordering::Relaxed);
    }

    /// A poll has begun so late.
    pub(crate) fn late(&self, late: Duration) {
        let seconds = late.as_secs_f64();
        let place = LATE.iter().position(|bound| seconds <= *bound).unwrap_or(LATE.len());
        if let Some(counter) = self.late.get(place) {
            Self::add(counter, 1);
        }
        let late = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
        Self::add(&self.late_sum, late);
        self.late_most.fetch_max(late, Ordering::Relaxed);
    }

    /// A poll has ended.
    pub(crate) fn polled(&self, polled: &Polled) {
        Self::add(&self.polls, 1);
        Self::add(&self.down, u64::from(!polled.up()));
        Self::add(&self.incomplete, u64::from(!polled.complete()));
        let (packets, retries) = polled.packets();
        Self::add(&self.packets, packets);
        Self::add(&self.retries, retries);
        Self::add(&self.took, u64::try_from(polled.elapsed.as_micros()).unwrap_or(u64::MAX));
    }

    /// Samples of a poll, and its octets in all outputs.
    pub(crate) fn encoded(&self, samples: usize, duplicates: usize, octets: usize) {
        Self::add(&self.samples, samples as u64);
        Self::add(&self.duplicates, duplicates as u64);
        Self::add(&self.octets, octets as u64);
    }

    /// What was counted, and what the schedule has.
    pub(crate) fn status(&self, replaced: u64) -> Status {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let micros = |counter: &AtomicU64| Duration::from_micros(read(counter));
        let mut sum = 0;
        let late_counts =
            LATE.iter().copied().chain([f64::INFINITY]).zip(&self.late).map(|(bound, counter)| {
                sum += read(counter);
                (bound, sum)
            });
        Status {
            polls: read(&self.polls),
            down: read(&self.down),
            incomplete: read(&self.incomplete),
            replaced,
            samples: read(&self.samples),
            duplicates: read(&self.duplicates),
            packets: read(&self.packets),
            retries: read(&self.retries),
            octets: read(&self.octets),
            took: micros(&self.took),
            late: micros(&self.late_sum),
            latest: Duration::from_micros(self.late_most.swap(0, Ordering::Relaxed)),
            late_counts: late_counts.collect(),
            ..Status::default()
        }
    }
}

impl Status {
    /// As samples for `/metrics`.
    pub fn exposition(&self) -> Exposition {
        let mut out = Exposition::default();
        for (name, help, value) in [
            ("mibc_poll_devices", "Devices.", self.devices),
            ("mibc_poll_jobs", "Devices with each of their profiles.", self.jobs),
            ("mibc_poll_in_flight", "Polls under way of devices that answer.", self.in_flight),
            (
                "mibc_poll_silent_in_flight",
                "Polls under way of devices that have not answered last time.",
                self.silent_in_flight,
            ),
            ("mibc_poll_waiting", "Polls that are due and wait for their turn.", self.waiting),
            (
                "mibc_poll_silent_jobs",
                "Devices, with each of their profiles, that do not answer.",
                self.silent_jobs,
            ),
            (
                "mibc_poll_refusing_jobs",
                "Devices, with each of their profiles, that answer and refuse what they are asked.",
                self.refusing_jobs,
            ),
            (
                "mibc_poll_config_last_reload_successful",
                "Whether the last reload of the configuration was successful.",
                usize::from(!self.refused),
            ),
        ] {
            out.gauge(name, help, &[], value as f64);
        }
        for (name, help, value) in [
            ("mibc_poll_polls_total", "Polls that have ended.", self.polls),
            ("mibc_poll_down_total", "Polls that the device did not answer.", self.down),
            ("mibc_poll_incomplete_total", "Polls that did not get everything.", self.incomplete),
            (
                "mibc_poll_replaced_total",
                "Polls that did not take place, because the next one was due.",
                self.replaced,
            ),
            ("mibc_poll_samples_total", "Samples.", self.samples),
            (
                "mibc_poll_duplicate_samples_total",
                "Samples dropped because their name and labels had come before.",
                self.duplicates,
            ),
            ("mibc_poll_encoded_octets_total", "Octets of encoded results.", self.octets),
            ("snmp_packets_total", "SNMP messages sent, including retries.", self.packets),
            ("snmp_packet_retries_total", "SNMP messages that repeated a request.", self.retries),
        ] {
            out.counter(name, help, &[], value as f64);
        }
        let help = "Seconds that polls took together.";
        out.counter("mibc_poll_duration_seconds_sum", help, &[], self.took.as_secs_f64());
        let name = "mibc_poll_late_seconds";
        let help = "How late polls began.";
        for (bound, count) in &self.late_counts {
            let bound = if bound.is_finite() { bound.to_string() } else { "+Inf".to_owned() };
            out.counter(&format!("{name}_bucket"), help, &[("le", &bound)], *count as f64);
        }
        out.counter(&format!("{name}_sum"), help, &[], self.late.as_secs_f64());
        let begun = self.late_counts.last().map_or(0, |(_, count)| *count);
        out.counter(&format!("{name}_count"), help, &[], begun as f64);
        expose(&self.outputs, &mut out);
        out
    }
}

/// What outputs have counted, as samples for `/metrics`.
pub(crate) fn expose(outputs: &[(String, crate::delivery::Snapshot)], out: &mut Exposition) {
    for (output, figures) in outputs {
        let labels = [("output", output.as_str())];
        for (name, help, value) in [
            ("mibc_output_offered_total", "Results that the output was given.", figures.offered),
            ("mibc_output_sent_total", "Results that the output has sent.", figures.sent),
            ("mibc_output_batches_total", "Batches that the output has tried to send.", figures.attempts),
            ("mibc_output_failures_total", "Batches that were not taken.", figures.failures),
        ] {
            out.counter(name, help, &labels, value as f64);
        }
        for (reason, value) in [
            ("overflow", figures.overflowed),
            ("refused", figures.refused),
            ("disk", figures.damaged),
            ("stopped", figures.stopped),
        ] {
            let labels = [("output", output.as_str()), ("reason", reason)];
            out.counter("mibc_output_dropped_total", "Results that were lost.", &labels, value as f64);
        }
        out.gauge("mibc_output_waiting", "Results that wait in the output.", &labels, figures.waiting as f64);
        let help = "Octets that wait in the output.";
        out.gauge("mibc_output_waiting_octets", help, &labels, figures.waiting_octets as f64);
        let help = "Whether the last attempt has failed.";
        out.gauge("mibc_output_failing", help, &labels, f64::from(u8::from(figures.failing)));
    }
}
