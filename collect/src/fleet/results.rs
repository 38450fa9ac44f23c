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
        with(Kept { subject: message.subject, tick, missed, up, part, parts, payload: message.payload });
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
    let mut from = delivery.header(FIRST).and_then(|first| first.parse().ok()).ok_or_else(missing)?;
    let mut whole = Vec::new();
    for number in 0..part {
        let found = nats.next_of(RESULTS, &delivery.subject, from).await?.ok_or_else(missing)?;
        let same = found.header(TICK) == delivery.header(TICK);
        if !same || found.header(PART).and_then(part_of) != Some((number, parts)) {
            return Err(missing());
        }
        from = found.sequence.saturating_add(1);
        whole.extend_from_slice(&found.payload);
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
    pub(super) tick: u64,
    pub(super) totals: Totals,
}

/// What is known of a device by its newest message: the newest tick of which all parts are stored, and how that counts.
fn known(newest: &Newest) -> (Done, Option<Counted>) {
    if newest.part + 1 == newest.parts {
        (Done::Tick(newest.tick), Some(newest.counted))
    } else {
        // Parts that are missing are stored when the job comes again; this tick is not done.
        (Done::Tick(newest.tick.saturating_sub(1)), None)
    }
}

/// What is stored of a subject.
pub(super) async fn stored(nats: &Nats, subject: &str) -> Result<(Done, Option<Counted>), Error> {
    Ok(newest(nats, subject).await?.map_or((Done::Nothing, None), |newest| known(&newest)))
}

/// What is stored of these subjects; those of which nothing is are left out.
pub(super) async fn stored_of(
    nats: &Nats,
    subjects: &[String],
    mut with: impl FnMut(&str, Done, Option<Counted>),
) -> Result<(), Error> {
    nats.newest_of(RESULTS, subjects, |message| {
        if let Some(newest) = Newest::of(&message) {
            let (done, counted) = known(&newest);
            with(&message.subject, done, counted);
        }
    })
    .await
}

/// The newest message of a subject.
struct Newest {
    tick: u64,
    part: usize,
    parts: usize,
    /// The number of the first part, if it is known.
    first: Option<u64>,
    counted: Counted,
}

impl Newest {
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
        Some(Self { tick, part, parts, first, counted: Counted { sequence: message.sequence, tick, totals } })
    }
}

async fn newest(nats: &Nats, subject: &str) -> Result<Option<Newest>, Error> {
    Ok(nats.newest(RESULTS, subject).await?.as_ref().and_then(Newest::of))
}

impl Outgoing<'_> {
    /// Stores all parts, in order. It goes on until the server takes them; an error is a refusal. Says how the result counts,
    /// unless a newer one is stored already, and this one is not any more. `trouble` has what keeps it from being stored.
    pub(super) async fn store(&self, nats: &Nats, trouble: &Trouble) -> Result<Option<Counted>, Error> {
        let (mut sequence, mut first) = (0, None);
        let count = self.parts.len();
        let passes = |error: Error| {
            // That there is no connection is told elsewhere.
            if nats.is_connected() {
                trouble.fails(&error);
            }
            if error.may_pass() { Ok(()) } else { Err(error) }
        };
        for (number, part) in self.parts.iter().enumerate() {
            let mut pause = PAUSES.0;
            let id = format!("{}/{}/{}/{number}", self.profile, self.due, self.device);
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
                        sequence = accepted.sequence;
                        first = first.or(Some(sequence));
                        break;
                    }
                    Err(error) => passes(error)?,
                }
                sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
                // It may have been stored although nobody said so, and longer ago than the stream remembers identities. Then
                // only this tells.
                let newest = loop {
                    match newest(nats, &self.subject).await {
                        Ok(newest) => break newest,
                        Err(error) => {
                            passes(error)?;
                            sleep(pause).await;
                        }
                    }
                };
                match newest {
                    // Somebody else had the device meanwhile.
                    Some(newest) if newest.tick > self.due => return Ok(None),
                    Some(newest) if newest.tick == self.due && newest.part >= number => {
                        sequence = newest.counted.sequence;
                        first = newest.first;
                        break;
                    }
                    _ => {}
                }
            }
        }
        trouble.works();
        let octets: usize = self.parts.iter().map(Bytes::len).sum();
        let totals =
            Totals { stored: 1, silent: u64::from(!self.up), missed: self.missed, octets: octets as u64 };
        Ok(Some(Counted { sequence, tick: self.due, totals }))
    }
}
