//! The tables of the view-based access control model (RFC 3415 §4).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::control::{Refusal, ViewType};
use super::family::Family;
use super::principal::{Model, Principal};
use super::view::View;
use crate::message::Level;
use crate::oid::Oid;
use crate::persistent::Map;

/// Contexts, groups, access entries and view families, at one time: clones share what they have in common, and cost
/// nothing.
///
/// Only rows that are active belong here. Their row status and storage type are the caller's.
#[derive(Clone, Default)]
pub struct Tables {
    contexts: Map<Vec<u8>, ()>,
    /// vacmSecurityToGroupTable.
    groups: Map<(Model, Vec<u8>), Vec<u8>>,
    /// vacmAccessTable, by group.
    access: Map<Vec<u8>, Arc<GroupAccess>>,
    /// vacmViewTreeFamilyTable, by view.
    views: Map<Vec<u8>, Families>,
}

/// The access entries of one group by context prefix; those of one prefix with the higher level first.
type GroupAccess = BTreeMap<Vec<u8>, Vec<(Model, Level, AccessEntry)>>;

#[derive(Clone, Default)]
struct Families {
    by_subtree: Map<Oid, Family>,
    /// Made of them when it is asked for.
    view: Arc<OnceLock<Arc<View>>>,
}

/// The index of vacmAccessTable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessIndex {
    /// vacmGroupName.
    pub group: Vec<u8>,
    /// vacmAccessContextPrefix.
    pub context_prefix: Vec<u8>,
    /// vacmAccessSecurityModel; may be [`Model::ANY`].
    pub model: Model,
    /// vacmAccessSecurityLevel: the least that a message needs.
    pub level: Level,
}

/// What a row of vacmAccessTable says. An empty view name gives no access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessEntry {
    /// vacmAccessContextMatch.
    pub context_match: ContextMatch,
    /// vacmAccessReadViewName.
    pub read_view: Vec<u8>,
    /// vacmAccessWriteViewName.
    pub write_view: Vec<u8>,
    /// vacmAccessNotifyViewName.
    pub notify_view: Vec<u8>,
}

/// vacmAccessContextMatch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContextMatch {
    /// The context has the name that the entry says.
    #[default]
    Exact,
    /// The context's name begins with it.
    Prefix,
}

impl Tables {
    /// Makes a context known.
    pub fn add_context(&mut self, name: impl Into<Vec<u8>>) {
        self.contexts.insert(name.into(), ());
    }

    /// Forgets a context; tells whether it was known.
    pub fn remove_context(&mut self, name: &[u8]) -> bool {
        self.contexts.remove(&name.to_vec()).is_some()
    }

    /// All contexts, ascending.
    pub fn contexts(&self) -> impl Iterator<Item = &[u8]> {
        self.contexts.iter().map(|(name, ())| name.as_slice())
    }

    /// Puts a principal into a group: a row of vacmSecurityToGroupTable, replacing one with the same index.
    pub fn set_group(&mut self, model: Model, security_name: impl Into<Vec<u8>>, group: impl Into<Vec<u8>>) {
        self.groups.insert((model, security_name.into()), group.into());
    }

    /// Takes a principal out of its group, which is returned.
    pub fn remove_group(&mut self, model: Model, security_name: &[u8]) -> Option<Vec<u8>> {
        self.groups.remove(&(model, security_name.to_vec()))
    }

    /// The group of a principal.
    #[must_use]
    pub fn group(&self, model: Model, security_name: &[u8]) -> Option<&[u8]> {
        let (_, known, group) =
            self.groups.last_where(|(of, name)| (*of, name.as_slice()) <= (model, security_name))?;
        (known.0 == model && known.1 == security_name).then_some(group)
    }

    /// All rows of vacmSecurityToGroupTable: model, security name, group.
    pub fn groups(&self) -> impl Iterator<Item = (Model, &[u8], &[u8])> {
        self.groups.iter().map(|((model, name), group)| (*model, name.as_slice(), group.as_slice()))
    }

    /// Sets a row of vacmAccessTable, replacing one with the same index.
    pub fn set_access(&mut self, index: AccessIndex, entry: AccessEntry) {
        self.remove_access(&index);
        let AccessIndex { group, context_prefix, model, level } = index;
        let mut of_group = find(&self.access, &group).cloned().unwrap_or_default();
        let of_prefix = Arc::make_mut(&mut of_group).entry(context_prefix).or_default();
        let position = of_prefix.partition_point(|(_, other, _)| *other > level);
        of_prefix.insert(position, (model, level, entry));
        self.access.insert(group, of_group);
    }

    /// Takes a row of vacmAccessTable out, which is returned.
    pub fn remove_access(&mut self, index: &AccessIndex) -> Option<AccessEntry> {
        self.access(index)?;
        let mut of_group = self.access.remove(&index.group)?;
        let by_prefix = Arc::make_mut(&mut of_group);
        let of_prefix = by_prefix.get_mut(&index.context_prefix)?;
        let position =
            of_prefix.iter().position(|(model, level, _)| (*model, *level) == (index.model, index.level))?;
        let (.., entry) = of_prefix.remove(position);
        if of_prefix.is_empty() {
            by_prefix.remove(&index.context_prefix);
        }
        if !by_prefix.is_empty() {
            self.access.insert(index.group.clone(), of_group);
        }
        Some(entry)
    }

