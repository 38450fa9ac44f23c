//! Modules: head, EXPORTS, IMPORTS, definitions.

use super::{
    builder::Builder,
    grammar::Rule,
    tree::{Cursor, Node},
};
use crate::{
    diag::{Code, Diagnostic},
    syntax::ast::{Ident, Import, Module},
};

impl<'s> Builder<'s> {
    /// The children of a `module` node.
    pub(super) fn module(&mut self, mut inner: Cursor<'_>) -> Option<Module<'s>> {
        let mut module = self.module_head(&mut inner)?;
        self.linkage(&mut inner, &mut module);
        while let Some(definition) = inner.enter(Rule::definition) {
            module.definitions.extend(self.definition(definition));
        }
        if let Some(end) = inner.accept(Rule::end) {
            module.span.end = end.end;
        }
        module.definitions.shrink_to_fit();
        Some(module)
    }

    /// The name and `DEFINITIONS ::= BEGIN`.
    pub(super) fn module_head(&mut self, inner: &mut Cursor<'_>) -> Option<Module<'s>> {
        let name = self.take_ident(inner, Rule::label)?;
        while inner.peek().is_some_and(|node| {
            matches!(node.rule, Rule::oid_value | Rule::definitions | Rule::tags | Rule::begin)
        }) {
            inner.next();
        }
        Some(Module {
            name,
            exports: Vec::new(),
            imports: Vec::new(),
            definitions: Vec::new(),
            left_out: Vec::new(),
            span: name.span(),
        })
    }

    /// EXPORTS and IMPORTS, in any order and number.
    pub(super) fn linkage(&mut self, inner: &mut Cursor<'_>, module: &mut Module<'s>) {
        loop {
            if let Some(exports) = inner.enter(Rule::exports) {
                let is_name = |n: &Node| matches!(n.rule, Rule::ident | Rule::odd_name);
                module.exports.extend(exports.filter(is_name).map(|n| self.ident(n)));
            } else if let Some(imports) = inner.enter(Rule::imports) {
                self.imports(imports, &mut module.imports);
            } else {
                return;
            }
        }
    }

    fn imports(&mut self, mut inner: Cursor<'_>, imports: &mut Vec<Import<'s>>) {
        inner.accept(Rule::imports_kw);
        let mut semicolon = None;
        loop {
            if let Some(import) = inner.enter(Rule::import) {
                if let Some(Node { start, end, .. }) = semicolon.take() {
                    let span = self.span(start, end);
                    self.report(
                        Diagnostic::new(Code::ExtraSemicolon, "a semicolon within the IMPORTS")
                            .at(span, "more imports follow")
                            .help("remove it: one semicolon ends the list")
                            .fix(span, ""),
                    );
                }
                imports.extend(self.import(import));
            } else if let Some(found) = inner.accept(Rule::semicolon) {
                semicolon = Some(found);
            } else {
                break;
            }
        }
        if semicolon.is_none() {
            let end = inner.last_end().unwrap_or_default();
            let span = self.span(end, end);
            self.report(
                Diagnostic::new(Code::MissingSemicolon, "missing semicolon after the IMPORTS")
                    .at(span, "a semicolon belongs here")
                    .help("end the list of imports with `;`"),
            );
        }
    }

    fn import(&mut self, mut inner: Cursor<'_>) -> Option<Import<'s>> {
        let mut symbols: Vec<Ident<'s>> = Vec::with_capacity(4);
        let mut list = self.list();
        while let Some(symbol) = self.take_name(&mut inner) {
            list.item(self, symbol.span().start, symbol.span().end);
            symbols.push(symbol);
        }
        let from = inner.accept(Rule::from)?;
        list.close(self, from.start);
        let module = self.take_ident(&mut inner, Rule::label)?;
        Some(Import { symbols, module })
    }
}
