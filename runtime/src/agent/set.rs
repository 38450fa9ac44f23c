//! SET as one transaction over all providers that it touches (RFC 3416 §4.2.5).
//!
//! Phase 1 tests everything, phase 2 commits provider by provider; when one fails, those before it are undone in
//! reverse order. Three choices that the standard leaves open:
//!
//! - Views, unknown objects and repeated names are looked at for the whole request before any provider is asked;
//!   after that the failing varbind with the lowest index wins.
//! - A variable named twice with the same value is set once; with different values the second naming is
//!   inconsistentValue, and nothing changes.
//! - When phase 2 fails and everything could be undone, the manager reads the status that the handler gave: nothing
//!   has changed, as if the test had found it. A handler that has no better word says commitFailed.

use std::collections::BTreeMap;

use super::community::View;
use super::failure::Failure;
use super::set_error::{SetError, Undo};
use super::tree::{Region, Tree};
use crate::message::ErrorStatus;
use crate::oid::Oid;
use crate::value::VarBind;

/// Makes all `changes` or none.
pub(crate) fn set(tree: &Tree, view: &View, changes: &[VarBind]) -> Result<(), Failure> {
    let groups = group(tree, view, changes)?;
    test(&groups)?;
    commit(&groups)
}

/// The part of a SET that concerns one provider.
struct Group<'t> {
    region: &'t Region,
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

/// Sorts the changes by provider, in the order in which the request first names each.
fn group<'t>(tree: &'t Tree, view: &View, changes: &[VarBind]) -> Result<Vec<Group<'t>>, Failure> {
    let mut groups: Vec<Group<'t>> = Vec::new();
    let mut by_root: BTreeMap<&Oid, usize> = BTreeMap::new();
    let mut named: BTreeMap<&Oid, &VarBind> = BTreeMap::new();
    for (position, change) in changes.iter().enumerate() {
        let name = change.name.as_ref();
        if !view.contains(name) {
            return Err(Failure::at(ErrorStatus::NO_ACCESS, position));
        }
        let Some(region) = tree.find(name) else {
            return Err(Failure::at(ErrorStatus::NOT_WRITABLE, position));
        };
        if let Some(before) = named.insert(&change.name, change) {
            if before.value != change.value {
                return Err(Failure::at(ErrorStatus::INCONSISTENT_VALUE, position));
            }
            continue;
        }
        let next = groups.len();
        let index = *by_root.entry(region.root()).or_insert(next);
        if index == next {
            groups.push(Group { region, changes: Vec::new(), positions: Vec::new() });
        }
        if let Some(group) = groups.get_mut(index) {
            group.changes.push(change.clone());
            group.positions.push(position);
        }
    }
    Ok(groups)
}

/// Phase 1: of all refusals, the one for the varbind with the lowest index.
fn test(groups: &[Group<'_>]) -> Result<(), Failure> {
    let mut first: Option<Failure> = None;
    for group in groups {
        if let Err(error) = group.region.provider().test(&group.changes) {
            let failure = Failure::at(error.status(), group.locate(&error));
            if first.is_none_or(|first| failure.index < first.index) {
                first = Some(failure);
            }
        }
    }
    first.map_or(Ok(()), Err)
}

/// Phase 2.
fn commit(groups: &[Group<'_>]) -> Result<(), Failure> {
    let mut undos: Vec<Undo> = Vec::with_capacity(groups.len());
    for group in groups {
        match group.region.provider().commit(&group.changes) {
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
