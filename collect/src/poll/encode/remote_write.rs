//! Prometheus' remote-write 1.0: `prometheus.WriteRequest` of protobuf, compressed as a block of Snappy.
//!
//! ```text
//! message WriteRequest { repeated TimeSeries timeseries = 1; }
//! message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
//! message Label { string name = 1; string value = 2; }
//! message Sample { double value = 1; int64 timestamp = 2; }
//! ```
//!
//! Repeated fields of protobuf can be put one after the other, so the pieces of a batch are a message together.

use super::labels;
use crate::delivery::Framing;
use crate::poll::given::Given;
use crate::poll::polled::Made;
use crate::samples::Sample;

/// Fields of the type `length-delimited`, by number.
const FIRST: u8 = 0x0a;
const SECOND: u8 = 0x12;

/// `Sample.value`, 64 bits.
const VALUE: u8 = 0x09;

/// `Sample.timestamp`, a varint.
const TIMESTAMP: u8 = 0x10;

pub(super) fn framing() -> Framing {
    let mut framing = Framing::new("application/x-protobuf");
    framing.pack = Some((pack, "snappy"));
    framing
}

/// A block of Snappy.
fn pack(message: Vec<u8>) -> Vec<u8> {
    // It fails for more than 4 GiB only, which no batch has; a server refuses what is not compressed.
    snap::raw::Encoder::new().compress_vec(&message).unwrap_or(message)
}

pub(super) fn encode(polled: &impl Given, common: &[(String, String)]) -> (Vec<u8>, Made) {
    let mut base: Vec<(&str, &str)> = vec![("instance", polled.device()), ("job", "snmp")];
    for (name, value) in labels::of_device(polled, common) {
        labels::set(&mut base, name, value);
    }
    let mut writer = Writer { out: Vec::with_capacity(4_096), series: Vec::new(), base, time: polled.time() };
    polled.own(|sample| writer.add(sample));
    let made = polled.each(|_, sample| writer.add(sample));
    (writer.out, made)
}

struct Writer<'p> {
    out: Vec<u8>,
    /// One series, before its length is known.
    series: Vec<u8>,
    base: Vec<(&'p str, &'p str)>,
    time: u64,
}

impl Writer<'_> {
    fn add(&mut self, sample: &Sample<'_>) {
        let mut labels: Vec<(&str, &str)> = Vec::with_capacity(1 + self.base.len() + sample.labels.len());
        labels.push(("__name__", &sample.name));
        // Labels of the sample count where the device has one of the same name.
        let own = |name: &str| sample.labels.iter().any(|(label, _)| label == name);
        labels.extend(self.base.iter().filter(|(name, _)| !own(name)));
        labels.extend(sample.labels.iter().map(|(name, value)| (&**name, &**value)));
        labels.sort_unstable();
        self.series.clear();
        for (name, value) in labels {
            // An empty label is the same as none, and is refused.
            if value.is_empty() {
                continue;
            }
            self.series.push(FIRST);
            length(
                &mut self.series,
                1 + varint_length(name.len()) + name.len() + 1 + varint_length(value.len()) + value.len(),
            );
            text(&mut self.series, FIRST, name);
            text(&mut self.series, SECOND, value);
        }
        self.series.push(SECOND);
        length(&mut self.series, 9 + 1 + varint_length_of(self.time));
        self.series.push(VALUE);
        self.series.extend_from_slice(&sample.value.to_f64().to_le_bytes());
        self.series.push(TIMESTAMP);
        varint(&mut self.series, self.time);
        self.out.push(FIRST);
        length(&mut self.out, self.series.len());
        self.out.extend_from_slice(&self.series);
    }
}

fn text(out: &mut Vec<u8>, tag: u8, text: &str) {
    out.push(tag);
    length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn length(out: &mut Vec<u8>, length: usize) {
    varint(out, length as u64);
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn varint_length(number: usize) -> usize {
    varint_length_of(number as u64)
}

fn varint_length_of(number: u64) -> usize {
    // Seven bits an octet, and one octet at least.
    (64 - (number | 1).leading_zeros() as usize).div_ceil(7)
}
