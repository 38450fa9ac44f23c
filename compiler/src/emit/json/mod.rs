//! One module as JSON: everything the model knows, in a versioned shape of its own.
//!
//! `SCHEMA.md` beside this file documents the shape; [`schema`] is its only place in code. The same model gives the
//! same octets.

mod content;
mod position;
pub mod schema;
mod text;

pub use text::clean;

use crate::model::{Model, ModuleId};

/// The name of the schema, the value of `schema` in every document.
pub const SCHEMA: &str = "mibc-module";

/// The version of the schema. It grows when a key changes its meaning or goes away, not when one is added.
pub const VERSION: u32 = 1;

/// One module as an indented JSON document that ends in a line break.
pub fn module_json(model: &Model, module: ModuleId) -> String {
    let document = content::module(model, module);
    // Nothing in the schema can fail: no map has keys that are not strings.
    let mut json = serde_json::to_string_pretty(&document).unwrap_or_default();
    json.push('\n');
    json
}

/// As [`module_json`], as a value to look into.
pub fn module_value(model: &Model, module: ModuleId) -> serde_json::Value {
    serde_json::to_value(content::module(model, module)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
