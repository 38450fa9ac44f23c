//! A line of JSON for each poll.

use super::labels;
use crate::poll::given::Given;
use crate::poll::polled::Made;
use crate::samples::{Number, Sample};
use std::collections::HashSet;
use std::io::Write;

pub(super) fn encode(polled: &impl Given, common: &[(String, String)]) -> (Vec<u8>, Made) {
    let mut out = Vec::with_capacity(256 + 96 * polled.size());
    out.extend_from_slice(b"{\"device\":");
    text(&mut out, polled.device());
    out.extend_from_slice(b",\"address\":");
    text(&mut out, polled.address());
    out.extend_from_slice(b",\"profile\":");
    text(&mut out, polled.profile());
    let (up, complete, took) = (polled.up(), polled.complete(), polled.elapsed().as_secs_f64());
    // Writing to memory does not fail.
    let _ = write!(
        out,
        ",\"tick\":{},\"time\":{}.{:03},\"up\":{up},\"complete\":{complete},\"took\":{took:.6}",
        polled.tick(),
        polled.time() / 1_000,
        polled.time() % 1_000
    );
    if let Some(reason) = polled.reason() {
        out.extend_from_slice(b",\"reason\":");
        text(&mut out, &reason);
    }
    out.extend_from_slice(b",\"labels\":");
    object(&mut out, labels::of_device(polled, common).into_iter());
    out.extend_from_slice(b",\"samples\":[");
    let begin = out.len();
    let (mut metrics, mut last, mut seen) = (Vec::new(), String::new(), HashSet::new());
    let made = polled.each(|module, sample| {
        if out.len() > begin {
            out.push(b',');
        }
        add(&mut out, sample);
        // Most samples of a name follow each other.
        if last != sample.name && seen.insert(sample.name.to_string()) {
            metric(&mut metrics, module, sample);
        }
        if last != sample.name {
            last.clear();
            last.push_str(&sample.name);
        }
    });
    out.extend_from_slice(b"],\"metrics\":[");
    out.extend_from_slice(&metrics);
    out.extend_from_slice(b"]}");
    (out, made)
}

/// What all samples of a name have.
fn metric(out: &mut Vec<u8>, module: &str, sample: &Sample<'_>) {
    if !out.is_empty() {
        out.push(b',');
    }
    out.extend_from_slice(b"{\"name\":");
    text(out, &sample.name);
    out.extend_from_slice(b",\"module\":");
    text(out, module);
    if sample.counter {
        out.extend_from_slice(b",\"counter\":true");
    }
    out.push(b'}');
}

fn add(out: &mut Vec<u8>, sample: &Sample<'_>) {
    out.extend_from_slice(b"{\"name\":");
    text(out, &sample.name);
    out.extend_from_slice(b",\"labels\":");
    object(out, sample.labels.iter().map(|(name, value)| (&**name, &**value)));
    out.extend_from_slice(b",\"value\":");
    number(out, sample.value);
    out.push(b'}');
}

fn object<'l>(out: &mut Vec<u8>, members: impl Iterator<Item = (&'l str, &'l str)>) {
    out.push(b'{');
    for (place, (name, value)) in members.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        text(out, name);
        out.push(b':');
        text(out, value);
    }
    out.push(b'}');
}

pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    // Neither a text nor writing to memory can fail.
    let _ = serde_json::to_writer(out, text);
}

/// JSON has no word for what is not a number, or not finite.
fn number(out: &mut Vec<u8>, number: Number) {
    let _ = match number {
        Number::Signed(number) => write!(out, "{number}"),
        Number::Unsigned(number) => write!(out, "{number}"),
        Number::Float(number) if number.is_finite() => write!(out, "{number:?}"),
        Number::Float(_) => write!(out, "null"),
    };
}
