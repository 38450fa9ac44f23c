//! Results are stored once, whatever breaks meanwhile.

use super::book::Done;
use super::layout::RESULTS;
use super::report::Totals;
use crate::nats::{Error, Nats};
use bytes::Bytes;
use std::time::Duration;
use tokio::time::sleep;

/// The header with the tick that a result is of.
const TICK: &str = "Mibc-Tick";
/// The header with the number of ticks that were missed before it.
const MISSED: &str = "Mibc-Missed";
/// The header with the number of the part, from 0, and how many there are.
const PART: &str = "Mibc-Part";
/// The header that says whether the device has answered.
const UP: &str = "Mibc-Up";

/// The first and the longest pause between attempts.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

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
        with(Kept { subject: message.subject, tick, missed, part, parts, payload: message.payload });
    })
    .await
}

/// A part and how many there are, as in `0/2`.
fn part_of(text: &str) -> Option<(usize, usize)> {
    let (part, parts) = text.split_once('/')?;
    Some((part.parse().ok()?, parts.parse().ok()?))
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
    pub(super) totals: Totals,
}

/// The newest tick of which a subject has all parts, and how that result counts.
pub(super) async fn stored(nats: &Nats, subject: &str) -> Result<(Done, Option<Counted>), Error> {
    Ok(match newest(nats, subject).await? {
        Some(newest) if newest.part + 1 == newest.parts => (Done::Tick(newest.tick), Some(newest.counted)),
        // Parts that are missing are stored when the job comes again; this tick is not done.
        Some(newest) => (Done::Tick(newest.tick.saturating_sub(1)), None),
        None => (Done::Nothing, None),
    })
}

/// The newest message of a subject.
struct Newest {
    tick: u64,
    part: usize,
    parts: usize,
    counted: Counted,
}

async fn newest(nats: &Nats, subject: &str) -> Result<Option<Newest>, Error> {
    let Some(message) = nats.newest(RESULTS, subject).await? else { return Ok(None) };
    let Some(tick) = message.header(TICK).and_then(|tick| tick.parse().ok()) else { return Ok(None) };
    let (part, parts) = message.header(PART).and_then(part_of).unwrap_or((0, 1));
    let totals = Totals {
        stored: 1,
        silent: u64::from(message.header(UP) == Some("0")),
        missed: message.header(MISSED).and_then(|missed| missed.parse().ok()).unwrap_or(0),
        // All parts but the last one are of one length, which is not known here.
        octets: message.payload.len() as u64,
    };
    Ok(Some(Newest { tick, part, parts, counted: Counted { sequence: message.sequence, totals } }))
}

impl Outgoing<'_> {
    /// Stores all parts, in order. It goes on until the server takes them; an error is a refusal. Says how the result counts,
    /// unless all parts were stored before.
    pub(super) async fn store(&self, nats: &Nats) -> Result<Option<Counted>, Error> {
        let (mut new, mut sequence) = (false, 0);
        let count = self.parts.len();
        for (number, part) in self.parts.iter().enumerate() {
            let (mut pause, mut tried) = (PAUSES.0, false);
            let id = format!("{}/{}/{}/{number}", self.profile, self.due, self.device);
            let headers = [
                (TICK, self.due.to_string()),
                (MISSED, self.missed.to_string()),
                (PART, format!("{number}/{count}")),
                (UP, u8::from(self.up).to_string()),
            ];
            loop {
                match nats.publish(&self.subject, &id, &headers, part.clone()).await {
                    Ok(accepted) => {
                        // After an attempt without an answer, the one that the stream has is ours.
                        new |= tried || !accepted.duplicate;
                        sequence = accepted.sequence;
                        break;
                    }
                    Err(error) if error.is_away() => tried = true,
                    Err(error) => return Err(error),
                }
                sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
                // It may have been stored although nobody said so, and longer ago than the stream remembers identities.
                if let Ok(Some(newest)) = newest(nats, &self.subject).await
                    && newest.tick == self.due
                    && newest.part >= number
                {
                    new = true;
                    sequence = newest.counted.sequence;
                    break;
                }
            }
        }
        let octets: usize = self.parts.iter().map(Bytes::len).sum();
        let totals =
            Totals { stored: 1, silent: u64::from(!self.up), missed: self.missed, octets: octets as u64 };
        Ok(new.then_some(Counted { sequence, totals }))
    }
}
