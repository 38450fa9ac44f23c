//! Results are stored once, whatever breaks meanwhile.

use super::book::Done;
use super::layout::RESULTS;
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
    pub(super) parts: &'r [Bytes],
}

/// The newest tick of which a subject has all parts.
pub(super) async fn stored(nats: &Nats, subject: &str) -> Result<Done, Error> {
    Ok(match newest(nats, subject).await? {
        Some((tick, part, parts)) if part + 1 == parts => Done::Tick(tick),
        // Parts that are missing are stored when the job comes again; this tick is not done.
        Some((tick, ..)) => Done::Tick(tick.saturating_sub(1)),
        None => Done::Nothing,
    })
}

async fn newest(nats: &Nats, subject: &str) -> Result<Option<(u64, usize, usize)>, Error> {
    let Some(message) = nats.newest(RESULTS, subject).await? else { return Ok(None) };
    let tick = message.header(TICK).and_then(|tick| tick.parse().ok());
    let part = message.header(PART).and_then(part_of);
    Ok(tick.map(|tick| {
        let (part, parts) = part.unwrap_or((0, 1));
        (tick, part, parts)
    }))
}

impl Outgoing<'_> {
    /// Stores all parts, in order. It goes on until the server takes them; an error is a refusal. Says whether any of them
    /// was not stored before.
    pub(super) async fn store(&self, nats: &Nats) -> Result<bool, Error> {
        let mut new = false;
        let count = self.parts.len();
        for (number, part) in self.parts.iter().enumerate() {
            let mut pause = PAUSES.0;
            let id = format!("{}/{}/{}/{number}", self.profile, self.due, self.device);
            let headers = [
                (TICK, self.due.to_string()),
                (MISSED, self.missed.to_string()),
                (PART, format!("{number}/{count}")),
            ];
            loop {
                match nats.publish(&self.subject, &id, &headers, part.clone()).await {
                    Ok(accepted) => {
                        new |= !accepted.duplicate;
                        break;
                    }
                    Err(error) if error.is_away() => {}
                    Err(error) => return Err(error),
                }
                sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
                // It may have been stored although nobody said so, and longer ago than the stream remembers identities.
                if let Ok(Some((tick, last, _))) = newest(nats, &self.subject).await
                    && tick == self.due
                    && last >= number
                {
                    new = true;
                    break;
                }
            }
        }
        Ok(new)
    }
}
