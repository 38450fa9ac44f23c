//! What waits for one receiver, and the limits of it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::Received;
use super::receiver::Receiver;
use super::reports::Slip;
use super::rows::CommunityEntry;
use crate::oid::Oid;
use crate::value::VarBind;

/// How much an originator has to do at a time; what comes beyond is dropped, counted and logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Notifications that are on their way to one address at a time: traps that the system has not taken yet, and
    /// informs that are not acknowledged. Further ones wait.
    pub in_flight: usize,
    /// Notifications that wait for one address.
    pub queued: usize,
    /// Notifications that wait for all addresses.
    pub queued_in_total: usize,
    /// Octets of the notifications that wait for all addresses.
    pub octets_in_total: usize,
}

impl Default for Limits {
    /// 16 on their way, 1,000 that wait; in total 20,000 that wait, of at most 32 MiB.
    fn default() -> Self {
        Self { in_flight: 16, queued: 1_000, queued_in_total: 20_000, octets_in_total: 32 << 20 }
    }
}

/// Notifications that are on their way to all receivers at a time.
pub(super) const MAX_IN_FLIGHT: usize = 8_192;

/// What a notification says, for all its receivers.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) oid: Oid,
    /// sysUpTime.0 and snmpTrapOID.0 first.
    pub(super) varbinds: Vec<VarBind>,
    pub(super) context_engine_id: Vec<u8>,
    pub(super) context_name: Option<Vec<u8>>,
    /// It is somebody else's.
    pub(super) received: Option<Received>,
    /// What it takes, about.
    pub(super) octets: usize,
}

impl Content {
    /// The context for a receiver.
    pub(super) fn context_for<'c>(&'c self, receiver: &'c Receiver) -> &'c [u8] {
        self.context_name.as_deref().or(receiver.context.as_deref()).unwrap_or_default()
    }
}

/// A notification for one receiver.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) content: Arc<Content>,
    pub(super) receiver: Arc<Receiver>,
    /// The community that the tables say.
    pub(super) community: Option<Arc<CommunityEntry>>,
    pub(super) slip: Option<Slip>,
}

/// What waits for one address, first come, first served.
#[derive(Debug, Default)]
pub(super) struct Lane {
    pub(super) in_flight: usize,
    pub(super) waiting: VecDeque<Letter>,
    /// Something was dropped, and the log says so, since it was last empty.
    pub(super) has_dropped: bool,
    /// It waits for others to end.
    pub(super) is_held: bool,
}

impl Lane {
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight == 0 && self.waiting.is_empty()
    }
}
