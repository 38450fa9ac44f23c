//! Samples: variables with names, labels and values.

mod labels;
#[cfg(feature = "poll")]
mod length;
#[cfg(test)]
mod tests;
mod text;

#[cfg(feature = "poll")]
pub(crate) use length::beyond;

use crate::date;
use crate::module::{Extract, Kind, Metric, Module, Text};
use crate::variables::Variables;
use labels::Cache;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::Value;
use std::borrow::Cow;

/// A value with a name and labels. Samples of one name have the same labels, in any order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// What it is, for people.
    pub help: Cow<'a, str>,
    /// Whether it only goes up.
    pub counter: bool,
    /// Names and values of its labels.
    pub labels: &'a [(Cow<'a, str>, Cow<'a, str>)],
    /// The value.
    pub value: Number,
}

/// A number of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Any number but Counter64.
    Signed(i64),
    /// Counter64.
    Unsigned(u64),
    /// A floating point number, or one that was scaled.
    Float(f64),
}

impl Number {
    /// The number of a variable; `None` if it is not one. Texts that are decimal numbers count.
    fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Counter64(number) => Some(Number::Unsigned(number.0)),
            Value::Opaque(octets) => Some(Number::Float(match text::float(octets)? {
                text::Float::Single(number) => f64::from(number),
                text::Float::Double(number) => number,
            })),
            Value::OctetString(octets) => std::str::from_utf8(octets).ok()?.parse().ok().map(Number::Signed),
            other => {
                other.as_ref().as_i128().and_then(|number| i64::try_from(number).ok()).map(Number::Signed)
            }
        }
    }

    /// As a floating point number.
    pub fn to_f64(self) -> f64 {
        match self {
            // More than 53 bits are rounded: that is what samples of Prometheus can hold.
            Number::Signed(number) => number as f64,
            Number::Unsigned(number) => number as f64,
            Number::Float(number) => number,
        }
    }

    fn adjusted(self, metric: &Metric) -> Number {
        match metric.scale {
            None if metric.offset == 0.0 => self,
            scale => Number::Float(self.to_f64() * scale.unwrap_or(1.0) + metric.offset),
        }
    }
}

/// Most octets of names and labels that variables give: a label can be repeated by every row.
const MOST_TEXT: usize = 128 << 20;

/// Variables between two looks at the time.
const OFTEN: usize = 256;

/// What became of the variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Variables that gave samples.
    pub used: usize,
    /// Variables with a metric whose value is of no use to it, such as a text for a gauge.
    pub unusable: usize,
    /// Variables that gave none, because a label comes from what was not read.
    pub unlabelled: usize,
    /// Variables that gave none or not all, because the samples before have more text than there may be.
    pub beyond: usize,
    /// Variables that gave none, because the time for it ended.
    pub late: usize,
}

/// Turns variables into samples, one after the other in the order of their names.
pub fn samples(module: &Module, variables: &Variables, each: impl FnMut(&Sample<'_>)) -> Counts {
    samples_while(module, variables, || true, each)
}

/// The same as long as there is time, which is asked now and then.
pub(crate) fn samples_while(
    module: &Module,
    variables: &Variables,
    mut is_time: impl FnMut() -> bool,
    mut each: impl FnMut(&Sample<'_>),
) -> Counts {
    let mut counts = Counts::default();
    let mut cache = Cache::default();
    let metrics = module.metrics();
    let mut at = 0;
    let mut numbers: Vec<u32> = Vec::new();
    let mut octets = 0;
    for (number, variable) in variables.iter().enumerate() {
        if number.is_multiple_of(OFTEN) && !is_time() {
            counts.late = variables.len() - number;
            break;
        }
        // Both are in order.
        while metrics.get(at + 1).is_some_and(|next| next.oid <= variable.name) {
            at += 1;
        }
        let Some(metric) = metrics.get(at) else { break };
        let Some(index) = variable.name.strip_prefix(&metric.oid) else { continue };
        if octets > MOST_TEXT {
            counts.beyond += 1;
            continue;
        }
        numbers.clear();
        numbers.extend(index);
        let Some(labels) = cache.labels(metric, &numbers, variables) else {
            counts.unlabelled += 1;
            continue;
        };
        let labels = Cow::Borrowed(labels);
        let (index, octets, each) = (&*numbers, &mut octets, &mut each);
        let mut writer = Writer { metric, variables, index, labels, octets, cut: false, each };
        match writer.write(&variable.value) {
            Some(()) if writer.cut => counts.beyond += 1,
            Some(()) => counts.used += 1,
            None => counts.unusable += 1,
        }
    }
    counts
}

/// A text, and what follows it.
fn join<'t>(text: &'t str, between: &str, after: &str) -> Cow<'t, str> {
    match after {
        "" => Cow::Borrowed(text),
        after => Cow::Owned(format!("{text}{between}{after}")),
    }
}

type Label<'a> = (Cow<'a, str>, Cow<'a, str>);

struct Writer<'m, 'r, F> {
    metric: &'m Metric,
    variables: &'r Variables,
    index: &'r [u32],
    /// Most values are numbers and take the labels of their row as they are.
    labels: Cow<'r, [Label<'m>]>,
    /// The octets of names and labels so far.
    octets: &'r mut usize,
    /// A sample was left out for them.
    cut: bool,
    each: &'r mut F,
}

