//! Which modules define a name.

use super::scope::SequenceId;
use crate::model::{Model, ModuleId, Name};
use rustc_hash::FxHashMap;

/// For every name the modules that define an object or a type of it, in their order.
#[derive(Debug)]
pub(super) struct Definers {
    /// By name: one more than the place of its first link, or 0.
    first: Vec<u32>,
    links: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    module: ModuleId,
    /// One more than the place of the next link of the same name, or 0.
    next: u32,
}

impl Definers {
    /// The modules of a model whose definitions are declared. A SEQUENCE does not count: no other module can use it.
    pub(super) fn new(model: &Model, sequences: &FxHashMap<(ModuleId, Name), SequenceId>) -> Definers {
        let mut definers = Definers { first: vec![0; model.names.len()], links: Vec::new() };
        definers.links.reserve(model.definitions.len() + model.types.len());
        // From the end, as each link goes before those that are there.
        for module in model.modules.iter().rev() {
            let definitions = module.definitions.iter().map(|&id| model[id].name);
            let types = module.types.iter().map(|&id| model[id].name);
            for name in definitions.chain(types).filter(|name| !sequences.contains_key(&(module.id, *name))) {
                let Some(first) = definers.first.get_mut(name.index()) else { continue };
                definers.links.push(Link { module: module.id, next: *first });
                *first = definers.links.len() as u32;
            }
        }
        definers
    }

    /// The modules that define a name. Names that were interned since have none.
    pub(super) fn of(&self, name: Name) -> impl Iterator<Item = ModuleId> + use<'_> {
        let link = |number: u32| self.links.get((number as usize).checked_sub(1)?);
        let first = self.first.get(name.index()).and_then(|&number| link(number));
        std::iter::successors(first, move |last| link(last.next)).map(|link| link.module)
    }
}
