//! What encoders need of a poll.

use super::polled::{Made, Polled};
use super::schedule::Millis;
use crate::samples::{Number, Sample};
use std::borrow::Cow;
use std::time::Duration;

/// What a poll has given: just now, or as it was written earlier.
pub trait Given {
    /// The name of the device.
    fn device(&self) -> &str;
    /// Where it is.
    fn address(&self) -> &str;
    /// Labels of the device.
    fn labels(&self) -> impl Iterator<Item = (&str, &str)>;
    /// The name of the profile.
    fn profile(&self) -> &str;
    /// Which poll it is.
    fn tick(&self) -> u64;
    /// When it began, in milliseconds since 1970.
    fn time(&self) -> Millis;
    /// How long it took.
    fn elapsed(&self) -> Duration;
    /// Whether the device has answered.
    fn up(&self) -> bool;
    /// Whether everything was read.
    fn complete(&self) -> bool;
    /// What went wrong, in words.
    fn reason(&self) -> Option<Cow<'_, str>>;
    /// About how many samples there are.
    fn size(&self) -> usize;
    /// All samples, each with the name of its module. A name with the same labels comes once.
    fn each(&self, each: impl FnMut(&str, &Sample<'_>)) -> Made;

    /// Tells it from all other polls of a fleet: profile, tick and device.
    fn id(&self) -> String {
        // Names of profiles have no slash.
        format!("{}/{}/{}", self.profile(), self.tick(), self.device())
    }

    /// What a monitoring system wants to know of the poll itself, as samples.
    fn own(&self, mut each: impl FnMut(&Sample<'_>)) {
        let labels = [(Cow::Borrowed("profile"), Cow::Borrowed(self.profile()))];
        let mut sample = |name: &str, help: &str, value: f64| {
            each(&Sample {
                name: Cow::Borrowed(name),
                help: Cow::Borrowed(help),
                counter: false,
                labels: &labels,
                value: Number::Float(value),
            });
        };
        sample("up", "Whether the device has answered.", f64::from(u8::from(self.up())));
        sample("snmp_poll_complete", "Whether everything was read.", f64::from(u8::from(self.complete())));
        sample("snmp_poll_duration_seconds", "How long the poll took.", self.elapsed().as_secs_f64());
    }
}

impl Given for Polled {
    fn device(&self) -> &str {
        &self.job.device().name
    }

    fn address(&self) -> &str {
        &self.job.device().address
    }

    fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.job.device().labels.iter().map(|(name, value)| (&**name, &**value))
    }

    fn profile(&self) -> &str {
        &self.job.profile().name
    }

    fn tick(&self) -> u64 {
        self.tick
    }

    fn time(&self) -> Millis {
        self.time
    }

    fn elapsed(&self) -> Duration {
        self.elapsed
    }

    fn up(&self) -> bool {
        self.up()
    }

    fn complete(&self) -> bool {
        self.complete()
    }

    fn reason(&self) -> Option<Cow<'_, str>> {
        self.reason().map(Cow::Owned)
    }

    fn size(&self) -> usize {
        self.answers.iter().map(|answer| answer.fetched.variables.len()).sum()
    }

    fn each(&self, each: impl FnMut(&str, &Sample<'_>)) -> Made {
        self.each(each)
    }
}
