//! What a build script says: the error with its report, and warnings of one line each.

use crate::compile::Compilation;
use crate::diag::{Diagnostic, Renderer, Severity};
use crate::emit::rust::EmitError;
use crate::model::Model;
use std::collections::HashSet;
use std::path::Path;
use std::{fmt, io};

/// The most warnings that a build script passes on to cargo.
const MAX_WARNINGS: usize = 20;

/// Why there is no Rust. Its `Debug` is the whole report: a `main` that returns the error prints that.
#[derive(Clone)]
pub struct CompileError {
    summary: String,
    report: String,
}

impl CompileError {
    /// One line: what went wrong.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The rendered diagnostics, if there are any.
    pub fn report(&self) -> &str {
        &self.report
    }

    fn plain(summary: impl Into<String>) -> CompileError {
        CompileError { summary: summary.into(), report: String::new() }
    }

    /// Errors in modules.
    pub(super) fn of(compilation: &Compilation) -> CompileError {
        let mut renderer = Renderer::plain(&compilation.model.sources);
        let errors =
            compilation.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let errors: Vec<String> = errors.map(|diagnostic| renderer.render(diagnostic)).collect();
        let summary = match errors.len() {
            1 => "the MIB modules have an error".to_owned(),
            count => format!("the MIB modules have {count} errors"),
        };
        CompileError { summary, report: errors.join("\n") }
    }

    pub(super) fn unknown_tables(tables: &[String]) -> CompileError {
        let tables: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
        CompileError::plain(format!(
            "an agent is to serve {}, but no compiled module has such a table; check the spelling in `Config::agent`, and \
             whether `Config::modules` names the module",
            tables.join(", ")
        ))
    }

    pub(super) fn unknown_compliance(statement: &str) -> CompileError {
        CompileError::plain(format!(
            "an agent is to comply with `{statement}`, but no compiled module has such a MODULE-COMPLIANCE; check the \
             spelling in `Config::complies_with`"
        ))
    }

    pub(super) fn unserved_tables(statement: &str, tables: &[String]) -> CompileError {
        CompileError::plain(format!(
            "`{statement}` asks for tables that the agent does not serve: {}; name them in `Config::agent`",
            tables.join(", ")
        ))
    }

    pub(super) fn emit(error: &EmitError) -> CompileError {
        CompileError::plain(error.to_string())
    }

    pub(super) fn no_modules() -> CompileError {
        CompileError::plain("no module to compile; name some with `Config::modules`")
    }

    pub(super) fn no_out_dir() -> CompileError {
        CompileError::plain(
            "OUT_DIR is not set, which cargo does for build scripts; outside of one say where the Rust goes with \
             `Config::out_dir`",
        )
    }

    pub(super) fn io(path: &Path, error: &io::Error) -> CompileError {
        CompileError::plain(format!("cannot write `{}`: {error}", path.display()))
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)?;
        if self.report.is_empty() { Ok(()) } else { write!(f, "\n\n{}", self.report) }
    }
}

impl fmt::Debug for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for CompileError {}

/// What is wrong with the requested modules, one line each; errors among them if the caller allows them.
pub(super) fn warnings(compilation: &Compilation) -> Vec<String> {
    let own: HashSet<_> = compilation.requested.iter().map(|&id| compilation.model[id].file).collect();
    let wanted = |diagnostic: &&Diagnostic| {
        let here = diagnostic.primary.as_ref().is_none_or(|label| own.contains(&label.span.file));
        here && diagnostic.severity >= Severity::Warning
    };
    let all: Vec<&Diagnostic> = compilation.diagnostics.iter().filter(wanted).collect();
    let mut lines: Vec<String> =
        all.iter().take(MAX_WARNINGS).map(|diagnostic| headline(&compilation.model, diagnostic)).collect();
    if all.len() > MAX_WARNINGS {
        lines
            .push(format!("{} more about the MIB modules; `mibc check` shows all", all.len() - MAX_WARNINGS));
    }
    lines
}

/// `file:line:column: severity[code]: message`.
fn headline(model: &Model, diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = String::new();
    if let Some(label) = &diagnostic.primary {
        let file = model.sources.file(label.span.file);
        let before = file.text.get(..label.span.start as usize).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        text.push_str(&format!("{}:{line}:{column}: ", file.name));
    }
    text.push_str(&format!("{severity}[{}]: {}", diagnostic.code.id(), diagnostic.message));
    // A line is what cargo reads.
    text.replace(['\n', '\r'], " ")
}
