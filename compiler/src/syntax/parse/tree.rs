//! What the grammar matched: one compact node per match, in the order of the text, in a plain vector that the builder
//! walks by index.
//!
//! Pest's own pairs count references and children at every step; a module has some hundred thousand of them.

use pest::{Token, iterators::Pairs};

use super::grammar::Rule;

/// One match of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// The rule.
    pub(super) rule: Rule,
    /// First octet, in the text of the file.
    pub(super) start: u32,
    /// One past the last octet.
    pub(super) end: u32,
    /// The index one past the last descendant.
    pub(super) next: u32,
}

/// All matches of one parse.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// The matches in a text that begins at octet `base` of the file.
    pub(super) fn of_nodes(mut nodes: Vec<Node>, base: usize) -> Tree {
        if base != 0 {
            for node in &mut nodes {
                node.start += base as u32;
                node.end += base as u32;
            }
        }
        Tree { nodes }
    }

    /// Those of pest. Comments are left out.
    pub(super) fn of_pairs(pairs: Pairs<'_, Rule>, base: usize) -> Tree {
        let tokens = pairs.tokens();
        let mut nodes = Vec::with_capacity(tokens.len() / 2);
        let mut open = Vec::with_capacity(16);
        for token in tokens {
            match token {
                Token::Start { rule: Rule::comment, .. } | Token::End { rule: Rule::comment, .. } => {}
                Token::Start { rule, pos } => {
                    open.push(nodes.len());
                    nodes.push(Node { rule, start: (base + pos.pos()) as u32, end: 0, next: 0 });
                }
                Token::End { pos, .. } => {
                    let next = nodes.len() as u32;
                    if let Some(node) = open.pop().and_then(|at: usize| nodes.get_mut(at)) {
                        node.end = (base + pos.pos()) as u32;
                        node.next = next;
                    }
                }
            }
        }
        Tree { nodes }
    }

    /// A cursor over the outermost nodes.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor { nodes: &self.nodes, at: 0, end: self.nodes.len() as u32 }
    }
}

/// Walks the children of one node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    nodes: &'t [Node],
    at: u32,
    end: u32,
}

impl<'t> Cursor<'t> {
    /// The next child, not consumed.
    pub(super) fn peek(&self) -> Option<Node> {
        if self.at < self.end { self.nodes.get(self.at as usize).copied() } else { None }
    }

    /// The next child where it is of that rule, consumed.
    pub(super) fn accept(&mut self, rule: Rule) -> Option<Node> {
        let node = self.peek().filter(|node| node.rule == rule)?;
        self.at = node.next;
        Some(node)
    }

    /// The next child where it is of that rule, consumed; a cursor over its children.
    pub(super) fn enter(&mut self, rule: Rule) -> Option<Cursor<'t>> {
        let at = self.at + 1;
        let node = self.accept(rule)?;
        Some(Cursor { nodes: self.nodes, at, end: node.next })
    }

    /// The next child, consumed, and a cursor over its children.
    pub(super) fn next_with_children(&mut self) -> Option<(Node, Cursor<'t>)> {
        let node = self.peek()?;
        let inner = Cursor { nodes: self.nodes, at: self.at + 1, end: node.next };
        self.at = node.next;
        Some((node, inner))
    }

    /// Where the last leaf before this point ends; blanks behind it do not count.
    pub(super) fn last_end(&self) -> Option<u32> {
        // Ends are ordered as the nodes are, but composites end after the blanks that follow their last leaf.
        self.nodes.get(..self.at as usize)?.iter().rev().find(|node| node.is_leaf()).map(|node| node.end)
    }
}

impl Iterator for Cursor<'_> {
    type Item = Node;

    fn next(&mut self) -> Option<Node> {
        let node = self.peek()?;
        self.at = node.next;
        Some(node)
    }
}

impl Node {
    /// Whether the rule is a token, which ends where its text ends.
    fn is_leaf(self) -> bool {
        !matches!(
            self.rule,
            Rule::module
                | Rule::exports
                | Rule::imports
                | Rule::import
                | Rule::definition
                | Rule::other_value
                | Rule::names
                | Rule::index
                | Rule::index_item
                | Rule::defval
                | Rule::braces
                | Rule::oid_value
                | Rule::bare_oid
                | Rule::module_oid
                | Rule::paren_number
                | Rule::syntax
                | Rule::inner_syntax
                | Rule::leaf_syntax
                | Rule::fields
                | Rule::inner_fields
                | Rule::numbers
                | Rule::tag
                | Rule::constraint
                | Rule::bare_size
                | Rule::piece
        )
    }
}
