//! OID values, DEFVALs, lists of names, and numbers.

use super::{
    builder::Builder,
    grammar::Rule,
    tree::{Cursor, Node},
};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{DefVal, DefValKind, Ident, NamedArc, Number, OidArc, OidValue, QualifiedName};

impl<'s> Builder<'s> {
    /// `{ parent 1 name(2) }`, if the next child is one; its braces may be missing.
    pub(super) fn take_oid_value(&mut self, cursor: &mut Cursor<'_>) -> Option<OidValue<'s>> {
        let node = cursor.peek()?;
        let bare = node.rule == Rule::bare_oid;
        let mut inner = cursor.enter(if bare { Rule::bare_oid } else { Rule::oid_value })?;
        let arcs = self.arcs(&mut inner, bare).into();
        let close = inner.accept(Rule::close_brace).map(|close| close.end);
        let end = close.or_else(|| inner.last_end()).unwrap_or(node.end);
        Some(OidValue { arcs, span: self.span(node.start, end) })
    }

    /// Says that an OID value is not written as one.
    fn oid_notation(&mut self, message: &str, span: Span, arcs: &[OidArc<'s>]) {
        /// Longer values are not written out.
        const MOST: usize = 20;
        let mut help = "write ".to_owned();
        if arcs.len() <= MOST {
            help.push_str("`{ ");
            for arc in arcs {
                match arc {
                    OidArc::Name(name) | OidArc::Number(name) => help.push_str(name.text()),
                    OidArc::Qualified(q) => help.extend([q.module.text(), ".", q.name.text()]),
                    OidArc::Named(arc) => help.extend([arc.name.text(), "(", arc.number.text(), ")"]),
                }
                help.push(' ');
            }
            help.push_str("}`");
        } else {
            help.push_str("`{ parent number … }`");
        }
        self.report(
            Diagnostic::new(Code::OidNotation, message).at(span, "read as the author meant it").help(help),
        );
    }

    /// The arcs up to the closing brace, or up to the end without braces.
    fn arcs(&mut self, inner: &mut Cursor<'_>, bare: bool) -> Vec<OidArc<'s>> {
        let mut arcs = Vec::with_capacity(2);
        let start = inner.peek().map_or(0, |node| node.start);
        let mut dotted = false;
        while let Some(node) = inner.peek() {
            match node.rule {
                Rule::dot => {
                    inner.next();
                    dotted = true;
                }
                Rule::qname | Rule::odd_name => {
                    inner.next();
                    let number = inner.enter(Rule::paren_number).and_then(|mut n| n.accept(Rule::number));
                    let (module, name) = self.qualified(node);
                    arcs.push(match (number, module) {
                        (Some(number), _) => {
                            OidArc::Named(Box::new(NamedArc { name, number: self.ident(number) }))
                        }
                        (None, Some(module)) => OidArc::Qualified(Box::new(QualifiedName { module, name })),
                        (None, None) => OidArc::Name(name),
                    });
                }
                Rule::number => {
                    inner.next();
                    arcs.push(OidArc::Number(self.ident(node)));
                }
                _ => break,
            }
        }
        if dotted || bare {
            let span = self.span(start, inner.last_end().unwrap_or(start));
            let message = match bare {
                true => "an OID value without its braces",
                false => "an OID value with dots between its parts",
            };
            self.oid_notation(message, span, &arcs);
        }
        arcs
    }

    /// `{ a, b }`, if the next child is one. A qualified name counts by its last part.
    pub(super) fn take_names(&mut self, cursor: &mut Cursor<'_>) -> Option<Vec<Ident<'s>>> {
        let inner = cursor.enter(Rule::names)?;
        let mut names = Vec::new();
        let mut list = self.list();
        for node in inner {
            if node.rule == Rule::close_brace {
                list.close(self, node.start);
                break;
            }
            list.item(self, node.start, node.end);
            names.push(self.qualified(node).1);
        }
        names.shrink_to_fit();
        Some(names)
    }

    /// `{ value }` of a DEFVAL, if the next child is one; `None` too where nothing stands between the braces.
    pub(super) fn take_default(&mut self, cursor: &mut Cursor<'_>) -> Option<DefVal<'s>> {
        let mut inner = cursor.enter(Rule::defval)?;
        let mut kinds: Vec<(Node, DefValKind<'s>)> = Vec::with_capacity(1);
        while let Some((node, mut children)) = inner.next_with_children() {
            let kind = match node.rule {
                Rule::qname | Rule::odd_name => DefValKind::Name(self.qualified(node).1),
                Rule::number => DefValKind::Number(self.ident(node)),
                Rule::string => DefValKind::Text(self.text(node)),
                Rule::quoted_digits if self.str(node).ends_with(['b', 'B']) => {
                    DefValKind::Binary(self.quoted(node, '\''))
                }
                Rule::quoted_digits => DefValKind::Hex(self.quoted(node, '\'')),
                Rule::braces => DefValKind::Braces(self.arcs(&mut children, false).into()),
                _ => break,
            };
            kinds.push((node, kind));
        }
        let (first, last) = (kinds.first()?.0, kinds.last()?.0);
        let span = self.span(first.start, last.end);
        if kinds.len() == 1 {
            return kinds.pop().map(|(_, kind)| DefVal { span, kind });
        }
        // `DEFVAL { a, b }` without the inner braces: read as if they were there.
        let mut arcs = Vec::with_capacity(kinds.len());
        for (_, kind) in kinds {
            match kind {
                DefValKind::Name(name) => arcs.push(OidArc::Name(name)),
                DefValKind::Number(number) => arcs.push(OidArc::Number(number)),
                DefValKind::Braces(inner) => arcs.extend(inner),
                DefValKind::Text(_) | DefValKind::Hex(_) | DefValKind::Binary(_) => {}
            }
        }
        Some(DefVal { span, kind: DefValKind::Braces(arcs.into()) })
    }

    /// A number of an enumeration, range or size.
    pub(super) fn number(&self, node: Node) -> Number<'s> {
        Number::new(self.ident(node))
    }
}
