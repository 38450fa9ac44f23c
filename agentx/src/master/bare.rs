//! An agent that has nothing but a registry, for the tests and the fuzzer of the master agent.

use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::{Owner, Registration, RegistrationId, Registry, Subtrees};
use mibc_runtime::value::TimeTicks;

use super::core::{Host, Session};
use crate::pdu::{Region, Status};

/// Longest name of a context that it knows.
const LONGEST: usize = 5;

/// What it has been told.
#[derive(Default)]
pub(super) struct Bare {
    pub(super) registry: Registry<u32>,
    pub(super) events: Vec<Event>,
    /// By the numbers of their rows.
    pub(super) capabilities: Vec<(u64, Oid)>,
    rows: u64,
}

impl Host for Bare {
    fn up_time(&self, context: &[u8]) -> TimeTicks {
        TimeTicks(if context.is_empty() { 100 } else { 200 })
    }

    fn knows_context(&self, context: &[u8]) -> bool {
        context.len() <= LONGEST
    }

    fn opened(&mut self, _: &Session) {}

    fn register(
        &mut self,
        session: u32,
        region: &Region,
        subtrees: Subtrees,
        _: u8,
    ) -> Result<RegistrationId, Status> {
        let registration = Registration::of(subtrees, session, Owner(session.into()))
            .context(region.context.clone().unwrap_or_default())
            .priority(region.priority);
        self.registry.register(registration).map_err(|_| Status::DUPLICATE_REGISTRATION)
    }

    fn withdraw(&mut self, _: u32, id: RegistrationId) {
        self.registry.withdraw(id);
    }

    fn closed(&mut self, session: u32) {
        self.registry.withdraw_all(Owner(session.into()));
    }

    fn notify(&mut self, event: &Event) {
        self.events.push(event.clone());
    }

    fn add_capabilities(&mut self, id: &Oid, _: &[u8]) -> u64 {
        self.rows += 1;
        self.capabilities.push((self.rows, id.clone()));
        self.rows
    }

    fn remove_capabilities(&mut self, row: u64) {
        self.capabilities.retain(|(known, _)| *known != row);
    }
}
