//! Samples as text for Prometheus (text format 0.0.4).

use crate::samples::{Number, Sample};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::fmt::Write;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// The type of the text, for HTTP.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whole numbers up to here are exact in a sample.
const MANTISSA: u64 = 1 << 53;

/// Samples by name, as text. A sample whose name and labels have come before is dropped and counted.
#[derive(Clone, Debug)]
pub struct Exposition {
    families: Vec<Family>,
    by_name: HashMap<String, usize>,
    /// The family of the sample before, which that of the next one often is.
    last: usize,
    hasher: RandomState,
    wrap: bool,
    duplicates: usize,
    scratch: String,
}

#[derive(Clone, Debug, Default)]
struct Family {
    name: String,
    head: String,
    text: String,
    /// By the hash of its labels, where the line begins, and how long its name and labels are.
    lines: HashMap<u64, (usize, usize), BuildHasherDefault<Hashed>>,
    samples: usize,
}

/// The hash of what is a keyed hash already.
#[derive(Clone, Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, octets: &[u8]) {
        // Keys are of 64 bits and come by the method below.
        octets.iter().for_each(|octet| self.0 = self.0.rotate_left(8) ^ u64::from(*octet));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Default for Exposition {
    fn default() -> Self {
        Self::new(true)
    }
}

impl Exposition {
    /// An empty one. With `wrap`, counters of 64 bits are written modulo 2^53, as snmp_exporter does unless told
    /// otherwise: a sample cannot hold more bits, and rates stay exact.
    pub fn new(wrap: bool) -> Self {
        Self {
            families: Vec::new(),
            by_name: HashMap::new(),
            last: 0,
            hasher: RandomState::new(),
            wrap,
            duplicates: 0,
            scratch: String::new(),
        }
    }

    /// Adds a sample.
    pub fn add(&mut self, sample: &Sample<'_>) {
        let at = self.family(&sample.name, &sample.help, if sample.counter { "counter" } else { "gauge" });
        self.line(at, &sample.name, sample.labels, sample.value);
    }

    fn line(&mut self, at: usize, name: &str, labels: &[(Cow<'_, str>, Cow<'_, str>)], value: Number) {
        let Some(family) = self.families.get_mut(at) else { return };
        self.scratch.clear();
        write_labels(&mut self.scratch, name, labels);
        let hash = self.hasher.hash_one(&self.scratch);
        if !family.begin(hash, &self.scratch) {
            self.duplicates += 1;
            return;
        }
        family.text.push_str(&self.scratch);
        family.text.push(' ');
        write_number(&mut family.text, value, self.wrap);
        family.text.push('\n');
    }

    /// Adds a gauge.
    pub fn gauge(&mut self, name: &str, help: &str, labels: &[(&str, &str)], value: f64) {
        self.plain(name, help, false, labels, value);
    }

    /// Adds a counter.
    pub fn counter(&mut self, name: &str, help: &str, labels: &[(&str, &str)], value: f64) {
        self.plain(name, help, true, labels, value);
    }

