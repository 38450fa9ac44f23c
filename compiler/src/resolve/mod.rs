//! Syntax trees to model: every name is bound or reported, once.
//!
//! The passes run over the whole set of modules, one after another: `modules` declares, `imports` binds what
//! is imported, `oids` and `types` follow their chains, `objects`, `tables`, `defaults`, `notifications`
//! and `conformance` fill in the clauses. All chains are followed with loops that notice circles, so that the
//! depth of the input costs no stack.

mod ahead;
mod arc_labels;
mod builtin;
mod conformance;
mod defaults;
mod definers;
mod implied;
mod imports;
mod labels;
mod lists;
mod modules;
mod notifications;
mod objects;
mod oids;
mod published;
mod ranges;
mod renamed;
mod report;
mod scope;
pub(crate) mod standard;
pub(crate) mod suggest;
mod syntax;
mod tables;
mod trees;
mod types;

pub use builtin::well_known_module;
pub(crate) use builtin::{base_type, is_base_module, macro_module};
pub use implied::implied_modules;
pub(crate) use modules::is_smi_v2;
pub(crate) use renamed::successors;
pub(crate) use suggest::closest;
pub use trees::Trees;

use crate::diag::Diagnostics;
use crate::model::{DefId, Model, ModuleId, Name, Shared};
use crate::source::Span;
use crate::syntax::ast::{self, DefinitionKind};
use ahead::Stretch;
use arc_labels::ArcLabels;
use definers::Definers;
use lists::Lists;
use ranges::Merged;
use report::{ReportId, Reports};
use rustc_hash::{FxHashMap, FxHashSet};
use scope::{Scope, SequenceId, Unknown};
use std::sync::OnceLock;
use trees::Place;

/// What to do about a module that no search path has.
pub(crate) const ADD_FOLDER: &str =
    "add its folder to the search path: `-I FOLDER`, in build.rs `.include(\"FOLDER\")`";

/// One parsed module of the set that is resolved.
#[derive(Clone, Debug)]
pub struct Input<'s> {
    /// Its syntax tree.
    pub module: ast::Module<'s>,
    /// Whether it is one of the modules embedded in this crate.
    pub embedded: bool,
    /// Where its text has parse errors, in order: what follows from them is not reported.
    pub broken: Vec<u32>,
}

impl Input<'_> {
    /// Whether there is a parse error in a piece of its text.
    fn is_broken(&self, span: Span) -> bool {
        let at = self.broken.partition_point(|&place| place < span.start);
        span.file == self.module.span.file && self.broken.get(at).is_some_and(|&place| place <= span.end)
    }
}

/// Resolves a set of modules. Modules of one name that occur more than once are told apart by what the others
/// import from them, then by LAST-UPDATED, then by their order; one is taken, and that is reported.
///
/// Each tree goes as soon as the model has what it says: both together would need twice the memory. The model's
/// `sources` are left empty: the caller owns them as long as the syntax trees borrow from them.
pub fn resolve(inputs: Vec<Input<'_>>) -> (Model, Diagnostics) {
    let (model, diagnostics, trees) = Resolver::new(modules::choose(inputs), Keep::Nothing).run();
    drop(trees);
    (model, diagnostics)
}

/// Resolves a set of modules as [`resolve`] does, keeps the syntax trees, and tells which of them is behind each part
/// of the model.
pub fn resolve_with_trees(inputs: Vec<Input<'_>>) -> (Model, Diagnostics, Trees<'_>) {
    Resolver::new(modules::choose(inputs), Keep::Trees).run()
}

/// Tables for the long lists of types.
#[derive(Debug, Default)]
struct Tables {
    ranges: Merged,
    enums: Lists<i64>,
    bits: Lists<u32>,
}

/// As [`resolve`] or [`resolve_with_trees`], with every definition done in full: without the short ways that plain ones
/// are done by. The result is the same; a test compares.
pub(crate) fn resolve_in_full(inputs: Vec<Input<'_>>, keep: Keep) -> (Model, Diagnostics, Trees<'_>) {
    let mut resolver = Resolver::new(modules::choose(inputs), keep);
    resolver.in_full = true;
    resolver.run()
}

/// What remains of the syntax trees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Nothing but the heads of modules and the names of definitions.
    Nothing,
    /// All of them, as they were.
    Trees,
}

