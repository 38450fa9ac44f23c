//! Types: built-in and named ones with their refinements, SEQUENCE, CHOICE and tags.

use super::{
    builder::Builder,
    grammar::Rule,
    tree::{Cursor, Node},
};
use crate::{
    diag::{Code, Diagnostic},
    syntax::ast::{
        Constraint, Field, Ident, Index, IndexItem, IndexTarget, NamedNumber, Piece, Refinement, Syntax,
        SyntaxKind,
    },
    syntax::respell::clause_meant,
};

impl<'s> Builder<'s> {
    /// A type, if the next child is one.
    pub(super) fn take_syntax(&mut self, cursor: &mut Cursor<'_>) -> Option<Syntax<'s>> {
        let node = cursor.peek()?;
        if !matches!(node.rule, Rule::syntax | Rule::inner_syntax | Rule::leaf_syntax) {
            return None;
        }
        let (_, mut inner) = cursor.next_with_children()?;
        let kind = self.syntax_kind(&mut inner)?;
        let end = inner.last_end().unwrap_or(node.end);
        Some(Syntax { span: self.span(node.start, end), kind })
    }

    fn syntax_kind(&mut self, inner: &mut Cursor<'_>) -> Option<SyntaxKind<'s>> {
        let (node, mut children) = inner.next_with_children()?;
        match node.rule {
            Rule::type_name => Some(self.named(node, inner)),
            Rule::bits_kw => Some(SyntaxKind::Bits(self.take_numbers(inner).unwrap_or_default())),
            Rule::bit_string => {
                // Small letters have been reported.
                if self.str(node).starts_with("BIT") {
                    self.misspelt(node, "BITS");
                }
                let labels = self.take_numbers(inner).unwrap_or_default();
                // How many bits there are: BITS have no size.
                self.take_constraint(inner);
                Some(SyntaxKind::Bits(labels))
            }
            Rule::sequence_kw => {
                if inner.accept(Rule::of).is_some() {
                    return self.take_name(inner).map(SyntaxKind::SequenceOf);
                }
                self.take_fields(inner).map(SyntaxKind::Sequence)
            }
            Rule::choice_kw => self.take_fields(inner).map(SyntaxKind::Choice),
            Rule::tag => {
                let class = self.take_ident(&mut children, Rule::tag_class).map(Box::new);
                let number = Box::new(self.take_ident(&mut children, Rule::number)?);
                let implicit = inner.accept(Rule::implicit).is_some_and(|node| self.str(node) == "IMPLICIT");
                let inner = Box::new(match self.take_syntax(inner) {
                    Some(syntax) => syntax,
                    None => self.untagged(inner)?,
                });
                Some(SyntaxKind::Tagged { class, number, implicit, inner })
            }
            _ => None,
        }
    }

    /// The type behind the tag of a nested tagged type, which has no node of its own.
    fn untagged(&mut self, inner: &mut Cursor<'_>) -> Option<Syntax<'s>> {
        let name = inner.accept(Rule::type_name)?;
        let kind = self.named(name, inner);
        Some(Syntax { span: self.span(name.start, inner.last_end().unwrap_or(name.end)), kind })
    }

    fn named(&mut self, node: Node, inner: &mut Cursor<'_>) -> SyntaxKind<'s> {
        let (module, name) = self.qualified(node);
        let mut refinement: Option<Box<Refinement<'s>>> =
            module.map(|module| Box::new(Refinement { module: Some(module), ..Refinement::default() }));
        while let Some(node) = inner.peek() {
            match node.rule {
                Rule::numbers => {
                    let more = self.take_numbers(inner).unwrap_or_default();
                    let labels = &mut refinement.get_or_insert_default().named_numbers;
                    *labels = match labels.is_empty() {
                        true => more,
                        false => std::mem::take(labels).into_iter().chain(more).collect(),
                    };
                }
                Rule::constraint | Rule::bare_size => {
                    let Some(more) = self.take_constraint(inner) else { break };
                    match &mut refinement.get_or_insert_default().constraint {
                        slot @ None => *slot = Some(more),
                        Some(first) => {
                            let diagnostic = Diagnostic::new(
                                Code::ExtraConstraint,
                                "a second range or size for the same type",
                            )
                            .at(more.span, "this one is ignored")
                            .also(first.span, "this one counts")
                            .help("write one restriction, its alternatives separated by `|`");
                            self.report(diagnostic);
                        }
                    }
                }
                _ => break,
            }
        }
        SyntaxKind::Named { name, refinement }
    }

    /// `{ label(number), … }`, if the next child is one.
    fn take_numbers(&mut self, cursor: &mut Cursor<'_>) -> Option<Box<[NamedNumber<'s>]>> {
        let mut inner = cursor.enter(Rule::numbers)?;
        let mut numbers = Vec::with_capacity(4);
        let mut list = self.list();
        while let Some(node) = inner.next() {
            if node.rule == Rule::close_brace {
                list.close(self, node.start);
                break;
            }
            let Some(number) = inner.next() else { break };
            if let Some(lost) = inner.accept(Rule::lost_paren) {
                let place = self.span(lost.start, lost.start);
                self.report(
                    Diagnostic::new(
                        Code::MissingParenthesis,
                        "missing parenthesis behind the number of a label",
                    )
                    .at(place, "`)` belongs here")
                    .fix(place, ")"),
                );
            }
            // The closing parenthesis is not a node; the comma check starts after it.
            list.item(self, node.start, number.end);
            let label = if node.rule == Rule::odd_label { self.odd_label(node) } else { self.ident(node) };
            numbers.push(NamedNumber { label, number: self.number(number) });
        }
        Some(numbers.into())
    }

    /// `n/a`, `"0:00"`: kept without quotes and blanks, and reported.
    fn odd_label(&mut self, node: Node) -> Ident<'s> {
        let text = self.str(node);
        let trimmed = text.trim_matches(|c: char| c == '"' || c <= ' ');
        let start =
            node.start + (text.len() - text.trim_start_matches(|c: char| c == '"' || c <= ' ').len()) as u32;
        let label = self.ident_at(start, start + trimmed.len() as u32);
        self.report(
            Diagnostic::new(Code::LabelSpelling, format!("`{trimmed}` cannot be a label"))
                .at(label.span(), "kept as it is")
                .help("labels are letters, digits and hyphens, and begin with a lower-case letter"),
        );
        label
    }

    /// `( … )`, `(SIZE ( … ))` or `SIZE ( … )`, if the next child is one.
    fn take_constraint(&mut self, cursor: &mut Cursor<'_>) -> Option<Constraint<'s>> {
        let Node { start, rule, .. } = cursor.peek()?;
        let mut inner = cursor.enter(Rule::constraint).or_else(|| cursor.enter(Rule::bare_size))?;
        let size = inner.accept(Rule::size);
        if let Some(size) = size
            && rule == Rule::constraint
            && self.str(size) != "SIZE"
        {
            self.misspelt(size, "SIZE");
        }
        let size = size.is_some();
        let mut pieces = Vec::with_capacity(1);
        while let Some(mut piece) = inner.enter(Rule::piece) {
            let Some(low) = piece.next() else { break };
            let low = self.number(low);
            pieces.push(Piece { low, high: piece.next().map(|high| self.number(high)) });
        }
        let end = inner.last().map_or(start, |close| close.end);
        Some(Constraint { size, pieces: pieces.into(), span: self.span(start, end) })
    }

    /// `{ column Type, … }`, if the next child is one.
    fn take_fields(&mut self, cursor: &mut Cursor<'_>) -> Option<Box<[Field<'s>]>> {
        let mut inner = cursor.enter(Rule::fields).or_else(|| cursor.enter(Rule::inner_fields))?;
        let mut fields = Vec::with_capacity(8);
        let mut list = self.list();
        while let Some(node) = inner.next() {
            if node.rule == Rule::close_brace {
                list.close(self, node.start);
                break;
            }
            let Some(syntax) = self.take_syntax(&mut inner) else { break };
            list.name_then_type(self, node.end, syntax.span.start);
            list.item(self, node.start, syntax.span.end);
            fields.push(Field { name: self.ident(node), syntax });
        }
        Some(fields.into())
    }

    /// What follows `keyword`, INDEX or AUGMENTS, if the next child is a list of index items.
    pub(super) fn take_index(&mut self, cursor: &mut Cursor<'_>, keyword: Ident<'s>) -> Option<Index<'s>> {
        let mut inner = cursor.enter(Rule::index)?;
        let mut items = Vec::with_capacity(2);
        let mut list = self.list();
        while let Some((node, mut item)) = inner.next_with_children() {
            if node.rule == Rule::close_brace {
                list.close(self, node.start);
                break;
            }
            let implied = item.accept(Rule::implied);
            if let Some(implied) = implied
                && self.str(implied) != "IMPLIED"
            {
                self.misspelt(implied, "IMPLIED");
            }
            let implied = implied.is_some();
            let Some(syntax) = self.take_syntax(&mut item) else { break };
            list.item(self, node.start, syntax.span.end);
            items.push(IndexItem { implied, target: index_target(syntax) });
        }
        if clause_meant(keyword.text()) == "AUGMENTS" {
            return match items.first().map(|item| &item.target) {
                Some(IndexTarget::Object(row)) => Some(Index::Augments(Box::new(*row))),
                _ => {
                    let diagnostic = Diagnostic::new(Code::MissingClause, "AUGMENTS names no row")
                        .at(keyword.span(), "nothing to augment")
                        .help("write `AUGMENTS { row }`, row being the entry of the table that is extended");
                    self.report(diagnostic);
                    None
                }
            };
        }
        Some(Index::Index(items.into()))
    }
}

/// An index item that is one of the types which RFC 1212 allows there, or is refined, is a type; else an object.
fn index_target(syntax: Syntax<'_>) -> IndexTarget<'_> {
    match syntax.kind {
        SyntaxKind::Named { name, .. }
            if syntax.labels().is_empty()
                && syntax.constraint().is_none()
                && !matches!(
                    name.text(),
                    "INTEGER"
                        | "OCTET STRING"
                        | "OBJECT IDENTIFIER"
                        | "NetworkAddress"
                        | "IpAddress"
                        | "Integer32"
                ) =>
        {
            IndexTarget::Object(name)
        }
        _ => IndexTarget::Type(syntax),
    }
}
