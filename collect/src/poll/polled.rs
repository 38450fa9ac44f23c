//! What a poll gave.

use super::job::Job;
use super::profile::Part;
use super::schedule::Millis;
use crate::fetch::Fetched;
use crate::samples::{Sample, label_of, samples};
use crate::shorten::shorten;
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// Most octets of a label that a scalar gives, those of a DisplayString: each sample of the poll repeats it.
const MOST_LABEL: usize = 255;

/// What one part of a profile gave.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answer {
    /// What was asked for.
    pub part: Part,
    /// What came.
    pub fetched: Fetched,
}

/// What a poll gave: variables, which [`each`](Polled::each) turns into samples.
#[derive(Debug)]
#[non_exhaustive]
pub struct Polled {
    /// Who was asked for what.
    pub job: Arc<Job>,
    /// Which poll of the job it is.
    pub tick: u64,
    /// When it began, in milliseconds since 1970.
    pub time: Millis,
    /// What came; parts that were not reached are missing.
    pub answers: Vec<Answer>,
    /// Why nothing was asked, if so.
    pub failure: Option<String>,
    /// Whether the device answers, but refuses everything that it is asked: the user or the passphrase is wrong, for
    /// instance. Then it is not [`up`](Self::up) either.
    pub refused: bool,
    /// How long it took.
    pub elapsed: Duration,
}

/// What became of the variables of a poll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    /// Samples.
    pub samples: usize,
    /// Samples that were dropped because one of the same name and labels had come before.
    pub duplicates: usize,
}

impl Polled {
    pub(super) fn new(job: Arc<Job>, tick: u64, time: Millis) -> Self {
        Self { job, tick, time, answers: Vec::new(), failure: None, refused: false, elapsed: Duration::ZERO }
    }

    /// Whether the device has answered.
    pub fn up(&self) -> bool {
        let answered =
            |answer: &Answer| !answer.fetched.variables.is_empty() || answer.fetched.failures.is_empty();
        self.answers.iter().any(answered)
    }

    /// Whether everything was read.
    pub fn complete(&self) -> bool {
        let profile = self.job.profile();
        self.failure.is_none()
            && self.answers.len() >= profile.parts.len()
            && self.answers.iter().all(|answer| answer.fetched.failures.is_empty())
    }

    /// The first thing that went wrong, in words.
    pub fn reason(&self) -> Option<String> {
        self.failure.clone().or_else(|| {
            self.answers.iter().find_map(|answer| {
                let failure = answer.fetched.failures.first()?;
                Some(format!("module {}: {failure}", answer.part.name))
            })
        })
    }

    /// Messages that were sent, and how many of them repeated a request.
    pub fn packets(&self) -> (u64, u64) {
        self.answers.iter().fold((0, 0), |(packets, retries), answer| {
            (packets + answer.fetched.packets, retries + answer.fetched.retries)
        })
    }

    /// All samples, each with the name of its module. A name with the same labels comes once.
    pub fn each(&self, mut each: impl FnMut(&str, &Sample<'_>)) -> Made {
        let mut made = Made::default();
        let mut seen = HashSet::new();
        let common = self.common_labels();
        for Answer { part, fetched } in &self.answers {
            samples(&part.module, &fetched.variables, |sample| {
                if !seen.insert(identity(sample)) {
                    made.duplicates += 1;
                    return;
                }
                made.samples += 1;
                if common.is_empty() {
                    return each(&part.name, sample);
                }
                let own = |name: &str| sample.labels.iter().any(|(label, _)| label == name);
                let mut labels = sample.labels.to_vec();
                labels.extend(common.iter().filter(|(name, _)| !own(name)).cloned());
                each(&part.name, &Sample { labels: &labels, ..sample.clone() });
            });
        }
        made
    }

    /// The labels that scalars of the poll give to all its samples.
    fn common_labels(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let value = |name: &str| {
            self.answers.iter().find_map(|Answer { part, fetched }| {
                let metric = part.module.scalar(name)?;
                let value = fetched.variables.get(&metric.oid.child(0).ok()?)?;
                let mut label = label_of(metric, value);
                shorten(&mut label, MOST_LABEL);
                Some(label).filter(|label| !label.is_empty())
            })
        };
        let names = self.job.profile().labels_from.iter();
        names.filter_map(|name| Some((Cow::Borrowed(&**name), Cow::Owned(value(name)?)))).collect()
    }
}

/// A number for name and labels. Two of a poll's samples have the same by chance about once in 10^13 polls of a thousand.
fn identity(sample: &Sample<'_>) -> u64 {
    static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    let mut hasher = STATE.build_hasher();
    hasher.write(sample.name.as_bytes());
    for (name, value) in sample.labels {
        hasher.write_u8(0xff);
        hasher.write(name.as_bytes());
        hasher.write_u8(0xfe);
        hasher.write(value.as_bytes());
    }
    hasher.finish()
}
