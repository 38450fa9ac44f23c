//! A store as a [`Handler`]: all that the store knows of the agent's core.

use std::sync::Arc;

use super::prepared::Prepared;
use super::serve;
use super::store::RowStore;
use crate::access::Principal;
use crate::agent::{Eventual, GetBatch, Handler, NextBatch, Served, SetError, UndoError};
use crate::oid::{Oid, OidRef};
use crate::typed::Row;
use crate::value::VarBind;

impl<R: Row> Handler for RowStore<R> {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        let rows = self.core.snapshot();
        while let Some(slot) = batch.next_slot() {
            serve::value(&self.core.layout, &rows, slot.name(), |value| slot.answer(value));
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        let rows = self.core.snapshot();
        while let Some(mut run) = batch.next_run() {
            let from = run.from_oid();
            let from = from.as_ref().map(Oid::as_ref);
            if !serve::run(&self.core.layout, &rows, from, |name, value| run.push(name, value)) {
                run.end();
            }
        }
    }

    fn nests(&self) -> bool {
        self.core.layout.nests
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        self.core.layout.locate(name).map(|(_, column, _)| column.oid.clone())
    }

    fn test(
        &self,
        who: &Principal<'_>,
        changes: Vec<VarBind>,
    ) -> Eventual<Result<Box<dyn crate::agent::Prepared>, SetError>> {
        let tested = super::prepared::Prepared::new(&self.core, &changes, Some(who.clone().into_owned()));
        Eventual::Now(tested.map(|prepared| Box::new(prepared) as Box<dyn crate::agent::Prepared>))
    }
}

impl crate::agent::Prepared for Prepared {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        Eventual::Now(self.commit_part())
    }

    fn seal(&mut self) -> Eventual<Result<(), SetError>> {
        Eventual::Now(Prepared::seal(self))
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        Eventual::Now(Prepared::undo(self))
    }
}

impl Served {
    /// Serves a table from a store.
    pub fn serve_rows<R: Row>(&self, store: &RowStore<R>) {
        self.register(store.root().clone(), Arc::new(store.clone()));
    }
}
