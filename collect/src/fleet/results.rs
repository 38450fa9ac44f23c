//! Results are stored once, whatever breaks meanwhile.

use super::book::Done;
use super::layout::RESULTS;
use super::report::Totals;
use super::trouble::Trouble;
use crate::nats::{Delivery, Error, Nats, Stored};
use bytes::Bytes;
use std::time::Duration;
use tokio::time::sleep;

/// The header with the tick that a result is of.
const TICK: &str = "Mibc-Tick";
/// The header with the number of ticks that were missed before it.
const MISSED: &str = "Mibc-Missed";
/// The header with the number of the part, from 0, and how many there are.
const PART: &str = "Mibc-Part";
/// The header with the number of the first part in the stream; the first one does not have it.
const FIRST: &str = "Mibc-First";
/// The header that says whether the device has answered.
const UP: &str = "Mibc-Up";
/// The header with the identity of a message.
const ID: &str = "Nats-Msg-Id";

/// The first and the longest pause between attempts.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(800));

/// A part of a result as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// Its subject, which has device and profile.
    pub subject: String,
    /// The tick: the second of 1970 that it was due at.
    pub tick: u64,
    /// How many ticks without a result were before it.
    pub missed: u64,
    /// Whether the device has answered.
    pub up: bool,
    /// Which part it is, from 0.
    pub part: usize,
    /// How many parts the result has.
    pub parts: usize,
    /// The number of the first part in the stream. Parts of one result have the same. What a worker has left half-done has
    /// another one than the result that was stored instead, and no last part.
    pub first: u64,
    /// Its octets.
    pub payload: Bytes,
}

/// Reads all results that a server keeps, oldest first.
///
/// # Errors
///
/// If the server does not answer.
pub async fn each(nats: &Nats, mut with: impl FnMut(Kept)) -> Result<(), Error> {
    nats.each(RESULTS, "mibc.result.>", |message| {
        let number = |name: &str| message.header(name).and_then(|number| number.parse().ok());
        let (tick, missed) = (number(TICK).unwrap_or(0), number(MISSED).unwrap_or(0));
        let (part, parts) = message.header(PART).and_then(part_of).unwrap_or((0, 1));
        let up = message.header(UP) != Some("0");
        let first = number(FIRST).unwrap_or(message.sequence);
        let (subject, payload) = (message.subject, message.payload);
        with(Kept { subject, tick, missed, up, part, parts, first, payload });
    })
    .await
}

/// A part and how many there are, as in `0/2`.
fn part_of(text: &str) -> Option<(usize, usize)> {
    let (part, parts) = text.split_once('/')?;
    Some((part.parse().ok()?, parts.parse().ok()?))
}

/// A result that a consumer was given the last part of: all of it. `None` for a part that is not the last one: the result
/// comes with that.
pub(super) async fn whole(nats: &Nats, delivery: &Delivery) -> Result<Option<Bytes>, Error> {
    let (part, parts) = delivery.header(PART).and_then(part_of).unwrap_or((0, 1));
    if part + 1 < parts {
        return Ok(None);
    }
    if parts == 1 {
        return Ok(Some(delivery.payload.clone()));
    }
    let missing = || Error::Unfit("parts of the result are not there any more".to_owned());
    let number = |name: &str| delivery.header(name).and_then(|number| number.parse::<u64>().ok());
    let (first, tick) = number(FIRST).zip(number(TICK)).ok_or_else(missing)?;
    let (mut whole, mut from, mut came) = (Vec::new(), first, 0);
    while came < part {
        let found = nats.next_of(RESULTS, &delivery.subject, from).await?.ok_or_else(missing)?;
        from = found.sequence.saturating_add(1);
        match Part::of(&found) {
            Some(found) if found.tick > tick => return Err(missing()),
            Some(Part { first: Some(of), part, .. }) if of == first && part == came => {
                whole.extend_from_slice(&found.payload);
                came += 1;
            }
            Some(found) if found.first == Some(first) && found.is_last() => return Err(missing()),
            // Another worker has tried to store the same tick meanwhile.
            _ => {}
        }
    }
    whole.extend_from_slice(&delivery.payload);
    Ok(Some(whole.into()))
}

/// A result that is to be stored.
#[derive(Debug)]
pub(super) struct Outgoing<'r> {
    pub(super) subject: String,
    pub(super) device: &'r str,
    pub(super) profile: &'r str,
    pub(super) due: u64,
    pub(super) missed: u64,
    pub(super) up: bool,
    pub(super) parts: &'r [Bytes],
}

/// A result in the counts of a partition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// The number of its last part in the stream.
    pub(super) sequence: u64,
    /// Whether the stream has taken it from us just now, and did not have it before.
    pub(super) fresh: bool,
    pub(super) tick: u64,
    pub(super) totals: Totals,
}

/// Most parts without a last one that are looked at in front of the newest message of a device.
const UNFINISHED: usize = 100;

/// What is known of a device by its newest message: the newest tick of which all parts are stored, and how that counts.
async fn known(nats: &Nats, subject: &str, newest: Part) -> Result<(Done, Option<Counted>), Error> {
    let tick = newest.tick;
    let mut part = newest;
    for _ in 0..UNFINISHED {
        if part.is_last() {
            return Ok((Done::Tick(part.tick), Some(part.counted)));
        }
        // A worker was killed before it had stored the rest. What is in front of it may be a whole result of the same tick.
        let before = nats.newest_before(RESULTS, subject, part.counted.sequence).await?;
        match before.as_ref().and_then(Part::of) {
            Some(before) => part = before,
            None => break,
        }
    }
    Ok((Done::Tick(tick.saturating_sub(1)), None))
}

