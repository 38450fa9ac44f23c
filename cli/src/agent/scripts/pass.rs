//! The handler of a subtree that a script answers for.

use mibc_runtime::agent::{
    Eventual, GetBatch, Handler, NextBatch, Prepared, Principal, ReadError, SetError, Successors, Tested,
    UndoError,
};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{Value, VarBind};
use std::ops::Bound;
use std::sync::Arc;

/// What a script is asked.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    Get(Oid),
    Next(Oid),
}

/// A way to ask a script.
pub(super) trait Question: Send + Sync + 'static {
    /// A variable; `None` if there is none.
    fn ask(&self, asked: Asked) -> impl Future<Output = Result<Option<VarBind>, String>> + Send + 'static;

    /// Writes a variable.
    fn set(&self, change: VarBind) -> impl Future<Output = Result<(), SetError>> + Send + 'static;
}

/// Most variables that one run of GETBULK asks a script for: each may be a process.
const MAX_SUCCESSORS: usize = 32;

/// A subtree of a script.
pub(super) struct Pass<Q> {
    root: Oid,
    script: Arc<Q>,
}

impl<Q: Question> Pass<Q> {
    pub(super) fn new(root: Oid, script: Q) -> Self {
        Self { root, script: Arc::new(script) }
    }
}

/// The variable behind a place, if it is in the subtree.
async fn next<Q: Question>(script: &Q, root: &Oid, from: &Bound<Oid>) -> Result<Option<VarBind>, ReadError> {
    let failed = |error: String| ReadError::new(format!("the script for {root}: {error}"));
    let (name, is_at) = match from {
        Bound::Included(name) => (name.clone(), true),
        Bound::Excluded(name) => (name.clone(), false),
        Bound::Unbounded => (root.clone(), false),
    };
    // The root itself is asked about as snmpd does it: by what comes next.
    if is_at && name != *root {
        let found = script.ask(Asked::Get(name.clone())).await.map_err(failed)?;
        if let Some(found) = found.filter(|found| found.name == name) {
            return Ok(Some(found));
        }
    }
    let found = script.ask(Asked::Next(name.clone())).await.map_err(failed)?;
    match found {
        Some(found) if !found.name.starts_with(root) => Ok(None),
        Some(found) if found.name <= name && !(is_at && found.name == name) => {
            Err(failed(format!("it gave {} as what comes behind {name}", found.name)))
        }
        found => Ok(found),
    }
}

impl<Q: Question> Handler for Pass<Q> {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        while let Some(slot) = batch.next_slot() {
            let (name, root) = (slot.name().to_oid(), self.root.clone());
            let answer = self.script.ask(Asked::Get(name.clone()));
            slot.wait(Box::pin(async move {
                match answer.await {
                    // Another name is another variable.
                    Ok(found) => Ok(found
                        .filter(|found| found.name == name)
                        .map_or(Value::NoSuchInstance, |found| found.value)),
                    Err(error) => Err(ReadError::new(format!("the script for {root}: {error}"))),
                }
            }));
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(run) = batch.next_run() {
            let (script, root) = (Arc::clone(&self.script), self.root.clone());
            let (mut from, wanted) = (run.from_oid(), run.wanted().min(MAX_SUCCESSORS));
            run.wait(Box::pin(async move {
                let mut found = Successors::default();
                while found.varbinds.len() < wanted {
                    match next(&*script, &root, &from).await {
                        Ok(Some(variable)) => {
                            from = Bound::Excluded(variable.name.clone());
                            found.varbinds.push(variable);
                        }
                        Ok(None) => {
                            found.is_end = true;
                            break;
                        }
                        Err(error) if found.varbinds.is_empty() => return Err(error),
                        // What there is is given; the next run meets the error.
                        Err(_) => break,
                    }
                }
                Ok(found)
            }));
        }
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        name.parent().map(OidRef::to_oid)
    }

    fn test(&self, _: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        Eventual::Now(Ok(Box::new(Writing { script: Arc::clone(&self.script), changes })))
    }
}

/// Changes for a script. It has no test: it is told when all other handlers have agreed, and nothing can be taken back.
struct Writing<Q> {
    script: Arc<Q>,
    changes: Vec<VarBind>,
}

impl<Q: Question> Prepared for Writing<Q> {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        let (script, changes) = (Arc::clone(&self.script), std::mem::take(&mut self.changes));
        Eventual::later(async move {
            for (position, change) in changes.into_iter().enumerate() {
                script.set(change).await.map_err(|error| error.varbind(position))?;
            }
            Ok(())
        })
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        Eventual::Now(Err(UndoError))
    }
}
