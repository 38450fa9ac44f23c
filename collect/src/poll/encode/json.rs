//! A line of JSON for each poll.

use super::labels;
use crate::poll::polled::{Made, Polled};
use crate::samples::{Number, Sample};
use std::io::Write;

pub(super) fn encode(polled: &Polled, common: &[(String, String)]) -> (Vec<u8>, Made) {
    let (device, profile) = (polled.job.device(), polled.job.profile());
    let mut out = Vec::with_capacity(
        256 + 96 * polled.answers.iter().map(|answer| answer.fetched.variables.len()).sum::<usize>(),
    );
    out.extend_from_slice(b"{\"device\":");
    text(&mut out, &device.name);
    out.extend_from_slice(b",\"profile\":");
    text(&mut out, &profile.name);
    let (up, complete, took) = (polled.up(), polled.complete(), polled.elapsed.as_secs_f64());
    // Writing to memory does not fail.
    let _ = write!(
        out,
        ",\"tick\":{},\"time\":{}.{:03},\"up\":{up},\"complete\":{complete},\"took\":{took:.6}",
        polled.tick,
        polled.time / 1_000,
        polled.time % 1_000
    );
    if let Some(reason) = polled.reason() {
        out.extend_from_slice(b",\"reason\":");
        text(&mut out, &reason);
    }
    out.extend_from_slice(b",\"labels\":");
    object(&mut out, labels::of_device(polled, common).into_iter());
    out.extend_from_slice(b",\"samples\":[");
    let begin = out.len();
    let made = polled.each(|_, sample| {
        if out.len() > begin {
            out.push(b',');
        }
        add(&mut out, sample);
    });
    out.extend_from_slice(b"]}");
    (out, made)
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
