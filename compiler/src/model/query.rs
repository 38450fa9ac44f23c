//! The model itself, and the questions that its readers ask.

use super::{DefId, Definition, IndexItem, Kind, Module, ModuleId, Name, Names, Ref, Text, Type, TypeId};
use crate::source::SourceMap;
use rustc_hash::FxHashMap;
use std::ops::Index;

/// All modules of one compilation, resolved.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Model {
    /// The files behind it.
    pub sources: SourceMap,
    /// The spellings of its names.
    pub names: Names,
    pub(crate) modules: Vec<Module>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) types: Vec<Type>,
    pub(crate) modules_by_name: FxHashMap<Name, ModuleId>,
    /// First definition of each name, one table for each module.
    pub(crate) definitions_by_name: Vec<FxHashMap<Name, DefId>>,
    pub(crate) types_by_name: FxHashMap<(ModuleId, Name), TypeId>,
}

impl Model {
    /// How many rows that augment each other are followed to the one with an INDEX.
    pub const MAX_AUGMENTS: usize = 64;

    /// All modules, requested and imported, in the order they were read.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// All definitions of all modules.
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// All named types of all modules.
    pub fn types(&self) -> &[Type] {
        &self.types
    }

    /// The module of that name.
    pub fn module(&self, name: &str) -> Option<&Module> {
        let id = *self.modules_by_name.get(&self.names.get(name)?)?;
        Some(&self[id])
    }

    /// The first definition of that name in a module.
    pub fn definition(&self, module: ModuleId, name: &str) -> Option<&Definition> {
        Some(&self[self.definition_named(module, self.names.get(name)?)?])
    }

    /// The first definition of that name in a module.
    pub(crate) fn definition_named(&self, module: ModuleId, name: Name) -> Option<DefId> {
        self.definitions_by_name.get(module.index())?.get(&name).copied()
    }

    /// The type of that name in a module.
    pub fn named_type(&self, module: ModuleId, name: &str) -> Option<&Type> {
        let id = *self.types_by_name.get(&(module, self.names.get(name)?))?;
        Some(&self[id])
    }

    /// The spelling of a name.
    pub fn spelling(&self, name: Name) -> &str {
        self.names.spelling(name)
    }

    /// The spelling of what a reference names, bound or not.
    pub fn ref_name(&self, reference: Ref<DefId>) -> &str {
        match reference {
            Ref::Bound(id) => self.spelling(self[id].name),
            Ref::Unresolved(name) => self.spelling(name),
        }
    }

    /// The text between the quotes, as written.
    pub fn text(&self, text: Text) -> &str {
        self.sources.text(text)
    }

    /// The row whose INDEX a row uses: itself, or what it augments, up to [`Model::MAX_AUGMENTS`] times (RFC 2578
    /// §7.8 allows once). `None` if the chain is broken, a circle, or longer.
    pub fn index_row(&self, row: DefId) -> Option<DefId> {
        let mut at = row;
        for _ in 0..=Model::MAX_AUGMENTS {
            let Kind::Row(data) = &self[at].kind else { return None };
            match data.augments {
                None => return Some(at),
                Some(base) => at = base.bound()?,
            }
        }
        None
    }

    /// The effective INDEX of a row: its own, or that of the row it augments.
    // The SMI's word for it; the operator is implemented as well.
    #[allow(clippy::should_implement_trait)]
    pub fn index(&self, row: DefId) -> &[IndexItem] {
        match self.index_row(row).map(|id| &self[id].kind) {
            Some(Kind::Row(data)) => &data.index,
            _ => &[],
        }
    }
}

impl Index<ModuleId> for Model {
    type Output = Module;

    fn index(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()]
    }
}

impl Index<DefId> for Model {
    type Output = Definition;

    fn index(&self, id: DefId) -> &Definition {
        &self.definitions[id.index()]
    }
}

impl Index<TypeId> for Model {
    type Output = Type;

    fn index(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }
}
