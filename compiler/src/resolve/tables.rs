//! Tables, rows and columns: what belongs to what, and by which indexes (RFC 2578 §7.7, §7.8).
//!
//! Whether an object is a column is decided inside its own module: the same OID in another module says nothing.

use super::Resolver;
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, Definition, IndexTarget, Kind, ModuleId, Ref, Shared};
use crate::parallel;
use crate::syntax::ast;
use mibc_runtime::oid::Oid;
use rustc_hash::{FxBuildHasher, FxHashMap};

impl<'s> Resolver<'s> {
    /// Links tables, rows and columns, then checks indexes.
    pub(super) fn link_tables(&mut self) {
        self.recover_rows();
        let (nodes, rows) = self.tables_and_rows();
        for stretch in self.stretches() {
            for (id, above) in self.look_ahead(&stretch, |resolver, id| resolver.above(id, &nodes)) {
                let Some(above) = above else { continue };
                match &self.model[id].kind {
                    Kind::Row(_) => self.link_row(id, above),
                    _ => self.link_column(id, above),
                }
            }
        }
        for &id in &rows {
            self.sort_columns(id);
        }
        let old: Vec<bool> = self.inputs.iter().map(|input| is_older_than_rfc_1212(&input.module)).collect();
        let found = parallel::map_range(0..rows.len(), |number| self.check_index(rows[number], &old));
        for diagnostic in found.into_iter().flatten() {
            self.reports.push(diagnostic);
        }
        self.report_augments_circles(&rows);
    }

    /// Objects with an INDEX right below a table are its row, whatever their SYNTAX says.
    fn recover_rows(&mut self) {
        for (id, index) in std::mem::take(&mut self.odd_indexes) {
            let parent = self.model[id].parent;
            if !parent.is_some_and(|parent| matches!(self.model[parent].kind, Kind::Table(..))) {
                continue;
            }
            let leaf = std::mem::replace(&mut self.model.definitions[id.index()].kind, Kind::Value);
            if let Kind::Scalar(leaf) = leaf {
                self.model.definitions[id.index()].kind =
                    self.row(id, Some(&index), Shared::default(), *leaf);
            }
        }
    }

    /// Tables and rows of each module by OID, the first one where an OID is used twice; and all rows.
    fn tables_and_rows(&self) -> (FxHashMap<(ModuleId, Oid), DefId>, Vec<DefId>) {
        let is_node = |definition: &&Definition| matches!(definition.kind, Kind::Table(..) | Kind::Row(_));
        let found: Vec<&Definition> = self.model.definitions.iter().filter(is_node).collect();
        let mut nodes = FxHashMap::with_capacity_and_hasher(found.len(), FxBuildHasher);
        let mut rows = Vec::new();
        for definition in found {
            if let Some(oid) = &definition.oid {
                nodes.entry((definition.module, oid.clone())).or_insert(definition.id);
            }
            if let Kind::Row(_) = definition.kind {
                rows.push(definition.id);
            }
        }
        (nodes, rows)
    }

    /// The table or row right above a definition: the parent it names, or one of its module with that OID.
    fn above(&self, id: DefId, nodes: &FxHashMap<(ModuleId, Oid), DefId>) -> Option<DefId> {
        let definition = &self.model[id];
        if !matches!(definition.kind, Kind::Row(_) | Kind::Scalar(_)) {
            return None;
        }
        let suffix = self.oid_suffixes.get(id.index()).copied();
        if let (Some(parent), Some(1)) = (definition.parent, suffix)
            && matches!(self.model[parent].kind, Kind::Table(..) | Kind::Row(_))
        {
            return Some(parent);
        }
        let parent = definition.oid.as_ref()?.parent()?;
        nodes.get(&(definition.module, parent)).copied()
    }

    fn link_row(&mut self, id: DefId, table: DefId) {
        let first = self.is_first(id);
        let same_module = self.model[table].module == self.model[id].module;
        if let Kind::Table(_, row) = &mut self.model.definitions[table.index()].kind {
            if row.is_none() && first && same_module {
                *row = Some(id);
            }
            if let Kind::Row(row) = &mut self.model.definitions[id.index()].kind {
                row.table = Some(table);
            }
        }
    }

    fn link_column(&mut self, id: DefId, row_id: DefId) {
        let listed = self.is_first(id) && self.model[row_id].module == self.model[id].module;
        let Kind::Row(row) = &mut self.model.definitions[row_id.index()].kind else { return };
        if listed {
            row.columns.push(id);
        }
        let kind = &mut self.model.definitions[id.index()].kind;
        if let Kind::Scalar(object) = std::mem::replace(kind, Kind::Value) {
            *kind = Kind::Column(object, row_id);
        }
    }

