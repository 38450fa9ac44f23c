//! A store behind the agent's [`Handler`]: all that the store knows of the agent's core.

use super::prepared::Prepared;
use super::store::RowStore;
use crate::access::Principal;
use crate::agent::{Agent, Responder};
use crate::entity::{self, Eventual, GetBatch, Handler, NextBatch, SetError, UndoError};
use crate::oid::{Oid, OidRef};
use crate::typed::Row;
use crate::value::VarBind;

impl<R: Row> Handler for RowStore<R> {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        while let Some(slot) = batch.next_slot() {
            let value = self.value(slot.name());
            slot.answer(&value);
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(mut run) = batch.next_run() {
            let from = run.from_oid();
            if !self.visit(from.as_ref().map(Oid::as_ref), |name, value| run.push(name, value)) {
                run.end();
            }
        }
    }

    fn nests(&self) -> bool {
        self.core.layout.index.nests()
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        self.core.layout.locate(name).map(|(_, column, _)| column.oid.clone())
    }

    fn test(
        &self,
        _: &Principal<'_>,
        changes: Vec<VarBind>,
    ) -> Eventual<Result<Box<dyn entity::Prepared>, SetError>> {
        Eventual::Now(self.prepare(&changes).map(|prepared| Box::new(prepared) as Box<dyn entity::Prepared>))
    }
}

impl entity::Prepared for Prepared {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        Eventual::Now(self.commit())
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        Eventual::Now(self.undo())
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
