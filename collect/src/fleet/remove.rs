//! Removing a fleet.

use super::layout::{JOBS, RESULTS, STATE};
use crate::nats::{Error, Nats};

/// A stream that was removed, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// Its name.
    pub stream: &'static str,
    /// Messages in it.
    pub messages: u64,
}

/// Removes all streams of a fleet, with schedules, results and counts. Workers that run go on, and have nothing to do. With
/// `only_say`, nothing is removed.
///
/// # Errors
///
/// If the server does not answer, or does not let us do it.
pub async fn remove(nats: &Nats, only_say: bool) -> Result<Vec<Removed>, Error> {
    let mut removed = Vec::new();
    // Without schedules nothing new comes.
    for name in [JOBS, RESULTS, STATE] {
        let Some(stream) = nats.stream(name).await? else { continue };
        if only_say || nats.remove_stream(name).await? {
            removed.push(Removed { stream: name, messages: stream.messages() });
        }
    }
    Ok(removed)
}
