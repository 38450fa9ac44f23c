//! Names of metrics, each used once.

use crate::model::{DefId, Model};
use std::collections::BTreeSet;

/// The names that are taken in one namespace.
#[derive(Clone, Debug, Default)]
pub(in crate::emit) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// Takes a name that has a meaning of its own.
    pub(in crate::emit) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// A name for an object: its descriptor; if another object has it already, with the module's name in front.
    pub(in crate::emit) fn name(&mut self, model: &Model, object: DefId) -> String {
        let definition = &model[object];
        let short = identifier(model.spelling(definition.name));
        if self.taken.insert(short.clone()) {
            return short;
        }
        self.take(&format!("{}_{short}", identifier(model.spelling(model[definition.module].name))))
    }

    /// A name, with a number behind it if it is taken.
    pub(in crate::emit) fn take(&mut self, long: &str) -> String {
        let long = identifier(long);
        let mut name = long.clone();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{long}_{number}");
            number += 1;
        }
        name
    }
}

/// A descriptor as an identifier that every collector takes: ASCII letters, digits and `_`, no digit first.
pub(in crate::emit) fn identifier(descriptor: &str) -> String {
    let mut name: String =
        descriptor.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    name
}
