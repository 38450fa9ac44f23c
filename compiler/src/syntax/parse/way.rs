//! The two ways to match a text by the grammar: a short one for texts that match, and pest's parser, which has the last
//! word on those that do not, and says what was expected where.

use pest::{
    Parser,
    error::{Error, ErrorVariant, InputLocation},
};

use super::{
    grammar::{Grammar, Rule},
    short,
    tree::Tree,
};

/// Which way texts are matched. The trees and errors of both are the same.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Way {
    /// The short way; pest's where a text does not match.
    #[default]
    Short,
    /// Pest's for every text.
    Pest,
}

/// Where a text stopped making sense, and what would have made sense there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// Octet of the file.
    pub(super) at: usize,
    /// The rules that were tried there.
    pub(super) expected: Vec<Rule>,
}

impl Way {
    /// The matches in a text that begins at octet `base` of the file.
    pub(super) fn tree(self, rule: Rule, text: &str, base: usize) -> Result<Tree, Failure> {
        if let Way::Short = self
            && let Some(nodes) = short::nodes(rule, text)
        {
            return Ok(Tree::of_nodes(nodes, base));
        }
        by_pest(rule, text, base)
    }

    /// As [`Way::tree`], where nobody asks what was expected.
    pub(super) fn tree_if(self, rule: Rule, text: &str, base: usize) -> Option<Tree> {
        match self {
            Way::Short => short::nodes(rule, text).map(|nodes| Tree::of_nodes(nodes, base)),
            Way::Pest => by_pest(rule, text, base).ok(),
        }
    }

    /// Whether a text matches.
    pub(super) fn matches(self, rule: Rule, text: &str) -> bool {
        self.tree_if(rule, text, 0).is_some()
    }
}

fn by_pest(rule: Rule, text: &str, base: usize) -> Result<Tree, Failure> {
    #[cfg(test)]
    OCTETS.set(OCTETS.get() + text.len());
    match Grammar::parse(rule, text) {
        Ok(pairs) => Ok(Tree::of_pairs(pairs, base)),
        Err(error) => Err(failure(error, base)),
    }
}

#[cfg(test)]
thread_local! {
    /// What pest has been given by this thread.
    pub(super) static OCTETS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn failure(error: Error<Rule>, base: usize) -> Failure {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Failure { at: base + at, expected }
}
