//! Who sends traps over SNMPv3 that are passed on: their engines are authoritative, and their users are those of the
//! tables.

use std::sync::Arc;

use crate::engine::{RemoteEngines, Report};
use crate::originator::Targets;
use crate::security::V3Message;
use crate::usm::EngineId;

/// The engines that traps have come from.
pub(super) struct TrapSenders {
    targets: Arc<Targets>,
    engines: RemoteEngines,
}

impl TrapSenders {
    pub(super) fn new(targets: Arc<Targets>) -> Self {
        Self { targets, engines: RemoteEngines::default() }
    }

    /// Whether a message is authentic; gives its engine.
    pub(super) fn authenticate(
        &self,
        message: &V3Message<'_>,
        plain: &mut Vec<u8>,
    ) -> Result<EngineId, Report> {
        let engine_id = EngineId::new(message.usm.engine_id).map_err(|_| Report::UnknownEngineId)?;
        let tables = self.targets.tables();
        let user = tables.user_of(&engine_id, message.usm.user).ok_or(Report::UnknownUser)?;
        self.engines.authenticate(message, engine_id, user, plain)?;
        Ok(engine_id)
    }
}