/// What is stored of a subject.
pub(super) async fn stored(nats: &Nats, subject: &str) -> Result<(Done, Option<Counted>), Error> {
    match nats.newest(RESULTS, subject).await?.as_ref().and_then(Part::of) {
        Some(newest) => known(nats, subject, newest).await,
        None => Ok((Done::Nothing, None)),
    }
}

/// What is stored of these subjects; those of which nothing is are left out.
pub(super) async fn stored_of(
    nats: &Nats,
    subjects: &[String],
    mut with: impl FnMut(&str, Done, Option<Counted>),
) -> Result<(), Error> {
    let mut unfinished = Vec::new();
    nats.newest_of(RESULTS, subjects, |message| match Part::of(&message) {
        Some(part) if part.is_last() => with(&message.subject, Done::Tick(part.tick), Some(part.counted)),
        Some(part) => unfinished.push((message.subject, part)),
        None => {}
    })
    .await?;
    for (subject, part) in unfinished {
        let (done, counted) = known(nats, &subject, part).await?;
        with(&subject, done, counted);
    }
    Ok(())
}

/// A part of a result as the stream has it.
struct Part {
    tick: u64,
    part: usize,
    parts: usize,
    /// The number of the first part, if it is known.
    first: Option<u64>,
    counted: Counted,
}

impl Part {
    fn of(message: &Stored) -> Option<Self> {
        let tick = message.header(TICK)?.parse().ok()?;
        let (part, parts) = message.header(PART).and_then(part_of).unwrap_or((0, 1));
        let totals = Totals {
            stored: 1,
            silent: u64::from(message.header(UP) == Some("0")),
            missed: message.header(MISSED).and_then(|missed| missed.parse().ok()).unwrap_or(0),
            // All parts but the last one are of one length, which is not known here.
            octets: message.payload.len() as u64,
        };
        let first = match part {
            0 => Some(message.sequence),
            _ => message.header(FIRST).and_then(|first| first.parse().ok()),
        };
        Some(Self {
            tick,
            part,
            parts,
            first,
            counted: Counted { sequence: message.sequence, fresh: false, tick, totals },
        })
    }

    /// Whether the result is whole with it.
    fn is_last(&self) -> bool {
        self.part + 1 >= self.parts
    }
}

impl Outgoing<'_> {
    /// The identity of a part. The last one makes the result whole: it has that of the tick, so it is stored once, whoever
    /// has polled. Those before it belong to one attempt, so that what a killed worker has left is not taken for a part of
    /// the next one's result.
    fn identity(&self, number: usize, attempt: &str) -> String {
        let Self { profile, due, device, .. } = self;
        if number + 1 == self.parts.len() {
            format!("{profile}/{due}/{device}")
        } else {
            format!("{profile}/{due}/{device}/{number}/{attempt}")
        }
    }

    /// Stores all parts, in order. It goes on until the server takes them; an error is a refusal. Says how the result counts,
    /// unless a newer one is stored already, and this one is not any more. `trouble` has what keeps it from being stored.
    pub(super) async fn store(&self, nats: &Nats, trouble: &Trouble) -> Result<Option<Counted>, Error> {
        let (mut sequence, mut first, mut fresh) = (0, None, false);
        let count = self.parts.len();
        let attempt = if count > 1 { nats.unique() } else { String::new() };
        let passes = |error: Error| {
            // That there is no connection is told elsewhere.
            if nats.is_connected() {
                trouble.fails(&error);
            }
            if error.may_pass() { Ok(()) } else { Err(error) }
        };
        'parts: for (number, part) in self.parts.iter().enumerate() {
            let mut pause = PAUSES.0;
            let id = self.identity(number, &attempt);
            let mut headers = vec![
                (TICK, self.due.to_string()),
                (MISSED, self.missed.to_string()),
                (PART, format!("{number}/{count}")),
                (UP, u8::from(self.up).to_string()),
            ];
            headers.extend(first.map(|first: u64| (FIRST, first.to_string())));
            loop {
                match nats.publish(&self.subject, &id, &headers, part.clone()).await {
                    Ok(accepted) => {
                        (sequence, fresh) = (accepted.sequence, !accepted.duplicate);
                        break;
                    }
                    Err(error) => passes(error)?,
                }
                sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
                // It may have been stored although nobody said so, and longer ago than the stream remembers identities. Then
                // only this tells.
                let newest = loop {
                    match nats.newest(RESULTS, &self.subject).await {
                        Ok(newest) => break newest,
                        Err(error) => {
                            passes(error)?;
                            sleep(pause).await;
                        }
                    }
                };
                let Some((message, newest)) = newest.and_then(|newest| {
                    let part = Part::of(&newest)?;
                    Some((newest, part))
                }) else {
                    continue;
                };
                // Somebody else had the device meanwhile.
                if newest.tick > self.due {
                    return Ok(None);
                }
                if newest.tick == self.due && newest.is_last() {
                    (sequence, fresh) = (newest.counted.sequence, false);
                    break 'parts;
                }
                if message.header(ID) == Some(&id) {
                    (sequence, fresh) = (newest.counted.sequence, false);
                    break;
                }
            }
            first = first.or(Some(sequence));
        }
        trouble.works();
        let octets: usize = self.parts.iter().map(Bytes::len).sum();
        let totals =
            Totals { stored: 1, silent: u64::from(!self.up), missed: self.missed, octets: octets as u64 };
        Ok(Some(Counted { sequence, fresh, tick: self.due, totals }))
    }
}

#[cfg(test)]
mod tests;
