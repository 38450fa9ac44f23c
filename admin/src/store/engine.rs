//! The engine's ID and boots in a store.

use std::io;
use std::sync::Arc;

use mibc_runtime::net::{EngineState, EngineStore};
use mibc_runtime::usm::{EngineId, MAX_BOOTS};

use super::{Batch, Store};

const TABLE: &str = "engine";

/// Keeps what an engine is over restarts, as one record of a store (RFC 3414 §2.2.2).
#[derive(Clone, Debug)]
pub struct EngineRecord {
    store: Arc<dyn Store>,
    known: Option<EngineState>,
}

impl EngineRecord {
    /// In this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, known: None }
    }

    /// An engine of this ID has started at least so often, whatever the store says: elsewhere, before this agent took it
    /// over.
    #[must_use]
    pub fn at_least(self, engine_id: EngineId, boots: u32) -> Self {
        let known = (boots > 0).then_some(EngineState { engine_id, boots: boots.min(MAX_BOOTS) });
        Self { known, ..self }
    }
}

impl EngineStore for EngineRecord {
    fn load(&self) -> io::Result<Option<EngineState>> {
        let record =
            self.store.load().into_iter().find(|record| record.table == TABLE && record.key.is_empty());
        let Some(record) = record else { return Ok(self.known) };
        let senseless = || {
            io::Error::new(io::ErrorKind::InvalidData, "the record of the engine in the store makes no sense")
        };
        let (boots, id) = record.value.split_first_chunk::<4>().ok_or_else(senseless)?;
        let engine_id = EngineId::new(id).map_err(|_| senseless())?;
        let boots = u32::from_be_bytes(*boots);
        if boots > MAX_BOOTS {
            return Err(senseless());
        }
        Ok(Some(match self.known {
            Some(known) if known.engine_id == engine_id => {
                EngineState { engine_id, boots: boots.max(known.boots) }
            }
            // The engine that is configured is another one, which the store says nothing about.
            Some(known) => known,
            None => EngineState { engine_id, boots },
        }))
    }

    fn save(&self, state: &EngineState) -> io::Result<()> {
        let mut value = state.boots.to_be_bytes().to_vec();
        value.extend(state.engine_id.as_bytes());
        let mut batch = Batch::new();
        batch.put(TABLE, b"", &value);
        self.store.write(&batch).map_err(io::Error::other)
    }
}