impl<F: FnMut(&Sample<'_>)> Writer<'_, '_, F> {
    fn write(&mut self, value: &Value) -> Option<()> {
        let metric = self.metric;
        match metric.kind {
            Kind::Gauge => self.number(Number::of(value)?, false),
            Kind::Counter => self.number(Number::of(value)?, true),
            Kind::DateAndTime => self.number(Number::Signed(date::date_and_time(value.as_octets()?)?), false),
            Kind::ParseDateAndTime => {
                let text = text::of_value(value, Text::DisplayString, None);
                self.number(Number::Signed(metric.pattern.as_ref()?.seconds(&text)?), false);
            }
            Kind::NtpTimeStamp => self.number(Number::Signed(date::ntp(value.as_octets()?)?), false),
            Kind::EnumAsInfo => {
                let label = self.label_of(number(value)?);
                self.free()?;
                self.labelled("_info", "EnumAsInfo", &label, 1);
            }
            Kind::EnumAsStateSet => {
                let number = number(value)?;
                self.free()?;
                self.state_set(number);
            }
            Kind::Bits => {
                let octets = value.as_octets()?;
                self.free()?;
                self.bits(octets);
            }
            Kind::Text(text) => self.text(value, text),
        }
        Some(())
    }

    /// The label of the metric's name. Names of labels have no colon.
    fn own_label(&self) -> String {
        self.metric.name.replace(':', "_")
    }

    fn has_own_label(&self) -> bool {
        let own = self.own_label();
        self.labels.iter().any(|(name, _)| *name == own)
    }

    /// `None` if a label of the index has the metric's name: a sample has a label once.
    fn free(&self) -> Option<()> {
        (!self.has_own_label()).then_some(())
    }

    fn sample(&mut self, suffix: &str, note: &str, counter: bool, value: Number) {
        if *self.octets > MOST_TEXT {
            self.cut = true;
            return;
        }
        let labels: usize = self.labels.iter().map(|(name, value)| name.len() + value.len()).sum();
        *self.octets += self.metric.name.len() + suffix.len() + labels;
        (self.each)(&Sample {
            name: join(&self.metric.name, "", suffix),
            help: join(&self.metric.help, " ", note),
            counter,
            labels: &self.labels,
            value,
        });
    }

    fn number(&mut self, number: Number, counter: bool) {
        self.sample("", "", counter, number.adjusted(self.metric));
    }

    /// A sample with a label of the metric's name.
    fn labelled(&mut self, suffix: &str, note: &str, label: &str, value: i64) {
        let name = Cow::Owned(self.own_label());
        self.labels.to_mut().push((name, Cow::Owned(label.to_owned())));
        self.sample(suffix, &format!("({note})"), false, Number::Signed(value));
        self.labels.to_mut().pop();
    }

    fn label_of(&self, number: i64) -> String {
        self.metric.labels.get(&number).cloned().unwrap_or_else(|| number.to_string())
    }

    fn state_set(&mut self, number: i64) {
        let state = self.label_of(number);
        self.labelled("", "EnumAsStateSet", &state, 1);
        for (other, label) in &self.metric.labels {
            if *other != number {
                self.labelled("", "EnumAsStateSet", label, 0);
            }
        }
    }

    fn bits(&mut self, octets: &[u8]) {
        for (position, label) in &self.metric.labels {
            let octet =
                usize::try_from(position / 8).ok().and_then(|at| octets.get(at)).copied().unwrap_or(0);
            let set = octet & (0x80 >> position.rem_euclid(8)) != 0;
            self.labelled("", "Bits", label, i64::from(set));
        }
    }

    fn text(&mut self, value: &Value, text: Text) {
        let metric = self.metric;
        let text = if text::is_combined(text) { self.kind_before(text) } else { text };
        let shown = text::of_value(value, text, metric.hint.as_deref());
        if !metric.extracts.is_empty() {
            for extract in &metric.extracts {
                if let Some(number) = extracted(extract, &shown) {
                    self.sample(
                        &extract.suffix,
                        "(regex extracted)",
                        false,
                        Number::Float(number).adjusted(metric),
                    );
                }
            }
            return;
        }
        if !self.has_own_label() {
            let name = Cow::Owned(self.own_label());
            self.labels.to_mut().push((name, Cow::Owned(shown)));
        }
        self.sample("", "", false, Number::Signed(1).adjusted(metric));
    }

    /// What the object one arc before this one says of it.
    fn kind_before(&self, text: Text) -> Text {
        let name = before(&self.metric.oid).and_then(|oid| oid.extend(self.index.iter().copied()).ok());
        name.and_then(|name| number(self.variables.get(&name)?))
            .and_then(|number| text::combined(text, number))
            .unwrap_or(Text::OctetString)
    }
}

/// The object whose last arc is one less.
fn before(oid: &Oid) -> Option<Oid> {
    oid.parent()?.child(oid.last().checked_sub(1)?).ok()
}

fn number(value: &Value) -> Option<i64> {
    match Number::of(value)? {
        Number::Signed(number) => Some(number),
        Number::Unsigned(number) => i64::try_from(number).ok(),
        Number::Float(_) => None,
    }
}

/// The number in a text, by the first expression that fits and gives one.
fn extracted(extract: &Extract, text: &str) -> Option<f64> {
    extract.choices.iter().find_map(|(expression, template)| {
        let found = expression.captures(text)?;
        let mut number = String::new();
        found.expand(template, &mut number);
        number.parse().ok()
    })
}

/// A value as the text of a label: octets as text, other values as what they are.
pub(crate) fn label(value: &Value) -> String {
    text::of_value(value, Text::DisplayString, None)
}

/// A value as the text of a label, written as its metric says.
#[cfg(feature = "poll")]
pub(crate) fn label_of(metric: &Metric, value: &Value) -> String {
    let named = number(value).and_then(|number| metric.labels.get(&number));
    match (metric.kind, named) {
        (_, Some(name)) => name.clone(),
        (Kind::Text(text), None) if !text::is_combined(text) => {
            text::of_value(value, text, metric.hint.as_deref())
        }
        _ => label(value),
    }
}
