//! What to ask a device for, and what to make of the answers.

use crate::date::Pattern;
use mibc_runtime::manager::Target;
use mibc_runtime::oid::Oid;
use regex_lite::Regex;
use std::collections::BTreeMap;
use std::time::Duration;

/// What to ask a device for, and a metric for each object.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Module {
    /// Subtrees to walk.
    pub walk: Vec<Oid>,
    /// Variables to get.
    pub get: Vec<Oid>,
    /// Columns that decide which rows are asked for.
    pub filters: Vec<Filter>,
    /// How to ask.
    pub asking: Asking,
    metrics: Vec<Metric>,
}

/// How to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asking {
    /// Variables per request.
    pub max_repetitions: u32,
    /// How often to repeat a request without an answer.
    pub retries: u32,
    /// How long each attempt waits.
    pub timeout: Duration,
    /// Whether walks accept names that do not increase.
    pub any_order: bool,
    /// Whether responses may come from another address than the one that was asked.
    pub any_source: bool,
}

impl Default for Asking {
    /// The defaults of snmp_exporter: 25 repetitions, 3 retries, 5 seconds.
    fn default() -> Self {
        Self {
            max_repetitions: 25,
            retries: 3,
            timeout: Duration::from_secs(5),
            any_order: false,
            any_source: false,
        }
    }
}

impl Asking {
    /// A target that is asked like this.
    pub fn apply(self, target: Target) -> Target {
        target
            .timeout(self.timeout)
            .retries(self.retries)
            .steady(true)
            .max_repetitions(self.max_repetitions.max(1))
            .any_source(self.any_source)
    }
}

/// Rows are asked for one by one if a column has a value that fits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Filter {
    /// The column.
    pub oid: Oid,
    /// The columns that are asked for only in rows that fit.
    pub targets: Vec<Oid>,
    /// Any of these fits.
    pub values: Vec<Regex>,
}

impl Filter {
    /// A filter by a column.
    pub fn new(oid: Oid, targets: Vec<Oid>, values: Vec<Regex>) -> Self {
        Self { oid, targets, values }
    }
}

/// What to make of an object.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Metric {
    /// The name of the samples.
    pub name: String,
    /// The object: a column, or a scalar without its `.0`.
    pub oid: Oid,
    /// How values are read.
    pub kind: Kind,
    /// What it is, for people.
    pub help: String,
    /// The labels that the index gives.
    pub indexes: Vec<Index>,
    /// The labels that other columns give.
    pub lookups: Vec<Lookup>,
    /// Numbers inside texts.
    pub extracts: Vec<Extract>,
    /// How `ParseDateAndTime` is written.
    pub pattern: Option<Pattern>,
    /// Labels of an enumeration, or of bits by their position.
    pub labels: BTreeMap<i64, String>,
    /// Values are multiplied by this; numbers inside texts, too.
    pub scale: Option<f64>,
    /// Values are increased by this.
    pub offset: f64,
    /// The DISPLAY-HINT that octets are written by, if they have one.
    pub hint: Option<String>,
}

impl Metric {
    /// A metric without labels.
    pub fn new(name: impl Into<String>, oid: Oid, kind: Kind) -> Self {
        Self {
            name: name.into(),
            oid,
            kind,
            help: String::new(),
            indexes: Vec::new(),
            lookups: Vec::new(),
            extracts: Vec::new(),
            pattern: None,
            labels: BTreeMap::new(),
            scale: None,
            offset: 0.0,
            hint: None,
        }
    }
}

/// How values become samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A number that goes up and down.
    Gauge,
    /// A number that only goes up.
    Counter,
    /// DateAndTime as seconds since 1970.
    DateAndTime,
    /// A text with a date, as seconds since 1970.
    ParseDateAndTime,
    /// A time stamp of NTP as seconds since 1970.
    NtpTimeStamp,
    /// One sample whose label is that of the number.
    EnumAsInfo,
    /// A sample for each label; that of the number is 1.
    EnumAsStateSet,
    /// A sample for each bit.
    Bits,
    /// One sample of 1 with the text as its label.
    Text(Text),
}

/// How octets are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Text {
    /// In hexadecimal.
    OctetString,
    /// As they are.
    DisplayString,
    /// As a MAC address.
    PhysAddress48,
    /// As an IPv4 address.
    InetAddressIPv4,
    /// As an IPv6 address.
    InetAddressIPv6,
    /// As the object before it says.
    InetAddress,
    /// As the object before it says; an index has no length.
    InetAddressMissingSize,
    /// As the object before it says.
    LldpPortId,
}

