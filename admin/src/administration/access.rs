//! SNMP-VIEW-BASED-ACM-MIB (RFC 3415).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mibc_generated::snmp_view_based_acm_mib::{
    VACM_ACCESS_CONTEXT_MATCH, VACM_ACCESS_NOTIFY_VIEW_NAME, VACM_ACCESS_READ_VIEW_NAME,
    VACM_ACCESS_STORAGE_TYPE, VACM_ACCESS_WRITE_VIEW_NAME, VACM_CONTEXT_NAME, VACM_GROUP_NAME,
    VACM_SECURITY_TO_GROUP_STORAGE_TYPE, VACM_VIEW_SPIN_LOCK, VACM_VIEW_TREE_FAMILY_MASK,
    VACM_VIEW_TREE_FAMILY_STORAGE_TYPE, VACM_VIEW_TREE_FAMILY_TYPE, VacmAccessContextMatch, VacmAccessEntry,
    VacmAccessIndex, VacmContextEntry, VacmContextIndex, VacmSecurityToGroupEntry, VacmSecurityToGroupIndex,
    VacmViewTreeFamilyEntry, VacmViewTreeFamilyIndex, VacmViewTreeFamilyType,
};
use mibc_runtime::access::{AccessEntry, AccessIndex, ContextMatch, Family, Mask, Model, Tables, Vacm};
use mibc_runtime::agent::{Agent, TestAndIncr};
use mibc_runtime::rows::{RowError, RowRef};
use mibc_runtime::value::OctetString;

use super::level::{level_of, model_of, to_level, to_model};
use super::spin_lock;
use super::table::{Fill, Staged, Table, active};
use crate::datastore::Datastore;
use crate::store::StoreJournal;

/// The tables, and access control that follows them.
pub(super) struct AccessTables {
    contexts: Table<VacmContextEntry>,
    groups: Table<VacmSecurityToGroupEntry>,
    access: Table<VacmAccessEntry>,
    families: Table<VacmViewTreeFamilyEntry>,
    lock: TestAndIncr,
    vacm: Arc<Vacm>,
}

impl AccessTables {
    pub(super) fn open(kept: Option<&StoreJournal>, vacm: &Arc<Vacm>) -> Result<Self, RowError> {
        let of = || Arc::clone(vacm);
        let vacm = of();
        let groups = Table::open(
            kept,
            Some(VACM_SECURITY_TO_GROUP_STORAGE_TYPE),
            |builder| builder,
            move |change| {
                let Some(index) = change.index() else { return };
                vacm.edit(|tables| match active(change) {
                    Some(row) => set_group(tables, row),
                    None => drop(
                        tables
                            .remove_group(model_of(index.vacm_security_model), &index.vacm_security_name.0.0),
                    ),
                });
            },
        )?;
        let vacm = of();
        let access = Table::open(
            kept,
            Some(VACM_ACCESS_STORAGE_TYPE),
            |builder| builder,
            move |change| {
                let Some(index) = change.index() else { return };
                vacm.edit(|tables| match active(change) {
                    Some(row) => set_access(tables, row),
                    None => drop(tables.remove_access(&access_index(index))),
                });
            },
        )?;
        let vacm = of();
        let families = Table::open(
            kept,
            Some(VACM_VIEW_TREE_FAMILY_STORAGE_TYPE),
            |builder| builder,
            move |change| {
                let Some(index) = change.index() else { return };
                let VacmViewTreeFamilyIndex { vacm_view_tree_family_view_name: view, .. } = &index;
                vacm.edit(|tables| match active(change) {
                    Some(row) => set_family(tables, row),
                    None => {
                        drop(tables.remove_family(&view.0.0, &index.vacm_view_tree_family_subtree));
                    }
                });
            },
        )?;
        let contexts = Table::open(None, None, |builder| builder, |_| {})?;
        Ok(Self { contexts, groups, access, families, lock: spin_lock::new(), vacm: of() })
    }

