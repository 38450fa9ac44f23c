//! Users' templates: Jinja, in the dialect of minijinja, over the JSON of modules.
//!
//! A template sees `modules`, the list of the [documents](super::json) of the modules asked for (`json/SCHEMA.md` has
//! their keys), and `module`, the first of them. What is not defined is an error, not an empty text; nothing is
//! escaped; the line break after a block and the blanks before it are left out.
//!
//! Filters beside minijinja's own: `rust_module`, `rust_constant`, `rust_type` and `rust_member` (an SMI name as
//! generated Rust spells it), and `one_line` (runs of white space as single blanks).
//!
//! A template is one file: it cannot include others or reach the file system. It ends after [`MAX_STEPS`]
//! instructions.

use super::json::module_value;
use crate::model::{Model, ModuleId};
use mibc_runtime::names;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use std::fmt;

/// How many instructions a template takes at most: a few seconds. A listing of the largest modules known takes less
/// than a hundredth of it.
pub const MAX_STEPS: u64 = 500_000_000;

/// A template that cannot be read or run: what is wrong, in which line, and the lines around it.
#[derive(Debug)]
pub struct TemplateError(minijinja::Error);

impl TemplateError {
    /// The line of the template, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.line()
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = &self.0;
        let text = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        match (error.name(), error.line()) {
            (Some(name), Some(line)) => write!(f, "{name}:{line}: {text}")?,
            _ => f.write_str(&text)?,
        }
        if error.kind() == minijinja::ErrorKind::OutOfFuel {
            write!(f, " (the limit is {MAX_STEPS} steps)")?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Runs a template over some modules. `name` is what errors call it.
///
/// # Errors
/// The template has a mistake, uses a name that does not exist, or runs for too many steps.
pub fn render(
    model: &Model,
    modules: &[ModuleId],
    name: &str,
    source: &str,
) -> Result<String, TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let syntax =
        SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(TemplateError)?);
    environment.set_fuel(Some(MAX_STEPS));
    environment.add_filter("rust_module", |name: &str| names::module(name));
    environment.add_filter("rust_constant", |name: &str| names::constant(name));
    environment.add_filter("rust_type", |name: &str| names::type_name(name));
    environment.add_filter("rust_member", |name: &str| names::member(name));
    environment.add_filter("one_line", |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" "));
    environment.add_template(name, source).map_err(TemplateError)?;
    let template = environment.get_template(name).map_err(TemplateError)?;
    let documents: Vec<Value> =
        modules.iter().map(|&module| Value::from(Serde(module_value(model, module)))).collect();
    let first = documents.first().cloned();
    template.render(context! { modules => documents, module => first }).map_err(TemplateError)
}

#[cfg(test)]
mod tests;