    /// A row of vacmAccessTable.
    #[must_use]
    pub fn access(&self, index: &AccessIndex) -> Option<&AccessEntry> {
        let of_prefix = find(&self.access, &index.group)?.get(&index.context_prefix)?;
        let found = of_prefix.iter().find(|(model, level, _)| (*model, *level) == (index.model, index.level));
        found.map(|(.., entry)| entry)
    }

    /// All rows of vacmAccessTable, by group and context prefix.
    pub fn all_access(&self) -> impl Iterator<Item = (AccessIndex, &AccessEntry)> {
        self.access.iter().flat_map(|(group, by_prefix)| {
            by_prefix.iter().flat_map(move |(prefix, rows)| {
                rows.iter().map(move |(model, level, entry)| {
                    let (group, context_prefix) = (group.clone(), prefix.clone());
                    (AccessIndex { group, context_prefix, model: *model, level: *level }, entry)
                })
            })
        })
    }

    /// Adds a family to a view: a row of vacmViewTreeFamilyTable, replacing one with the same index.
    pub fn set_family(&mut self, view: impl Into<Vec<u8>>, family: Family) {
        let view = view.into();
        let mut families = self.views.remove(&view).unwrap_or_default();
        families.by_subtree.insert(family.subtree().clone(), family);
        families.view = Arc::default();
        self.views.insert(view, families);
    }

    /// Takes a family out of a view, which is returned.
    pub fn remove_family(&mut self, view: &[u8], subtree: &Oid) -> Option<Family> {
        let view = view.to_vec();
        let mut families = self.views.remove(&view)?;
        let removed = families.by_subtree.remove(subtree);
        if removed.is_some() {
            families.view = Arc::default();
        }
        if families.by_subtree.first().is_some() {
            self.views.insert(view, families);
        }
        removed
    }

    /// The families of a view in OID order.
    pub fn families(&self, view: &[u8]) -> impl Iterator<Item = &Family> {
        let families = find(&self.views, view);
        families.into_iter().flat_map(|families| families.by_subtree.iter().map(|(_, family)| family))
    }

    /// The names of all views that have families.
    pub fn view_names(&self) -> impl Iterator<Item = &[u8]> {
        self.views.iter().map(|(name, _)| name.as_slice())
    }

    /// A view by its name. One without families shows nothing.
    #[must_use]
    pub fn view(&self, name: &[u8]) -> Arc<View> {
        let Some(families) = find(&self.views, name) else { return Arc::new(View::of([])) };
        let make = || Arc::new(View::sorted(families.by_subtree.iter().map(|(_, family)| family)));
        Arc::clone(families.view.get_or_init(make))
    }

    /// The access entry for a principal in a context (RFC 3415 §4, vacmAccessTable): an entry for its model comes
    /// before one for any, then the longest context prefix counts, then the highest level.
    ///
    /// # Errors
    ///
    /// As §3.2 has it, steps 1 to 3.
    pub fn select(&self, principal: &Principal<'_>, context: &[u8]) -> Result<&AccessEntry, Refusal> {
        find(&self.contexts, context).ok_or(Refusal::NoSuchContext)?;
        let group = self.group(principal.model, &principal.security_name).ok_or(Refusal::NoGroupName)?;
        let by_prefix = find(&self.access, group).ok_or(Refusal::NoAccessEntry)?;
        let mut of_any = None;
        for length in (0..=context.len()).rev() {
            let is_whole = length == context.len();
            let Some(rows) = context.get(..length).and_then(|prefix| by_prefix.get(prefix)) else { continue };
            let mut matching = rows.iter().filter(|(_, level, entry)| {
                *level <= principal.level && (is_whole || entry.context_match == ContextMatch::Prefix)
            });
            if let Some((.., entry)) = matching.clone().find(|(model, ..)| *model == principal.model) {
                return Ok(entry);
            }
            of_any = of_any.or_else(|| matching.find(|(model, ..)| *model == Model::ANY));
        }
        of_any.map(|(.., entry)| entry).ok_or(Refusal::NoAccessEntry)
    }

    /// The view that a principal has in a context.
    ///
    /// # Errors
    ///
    /// As §3.2 has it.
    pub fn view_for(
        &self,
        principal: &Principal<'_>,
        context: &[u8],
        kind: ViewType,
    ) -> Result<Arc<View>, Refusal> {
        let entry = self.select(principal, context)?;
        let name = match kind {
            ViewType::Read => &entry.read_view,
            ViewType::Write => &entry.write_view,
            ViewType::Notify => &entry.notify_view,
        };
        if name.is_empty() { Err(Refusal::NoSuchView) } else { Ok(self.view(name)) }
    }
}

fn find<'m, V>(map: &'m Map<Vec<u8>, V>, key: &[u8]) -> Option<&'m V> {
    map.last_where(|known| known.as_slice() <= key)
        .filter(|(_, known, _)| *known == key)
        .map(|(_, _, value)| value)
}

/// Without names: they can be those of users.
impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables")
            .field("contexts", &self.contexts.iter().count())
            .field("groups", &self.groups.iter().count())
            .field("views", &self.views.iter().count())
            .finish_non_exhaustive()
    }
}
