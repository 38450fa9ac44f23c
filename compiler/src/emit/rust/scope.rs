//! The names of one generated module, unique in it.
//!
//! Constants and types share one set of names here although Rust keeps them apart: a unit struct is in both.
//! Items that the MIB names come first. If two of them get the same name (`lteStatus` and `LTEStatus`, or a textual
//! convention `Alarm` and an enumeration of an object `alarm`), each gets a suffix computed only from its own spelling.
//! Items that are named after others (index types, the traits of agents) take a different name if theirs is in use and
//! never rename others, so that asking for more output renames nothing.

use super::names;
use crate::model::{DefId, Definition, Kind, Model, ModuleId, Syntax, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A Rust item of a generated module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// The marker type of the module.
    Module,
    /// The constant of a scalar, column, or of any other node with an OID.
    Constant(DefId),
    /// The type of an object's own enumeration or BITS.
    ObjectType(DefId),
    /// The marker type of a row.
    Row(DefId),
    /// The struct of a notification.
    Notification(DefId),
    /// The type of a textual convention or type assignment.
    Type(TypeId),
    /// The index type that belongs to a row.
    Index(DefId),
    /// The trait through which an agent serves a table, by its row.
    Table(DefId),
    /// The struct of what one SET asks of a row.
    Set(DefId),
}

impl Item {
    fn role(self) -> &'static str {
        match self {
            Item::Module => "module",
            Item::Constant(_) => "object",
            Item::ObjectType(_) => "object type",
            Item::Row(_) => "row",
            Item::Notification(_) => "notification",
            Item::Type(_) => "type",
            Item::Index(_) => "index",
            Item::Table(_) => "table",
            Item::Set(_) => "set",
        }
    }
}

/// The names of the items of one module.
#[derive(Debug, Default)]
pub(super) struct Scope {
    names: FxHashMap<Item, String>,
    /// Names that constants lost in a collision, sorted, each with the constants that would have it.
    ambiguous: BTreeMap<String, Vec<Item>>,
}

impl Scope {
    /// Names everything the module could contain.
    pub(super) fn of(model: &Model, module: ModuleId) -> Scope {
        let mut scope = Scope::default();
        let mut taken = FxHashSet::default();
        let mut candidates = first_class(model, module);
        scope.ambiguous = ambiguous(&candidates);
        while !candidates.is_empty() {
            candidates = scope.admit(candidates, &mut taken);
        }
        scope.ambiguous.retain(|name, _| taken.insert(name.clone()));
        for (item, spelling, choices) in derived(model, module) {
            let suffixed = names::with_suffix(&choices[0], &names::suffix(&spelling, item.role()));
            if let Some(name) = choices.into_iter().chain([suffixed]).find(|name| taken.insert(name.clone()))
            {
                scope.names.insert(item, name);
            }
        }
        scope
    }

    /// The name of an item; `None` if the module does not contain it.
    pub(super) fn get(&self, item: Item) -> Option<&str> {
        self.names.get(&item).map(String::as_str)
    }

    /// The names that constants lost in a collision, each with the names that those constants have instead.
    pub(super) fn ambiguous(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.ambiguous
            .iter()
            .map(|(name, items)| (name.as_str(), items.iter().filter_map(|item| self.get(*item)).collect()))
    }

    /// Admits the candidates whose name is unique; returns the others with a suffix. A candidate that still collides
    /// with two suffixes gets no name.
    fn admit(&mut self, candidates: Vec<Candidate>, taken: &mut FxHashSet<String>) -> Vec<Candidate> {
        let mut count: FxHashMap<&str, u32> = FxHashMap::default();
        for candidate in &candidates {
            *count.entry(&candidate.name).or_default() += 1;
        }
        let alone: Vec<bool> = candidates
            .iter()
            .map(|c| count.get(c.name.as_str()) == Some(&1) && !taken.contains(&c.name))
            .collect();
        let mut again = Vec::new();
        for (candidate, alone) in candidates.into_iter().zip(alone) {
            if alone {
                taken.insert(candidate.name.clone());
                self.names.insert(candidate.item, candidate.name);
            } else if candidate.round < 2 {
                let round = candidate.round + 1;
                let salted = format!("{}{}", candidate.item.role(), " again".repeat(candidate.round));
                let name = names::with_suffix(&candidate.name, &names::suffix(&candidate.spelling, &salted));
                again.push(Candidate { name, round, ..candidate });
            }
        }
        again
    }
}

struct Candidate {
    item: Item,
    spelling: String,
    name: String,
    round: usize,
}

/// The names that more than one candidate has, one of them a constant.
fn ambiguous(candidates: &[Candidate]) -> BTreeMap<String, Vec<Item>> {
    let mut by_name: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for candidate in candidates {
        by_name.entry(candidate.name.clone()).or_default().push(candidate.item);
    }
    by_name.retain(|_, items| items.len() > 1 && items.iter().any(|item| matches!(item, Item::Constant(_))));
    by_name
}