/// A label that a part of the index gives.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Index {
    /// The label.
    pub label: String,
    /// How the part is read.
    pub kind: IndexKind,
    /// Octets, if their number is not in the index; 0 if it is.
    pub fixed_size: usize,
    /// Whether it is the rest of the index.
    pub implied: bool,
    /// Labels of an enumeration.
    pub labels: BTreeMap<i64, String>,
    /// The DISPLAY-HINT that octets are written by, if they have one.
    pub hint: Option<String>,
}

impl Index {
    /// A part of an index.
    pub fn new(label: impl Into<String>, kind: IndexKind) -> Self {
        Self { label: label.into(), kind, fixed_size: 0, implied: false, labels: BTreeMap::new(), hint: None }
    }
}

/// How a part of an index is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IndexKind {
    /// A number.
    Number,
    /// A number that is written as its label.
    Enumeration,
    /// Octets.
    Text(Text),
}

/// A label that another column gives, or that is dropped.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Lookup {
    /// The label.
    pub label: String,
    /// Where its value comes from; `None` to drop the label.
    pub source: Option<Source>,
}

impl Lookup {
    /// Drops a label.
    pub fn drop(label: impl Into<String>) -> Self {
        Self { label: label.into(), source: None }
    }

    /// Takes a label from a column.
    pub fn new(label: impl Into<String>, source: Source) -> Self {
        Self { label: label.into(), source: Some(source) }
    }
}

/// A cell of another column.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// The labels whose parts of the index make up the index of the cell.
    pub labels: Vec<String>,
    /// The column.
    pub oid: Oid,
    /// How octets are written; other values are written as what they are.
    pub text: Text,
    /// Labels of an enumeration: numbers that have one are written as it.
    pub enumeration: BTreeMap<i64, String>,
    /// The DISPLAY-HINT that octets are written by, if they have one.
    pub hint: Option<String>,
}

impl Source {
    /// The cell of a column that these labels lead to.
    pub fn new(labels: Vec<String>, oid: Oid, text: Text) -> Self {
        Self { labels, oid, text, enumeration: BTreeMap::new(), hint: None }
    }
}

/// A number inside a text, as a metric.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Extract {
    /// What its name has after that of the metric.
    pub suffix: String,
    /// The first expression that fits gives the number, which its template writes.
    pub choices: Vec<(Regex, String)>,
}

impl Extract {
    /// Numbers for a metric of this suffix.
    pub fn new(suffix: impl Into<String>, choices: Vec<(Regex, String)>) -> Self {
        Self { suffix: suffix.into(), choices }
    }
}

impl Module {
    /// A module that asks for these subtrees and variables.
    pub fn new(walk: Vec<Oid>, get: Vec<Oid>, metrics: Vec<Metric>) -> Self {
        let mut module = Self { walk, get, ..Self::default() };
        module.set_metrics(metrics);
        module
    }

    /// Replaces the metrics. Of two for the same object the last one counts; of two objects one of which contains the
    /// other, the outer one.
    pub fn set_metrics(&mut self, metrics: Vec<Metric>) {
        let mut by_oid: BTreeMap<Oid, Metric> = BTreeMap::new();
        for metric in metrics {
            by_oid.insert(metric.oid.clone(), metric);
        }
        self.metrics.clear();
        for metric in by_oid.into_values() {
            if self.metrics.last().is_none_or(|outer| !metric.oid.starts_with(&outer.oid)) {
                self.metrics.push(metric);
            }
        }
    }

    /// The metrics, in the order of their objects, none of which contains another.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// The metric of this name, if it is that of a scalar.
    pub fn scalar(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name && metric.indexes.is_empty())
    }

    /// The metric for a variable.
    pub fn metric(&self, name: &Oid) -> Option<&Metric> {
        let after = self.metrics.partition_point(|metric| metric.oid <= *name);
        let metric = self.metrics.get(after.checked_sub(1)?)?;
        name.starts_with(&metric.oid).then_some(metric)
    }

    /// Whether a subtree to walk is only a column that gives labels.
    pub fn only_labels(&self, root: &Oid) -> bool {
        let metric = |metric: &Metric| metric.oid.starts_with(root) || root.starts_with(&metric.oid);
        let looked_up = |lookup: &Lookup| lookup.source.as_ref().is_some_and(|source| source.oid == *root);
        !self.metrics.iter().any(metric)
            && self.metrics.iter().any(|metric| metric.lookups.iter().any(looked_up))
    }
}