    pub(super) fn serve(&self, agent: &Agent) {
        self.contexts.serve(agent);
        self.groups.serve(agent);
        self.access.serve(agent);
        self.families.serve(agent);
        spin_lock::serve(agent, VACM_VIEW_SPIN_LOCK, &self.lock);
    }

    /// Makes ready to take the rows of a configuration in.
    pub(super) fn stage(&self, rows: &Datastore) -> Result<StagedAccess<'_>, RowError> {
        let contexts = rows.contexts.keys().map(|name| {
            let index = VacmContextIndex { vacm_context_name: name.clone().into() };
            let fill: Fill<'_, VacmContextEntry> = Box::new(|row| row.set(VACM_CONTEXT_NAME, name.clone()));
            (index, fill)
        });
        let contexts = self.contexts.stage(contexts.collect())?;
        let groups = rows.groups.iter().map(|((model, name), group)| {
            let fill: Fill<'_, VacmSecurityToGroupEntry> =
                Box::new(|row| row.set(VACM_GROUP_NAME, group.row.clone()));
            (VacmSecurityToGroupIndex::from((to_model(*model), name.clone())), fill)
        });
        let groups = self.groups.stage(groups.collect())?;
        let access = rows.access.iter().map(|(index, entry)| {
            let entry = &entry.row;
            let fill: Fill<'_, VacmAccessEntry> = Box::new(|row| {
                let context_match = match entry.context_match {
                    ContextMatch::Exact => VacmAccessContextMatch::EXACT,
                    ContextMatch::Prefix => VacmAccessContextMatch::PREFIX,
                };
                row.set(VACM_ACCESS_CONTEXT_MATCH, context_match)
                    .set(VACM_ACCESS_READ_VIEW_NAME, entry.read_view.clone())
                    .set(VACM_ACCESS_WRITE_VIEW_NAME, entry.write_view.clone())
                    .set(VACM_ACCESS_NOTIFY_VIEW_NAME, entry.notify_view.clone())
            });
            let index = VacmAccessIndex {
                vacm_group_name: index.group.clone().into(),
                vacm_access_context_prefix: index.context_prefix.clone().into(),
                vacm_access_security_model: to_model(index.model),
                vacm_access_security_level: to_level(index.level),
            };
            (index, fill)
        });
        let access = self.access.stage(access.collect())?;
        let families = rows.families.iter().map(|((view, subtree), family)| {
            let family = &family.row;
            let fill: Fill<'_, VacmViewTreeFamilyEntry> = Box::new(|row| {
                let kind = if family.is_included() {
                    VacmViewTreeFamilyType::INCLUDED
                } else {
                    VacmViewTreeFamilyType::EXCLUDED
                };
                row.set(VACM_VIEW_TREE_FAMILY_MASK, OctetString::from(family.mask_of().as_octets()))
                    .set(VACM_VIEW_TREE_FAMILY_TYPE, kind)
            });
            let index = VacmViewTreeFamilyIndex {
                vacm_view_tree_family_view_name: view.clone().into(),
                vacm_view_tree_family_subtree: subtree.clone(),
            };
            (index, fill)
        });
        let families = self.families.stage(families.collect::<BTreeMap<_, _>>())?;
        Ok(StagedAccess { contexts, groups, access, families })
    }

    /// Removes rows that were left unfinished.
    pub(super) fn expire(&self, now: Instant, age: Duration) -> Result<usize, RowError> {
        Ok(self.groups.expire(now, age)? + self.access.expire(now, age)? + self.families.expire(now, age)?)
    }

    /// Has access control work with the rows as they are now.
    pub(super) fn publish(&self) {
        self.vacm.edit(|tables| {
            let mut fresh = Tables::default();
            for row in self.contexts.store().snapshot().iter() {
                fresh.add_context(row.get(VACM_CONTEXT_NAME).unwrap_or_default_octets());
            }
            self.groups.each_active(|row| set_group(&mut fresh, row));
            self.access.each_active(|row| set_access(&mut fresh, row));
            self.families.each_active(|row| set_family(&mut fresh, row));
            *tables = fresh;
        });
    }
}

