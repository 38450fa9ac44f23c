//! Questions about modules and names: what programs ask that are not about to compile anything.
//!
//! [`Library`] is what there is to ask: search paths with their [index](crate::search). [`Translator`] turns names
//! into OIDs and back, a [`Renderer`] varbinds into text; [`find`], [`Tree`] and [`why`] are the rest. Nothing here prints.

mod detail;
mod error;
mod find;
mod form;
mod glob;
mod instance;
pub mod json;
mod known;
mod library;
mod question;
mod render;
mod root;
mod standing;
mod translate;
mod tree;
mod why;

pub use error::TranslateError;
pub use find::{Filter, Found, find};
pub use form::Form;
pub use glob::Glob;
pub use instance::{InstanceError, WordPlace};
pub use library::Library;
pub use question::QuestionError;
pub use render::{Renderer, Shown};
pub use root::Root;
pub use translate::{Answer, Direction, Translator};
pub use tree::{Style, Tree};
pub use why::{Why, why};

/// The candidate that is near enough to `name` for that to be a typo of it; the nearest of several.
pub fn similar<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    crate::resolve::closest(name, candidates)
}

#[cfg(test)]
mod tests;
