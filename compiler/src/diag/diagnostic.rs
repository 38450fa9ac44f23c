//! One diagnostic, and the collection that every stage pushes into.

use super::{Code, Severity};
use crate::source::Span;
use rustc_hash::FxHashMap;

/// A place that has to do with a diagnostic, and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in a few words; may be empty.
    pub text: String,
}

/// A change of the text that removes a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced; empty if something is inserted.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// One problem: what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What it is about.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// The place with the caret; absent if the problem is not in a file.
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Vec<String>,
    /// How many further problems follow from this one and are not listed.
    pub follow_ons: u32,
    /// What to change in the text, if that is known.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic of the code's own severity, without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            help: Vec::new(),
            follow_ons: 0,
            fix: None,
        }
    }

    /// Puts the caret under `span`, with a few words beside it.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Says what to write in place of `span`.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }
}

/// The diagnostics of one or more stages, in the order they were found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn append(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Adds all of a later stage. What an earlier stage has said already is not said again: its follow-ons are counted
    /// there.
    pub(crate) fn merge(&mut self, other: Diagnostics) {
        /// What only parsers say, and resolvers repeat.
        fn key(diagnostic: &Diagnostic) -> Option<(Code, Span)> {
            let repeated = matches!(diagnostic.code, Code::Syntax | Code::UnterminatedString);
            Some((diagnostic.code, diagnostic.primary.as_ref().filter(|_| repeated)?.span))
        }
        let mut said: Option<FxHashMap<(Code, Span), usize>> = None;
        for diagnostic in other.list {
            let Some(key_of_it) = key(&diagnostic) else {
                self.list.push(diagnostic);
                continue;
            };
            let said = said.get_or_insert_with(|| {
                self.list.iter().enumerate().filter_map(|(at, said)| Some((key(said)?, at))).collect()
            });
            match said.get(&key_of_it).and_then(|&at| self.list.get_mut(at)) {
                Some(said) => said.follow_ons = said.follow_ons.saturating_add(diagnostic.follow_ons),
                None => self.list.push(diagnostic),
            }
        }
    }

    /// Where the parser could not read a text, of the diagnostics of one file, in order.
    pub(crate) fn broken_places(&self) -> Vec<u32> {
        let broken = self.list.iter().filter(|diagnostic| diagnostic.code.is_parse_error());
        let mut places: Vec<u32> =
            broken.filter_map(|diagnostic| Some(diagnostic.primary.as_ref()?.span.start)).collect();
        places.sort_unstable();
        places
    }

    /// Forgets all but the first `length`.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.list.truncate(length);
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
