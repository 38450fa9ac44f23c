//! Which syntax tree is behind each part of a model: what a check needs that asks how something is written.

use crate::model::{DefId, ModuleId, TypeId};
use crate::syntax::ast;

/// The syntax trees behind the modules, definitions and types of one model.
#[derive(Clone, Debug)]
pub struct Trees<'a, 's> {
    pub(super) modules: Vec<&'a ast::Module<'s>>,
    pub(super) definitions: Vec<&'a ast::Definition<'s>>,
    pub(super) types: Vec<&'a ast::Definition<'s>>,
}

impl<'a, 's> Trees<'a, 's> {
    /// The tree of a module.
    pub fn module(&self, id: ModuleId) -> &'a ast::Module<'s> {
        self.modules[id.index()]
    }

    /// The tree of a definition with an OID.
    pub fn definition(&self, id: DefId) -> &'a ast::Definition<'s> {
        self.definitions[id.index()]
    }

    /// The tree of a type.
    pub fn named_type(&self, id: TypeId) -> &'a ast::Definition<'s> {
        self.types[id.index()]
    }
}
