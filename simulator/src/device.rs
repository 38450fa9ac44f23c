//! One device: its recording, how it behaves, and what has been written to it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{Value, ValueRef, VarBind};

use crate::options::{Behaviour, Writable};
use crate::store::{EntryRef, Recording, Subtree};
use crate::variation::{Notice, Numeric, Operation, Variation, mixed};

/// A device.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) name: Arc<[u8]>,
    recording: Recording,
    pub(crate) behaviour: Arc<Behaviour>,
    seed: u64,
    /// Requests that chance has decided about.
    chances: AtomicU64,
    /// What has been written, if anything has.
    written: OnceLock<Box<Written>>,
}

#[derive(Debug, Default)]
struct Written {
    values: RwLock<BTreeMap<Oid, Value>>,
    /// Where they are kept.
    file: Option<PathBuf>,
}

/// The time of a request: since the start, and since 1970.
pub(crate) type Now = (Duration, Duration);

/// What becomes of a request as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered(Duration),
    Lost,
    Failed(ErrorStatus),
}

/// What an operation finds at a name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found<'d> {
    Value(ValueRef<'d>),
    Made(Value),
    /// After a while.
    Later(Duration, Value),
    Failed(ErrorStatus),
    /// It never answers.
    Silent,
    Missing,
}

impl Device {
    pub(crate) fn new(name: &str, recording: Recording, behaviour: Arc<Behaviour>, seed: u64) -> Self {
        // Devices of one simulation differ.
        let seed = name.bytes().fold(mixed(seed), |seed, octet| mixed(seed ^ u64::from(octet)));
        Self {
            name: name.as_bytes().into(),
            recording,
            behaviour,
            seed,
            chances: AtomicU64::new(0),
            written: OnceLock::new(),
        }
    }

    /// Takes in what was written in another life, and keeps what will be in this file.
    pub(crate) fn keep_in(&self, file: &Path, values: impl IntoIterator<Item = VarBind>) {
        let values = values.into_iter().map(|VarBind { name, value }| (name, value)).collect();
        let written = Written { values: RwLock::new(values), file: Some(file.to_owned()) };
        // It is new.
        let _ = self.written.set(Box::new(written));
    }

    /// A number that looks random; the same ones come in each run with one seed.
    pub(crate) fn chance(&self) -> u64 {
        mixed(self.seed ^ self.chances.fetch_add(1, Ordering::Relaxed))
    }

