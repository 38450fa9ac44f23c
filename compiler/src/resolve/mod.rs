//! Syntax trees to model: every name is bound or reported, once.
//!
//! The passes run over the whole set of modules, one after another: `modules` declares, `imports` binds what
//! is imported, `oids` and `types` follow their chains, `objects`, `tables`, `defaults`, `notifications`
//! and `conformance` fill in the clauses. All chains are followed with loops that notice circles, so that the
//! depth of the input costs no stack.

mod builtin;
mod conformance;
mod defaults;
mod implied;
mod imports;
mod labels;
mod modules;
mod notifications;
mod objects;
mod oids;
mod ranges;
mod report;
mod scope;
pub(crate) mod suggest;
mod syntax;
mod tables;
mod trees;
mod types;

pub use builtin::well_known_home;
pub(crate) use builtin::{base_type, is_base_module, macro_home};
pub use implied::implied_modules;
pub(crate) use modules::is_smi_v2;
pub(crate) use suggest::closest;
pub use trees::Trees;

use crate::diag::Diagnostics;
use crate::model::{DefId, Model, ModuleId, Name};
use crate::syntax::ast;
use report::{ReportId, Reports};
use rustc_hash::FxHashMap;
use scope::{Scope, SequenceId};

/// One parsed module of the set that is resolved.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a, 's> {
    /// Its syntax tree.
    pub module: &'a ast::Module<'s>,
    /// Whether it is one of the modules embedded in this crate.
    pub embedded: bool,
}

/// Resolves a set of modules. Modules of one name that occur more than once are told apart by what the others
/// import from them, then by LAST-UPDATED, then by their order; one is taken, and that is reported.
///
/// The model's `sources` are left empty: the caller owns them as long as the syntax trees borrow from them.
pub fn resolve(inputs: &[Input<'_, '_>]) -> (Model, Diagnostics) {
    let (model, diagnostics, _) = resolve_with_trees(inputs);
    (model, diagnostics)
}

/// Resolves a set of modules as [`resolve`] does, and tells which syntax tree is behind each part of the model.
pub fn resolve_with_trees<'a, 's>(inputs: &[Input<'a, 's>]) -> (Model, Diagnostics, Trees<'a, 's>) {
    let mut resolver = Resolver::new(modules::choose(inputs));
    resolver.declare();
    resolver.bind_imports();
    resolver.assign_oids();
    resolver.resolve_types();
    resolver.resolve_objects();
    resolver.link_tables();
    resolver.read_defaults();
    resolver.resolve_notifications();
    resolver.resolve_conformance();
    resolver.report_missing_imports();
    resolver.finish()
}

/// The state that the passes share. `'a` is how long the syntax trees live, `'s` the text.
struct Resolver<'a, 's> {
    model: Model,
    reports: Reports,
    /// What was chosen, by module.
    inputs: Vec<Input<'a, 's>>,
    /// What modules were not chosen: reported when the names are known.
    rejected: Vec<modules::Rejected<'a, 's>>,
    scopes: Vec<Scope>,
    /// The definition behind each [`DefId`].
    definitions: Vec<&'a ast::Definition<'s>>,
    /// The definition behind each type.
    types: Vec<&'a ast::Definition<'s>>,
    /// SEQUENCE and SEQUENCE OF assignments.
    sequences: Vec<&'a ast::Syntax<'s>>,
    sequences_by_name: FxHashMap<(ModuleId, Name), SequenceId>,
    /// Why an OID is unknown, for definitions that have none.
    oid_causes: FxHashMap<DefId, ReportId>,
    /// How many numbers follow the parent's name in each definition's OID value.
    oid_suffixes: Vec<u32>,
    /// Which modules define a name, sorted; built when the first unknown name asks.
    defined_in: Option<Vec<(Name, ModuleId)>>,
    /// How many searches for a similar name are still allowed.
    suggestions_left: u32,
}

impl<'a, 's> Resolver<'a, 's> {
    fn new(choice: modules::Choice<'a, 's>) -> Resolver<'a, 's> {
        Resolver {
            model: Model::default(),
            reports: Reports::default(),
            inputs: choice.chosen,
            rejected: choice.rejected,
            scopes: Vec::new(),
            definitions: Vec::new(),
            types: Vec::new(),
            sequences: Vec::new(),
            sequences_by_name: FxHashMap::default(),
            oid_causes: FxHashMap::default(),
            oid_suffixes: Vec::new(),
            defined_in: None,
            suggestions_left: suggest::MAX_SEARCHES,
        }
    }

    fn finish(self) -> (Model, Diagnostics, Trees<'a, 's>) {
        let modules = self.inputs.iter().map(|input| input.module).collect();
        let trees = Trees { modules, definitions: self.definitions, types: self.types };
        (self.model, self.reports.into_diagnostics(), trees)
    }
}

#[cfg(test)]
mod tests;
