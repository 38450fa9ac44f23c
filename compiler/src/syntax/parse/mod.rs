//! Text to syntax tree: the whole file at once, and definition by definition where that fails.

mod builder;
mod clauses;
mod conformance;
mod definition;
mod grammar;
mod module;
mod tree;
mod types;
mod values;

use pest::Parser;

use self::{
    builder::Builder,
    grammar::{Grammar, Rule},
    tree::Tree,
};
use super::ast;
use crate::{
    diag::{Code, Diagnostic, Diagnostics},
    source::SourceFile,
};

/// What came of one file.
#[derive(Debug, Default)]
pub struct Parsed<'s> {
    /// The modules of the file, in order.
    pub modules: Vec<ast::Module<'s>>,
    /// What is wrong with the text.
    pub diagnostics: Diagnostics,
}

/// Parses a file. Never fails: what cannot be read is reported and left out.
pub fn parse(file: &SourceFile) -> Parsed<'_> {
    let mut builder = Builder::new(file);
    let mut modules = Vec::new();
    match Grammar::parse(Rule::file, &file.text) {
        Ok(pairs) => {
            let tree = Tree::new(pairs, 0);
            let mut cursor = tree.cursor();
            if let Some(mut inner) = cursor.enter(Rule::file) {
                while let Some(module) = inner.enter(Rule::module) {
                    modules.extend(builder.module(module));
                }
            }
        }
        Err(error) => {
            let at = match error.location {
                pest::error::InputLocation::Pos(at) => at,
                pest::error::InputLocation::Span((at, _)) => at,
            } as u32;
            let span = builder.span(at, at);
            builder
                .report(Diagnostic::new(Code::Syntax, format!("{}", error.variant.message())).at(span, ""));
        }
    }
    Parsed { modules, diagnostics: builder.diagnostics }
}
