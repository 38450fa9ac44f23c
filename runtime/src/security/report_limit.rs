//! How many Reports a source gets. They answer messages that nobody vouches for, from addresses that may be forged: a
//! flood must neither be turned on somebody else nor keep the engine busy.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Reports to one source per second at most; further ones are counted in
/// [`Counters::reports_withheld`](super::Counters::reports_withheld). A manager needs two to get to know an engine, and each start of a
/// command is a new manager.
///
/// An IPv4 address is a source, whatever the port, and so are all IPv6 addresses of a network of 64 bits: whoever has one
/// of these has them all.
pub const REPORTS_PER_SOURCE: u32 = 500;

/// Sources that are told apart within a second; further ones count as one.
const MAX_SOURCES: usize = 1_024;

const SECOND: Duration = Duration::from_secs(1);

/// Counts the Reports of the running second by their receivers.
#[derive(Debug, Default)]
pub(super) struct ReportLimit(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    begin: Option<Instant>,
    /// `None` stands for all sources beyond [`MAX_SOURCES`].
    by_source: BTreeMap<Option<IpAddr>, u32>,
}

impl ReportLimit {
    /// Whether one more Report may go there now; if so, it counts.
    pub(super) fn admits(&self, now: Instant, source: IpAddr) -> bool {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if count.begin.is_none_or(|begin| now.saturating_duration_since(begin) >= SECOND) {
            count.begin = Some(now);
            count.by_source.clear();
        }
        let mut source = Some(network(source));
        if count.by_source.len() >= MAX_SOURCES && !count.by_source.contains_key(&source) {
            source = None;
        }
        let sent = count.by_source.entry(source).or_default();
        let admitted = *sent < REPORTS_PER_SOURCE;
        *sent += u32::from(admitted);
        admitted
    }
}

/// What stands for all addresses that one sender has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

#[cfg(test)]
mod tests;
