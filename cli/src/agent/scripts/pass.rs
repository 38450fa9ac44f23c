//! The handler of a subtree that a script answers for.

use super::answer;
use mibc_runtime::agent::{
    Eventual, GetBatch, Handler, NextBatch, Prepared, Principal, ReadError, SetError, Successors, Tested,
    UndoError,
};
use mibc_runtime::logs::COMMAND;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{Value, VarBind};
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
        if let Some(at) = changes.iter().position(|change| answer::written(&change.value).is_none()) {
            return Err(SetError::wrong_type().varbind(at)).into();
        }
        Eventual::later(Writing::test(Arc::clone(&self.script), changes))
    }
}

/// Changes for a script, which has no test and cannot take anything back: it is told when all other handlers have agreed, and
/// told the old values when something fails later.
struct Writing<Q> {
    script: Arc<Q>,
    changes: Arc<[Change]>,
    /// How many the script has been told. Of the last it is not known whether it has made it.
    told: Arc<AtomicUsize>,
}

struct Change {
    new: VarBind,
    /// `None` if there was no such variable.
    old: Option<VarBind>,
}

impl<Q: Question> Writing<Q> {
    /// Reads what will be changed.
    async fn test(script: Arc<Q>, changes: Vec<VarBind>) -> Result<Box<dyn Prepared>, SetError> {
        let mut both = Vec::with_capacity(changes.len());
        for (position, new) in changes.into_iter().enumerate() {
            let found = script.ask(Asked::Get(new.name.clone())).await.map_err(|error| {
                tracing::warn!(target: COMMAND, name = %new.name, %error, "a script does not take a value");
                SetError::gen_err().varbind(position)
            })?;
            both.push(Change { old: found.filter(|found| found.name == new.name), new });
        }
        Ok(Box::new(Self { script, changes: both.into(), told: Arc::default() }))
    }
}

/// Tells the script the old values of what it has been told, the last one first.
async fn take_back<Q: Question>(script: &Q, changes: &[Change], told: &AtomicUsize) -> Result<(), UndoError> {
    let told = told.swap(0, Ordering::Relaxed);
    let mut result = Ok(());
    for change in changes.iter().take(told).rev() {
        let taken_back = match &change.old {
            Some(old) => script.set(old.clone()).await.is_ok(),
            // What was not there before cannot be made to be gone.
            None => false,
        };
        if !taken_back {
            result = Err(UndoError);
        }
    }
    result
}

impl<Q: Question> Prepared for Writing<Q> {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        let (script, changes) = (Arc::clone(&self.script), Arc::clone(&self.changes));
        let told = Arc::clone(&self.told);
        Eventual::later(async move {
            for (position, change) in changes.iter().enumerate() {
                told.store(position + 1, Ordering::Relaxed);
                let Err(error) = script.set(change.new.clone()).await else { continue };
                // It has refused this one.
                told.store(position, Ordering::Relaxed);
                return Err(match take_back(&*script, &changes, &told).await {
                    Ok(()) => error.varbind(position),
                    Err(UndoError) => SetError::undo_failed(),
                });
            }
            Ok(())
        })
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        let (script, changes) = (Arc::clone(&self.script), Arc::clone(&self.changes));
        let told = Arc::clone(&self.told);
        Eventual::later(async move { take_back(&*script, &changes, &told).await })
    }
}