/// Everything that has a name of its own in the MIB.
fn first_class(model: &Model, module: ModuleId) -> Vec<Candidate> {
    let mut list = Vec::new();
    let mut add = |item, spelling: &str, name| {
        list.push(Candidate { item, spelling: spelling.to_owned(), name, round: 0 });
    };
    let data = &model[module];
    let spelling = model.spelling(data.name);
    add(Item::Module, spelling, names::type_name(spelling));
    for &id in &data.types {
        if !model[id].builtin {
            let spelling = model.spelling(model[id].name);
            add(Item::Type(id), spelling, names::type_name(spelling));
        }
    }
    for &id in &data.definitions {
        let spelling = model.spelling(model[id].name);
        match &model[id].kind {
            Kind::Row(_) => add(Item::Row(id), spelling, names::type_name(spelling)),
            Kind::Notification(_) => add(Item::Notification(id), spelling, names::type_name(spelling)),
            Kind::Scalar(object) | Kind::Column(object, _) if has_own_type(&object.syntax) => {
                add(Item::ObjectType(id), spelling, names::type_name(spelling));
            }
            _ => {}
        }
        if has_constant(&model[id]) {
            add(Item::Constant(id), spelling, names::constant(spelling));
        }
    }
    list
}

/// What is named after something else, with its names in order of preference.
fn derived(model: &Model, module: ModuleId) -> Vec<(Item, String, Vec<String>)> {
    let mut list = Vec::new();
    for &id in &model[module].definitions {
        if let Kind::Row(row) = &model[id].kind {
            let spelling = model.spelling(model[id].name);
            let stem = spelling.strip_suffix("Entry").filter(|s| !s.is_empty()).unwrap_or(spelling);
            let choices = |end: &str| {
                let mut choices = vec![names::type_name(stem) + end];
                if stem != spelling {
                    choices.push(names::type_name(spelling) + end);
                }
                choices
            };
            list.push((Item::Index(id), spelling.to_owned(), choices("Index")));
            list.push((Item::Set(id), spelling.to_owned(), choices("Set")));
            let table = row.table.map_or(stem, |table| model.spelling(model[table].name));
            let trait_name = names::type_name(table);
            let trait_name = if trait_name.ends_with("Table") { trait_name } else { trait_name + "Table" };
            list.push((Item::Table(id), table.to_owned(), vec![trait_name]));
        }
    }
    list
}

/// Whether an object has an enumeration or BITS that belongs only to it.
pub(super) fn has_own_type(syntax: &Syntax) -> bool {
    syntax.named.is_none() && !(syntax.enums.is_empty() && syntax.bits.is_empty())
}

/// Whether a definition is a constant in Rust.
pub(super) fn has_constant(definition: &Definition) -> bool {
    definition.oid.is_some() && !matches!(definition.kind, Kind::Group(_) | Kind::Compliance(_))
}

/// Names for the labels of one type: a suffix for each of those that would have the same name, `None` for a label
/// that is written a second time.
pub(super) fn labels(spellings: &[&str]) -> Vec<Option<String>> {
    let mut seen = FxHashSet::default();
    let first: Vec<bool> = spellings.iter().map(|spelling| seen.insert(*spelling)).collect();
    unique(spellings, &first, names::constant)
}

/// Names for the fields of one struct. A spelling that comes again gets its position as a suffix.
pub(super) fn members(spellings: &[&str]) -> Vec<String> {
    let mut seen = FxHashSet::default();
    let first: Vec<bool> = spellings.iter().map(|spelling| seen.insert(*spelling)).collect();
    let found = unique(spellings, &first, names::member);
    let mut taken: FxHashSet<String> = found.iter().flatten().cloned().collect();
    let mut position = 0;
    let named = spellings.iter().zip(found).map(|(spelling, name)| {
        position += 1;
        name.unwrap_or_else(|| {
            let plain = names::member(spelling);
            let mut choices =
                (position..).map(|number: usize| names::with_suffix(&plain, &number.to_string()));
            choices.find(|choice| taken.insert(choice.clone())).unwrap_or(plain)
        })
    });
    named.collect()
}

/// Names for what is wanted; `None` for the rest, and for what collides even with its suffix.
fn unique(spellings: &[&str], wanted: &[bool], name: fn(&str) -> String) -> Vec<Option<String>> {
    let plain: Vec<String> = spellings.iter().map(|spelling| name(spelling)).collect();
    let mut count: FxHashMap<&str, u32> = FxHashMap::default();
    for (name, _) in plain.iter().zip(wanted).filter(|(_, wanted)| **wanted) {
        *count.entry(name).or_default() += 1;
    }
    let mut taken: FxHashSet<String> =
        count.iter().filter(|(_, n)| **n == 1).map(|(name, _)| (*name).into()).collect();
    let named = spellings.iter().zip(&plain).zip(wanted).map(|((spelling, plain), wanted)| {
        if !wanted {
            return None;
        }
        if count.get(plain.as_str()) == Some(&1) {
            return Some(plain.clone());
        }
        let suffixed = names::with_suffix(plain, &names::suffix(spelling, "label"));
        taken.insert(suffixed.clone()).then_some(suffixed)
    });
    named.collect()
}