    fn share(&self) -> f64 {
        (self.chance() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// What becomes of a request for so many variables.
    pub(crate) fn fate(&self, variables: usize) -> Fate {
        let Behaviour { loss, errors, max_variables, delay, jitter, .. } = &*self.behaviour;
        if *loss > 0.0 && self.share() < *loss {
            return Fate::Lost;
        }
        if max_variables.is_some_and(|most| variables > most) {
            return Fate::Failed(ErrorStatus::TOO_BIG);
        }
        if *errors > 0.0 && self.share() < *errors {
            return Fate::Failed(self.behaviour.error);
        }
        let delay = match jitter.is_zero() {
            true => *delay,
            false => {
                let off = jitter.as_secs_f64() * (2.0 * self.share() - 1.0);
                Duration::try_from_secs_f64(delay.as_secs_f64() + off).unwrap_or_default()
            }
        };
        Fate::Answered(delay)
    }

    /// Nothing of it depends on time or on what has been written.
    pub(crate) fn is_plain(&self) -> bool {
        self.recording.is_constant() && !self.behaviour.lively && self.written.get().is_none()
    }

    pub(crate) fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The subtree that a name is in, as it is now.
    fn subtree(&self, name: OidRef<'_>, now: Now) -> Option<&Recording> {
        let subtree = self.recording.subtrees().iter().find(|subtree| name.starts_with(&subtree.root))?;
        subtree.at(now.0)
    }

    fn entry(&self, name: OidRef<'_>, now: Now) -> Option<(&Recording, EntryRef<'_>)> {
        match self.subtree(name, now) {
            Some(snapshot) => snapshot.find(name).map(|entry| (snapshot, entry)),
            None => self.recording.find(name).map(|entry| (&self.recording, entry)),
        }
    }

    /// The value of a variable for a request that reads.
    pub(crate) fn get(&self, name: OidRef<'_>, now: Now) -> Found<'_> {
        match self.entry(name, now) {
            Some((recording, entry)) => self.read(recording, name, entry, now),
            None => Found::Missing,
        }
    }

    /// Whether a name that is missing is an instance of something that has others.
    pub(crate) fn has_siblings(&self, name: OidRef<'_>, now: Now) -> bool {
        let Some(parent) = name.parent() else { return false };
        self.subtree(name, now).unwrap_or(&self.recording).has_below(parent)
    }

    /// What an entry gives a request that reads.
    pub(crate) fn read<'d>(
        &'d self,
        recording: &'d Recording,
        name: OidRef<'_>,
        entry: EntryRef<'d>,
        now: Now,
    ) -> Found<'d> {
        let written = self.written.get().and_then(|written| {
            let values = written.values.read().unwrap_or_else(PoisonError::into_inner);
            values.get(&name.to_oid()).cloned()
        });
        match entry {
            EntryRef::Fixed(value) => match written {
                Some(value) => Found::Made(value),
                None if self.behaviour.lively => self.lively(name, value, now),
                None => Found::Value(value),
            },
            EntryRef::Varied(number) => match recording.variation(number) {
                Some(variation) => self.varied(variation, written, name, now),
                None => Found::Missing,
            },
        }
    }

    fn lively<'d>(&'d self, name: OidRef<'_>, value: ValueRef<'d>, now: Now) -> Found<'d> {
        let recorded = match value {
            ValueRef::Counter32(_)
            | ValueRef::Counter64(_)
            | ValueRef::Gauge32(_)
            | ValueRef::TimeTicks(_) => value.as_i128(),
            _ => None,
        };
        let numeric = recorded.and_then(|number| Numeric::lively(tag_of(value), number as f64));
        match numeric {
            Some(numeric) => Found::Made(numeric.at(now.0, now.1, self.seed_of(name))),
            None => Found::Value(value),
        }
    }

    fn varied(&self, variation: &Variation, written: Option<Value>, name: OidRef<'_>, now: Now) -> Found<'_> {
        if let Some(status) = variation.fault(Operation::Read, None) {
            return Found::Failed(status);
        }
        let value = written.or_else(|| variation.recorded(now.0, now.1, self.seed_of(name)));
        let Some(value) = value else { return Found::Missing };
        match variation {
            Variation::Delayed { delayed, .. } => match delayed.wait(None, self.chance()) {
                Some(wait) => Found::Later(wait, value),
                None => Found::Silent,
            },
            _ => Found::Made(value),
        }
    }

    fn seed_of(&self, name: OidRef<'_>) -> u64 {
        name.as_ber().iter().fold(self.seed, |seed, octet| seed.rotate_left(5) ^ u64::from(*octet))
    }

    /// A notification that reading or writing a variable sends.
    pub(crate) fn notice(&self, name: OidRef<'_>, operation: Operation, now: Now) -> Option<Notice> {
        let (recording, entry) = self.entry(name, now)?;
        let EntryRef::Varied(number) = entry else { return None };
        match recording.variation(number)? {
            Variation::Notice { notice, .. } if notice.is_about(operation) => Some((**notice).clone()),
            _ => None,
        }
    }

    /// Subtrees of snapshots, in order.
    pub(crate) fn subtrees(&self) -> &[Subtree] {
        self.recording.subtrees()
    }

    /// Whether a change can be made, and how long it takes; `None`: there is no answer.
    pub(crate) fn test(&self, change: &VarBind, now: Now) -> Result<Option<Duration>, ErrorStatus> {
        let name = change.name.as_ref();
        let writable = self.behaviour.writable != Writable::No;
        let Some((recording, entry)) = self.entry(name, now) else {
            return Err(if writable { ErrorStatus::NO_CREATION } else { ErrorStatus::NOT_WRITABLE });
        };
        let (kind, variation) = match entry {
            EntryRef::Fixed(value) => (Some(value.kind()), None),
            EntryRef::Varied(number) => {
                let variation = recording.variation(number);
                let kind = match variation {
                    Some(Variation::Written { kind, .. }) => Some(*kind),
                    Some(other) => other.recorded(now.0, now.1, 0).map(|value| value.as_ref().kind()),
                    None => None,
                };
                (kind, variation)
            }
        };
        if !writable && !variation.is_some_and(Variation::is_writable) {
            return Err(ErrorStatus::NOT_WRITABLE);
        }
        if kind.is_some_and(|kind| kind != change.value.as_ref().kind()) {
            return Err(ErrorStatus::WRONG_TYPE);
        }
        match variation {
            Some(variation) => match variation.fault(Operation::Write, Some(&change.value)) {
                Some(status) => Err(status),
                None => Ok(match variation {
                    Variation::Delayed { delayed, .. } => delayed.wait(Some(&change.value), self.chance()),
                    _ => Some(Duration::ZERO),
                }),
            },
            None => Ok(Some(Duration::ZERO)),
        }
    }

    /// Writes values, or takes them back where there is none; gives what there was before.
    ///
    /// # Errors
    ///
    /// They cannot be kept; nothing has changed.
    pub(crate) fn write(
        &self,
        changes: Vec<(Oid, Option<Value>)>,
    ) -> Result<Vec<(Oid, Option<Value>)>, std::io::Error> {
        let written = self.written.get_or_init(Box::default);
        let mut values = written.values.write().unwrap_or_else(PoisonError::into_inner);
        let mut before = Vec::with_capacity(changes.len());
        for (name, value) in changes {
            let was = match value {
                Some(value) => values.insert(name.clone(), value),
                None => values.remove(&name),
            };
            before.push((name, was));
        }
        // What was done last is taken back first.
        before.reverse();
        let kept = match &written.file {
            Some(file) => keep(file, &values),
            None => Ok(()),
        };
        if let Err(error) = kept {
            for (name, was) in before {
                match was {
                    Some(value) => values.insert(name, value),
                    None => values.remove(&name),
                };
            }
            return Err(error);
        }
        Ok(before)
    }

    /// The first name below an OID, for a walk that never ends.
    pub(crate) fn first_below(&self, root: &Oid) -> Option<(Oid, Value)> {
        let mut cursor = self.recording.from(Bound::Included(root.as_ref()));
        let (name, entry) = cursor.advance()?;
        let EntryRef::Fixed(value) = entry else { return None };
        name.starts_with(root).then(|| (name.to_oid(), value.to_value()))
    }
}

/// Keeps values in a file, which is whole at any time.
fn keep(file: &Path, values: &BTreeMap<Oid, Value>) -> std::io::Result<()> {
    let mut text = String::new();
    for (name, value) in values {
        text += &crate::writer::snmprec_line(name.as_ref(), value.as_ref());
    }
    let temporary = file.with_extension("new");
    std::fs::write(&temporary, text)?;
    std::fs::File::open(&temporary)?.sync_all()?;
    std::fs::rename(&temporary, file)
}

fn tag_of(value: ValueRef<'_>) -> u8 {
    use mibc_runtime::ber::tag;
    match value {
        ValueRef::Counter32(_) => tag::COUNTER32,
        ValueRef::Gauge32(_) => tag::GAUGE32,
        ValueRef::TimeTicks(_) => tag::TIME_TICKS,
        _ => tag::COUNTER64,
    }
}
