//! OID values, DEFVALs, lists of names, and numbers.

use super::{
    builder::Builder,
    grammar::Rule,
    tree::{Cursor, Node},
};
use crate::syntax::ast::{DefVal, DefValKind, Ident, NamedArc, Number, OidArc, OidValue, QualifiedName};

impl<'s> Builder<'s> {
    /// `{ parent 1 name(2) }`, where the next child is one.
    pub(super) fn take_oid_value(&mut self, cursor: &mut Cursor<'_>) -> Option<OidValue<'s>> {
        let node = cursor.peek()?;
        let mut inner = cursor.enter(Rule::oid_value)?;
        let arcs = self.arcs(&mut inner).into();
        let end = inner.accept(Rule::close_brace).map_or(node.end, |close| close.end);
        Some(OidValue { arcs, span: self.span(node.start, end) })
    }

    /// The arcs up to the closing brace.
    fn arcs(&mut self, inner: &mut Cursor<'_>) -> Vec<OidArc<'s>> {
        let mut arcs = Vec::with_capacity(2);
        while let Some(node) = inner.peek() {
            match node.rule {
                Rule::qname => {
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
        arcs
    }

    /// `{ a, b }`, where the next child is one. A qualified name counts by its last part.
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

    /// `{ value }` of a DEFVAL, where the next child is one; `None` too where nothing stands between the braces.
    pub(super) fn take_default(&mut self, cursor: &mut Cursor<'_>) -> Option<DefVal<'s>> {
        let mut inner = cursor.enter(Rule::defval)?;
        let mut kinds: Vec<(Node, DefValKind<'s>)> = Vec::with_capacity(1);
        while let Some((node, mut children)) = inner.next_with_children() {
            let kind = match node.rule {
                Rule::qname => DefValKind::Name(self.qualified(node).1),
                Rule::number => DefValKind::Number(self.ident(node)),
                Rule::string => DefValKind::Text(self.text(node)),
                Rule::quoted_digits if self.str(node).ends_with(['b', 'B']) => {
                    DefValKind::Binary(self.quoted(node, '\''))
                }
                Rule::quoted_digits => DefValKind::Hex(self.quoted(node, '\'')),
                Rule::braces => DefValKind::Braces(self.arcs(&mut children).into()),
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
