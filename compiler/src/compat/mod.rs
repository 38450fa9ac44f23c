//! What a new revision of a module breaks, and what it may change (RFC 2578 §10, RFC 2579 §5, RFC 2580 §7).
//!
//! Definitions are matched by name: a name may not change, nor may the OID of a name. A change of a type is reported
//! only at the type, not at each object that has it.

mod change;
mod clauses;
mod conformance;
mod definition;
mod module;
mod syntax;

pub use change::{Change, Effect, Report, Rule};

use crate::model::{Model, ModuleId};
use clauses::Texts;

/// A module of one of the two sides.
#[derive(Clone, Copy, Debug)]
pub struct Side<'m> {
    /// The model that it is part of.
    pub model: &'m Model,
    /// The module.
    pub module: ModuleId,
}

/// Everything that has changed from one revision of a module to another.
pub fn compare(old: Side<'_>, new: Side<'_>) -> Report {
    let mut comparison = Comparison { old, new, changes: Vec::new() };
    comparison.definitions();
    comparison.types();
    comparison.header();
    let name = |side: Side<'_>| side.model.spelling(side.model[side.module].name).to_owned();
    Report {
        old: name(old),
        new: name(new),
        old_revision: Texts::of(old).line(old.model[old.module].last_updated),
        new_revision: Texts::of(new).line(new.model[new.module].last_updated),
        changes: comparison.changes,
    }
}

/// Both sides, and what was found so far.
struct Comparison<'m> {
    old: Side<'m>,
    new: Side<'m>,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn push(&mut self, rule: Rule, effect: Effect, name: &str, was: Option<String>, is: Option<String>) {
        self.changes.push(Change { rule, effect, name: name.to_owned(), was, is, below: 0 });
    }
}

#[cfg(test)]
mod tests;
