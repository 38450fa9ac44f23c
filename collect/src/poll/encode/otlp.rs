//! OpenTelemetry's metrics in JSON (OTLP 1.x): a device is a resource, samples of one name are a metric.

use super::json::text;
use super::labels;
use crate::poll::given::Given;
use crate::poll::polled::Made;
use crate::samples::{Number, Sample};
use std::io::Write;

pub(super) fn encode(polled: &impl Given, common: &[(String, String)]) -> (Vec<u8>, Made) {
    let mut out = Vec::with_capacity(4_096);
    out.extend_from_slice(b"{\"resource\":{\"attributes\":[");
    let mut resource = vec![
        ("service.name", "mibc"),
        ("device.name", polled.device()),
        ("device.address", polled.address()),
    ];
    for (name, value) in labels::of_device(polled, common) {
        labels::set(&mut resource, name, value);
    }
    attributes(&mut out, resource.into_iter());
    out.extend_from_slice(b"]},\"scopeMetrics\":[{\"scope\":{\"name\":\"mibc\",\"version\":");
    text(&mut out, env!("CARGO_PKG_VERSION"));
    out.extend_from_slice(b"},\"metrics\":[");
    let mut metrics = Metrics { out, time: polled.time(), open: None, first: true };
    polled.own(|sample| metrics.add(sample));
    let made = polled.each(|_, sample| metrics.add(sample));
    metrics.close();
    let mut out = metrics.out;
    out.extend_from_slice(b"]}]}");
    (out, made)
}

struct Metrics {
    out: Vec<u8>,
    time: u64,
    /// The name of the metric that is being written, and whether it is a counter.
    open: Option<(String, bool)>,
    first: bool,
}

impl Metrics {
    fn add(&mut self, sample: &Sample<'_>) {
        // JSON has no word for it, and a point without a value says nothing.
        if matches!(sample.value, Number::Float(number) if !number.is_finite()) {
            return;
        }
        match &self.open {
            Some((name, counter)) if *name == sample.name && *counter == sample.counter => {
                self.out.push(b',')
            }
            _ => self.begin(sample),
        }
        self.out.extend_from_slice(b"{\"attributes\":[");
        attributes(&mut self.out, sample.labels.iter().map(|(name, value)| (&**name, &**value)));
        // Numbers of 64 bits are texts in protobuf's JSON.
        let _ = write!(self.out, "],\"timeUnixNano\":\"{}000000\",", self.time);
        let _ = match sample.value {
            Number::Signed(number) => write!(self.out, "\"asInt\":\"{number}\"}}"),
            // Points have a sign: 63 bits, and one reset more for rates.
            Number::Unsigned(number) => {
                write!(self.out, "\"asInt\":\"{}\"}}", number & i64::MAX.unsigned_abs())
            }
            Number::Float(number) => write!(self.out, "\"asDouble\":{number:?}}}"),
        };
    }

    fn begin(&mut self, sample: &Sample<'_>) {
        self.close();
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.extend_from_slice(b"{\"name\":");
        text(&mut self.out, &sample.name);
        if !sample.help.is_empty() {
            self.out.extend_from_slice(b",\"description\":");
            text(&mut self.out, &sample.help);
        }
        // Cumulative.
        let kind: &[u8] = match sample.counter {
            true => b",\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,\"dataPoints\":[",
            false => b",\"gauge\":{\"dataPoints\":[",
        };
        self.out.extend_from_slice(kind);
        self.open = Some((sample.name.clone().into_owned(), sample.counter));
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.out.extend_from_slice(b"]}}");
        }
    }
}

fn attributes<'l>(out: &mut Vec<u8>, attributes: impl Iterator<Item = (&'l str, &'l str)>) {
    for (place, (name, value)) in attributes.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"key\":");
        text(out, name);
        out.extend_from_slice(b",\"value\":{\"stringValue\":");
        text(out, value);
        out.extend_from_slice(b"}}");
    }
}
