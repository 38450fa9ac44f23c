//! Which syntax tree is behind each part of a model: what a check needs that asks how something is written.

use crate::model::{DefId, ModuleId, TypeId};
use crate::syntax::ast;

/// Where a definition stands among the trees: its module and its number in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) module: ModuleId,
    pub(super) number: u32,
}

/// The syntax trees behind the modules, definitions and types of one model.
#[derive(Clone, Debug)]
pub struct Trees<'s> {
    pub(super) modules: Vec<ast::Module<'s>>,
    pub(super) definitions: Vec<Place>,
    pub(super) types: Vec<Place>,
}

impl<'s> Trees<'s> {
    /// The tree of a module.
    pub fn module(&self, id: ModuleId) -> &ast::Module<'s> {
        &self.modules[id.index()]
    }

    /// The tree of a definition with an OID.
    pub fn definition(&self, id: DefId) -> &ast::Definition<'s> {
        self.at(self.definitions[id.index()])
    }

    /// The tree of a type.
    pub fn named_type(&self, id: TypeId) -> &ast::Definition<'s> {
        self.at(self.types[id.index()])
    }

    fn at(&self, place: Place) -> &ast::Definition<'s> {
        &self.modules[place.module.index()].definitions[place.number as usize]
    }
}
