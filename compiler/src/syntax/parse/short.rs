//! The short way to match a text by the grammar: what pest's parser matches, without its tokens and without what it notes
//! for errors. `cargo run -p mibc-grammar` writes the functions of the rules.

mod matcher;
#[rustfmt::skip]
#[allow(clippy::all)]
mod rules;

use super::{grammar::Rule, tree::Node};
use matcher::Matcher;

/// The matches in a text, in its order; `None` if it does not match.
pub(super) fn nodes(rule: Rule, text: &str) -> Option<Vec<Node>> {
    let function: fn(&mut Matcher<'_>) -> bool = match rule {
        Rule::file => rules::file,
        Rule::lone_head => rules::lone_head,
        Rule::lone_linkage => rules::lone_linkage,
        Rule::lone_definition => rules::lone_definition,
        Rule::lone_definitions => rules::lone_definitions,
        Rule::lone_names => rules::lone_names,
        Rule::lone_numbers => rules::lone_numbers,
        Rule::lone_index => rules::lone_index,
        Rule::lone_fields => rules::lone_fields,
        Rule::lone_pieces => rules::lone_pieces,
        Rule::oid_value => rules::oid_value,
        // No text is parsed by another.
        _ => return None,
    };
    Matcher::new(text).nodes(function)
}