    /// Whether it is the definition that counts for its name.
    fn is_first(&self, id: DefId) -> bool {
        let definition = &self.model[id];
        self.model.definition_named(definition.module, definition.name) == Some(id)
    }

    fn sort_columns(&mut self, id: DefId) {
        let Kind::Row(row) = &mut self.model.definitions[id.index()].kind else { return };
        let mut columns = std::mem::take(&mut row.columns);
        columns.sort_by_key(|&column| self.model[column].oid.as_ref().map_or(u32::MAX, Oid::last));
        if let Kind::Row(row) = &mut self.model.definitions[id.index()].kind {
            row.columns = columns;
        }
    }

    /// `old` says for each module whether its rows need no INDEX.
    fn check_index(&self, id: DefId, old: &[bool]) -> Vec<Diagnostic> {
        let definition = &self.model[id];
        let mut found = Vec::new();
        let Kind::Row(row) = &definition.kind else { return found };
        if row.index.is_empty() && row.augments.is_none() && !old[definition.module.index()] {
            let name = self.model.spelling(definition.name);
            found.push(
                Diagnostic::new(Code::MissingIndex, format!("row `{name}` has neither INDEX nor AUGMENTS"))
                    .at(definition.name_span, "its instances cannot be distinguished")
                    .help("say which columns tell its instances apart"),
            );
        }
        if row.index.iter().rev().skip(1).any(|item| item.implied) {
            found.push(
                Diagnostic::new(Code::ImpliedNotLast, "IMPLIED is allowed only on the last item of INDEX")
                    .at(definition.name_span, "an item before the last is IMPLIED")
                    .help("remove IMPLIED, or move the item to the end"),
            );
        }
        for item in &row.index {
            if let IndexTarget::Object(Ref::Bound(target)) = item.target {
                let target = &self.model[target];
                if !matches!(target.kind, Kind::Scalar(_) | Kind::Column(..)) {
                    found.push(self.wrong_kind(id, target.id, "an item of INDEX is a column or a scalar"));
                }
            }
        }
        if let Some(Ref::Bound(base)) = row.augments
            && !matches!(self.model[base].kind, Kind::Row(_))
        {
            found.push(self.wrong_kind(id, base, "AUGMENTS names a row"));
        }
        found
    }

    /// A definition that is not of the kind that its user needs.
    pub(super) fn wrong_kind(&self, user: DefId, used: DefId, rule: &str) -> Diagnostic {
        let (user, used) = (&self.model[user], &self.model[used]);
        let name = self.model.spelling(used.name);
        Diagnostic::new(Code::WrongKind, format!("`{name}` is {}: {rule}", used.kind.noun()))
            .at(user.name_span, format!("uses `{name}`"))
            .also(used.name_span, "defined here")
            .help("name a definition of the right kind")
    }

    /// One diagnostic for each circle of rows that augment each other.
    fn report_augments_circles(&mut self, rows: &[DefId]) {
        let base = |id: DefId| match &self.model[id].kind {
            Kind::Row(row) => row.augments.and_then(Ref::bound),
            _ => None,
        };
        // Which walk came by.
        let mut walks: FxHashMap<DefId, usize> = FxHashMap::default();
        let mut circles = Vec::new();
        for (walk, &start) in rows.iter().enumerate() {
            let mut at = start;
            while let Some(next) = base(at) {
                if walks.contains_key(&at) {
                    break;
                }
                walks.insert(at, walk);
                at = next;
                if walks.get(&at) == Some(&walk) {
                    circles.push(at);
                }
            }
        }
        for id in circles {
            let definition = &self.model[id];
            let name = self.model.spelling(definition.name);
            self.reports.push(
                Diagnostic::new(Code::CyclicAugments, format!("row `{name}` augments itself in the end"))
                    .at(definition.name_span, "it has no INDEX of its own to use")
                    .help("give one row of the circle an INDEX"),
            );
        }
    }
}

/// Whether a module has the OBJECT-TYPE of RFC 1155, which has no INDEX.
fn is_older_than_rfc_1212(module: &ast::Module<'_>) -> bool {
    module.imports.iter().any(|import| {
        matches!(import.module.text(), "RFC1155-SMI" | "RFC1065-SMI")
            && import.symbols.iter().any(|symbol| symbol.text() == "OBJECT-TYPE")
    })
}
