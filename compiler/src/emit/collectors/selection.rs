//! From names to tables, columns and scalars.

use super::index::{Part, parts};
use super::{Request, SelectError};
use crate::model::{DefId, Definition, Kind, Model, ModuleId};
use crate::resolve::suggest::closest;
use mibc_runtime::oid::Oid;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What is collected: everything in it can be read and has an OID.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Selection<'m> {
    /// The tables, by OID.
    pub tables: Vec<Table<'m>>,
    /// The scalars, by OID.
    pub scalars: Vec<DefId>,
    /// The columns of [`Request::lookups`], in the order asked for.
    pub lookups: Vec<DefId>,
}

/// Columns of one table.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Table<'m> {
    /// The table, or its row if the module does not define the table.
    pub definition: DefId,
    /// The row.
    pub row: DefId,
    /// The columns, by OID.
    pub columns: Vec<DefId>,
    /// Whether these are all columns that can be read.
    pub whole: bool,
    /// The parts of the index; absent if one of them is not known.
    pub(in crate::emit) index: Option<Vec<Part<'m>>>,
}

/// Finds what a request means. `modules` are those asked for: they are looked at first.
///
/// # Errors
/// A name is unknown or ambiguous, is not of the kind that its place needs, or has nothing below it that can be read.
pub fn select<'m>(
    model: &'m Model,
    modules: &'m [ModuleId],
    request: &Request,
) -> Result<Selection<'m>, SelectError> {
    let finder = Finder { model, modules };
    let mut chosen = Chosen { model, columns: BTreeMap::new(), scalars: BTreeMap::new() };
    for name in &request.tables {
        let id = finder.find(name)?;
        let row = match &model[id].kind {
            Kind::Table(_, Some(row)) => *row,
            Kind::Row(_) => id,
            other => return Err(unfit(name, other, "table")),
        };
        chosen.add_row(row);
    }
    for name in &request.walks {
        let root = match name.trim_start_matches('.').parse::<Oid>() {
            Ok(oid) => oid,
            Err(_) => {
                let id = finder.find(name)?;
                model[id].oid.clone().ok_or_else(|| SelectError::NoOid { name: name.clone() })?
            }
        };
        finder.own().for_each(|definition| chosen.add_below(&root, definition));
        // What the modules asked for have nothing of may be in one that they import.
        if !chosen.has_below(&root) {
            model.definitions().iter().for_each(|definition| chosen.add_below(&root, definition));
        }
        if !chosen.has_below(&root) {
            return Err(SelectError::Nothing { name: name.clone() });
        }
    }
    if request.tables.is_empty() && request.walks.is_empty() {
        finder.own().for_each(|definition| chosen.add(definition.id));
    }
    let mut lookups = Vec::new();
    for name in &request.lookups {
        let id = finder.find(name)?;
        let definition = &model[id];
        match &definition.kind {
            Kind::Column(..) if readable(definition) && definition.oid.is_some() => lookups.push(id),
            other => return Err(unfit(name, other, "column that can be read")),
        }
    }
    let mut seen = BTreeSet::new();
    lookups.retain(|id| seen.insert(*id));
    Ok(Selection { tables: chosen.tables(), scalars: chosen.scalars.into_values().collect(), lookups })
}

fn unfit(name: &str, kind: &Kind, needed: &'static str) -> SelectError {
    SelectError::Unfit { name: name.to_owned(), is: kind.as_str(), needed }
}

/// Whether a manager can read it.
fn readable(definition: &Definition) -> bool {
    definition.object().and_then(|object| object.access).is_some_and(|access| access.is_readable())
}

/// What has been chosen so far; each OID once, the first definition of it.
struct Chosen<'m> {
    model: &'m Model,
    columns: BTreeMap<Oid, (DefId, DefId)>,
    scalars: BTreeMap<Oid, DefId>,
}

impl<'m> Chosen<'m> {
    fn add(&mut self, id: DefId) {
        let definition = &self.model[id];
        let Some(oid) = definition.oid.clone().filter(|_| readable(definition)) else { return };
        match &definition.kind {
            Kind::Column(_, row) => {
                self.columns.entry(oid).or_insert((*row, id));
            }
            Kind::Scalar(_) => {
                self.scalars.entry(oid).or_insert(id);
            }
            _ => {}
        }
    }