    /// Adds a histogram of seconds, or of whatever `bounds` are: how many values were at most each of them, and the number
    /// and the sum of all.
    pub fn histogram(
        &mut self,
        name: &str,
        help: &str,
        labels: &[(&str, &str)],
        bounds: impl IntoIterator<Item = (f64, u64)>,
        (count, sum): (u64, f64),
    ) {
        let at = self.family(name, help, "histogram");
        let plain: Vec<_> =
            labels.iter().map(|&(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value))).collect();
        let all = std::iter::once((f64::INFINITY, count));
        for (bound, number) in bounds.into_iter().chain(all) {
            let mut bounded = plain.clone();
            let mut text = String::new();
            write_number(&mut text, Number::Float(bound), false);
            bounded.push((Cow::Borrowed("le"), Cow::Owned(text)));
            self.line(at, &format!("{name}_bucket"), &bounded, Number::Unsigned(number));
        }
        self.line(at, &format!("{name}_sum"), &plain, Number::Float(sum));
        self.line(at, &format!("{name}_count"), &plain, Number::Unsigned(count));
    }

    fn plain(&mut self, name: &str, help: &str, counter: bool, labels: &[(&str, &str)], value: f64) {
        let labels: Vec<_> =
            labels.iter().map(|&(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value))).collect();
        let value = Number::Float(value);
        self.add(&Sample { name: name.into(), help: help.into(), counter, labels: &labels, value });
    }

    /// Adds all samples of another one.
    pub fn merge(&mut self, other: &Exposition) {
        self.duplicates += other.duplicates;
        for theirs in &other.families {
            let at = match self.by_name.get(&theirs.name) {
                Some(&at) => at,
                None => {
                    let (name, head) = (theirs.name.clone(), theirs.head.clone());
                    self.push(Family { name, head, ..Family::default() })
                }
            };
            let Some(family) = self.families.get_mut(at) else { continue };
            for line in theirs.text.lines() {
                // Blanks in labels are before the quote that ends them; a number has none.
                let Some((labelled, _)) = line.rsplit_once(' ') else { continue };
                if !family.begin(self.hasher.hash_one(labelled), labelled) {
                    self.duplicates += 1;
                    continue;
                }
                family.text.push_str(line);
                family.text.push('\n');
            }
        }
    }

    /// How many samples were dropped because their name and labels had come before.
    pub fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// How many samples there are.
    pub fn samples(&self) -> usize {
        self.families.iter().map(|family| family.samples).sum()
    }

    /// How long the text is, in octets.
    pub fn octets(&self) -> usize {
        self.families.iter().map(|family| family.head.len() + family.text.len()).sum()
    }

    /// Writes the text; families are in the order of their names.
    pub fn write_to(&self, out: &mut String) {
        out.reserve(self.octets());
        let mut order: Vec<&Family> = self.families.iter().collect();
        order.sort_by(|a, b| a.name.cmp(&b.name));
        for family in order {
            out.push_str(&family.head);
            out.push_str(&family.text);
        }
    }

    fn family(&mut self, name: &str, help: &str, kind: &str) -> usize {
        if self.families.get(self.last).is_some_and(|family| family.name == name) {
            return self.last;
        }
        if let Some(&at) = self.by_name.get(name) {
            self.last = at;
            return at;
        }
        let mut head = format!("# HELP {name} ");
        escape(&mut head, help, false);
        let _ = write!(head, "\n# TYPE {name} {kind}\n");
        self.push(Family { name: name.to_owned(), head, ..Family::default() })
    }

    fn push(&mut self, family: Family) -> usize {
        self.by_name.insert(family.name.clone(), self.families.len());
        self.families.push(family);
        self.families.len() - 1
    }
}

impl Family {
    /// Whether this is a new sample, which then begins at the end of the text.
    fn begin(&mut self, hash: u64, labelled: &str) -> bool {
        match self.lines.entry(hash) {
            Entry::Vacant(entry) => {
                entry.insert((self.text.len(), labelled.len()));
            }
            Entry::Occupied(entry) => {
                let &(start, length) = entry.get();
                if self.text.get(start..start + length) == Some(labelled) {
                    return false;
                }
            }
        }
        self.samples += 1;
        true
    }
}

fn write_labels(out: &mut String, name: &str, labels: &[(Cow<'_, str>, Cow<'_, str>)]) {
    out.push_str(name);
    let mut separator = '{';
    for (label, value) in labels {
        out.push(separator);
        separator = ',';
        out.push_str(label);
        out.push_str("=\"");
        escape(out, value, true);
        out.push('"');
    }
    if separator == ',' {
        out.push('}');
    }
}

fn escape(out: &mut String, text: &str, quotes: bool) {
    let special = |letter: char| matches!(letter, '\\' | '\n') || (quotes && letter == '"');
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        out.push('\\');
        let mut letters = tail.chars();
        out.push(match letters.next() {
            Some('\n') => 'n',
            Some(letter) => letter,
            None => break,
        });
        rest = letters.as_str();
    }
    out.push_str(rest);
}

