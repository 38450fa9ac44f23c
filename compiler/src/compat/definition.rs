//! Definitions with an OID.

use super::clauses::{Common, Texts};
use super::{Comparison, Effect, Rule, Side};
use crate::model::{DefId, Definition, IndexTarget, Kind, Object, Row};
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::Access;
use rustc_hash::{FxHashMap, FxHashSet};

/// How a definition came to another OID.
#[derive(Clone, Copy)]
enum Moved {
    /// By itself, and so many definitions below it went along.
    Root { below: usize },
    /// With one above it.
    Along,
}

impl<'m> Comparison<'m> {
    pub(super) fn definitions(&mut self) {
        let list =
            |side: Side<'m>| side.model[side.module].definitions.iter().map(move |&id| &side.model[id]);
        let by_name = |side: Side<'m>| {
            list(side).map(|d| (side.model.spelling(d.name), d)).collect::<FxHashMap<&str, &Definition>>()
        };
        let (old_names, new_names) = (by_name(self.old), by_name(self.new));
        let moved = self.moved(&new_names);
        // The first new name at each OID.
        let mut new_oids: FxHashMap<&Oid, &Definition> = FxHashMap::default();
        for new in list(self.new).filter(|new| !old_names.contains_key(self.new.model.spelling(new.name))) {
            if let Some(oid) = &new.oid {
                new_oids.entry(oid).or_insert(new);
            }
        }
        let mut renamed: FxHashSet<DefId> = FxHashSet::default();
        for old in list(self.old) {
            let name = self.old.model.spelling(old.name);
            match new_names.get(name) {
                Some(new) => self.definition(name, old, new, moved.get(&old.id).copied()),
                None => {
                    let Some(new) = old.oid.as_ref().and_then(|oid| new_oids.get(oid)) else {
                        self.push(Rule::Removed, Effect::Breaks, name, oid(old), None);
                        continue;
                    };
                    renamed.insert(new.id);
                    let is = self.new.model.spelling(new.name).to_owned();
                    self.push(Rule::Renamed, Effect::Breaks, name, Some(name.to_owned()), Some(is));
                }
            }
        }
        let old_oids: FxHashMap<String, &str> =
            list(self.old).filter_map(|d| Some((oid(d)?, self.old.model.spelling(d.name)))).collect();
        for new in list(self.new).filter(|new| !renamed.contains(&new.id)) {
            let name = self.new.model.spelling(new.name);
            let before = oid(new).and_then(|oid| old_oids.get(&oid).copied()).filter(|old| *old != name);
            if let Some(before) = before {
                self.push(Rule::OidReused, Effect::Breaks, name, Some(before.to_owned()), oid(new));
            } else if !old_names.contains_key(name) {
                self.added(name, new);
            }
        }
    }

    /// The definitions whose OIDs changed: what goes with each. Where only something above it moved, that is listed.
    fn moved(&self, new_names: &FxHashMap<&str, &'m Definition>) -> FxHashMap<DefId, Moved> {
        let pair = |id: DefId| {
            let old = &self.old.model[id];
            let new = *new_names.get(self.old.model.spelling(old.name))?;
            (old.module == self.old.module && old.oid != new.oid).then_some((old, new))
        };
        // What a definition went along with: its parent, if it stands below that as it did before.
        let along = |id: DefId| {
            let (old, new) = pair(id)?;
            let (old_parent, new_parent) = pair(old.parent?)?;
            let below = |d: &'m Definition, parent: &'m Definition| {
                Some(d.oid.as_ref()?.strip_prefix(parent.oid.as_ref()?)?.collect::<Vec<u32>>())
            };
            let (was, is) = (below(old, old_parent)?, below(new, new_parent)?);
            (new.parent == Some(new_parent.id) && !was.is_empty() && was == is).then_some(old_parent.id)
        };
        let mut moved: FxHashMap<DefId, Moved> = FxHashMap::default();
        for &id in &self.old.model[self.old.module].definitions {
            if pair(id).is_none() {
                continue;
            }
            let mut root = id;
            // Each step is to a shorter OID.
            while let Some(parent) = along(root) {
                root = parent;
            }
            if root == id {
                moved.entry(id).or_insert(Moved::Root { below: 0 });
            } else {
                moved.insert(id, Moved::Along);
                if let Moved::Root { below } = moved.entry(root).or_insert(Moved::Root { below: 0 }) {
                    *below += 1;
                }
            }
        }
        moved
    }

    fn added(&mut self, name: &str, new: &Definition) {
        // Where the row was there before: which columns it had.
        let last = match new.kind {
            Kind::Column(_, row) => {
                let row = self.new.model.spelling(self.new.model[row].name);
                let old = self.old.model.definition(self.old.module, row);
                match old.map(|old| &old.kind) {
                    Some(Kind::Row(row)) => {
                        let number = |id: &DefId| Some(self.old.model[*id].oid.as_ref()?.last());
                        Some(row.columns.iter().filter_map(number).max().unwrap_or(0))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let number = new.oid.as_ref().map_or(0, |oid| oid.last());
        let (rule, effect) = match last {
            Some(last) if number > last => (Rule::ColumnAdded, Effect::Allowed),
            Some(_) => (Rule::ColumnInserted, Effect::Careless),
            None => (Rule::Added, Effect::Allowed),
        };
        self.push(rule, effect, name, None, oid(new));
    }

    fn definition(&mut self, name: &str, old: &'m Definition, new: &'m Definition, moved: Option<Moved>) {
        if let Some(Moved::Root { below }) = moved {
            self.push(Rule::OidChanged, Effect::Breaks, name, oid(old), oid(new));
            if let Some(change) = self.changes.last_mut() {
                change.below = below;
            }
        }
        // OBJECT IDENTIFIER and OBJECT-IDENTITY are the same with and without words.
        let kind = |d: &Definition| match &d.kind {
            Kind::Value => Kind::ObjectIdentity.as_str(),
            kind => kind.as_str(),
        };
        if kind(old) != kind(new) {
            let (was, is) = (kind(old).to_owned(), kind(new).to_owned());
            self.push(Rule::KindChanged, Effect::Breaks, name, Some(was), Some(is));
            return;
        }
        let common =
            |d: &Definition| Common { status: d.status, description: d.description, reference: d.reference };
        self.common(name, common(old), common(new));
        if let (Some(old), Some(new)) = (old.object(), new.object()) {
            self.object(name, old, new);
        }
        match (&old.kind, &new.kind) {
            (Kind::Row(old), Kind::Row(new)) => self.index(name, old, new),
            (Kind::Notification(old), Kind::Notification(new)) => {
                let (was, is) =
                    (Texts::of(self.old).refs(&old.objects), Texts::of(self.new).refs(&new.objects));
                if was != is {
                    let (was, is) = (list(&was), list(&is));
                    self.push(Rule::ObjectsChanged, Effect::Breaks, name, Some(was), Some(is));
                }
            }
            (Kind::Group(old), Kind::Group(new)) => self.group(name, old, new),
            (Kind::Compliance(old), Kind::Compliance(new)) => self.compliance(name, old, new),
            (Kind::Capabilities(old), Kind::Capabilities(new)) => self.capabilities(name, old, new),
            _ => {}
        }
    }

    fn object(&mut self, name: &str, old: &Object, new: &Object) {
        self.syntax(name, &old.syntax, &new.syntax, true);
        let (was, is) = (access(old.access), access(new.access));
        if was != is {
            let word = |access: Option<Access>| access.map(|access| access.as_str().to_owned());
            self.push(Rule::AccessChanged, Effect::Breaks, name, word(was), word(is));
        }
        let (was, is) = (Texts::of(self.old).line(old.units), Texts::of(self.new).line(new.units));
        match (was, is) {
            (was, is) if was == is => {}
            (None, is) => self.push(Rule::UnitsAdded, Effect::Allowed, name, None, is),
            (was, is) => self.push(Rule::UnitsChanged, Effect::Breaks, name, was, is),
        }
        let was = old.default.as_ref().map(|default| Texts::of(self.old).default(default));
        let is = new.default.as_ref().map(|default| Texts::of(self.new).default(default));
        match (was, is) {
            (was, is) if was == is => {}
            (was, None) => self.push(Rule::DefaultRemoved, Effect::Breaks, name, was, None),
            (was, is) => self.push(Rule::DefaultChanged, Effect::Allowed, name, was, is),
        }
    }

    fn index(&mut self, name: &str, old: &Row, new: &Row) {
        let (was, is) = (index(self.old, old), index(self.new, new));
        if was != is {
            self.push(Rule::IndexChanged, Effect::Breaks, name, Some(was), Some(is));
        }
    }
}

/// INDEX or AUGMENTS as text.
fn index(side: Side<'_>, row: &Row) -> String {
    if let Some(base) = row.augments {
        return format!("AUGMENTS {}", side.model.ref_name(base));
    }
    let item = |item: &crate::model::IndexItem| {
        let name = match &item.target {
            IndexTarget::Object(object) => side.model.ref_name(*object),
            IndexTarget::Type(syntax) => side.model.text(syntax.span).trim(),
        };
        if item.implied { format!("IMPLIED {name}") } else { name.to_owned() }
    };
    row.index.iter().map(item).collect::<Vec<_>>().join(", ")
}

/// ACCESS in SMIv2's terms (RFC 3584 §2.1.1 (5)).
fn access(access: Option<Access>) -> Option<Access> {
    match access {
        Some(Access::WriteOnly) => Some(Access::ReadWrite),
        other => other,
    }
}

fn oid(definition: &Definition) -> Option<String> {
    definition.oid.as_ref().map(ToString::to_string)
}

/// Names with commas between them; a word if there is none.
pub(super) fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
