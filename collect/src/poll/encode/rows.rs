//! The samples of a poll as rows, in a form for the queue only: whoever writes tables reads it there.
//!
//! Numbers are in the order of the processor's low octet first; a text has its length before it.

use super::labels;
use crate::poll::given::Given;
use crate::poll::polled::Made;
use crate::samples::Sample;
use bytes::{Buf, Bytes};

/// The form's version: a queue on disk may have what another program has written.
const VERSION: u8 = 1;

/// A name and a value.
pub(in crate::poll) type Label = (Bytes, Bytes);

/// What all samples of a poll have.
#[derive(Debug)]
pub(in crate::poll) struct Poll {
    pub(in crate::poll) time: i64,
    pub(in crate::poll) tick: i64,
    pub(in crate::poll) device: Bytes,
    pub(in crate::poll) profile: Bytes,
    pub(in crate::poll) labels: Vec<Label>,
}

/// A sample.
#[derive(Debug)]
pub(in crate::poll) struct Row {
    pub(in crate::poll) counter: bool,
    pub(in crate::poll) value: f64,
    pub(in crate::poll) metric: Bytes,
    pub(in crate::poll) labels: Vec<Label>,
}

pub(super) fn encode(polled: &impl Given, common: &[(String, String)]) -> (Vec<u8>, Made) {
    let mut out = vec![VERSION];
    out.extend_from_slice(&i64::try_from(polled.time()).unwrap_or(i64::MAX).to_le_bytes());
    out.extend_from_slice(&i64::try_from(polled.tick()).unwrap_or(i64::MAX).to_le_bytes());
    text(&mut out, polled.device());
    text(&mut out, polled.profile());
    pairs(&mut out, labels::of_device(polled, common).into_iter());
    // The profile is a column.
    polled.own(|sample| row(&mut out, sample, |name| name != "profile"));
    let made = polled.each(|_, sample| row(&mut out, sample, |_| true));
    (out, made)
}

fn row(out: &mut Vec<u8>, sample: &Sample<'_>, wanted: impl Fn(&str) -> bool) {
    out.push(u8::from(sample.counter));
    out.extend_from_slice(&sample.value.to_f64().to_le_bytes());
    text(out, &sample.name);
    let labels = sample.labels.iter().map(|(name, value)| (&**name, &**value));
    pairs(out, labels.filter(|(name, _)| wanted(name)));
}

fn text(out: &mut Vec<u8>, text: &str) {
    // No text of a device has 4 GiB.
    out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn pairs<'l>(out: &mut Vec<u8>, labels: impl Iterator<Item = (&'l str, &'l str)> + Clone) {
    let count = u32::try_from(labels.clone().count()).unwrap_or(u32::MAX);
    out.extend_from_slice(&count.to_le_bytes());
    for (name, value) in labels {
        text(out, name);
        text(out, value);
    }
}

/// The poll and its rows, one after the other; `None` if these octets are something else.
pub(in crate::poll) fn decode(payload: &Bytes, mut each: impl FnMut(&Poll, Row)) -> Option<()> {
    let mut rest = payload.clone();
    if rest.try_get_u8().ok()? != VERSION {
        return None;
    }
    let (time, tick) = (rest.try_get_i64_le().ok()?, rest.try_get_i64_le().ok()?);
    let (device, profile) = (taken(&mut rest)?, taken(&mut rest)?);
    let poll = Poll { time, tick, device, profile, labels: taken_pairs(&mut rest)? };
    while !rest.is_empty() {
        let (counter, value) = (rest.try_get_u8().ok()? != 0, rest.try_get_f64_le().ok()?);
        let row = Row { counter, value, metric: taken(&mut rest)?, labels: taken_pairs(&mut rest)? };
        each(&poll, row);
    }
    Some(())
}

fn taken(rest: &mut Bytes) -> Option<Bytes> {
    let length = rest.try_get_u32_le().ok()? as usize;
    let text = (length <= rest.len()).then(|| rest.split_to(length))?;
    std::str::from_utf8(&text).is_ok().then_some(text)
}

fn taken_pairs(rest: &mut Bytes) -> Option<Vec<Label>> {
    let count = rest.try_get_u32_le().ok()? as usize;
    // Each has two lengths.
    if count > rest.len() / 8 {
        return None;
    }
    (0..count).map(|_| Some((taken(rest)?, taken(rest)?))).collect()
}