    fn add_row(&mut self, row: DefId) {
        if let Kind::Row(data) = &self.model[row].kind {
            data.columns.iter().for_each(|&column| self.add(column));
        }
    }

    fn add_below(&mut self, root: &Oid, definition: &Definition) {
        if definition.oid.as_ref().is_some_and(|oid| oid.starts_with(root)) {
            self.add(definition.id);
        }
    }

    fn has_below(&self, root: &Oid) -> bool {
        self.columns.keys().chain(self.scalars.keys()).any(|oid| oid.starts_with(root))
    }

    fn tables(&self) -> Vec<Table<'m>> {
        let mut rows: Vec<(DefId, Vec<DefId>)> = Vec::new();
        let mut places: FxHashMap<DefId, usize> = FxHashMap::default();
        for &(row, column) in self.columns.values() {
            let place = *places.entry(row).or_insert(rows.len());
            match rows.get_mut(place) {
                Some((_, columns)) => columns.push(column),
                None => rows.push((row, vec![column])),
            }
        }
        rows.into_iter().map(|(row, columns)| self.table(row, columns)).collect()
    }

    fn table(&self, row: DefId, columns: Vec<DefId>) -> Table<'m> {
        let Kind::Row(data) = &self.model[row].kind else {
            return Table { definition: row, row, columns, whole: false, index: None };
        };
        let all = data.columns.iter().filter(|&&id| readable(&self.model[id])).count();
        let whole = columns.len() == all;
        let definition = data.table.filter(|table| self.model[*table].oid.is_some()).unwrap_or(row);
        Table { definition, row, columns, whole, index: parts(self.model, row) }
    }
}

/// Looks names up.
struct Finder<'m> {
    model: &'m Model,
    modules: &'m [ModuleId],
}

impl<'m> Finder<'m> {
    /// The definitions of the modules asked for.
    fn own(&self) -> impl Iterator<Item = &'m Definition> + use<'m> {
        let (model, modules) = (self.model, self.modules);
        modules.iter().flat_map(move |&module| &model[module].definitions).map(move |&id| &model[id])
    }

    fn find(&self, name: &str) -> Result<DefId, SelectError> {
        let model = self.model;
        if let Some((module, descriptor)) = name.split_once("::") {
            let Some(module) = model.module(module) else { return Err(self.unknown(name, module)) };
            return match model.definition(module.id, descriptor) {
                Some(definition) => Ok(definition.id),
                None => Err(self.unknown(name, descriptor)),
            };
        }
        if let Ok(oid) = name.trim_start_matches('.').parse::<Oid>() {
            let exact = |definition: &&Definition| definition.oid.as_ref() == Some(&oid);
            let found = self.own().chain(model.definitions()).find(exact);
            return found.map(|definition| definition.id).ok_or_else(|| self.unknown(name, name));
        }
        if let Some(found) = self.modules.iter().find_map(|&module| model.definition(module, name)) {
            return Ok(found.id);
        }
        let mut found: Vec<&Definition> =
            model.modules().iter().filter_map(|module| model.definition(module.id, name)).collect();
        found.dedup_by(|a, b| a.oid == b.oid);
        match found.as_slice() {
            [] => Err(self.unknown(name, name)),
            [one] => Ok(one.id),
            several => {
                let full = |definition: &&Definition| {
                    format!("{}::{name}", model.spelling(model[definition.module].name))
                };
                Err(SelectError::Ambiguous {
                    name: name.to_owned(),
                    candidates: several.iter().map(full).collect(),
                })
            }
        }
    }

    fn unknown(&self, name: &str, part: &str) -> SelectError {
        let model = self.model;
        let names = self.own().chain(model.definitions()).map(|definition| model.spelling(definition.name));
        SelectError::Unknown { name: name.to_owned(), suggestion: closest(part, names).map(str::to_owned) }
    }
}