/// The state that the passes share. `'s` is how long the text lives.
struct Resolver<'s> {
    model: Model,
    reports: Reports,
    keep: Keep,
    /// Whether no short way is taken.
    in_full: bool,
    /// What was chosen, by module.
    inputs: Vec<Input<'s>>,
    /// What modules were not chosen: reported when the names are known.
    rejected: Vec<modules::Rejected<'s>>,
    scopes: Vec<Scope>,
    /// The tree behind each [`DefId`].
    definitions: Vec<Place>,
    /// Behind the last definition of each module.
    ends: Vec<u32>,
    /// Definitions that are neither objects nor plain values, in their order.
    others: Vec<DefId>,
    /// The tree behind each type.
    types: Vec<Place>,
    /// SEQUENCE and SEQUENCE OF assignments.
    sequences: Vec<modules::Sequence>,
    sequences_by_name: FxHashMap<(ModuleId, Name), SequenceId>,
    /// Why an OID is unknown, for definitions that have none.
    oid_causes: FxHashMap<DefId, ReportId>,
    /// How many numbers follow the parent's name in each definition's OID value.
    oid_suffixes: Vec<u32>,
    /// Names that definitions use and that mean nothing, in the order found.
    unresolved: FxHashMap<DefId, Vec<Name>>,
    /// Where imports of imports lead to: the module that defines the symbol.
    followed: FxHashMap<(ModuleId, Name), Option<ModuleId>>,
    /// Long lists of labels and of pieces of ranges.
    tables: Tables,
    /// What each of the sequences lists, where all its names are known.
    fields: Vec<Option<Shared<Name>>>,
    /// DEFVALs, to be read when all labels and OIDs are known.
    defaults: Vec<(DefId, Box<ast::DefVal<'s>>)>,
    /// Whether the DEFVAL that is read is of a definition or type that could not be read as it is written: that it does
    /// not fit has the same cause.
    quiet_defaults: bool,
    /// What INDEX or AUGMENTS says on objects whose SYNTAX is not a row's.
    odd_indexes: Vec<(DefId, ast::Index<'s>)>,
    /// Labels in OID values that names may mean.
    arc_labels: ArcLabels<'s>,
    /// Which modules define a name; built when the first unknown name asks.
    definers: OnceLock<Definers>,
    /// Names that mean nothing: what may have been meant is looked for in the end.
    unknown: Vec<Unknown<'s>>,
    /// How many searches for a similar name are still allowed.
    suggestions_left: u32,
}

impl<'s> Resolver<'s> {
    fn new(choice: modules::Choice<'s>, keep: Keep) -> Resolver<'s> {
        Resolver {
            model: Model::default(),
            reports: Reports::default(),
            keep,
            in_full: false,
            inputs: choice.chosen,
            rejected: choice.rejected,
            scopes: Vec::new(),
            definitions: Vec::new(),
            ends: Vec::new(),
            others: Vec::new(),
            types: Vec::new(),
            sequences: Vec::new(),
            sequences_by_name: FxHashMap::default(),
            oid_causes: FxHashMap::default(),
            oid_suffixes: Vec::new(),
            unresolved: FxHashMap::default(),
            followed: FxHashMap::default(),
            tables: Tables::default(),
            fields: Vec::new(),
            defaults: Vec::new(),
            quiet_defaults: false,
            odd_indexes: Vec::new(),
            arc_labels: ArcLabels::default(),
            definers: OnceLock::new(),
            unknown: Vec::new(),
            suggestions_left: suggest::MAX_SEARCHES,
        }
    }

    fn run(mut self) -> (Model, Diagnostics, Trees<'s>) {
        self.declare();
        self.bind_imports();
        self.assign_oids();
        self.resolve_types();
        self.resolve_objects();
        self.link_tables();
        self.read_defaults();
        self.resolve_notifications();
        self.resolve_conformance();
        self.report_missing_imports();
        self.suggest();
        for (id, mut names) in self.unresolved {
            let mut seen = FxHashSet::default();
            names.retain(|name| seen.insert(*name));
            self.model.definitions[id.index()].unresolved = names.into();
        }
        let modules = self.inputs.into_iter().map(|input| input.module).collect();
        let trees = Trees { modules, definitions: self.definitions, types: self.types };
        (self.model, self.reports.into_diagnostics(), trees)
    }

    /// The tree of a definition.
    fn definition(&self, place: Place) -> &ast::Definition<'s> {
        &self.inputs[place.module.index()].module.definitions[place.number as usize]
    }

    /// What a definition says, where its tree is still there.
    fn kind(&self, place: Place) -> &DefinitionKind<'s> {
        &self.definition(place).kind
    }

    /// Takes the tree of a definition, to be given back with [`Resolver::done`].
    fn take(&mut self, place: Place) -> DefinitionKind<'s> {
        std::mem::replace(self.slot(place), DefinitionKind::Macro)
    }

    /// Gives back the tree of a definition that has been taken; it goes where trees are not kept.
    fn done(&mut self, place: Place, kind: DefinitionKind<'s>) {
        if self.keep == Keep::Trees {
            *self.slot(place) = kind;
        }
    }

    /// Lets the trees of objects go where trees are not kept. One thread does it: several would wait for each other, since
    /// the memory is from all of them.
    fn drop_objects(&mut self, stretch: &Stretch) {
        if self.keep == Keep::Trees {
            return;
        }
        for input in &mut self.inputs[stretch.modules.clone()] {
            for definition in &mut input.module.definitions {
                if let DefinitionKind::ObjectType(_) = definition.kind {
                    definition.kind = DefinitionKind::Macro;
                }
            }
        }
    }

    fn slot(&mut self, place: Place) -> &mut DefinitionKind<'s> {
        &mut self.inputs[place.module.index()].module.definitions[place.number as usize].kind
    }
}

#[cfg(test)]
mod tests;
