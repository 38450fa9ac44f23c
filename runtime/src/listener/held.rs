//! Informs that the application acknowledges.

use std::collections::HashMap;

use super::duplicates::Identity;

/// Informs at most that wait to be acknowledged. Further ones are not taken, so that their senders repeat them.
pub const MAX_HELD: usize = 65_536;

/// Stands for an inform that is to be [settled](super::Receiver::settle).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(u64);

/// Informs that have been delivered and are not settled.
#[derive(Debug, Default)]
pub(super) struct Held {
    next: u64,
    identities: HashMap<Ticket, Identity>,
    /// By each digest that a repetition may have in common with it.
    tickets: HashMap<u64, Ticket>,
}

impl Held {
    /// The one that this is a repetition of. As long as it waits, time is not what tells a repetition.
    pub(super) fn find(&self, identity: Identity) -> Option<Ticket> {
        identity.digests().find_map(|digest| self.tickets.get(&digest).copied())
    }

    pub(super) fn is_full(&self) -> bool {
        self.identities.len() >= MAX_HELD
    }

    pub(super) fn insert(&mut self, identity: Identity) -> Ticket {
        let ticket = Ticket(self.next);
        self.next += 1;
        self.identities.insert(ticket, identity);
        self.tickets.extend(identity.digests().map(|digest| (digest, ticket)));
        ticket
    }

    /// Takes one out.
    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<Identity> {
        let identity = self.identities.remove(&ticket)?;
        for digest in identity.digests() {
            self.tickets.remove(&digest);
        }
        Some(identity)
    }
}
