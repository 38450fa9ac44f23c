//! Text to syntax tree: the whole file at once, and definition by definition where that fails.

mod builder;
mod clauses;
mod conformance;
mod definition;
mod failure;
mod fallback;
mod grammar;
mod lists;
mod module;
mod repair;
mod short;
mod spelling;
mod tree;
mod types;
mod values;
mod way;

use std::borrow::Cow;

pub(crate) use self::way::Way;
use self::{builder::Builder, grammar::Rule, spelling::Spelling};
use super::{
    Comments, ast,
    comments::without_closed,
    odd_words::plain_words,
    respell::{Respelling, respelled},
    scan::{Kind, Scanner, Token},
};
use crate::{
    diag::{Code, Diagnostic, Diagnostics, Severity},
    source::SourceFile,
};

/// The longest file that is parsed at once, in octets. Longer ones are read definition by definition, so that the
/// memory a parse needs stays within bounds.
const MAX_WHOLE: usize = 64 << 20;

/// How many diagnostics of one file are listed.
const MAX_LISTED: usize = 1_000;

/// What came of one file.
#[derive(Debug, Default)]
pub struct Parsed<'s> {
    /// The modules of the file, in order.
    pub modules: Vec<ast::Module<'s>>,
    /// What is wrong with the text.
    pub diagnostics: Diagnostics,
}

/// Parses a file. Never fails: what cannot be read is reported and left out. Comments end with their line.
pub fn parse(file: &SourceFile) -> Parsed<'_> {
    parse_with(file, Comments::default())
}

/// Parses a file, comments ending where `comments` says.
pub fn parse_with(file: &SourceFile, comments: Comments) -> Parsed<'_> {
    parse_by(Way::default(), file, comments)
}

/// As [`parse_with`], matching texts in one of two ways.
pub(crate) fn parse_by(way: Way, file: &SourceFile, comments: Comments) -> Parsed<'_> {
    let mut builder = Builder::new(file, way);
    builder.note_encoding(file);
    let text = comments.apply(&file.text);
    let modules = builder.whole(&text).unwrap_or_else(|| builder.damaged(&text));
    for module in &modules {
        let mut spelling = Spelling::default();
        spelling.module(module.name);
        for definition in &module.definitions {
            spelling.definition(definition.name, &definition.kind);
        }
        spelling.report(&mut builder);
    }
    Parsed { modules, diagnostics: listed(builder.diagnostics) }
}

impl<'s> Builder<'s> {
    /// Reads the file at once; `None` if it does not parse so.
    fn whole(&mut self, text: &str) -> Option<Vec<ast::Module<'s>>> {
        let tree = text_is_short(text).then(|| self.way.tree_if(Rule::file, text, 0))??;
        let mut inner = tree.cursor().enter(Rule::file)?;
        let mut modules = Vec::with_capacity(1);
        while let Some(module) = inner.enter(Rule::module) {
            modules.extend(self.module(module));
        }
        Some(modules)
    }

    /// Reads a file that does not parse as it stands.
    fn damaged(&mut self, text: &str) -> Vec<ast::Module<'s>> {
        let (plain, changed) = match plain_words(text) {
            Some((plain, names)) => {
                self.odd_names = names;
                (Cow::Owned(plain), true)
            }
            None => (Cow::Borrowed(text), false),
        };
        let (text, changed) = match respelled(&plain) {
            Some((text, respellings)) => {
                self.report_respellings(&respellings);
                (Cow::Owned(text), true)
            }
            None => (plain, changed),
        };
        let whole = if changed { self.whole(&text) } else { None };
        whole.unwrap_or_else(|| self.by_definition(&text))
    }

    fn report_respellings(&mut self, respellings: &[Respelling]) {
        for &Respelling { start, end, meant } in respellings {
            let found = self.source.get(start..end).unwrap_or("");
            let span = self.span(start as u32, end as u32);
            let message = match meant {
                "::=" => format!("an assignment is written `::=`, found `{found}`"),
                _ => format!("`{found}` is not a keyword, `{meant}` is"),
            };
            self.report(
                Diagnostic::new(Code::KeywordSpelling, message)
                    .at(span, format!("read as `{meant}`"))
                    .help(format!("write `{meant}`"))
                    .fix(span, meant),
            );
        }
    }
}

/// Whether definitions that can be read as they stand can be read otherwise where comments end by the letter of the
/// standard. A comma more or less makes no difference.
pub(crate) fn has_other_reading(text: &str) -> bool {
    let mut text = text.trim_end();
    let last = text.rsplit(|c: char| c <= ' ').next();
    if last == Some("END") {
        text = text.strip_suffix("END").unwrap_or(text);
    }
    let Some(other) = without_closed(text) else { return false };
    let words = |text| {
        let scanner = Scanner::new(text, 0);
        let means = |token: &Token| !matches!(token.kind, Kind::Mark(b',' | b';'));
        scanner.filter(means).map(move |token| scanner.word(Some(token)))
    };
    let parses = |text| text_is_short(text) && Way::Short.matches(Rule::lone_definitions, text);
    !words(text).eq(words(&other)) && parses(&other) && parses(text)
}

/// Whether a text is parsed at once.
fn text_is_short(text: &str) -> bool {
    text.len() <= MAX_WHOLE
}

/// At most [`MAX_LISTED`] diagnostics, errors before others, and a note on how many there were besides.
fn listed(diagnostics: Diagnostics) -> Diagnostics {
    let all = diagnostics.len();
    if all <= MAX_LISTED {
        return diagnostics;
    }
    let is_error = |d: &Diagnostic| d.severity == Severity::Error;
    let errors = diagnostics.iter().filter(|d| is_error(d)).count();
    let (mut room, mut others) = (MAX_LISTED, MAX_LISTED.saturating_sub(errors));
    let mut kept = Diagnostics::default();
    for diagnostic in diagnostics {
        let left = if is_error(&diagnostic) { &mut room } else { &mut others };
        if *left > 0 {
            *left -= 1;
            kept.push(diagnostic);
        }
    }
    let more = all - kept.len();
    let mut note =
        Diagnostic::new(Code::TooMany, format!("{more} further problems in this file are not listed"));
    note.primary = kept.iter().last().and_then(|last| last.primary.clone());
    note.follow_ons = u32::try_from(more).unwrap_or(u32::MAX);
    kept.push(note.help("repair the first ones and try again"));
    kept
}

#[cfg(test)]
mod tests;
