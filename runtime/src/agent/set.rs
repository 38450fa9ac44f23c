//! SET as one transaction over all providers that it touches (RFC 3416 §4.2.5).
//!
//! Phase 1 tests everything, phase 2 commits provider by provider; when one fails, those before it are undone in
//! reverse order. Three choices that the standard leaves open:
//!
//! - The failing varbind with the lowest index wins, also between providers. Inside of a table, what is wrong with a
//!   single value comes before what is wrong with rows as a whole.
//! - A variable named twice with the same value is set once; with different values the second naming is
//!   inconsistentValue, and nothing changes.
//! - When phase 2 fails and everything could be undone, the manager reads the status that the handler gave: nothing
//!   has changed, as if the test had found it. A handler that has no better word says commitFailed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cursor::Handlers;
use super::failure::Failure;
use super::provider::Provider;
use super::set_error::{SetError, Undo};
use crate::access::View;
use crate::message::ErrorStatus;
use crate::oid::Oid;
use crate::registry::{Region, RegistrationId};
use crate::value::VarBind;

/// Makes all `changes` or none.
pub(crate) fn set(handlers: &Handlers, view: &View, changes: &[VarBind]) -> Result<(), Failure> {
    let (groups, refused) = group(handlers, view, changes);
    match first(refused, test(&groups)) {
        Some(failure) => Err(failure),
        None => commit(&groups),
    }
}

/// The failure with the lower index.
fn first(a: Option<Failure>, b: Option<Failure>) -> Option<Failure> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.index < a.index { b } else { a }),
        (one, other) => one.or(other),
    }
}

/// The part of a SET that concerns one provider.
struct Group<'t> {
    region: Region<'t, Arc<dyn Provider>>,
    changes: Vec<VarBind>,
    /// Position in the request of each change.
    positions: Vec<usize>,
}

impl Group<'_> {
    /// Where in the request the error belongs.
    fn locate(&self, error: &SetError) -> usize {
        let inside = error.at_varbind().unwrap_or(0);
        let first = self.positions.first().copied().unwrap_or(0);
        self.positions.get(inside).copied().unwrap_or(first)
    }
}

/// Sorts the changes by provider, in the order in which the request first names each; also the first change that
/// no provider needs to be asked about, because it is refused anyway.
fn group<'t>(handlers: &'t Handlers, view: &View, changes: &[VarBind]) -> (Vec<Group<'t>>, Option<Failure>) {
    let mut groups: Vec<Group<'t>> = Vec::new();
    let mut by_registration: BTreeMap<RegistrationId, usize> = BTreeMap::new();
    let mut named: BTreeMap<&Oid, &VarBind> = BTreeMap::new();
    let mut refused = None;
    for (position, change) in changes.iter().enumerate() {
        let name = change.name.as_ref();
        let mut refuse = |status| {
            refused.get_or_insert(Failure::at(status, position));
        };
        if !view.contains(name) {
            refuse(ErrorStatus::NO_ACCESS);
            continue;
        }
        let Some(region) = handlers.find(name) else {
            refuse(ErrorStatus::NOT_WRITABLE);
            continue;
        };
        if let Some(before) = named.insert(&change.name, change) {
            if before.value != change.value {
                refuse(ErrorStatus::INCONSISTENT_VALUE);
            }
            continue;
        }
        let next = groups.len();
        let index = *by_registration.entry(region.registration()).or_insert(next);
        if index == next {
            groups.push(Group { region, changes: Vec::new(), positions: Vec::new() });
        }
        if let Some(group) = groups.get_mut(index) {
            group.changes.push(change.clone());
            group.positions.push(position);
        }
    }
    (groups, refused)
}

/// Phase 1: of all refusals, the one for the varbind with the lowest index.
fn test(groups: &[Group<'_>]) -> Option<Failure> {
    groups.iter().fold(None, |found, group| {
        let refused = group.region.handler().test(&group.changes).err();
        first(found, refused.map(|error| Failure::at(error.status(), group.locate(&error))))
    })
}

/// Phase 2.
fn commit(groups: &[Group<'_>]) -> Result<(), Failure> {
    let mut undos: Vec<Undo> = Vec::with_capacity(groups.len());
    for group in groups {
        match group.region.handler().commit(&group.changes) {
            Ok(undo) => undos.push(undo),
            Err(error) => {
                let failure = Failure::at(error.status(), group.locate(&error));
                return Err(take_back(undos, failure));
            }
        }
    }
    Ok(())
}

/// Runs all undos, also when one of them fails: the less is left changed, the better.
fn take_back(undos: Vec<Undo>, failure: Failure) -> Failure {
    let mut undone = true;
    for undo in undos.into_iter().rev() {
        undone &= undo.run().is_ok();
    }
    if undone {
        failure
    } else {
        tracing::error!("a SET failed half-way and could not be undone");
        Failure::of_request(ErrorStatus::UNDO_FAILED)
    }
}
