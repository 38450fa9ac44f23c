//! The engine of an agent that speaks SNMPv3.

use std::time::Instant;

use super::account::Account;
use crate::net::EngineState;
use crate::security::Authority;
use crate::usm::{Credentials, KeyCache, UserError};

/// The engine of an agent with these users.
pub(super) fn authority(
    state: EngineState,
    started: Instant,
    salt: u64,
    accounts: &[Account],
) -> Result<Authority, UserError> {
    let cache = KeyCache::new();
    let users: Result<Vec<_>, _> =
        accounts.iter().map(|account| Credentials::new(account.user(), &cache)).collect();
    Ok(Authority::new(state.engine_id, state.boots, started, salt, users?))
}