/// What access control makes of these rows.
#[cfg(test)]
pub(crate) fn access_of(rows: &Datastore) -> Arc<Tables> {
    let vacm = Arc::new(Vacm::new());
    let tables = AccessTables::open(None, &vacm).expect("the tables of a MIB");
    tables.stage(rows).and_then(StagedAccess::commit).expect("rows of a configuration");
    tables.publish();
    vacm.tables()
}

/// Rows that the tables will have.
pub(super) struct StagedAccess<'t> {
    contexts: Staged<'t, VacmContextEntry>,
    groups: Staged<'t, VacmSecurityToGroupEntry>,
    access: Staged<'t, VacmAccessEntry>,
    families: Staged<'t, VacmViewTreeFamilyEntry>,
}

impl StagedAccess<'_> {
    pub(super) fn commit(self) -> Result<(), RowError> {
        self.contexts.commit()?;
        self.groups.commit()?;
        self.access.commit()?;
        self.families.commit()
    }
}

/// The octets of a name, if there is one.
trait Octets {
    fn unwrap_or_default_octets(self) -> Vec<u8>;
}

impl<T: Into<OctetString>> Octets for Option<T> {
    fn unwrap_or_default_octets(self) -> Vec<u8> {
        self.map(|name| name.into().0).unwrap_or_default()
    }
}

fn set_group(tables: &mut Tables, row: RowRef<'_, VacmSecurityToGroupEntry>) {
    if let (Some(index), Some(group)) = (row.index(), row.get(VACM_GROUP_NAME)) {
        let model: Model = model_of(index.vacm_security_model);
        tables.set_group(model, index.vacm_security_name.0.0, group.0.0);
    }
}

fn access_index(index: VacmAccessIndex) -> AccessIndex {
    AccessIndex {
        group: index.vacm_group_name.0.0,
        context_prefix: index.vacm_access_context_prefix.0.0,
        model: model_of(index.vacm_access_security_model),
        level: level_of(index.vacm_access_security_level),
    }
}

fn set_access(tables: &mut Tables, row: RowRef<'_, VacmAccessEntry>) {
    let Some(index) = row.index() else { return };
    let context_match = match row.get(VACM_ACCESS_CONTEXT_MATCH) {
        Some(VacmAccessContextMatch::PREFIX) => ContextMatch::Prefix,
        _ => ContextMatch::Exact,
    };
    let entry = AccessEntry {
        context_match,
        read_view: row.get(VACM_ACCESS_READ_VIEW_NAME).unwrap_or_default_octets(),
        write_view: row.get(VACM_ACCESS_WRITE_VIEW_NAME).unwrap_or_default_octets(),
        notify_view: row.get(VACM_ACCESS_NOTIFY_VIEW_NAME).unwrap_or_default_octets(),
    };
    tables.set_access(access_index(index), entry);
}

fn set_family(tables: &mut Tables, row: RowRef<'_, VacmViewTreeFamilyEntry>) {
    let Some(index) = row.index() else { return };
    let mask = row.get(VACM_VIEW_TREE_FAMILY_MASK).unwrap_or_default();
    let included = row.get(VACM_VIEW_TREE_FAMILY_TYPE) != Some(VacmViewTreeFamilyType::EXCLUDED);
    let subtree = index.vacm_view_tree_family_subtree;
    tables.set_family(index.vacm_view_tree_family_view_name.0.0, family(subtree, mask.0, included));
}

/// A family by its columns. The MIB has no longer mask.
pub(super) fn family(subtree: mibc_runtime::oid::Oid, mask: Vec<u8>, included: bool) -> Family {
    let family = if included { Family::included(subtree) } else { Family::excluded(subtree) };
    family.mask(Mask::new(mask).unwrap_or_default())
}
