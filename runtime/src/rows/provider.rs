//! A store behind the agent's [`Provider`]: all that the store knows of the agent's core.

use std::ops::Bound;

use super::store::RowStore;
use crate::agent::{Agent, Provider, ReadError, Responder, SetError, Undo};
use crate::oid::{Oid, OidRef};
use crate::typed::Row;
use crate::value::{Value, VarBind};

impl<R: Row> Provider for RowStore<R> {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        Ok(self.value(name))
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        Ok(self.run(from, 1).pop())
    }

    fn nests(&self) -> bool {
        self.core.layout.index.nests()
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        self.core.layout.locate(name).map(|(_, column, _)| column.oid.clone())
    }

    fn test(&self, changes: &[VarBind]) -> Result<(), SetError> {
        self.prepare(changes).map(drop)
    }

    fn commit(&self, changes: &[VarBind]) -> Result<Undo, SetError> {
        let mut prepared = self.prepare(changes)?;
        prepared.commit()?;
        Ok(Undo::try_with(move || prepared.undo()))
    }
}

impl Responder {
    /// Serves a table from a store.
    pub fn serve_rows<R: Row>(&self, store: &RowStore<R>) {
        self.register(store.root().clone(), std::sync::Arc::new(store.clone()));
    }
}

impl Agent {
    /// Serves a table from a [store](crate::rows) of rows.
    pub fn serve_rows<R: Row>(&self, store: &RowStore<R>) {
        self.responder().serve_rows(store);
    }
}