fn write_number(out: &mut String, number: Number, wrap: bool) {
    let _ = match number {
        Number::Signed(number) => write!(out, "{number}"),
        Number::Unsigned(number) if wrap => write!(out, "{}", number % MANTISSA),
        Number::Unsigned(number) => write!(out, "{number}"),
        Number::Float(number) if number.is_nan() => write!(out, "NaN"),
        Number::Float(number) if number.is_infinite() => {
            write!(out, "{}", if number > 0.0 { "+Inf" } else { "-Inf" })
        }
        Number::Float(number) if number != 0.0 && !(1e-6..1e21).contains(&number.abs()) => {
            write!(out, "{number:e}")
        }
        Number::Float(number) => write!(out, "{number}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(exposition: &Exposition) -> String {
        let mut text = String::new();
        exposition.write_to(&mut text);
        text
    }

    #[test]
    fn families_are_together_and_in_order() {
        let mut exposition = Exposition::default();
        exposition.gauge("b", "Second\nline \\", &[("x", "1")], 1.5);
        exposition.counter("a", "", &[], 3.0);
        exposition.gauge("b", "other", &[("x", "say \"hi\"\n\\")], f64::NAN);
        assert_eq!(
            text(&exposition),
            "# HELP a \n# TYPE a counter\na 3\n# HELP b Second\\nline \\\\\n# TYPE b gauge\nb{x=\"1\"} 1.5\n\
             b{x=\"say \\\"hi\\\"\\n\\\\\"} NaN\n"
        );
        assert_eq!(exposition.samples(), 3);
    }

    #[test]
    fn duplicates_are_dropped() {
        let mut exposition = Exposition::default();
        for (name, label) in [("a", "1"), ("a", "2"), ("a", "1"), ("b", "1"), ("b", "")] {
            exposition.gauge(name, "", &[("l", label)], 1.0);
        }
        exposition.gauge("c", "", &[], 1.0);
        exposition.gauge("c", "", &[], 2.0);
        assert_eq!((exposition.samples(), exposition.duplicates()), (5, 2));
        assert!(text(&exposition).contains("\nc 1\n"), "the first one stays");
    }

    #[test]
    fn histograms() {
        let mut exposition = Exposition::default();
        exposition.histogram("a_seconds", "h", &[("l", "x")], [(0.5, 1), (1.0, 3)], (4, 7.25));
        assert_eq!(
            text(&exposition),
            "# HELP a_seconds h\n# TYPE a_seconds histogram\na_seconds_bucket{l=\"x\",le=\"0.5\"} 1\n\
             a_seconds_bucket{l=\"x\",le=\"1\"} 3\na_seconds_bucket{l=\"x\",le=\"+Inf\"} 4\n\
             a_seconds_sum{l=\"x\"} 7.25\na_seconds_count{l=\"x\"} 4\n"
        );
    }

    #[test]
    fn merging() {
        let (mut all, mut other) = (Exposition::default(), Exposition::default());
        all.gauge("a", "first", &[("l", "x y")], 1.0);
        other.gauge("a", "second", &[("l", "x y")], 2.0);
        other.gauge("a", "second", &[("l", "z")], 3.0);
        other.gauge("b", "", &[], 4.0);
        all.merge(&other);
        assert_eq!((all.samples(), all.duplicates()), (3, 1));
        let text = text(&all);
        assert!(text.contains("# HELP a first\n# TYPE a gauge\na{l=\"x y\"} 1\na{l=\"z\"} 3\n"), "{text}");
        assert!(text.ends_with("b 4\n"), "{text}");
    }

    #[test]
    fn numbers() {
        let show = |number, wrap| {
            let mut text = String::new();
            write_number(&mut text, number, wrap);
            text
        };
        assert_eq!(show(Number::Unsigned(u64::MAX), true), "9007199254740991");
        assert_eq!(show(Number::Unsigned(u64::MAX), false), "18446744073709551615");
        assert_eq!(show(Number::Signed(-5), true), "-5");
        assert_eq!(show(Number::Float(1e300), true), "1e300");
        assert_eq!(show(Number::Float(-1e-9), true), "-1e-9");
        assert_eq!(show(Number::Float(0.25), true), "0.25");
        assert_eq!(show(Number::Float(f64::NEG_INFINITY), true), "-Inf");
        assert_eq!(show(Number::Float(0.0), true), "0");
    }
}
