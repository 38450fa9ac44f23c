//! A type as written, with what it inherits: base, display hint, labels, range.

use super::labels::{bits, label_syntax};
use super::ranges::constrain;
use super::report::Reports;
use super::scope::TypeSymbol;
use super::{Resolver, Tables, builtin};
use crate::model::{DefId, Model, ModuleId, Name, Ref, Shared, Syntax, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, Ident, NamedNumber, Refinement, SyntaxKind};
use mibc_runtime::syntax::BaseType;

/// Who uses a syntax: the names that cannot be bound are noted there.
#[derive(Clone, Copy, Debug)]
pub(super) enum User {
    /// A named type.
    Type(TypeId),
    /// A definition.
    Def(DefId),
}

impl<'s> Resolver<'s> {
    /// Resolves a written type. The types it names are resolved before (see [`super::types`]).
    pub(super) fn resolve_syntax(&mut self, module: ModuleId, ast: &ast::Syntax<'s>, user: User) -> Syntax {
        let mut written = ast;
        let mut tagged = None;
        while let SyntaxKind::Tagged { class, number, inner, .. } = &written.kind {
            if class.as_ref().is_some_and(|class| class.text() == "APPLICATION") {
                tagged = tagged.or_else(|| builtin::application_tag(number.text()));
            }
            written = inner;
        }
        let mut syntax = Syntax::unknown(ast.span);
        match &written.kind {
            SyntaxKind::Named { name, refinement } => {
                let qualifier = refinement.as_ref().and_then(|refinement| refinement.module);
                self.named_syntax(&mut syntax, module, qualifier, *name, user);
                if let Some(base) = tagged {
                    // The size of an IpAddress and the range of a counter are the base type's own.
                    syntax.base = Some(base);
                } else if let Some(refinement) = refinement {
                    let Resolver { model: Model { names, .. }, tables, reports, .. } = self;
                    let mut intern = |text: &'s str| Some(names.intern(text));
                    refine(&mut syntax, refinement, *name, Some(tables), &mut intern, reports);
                }
            }
            SyntaxKind::Bits(written) => {
                let Model { names, .. } = &mut self.model;
                let mut intern = |text: &'s str| Some(names.intern(text));
                bits_syntax(&mut syntax, written, &mut intern, &mut self.reports);
            }
            SyntaxKind::Sequence(_) | SyntaxKind::SequenceOf(_) => {}
            SyntaxKind::Choice(_) | SyntaxKind::Tagged { .. } => syntax.base = tagged,
        }
        syntax
    }

    fn named_syntax(
        &mut self,
        syntax: &mut Syntax,
        module: ModuleId,
        qualifier: Option<Ident<'s>>,
        name: Ident<'s>,
        user: User,
    ) {
        let scope = match qualifier {
            None => module,
            Some(qualifier) => match self.module_named(qualifier.text()) {
                Some(scope) => scope,
                None => {
                    self.report_unknown(module, qualifier, "module");
                    syntax.named = Some(Ref::Unresolved(self.model.names.intern(name.text())));
                    self.note_unresolved_at(user, name);
                    return;
                }
            },
        };
        if let Some(base) = builtin::asn1_type(name.text()) {
            syntax.base = Some(base);
            return;
        }
        match self.find_type(scope, name) {
            Ok(TypeSymbol::Base(base)) => syntax.base = Some(base),
            Ok(TypeSymbol::Named(id)) => {
                *syntax = self.of_type(syntax.span, id, name);
            }
            Ok(TypeSymbol::Sequence(_)) => {}
            Err(_) => {
                syntax.named = Some(Ref::Unresolved(self.model.names.intern(name.text())));
                syntax.base = builtin::nonstandard_type(name.text());
                self.note_unresolved_at(user, name);
            }
        }
    }

    /// What is written at `span` with the name of a type and nothing else.
    fn of_type(&self, span: Span, id: TypeId, name: Ident<'s>) -> Syntax {
        let ty = &self.model[id];
        let builtin = ty.builtin && name.text() != "NetworkAddress";
        Syntax {
            span,
            declared_range: Shared::default(),
            declared_labels: false,
            named: (!builtin).then_some(Ref::Bound(id)),
            ..ty.syntax.clone()
        }
    }

    /// A written type as [`Resolver::resolve_syntax`] reads it, where that changes nothing: every name in it is known
    /// and bound, and there is nothing to report. `None` for the others, and for rows and tables.
    pub(super) fn plain_syntax(&self, module: ModuleId, written: &ast::Syntax<'s>) -> Option<Syntax> {
        let mut reports = Reports::default();
        let mut known = |text: &'s str| self.model.names.get(text);
        let mut syntax = Syntax::unknown(written.span);
        match &written.kind {
            SyntaxKind::Named { name, refinement } => {
                if refinement.as_ref().is_some_and(|refinement| refinement.module.is_some()) {
                    return None;
                }
                match (self.peek_type(module, name.text()), builtin::asn1_type(name.text())) {
                    (Some(TypeSymbol::Sequence(_)), _) | (None, None) => return None,
                    (_, Some(base)) | (Some(TypeSymbol::Base(base)), None) => syntax.base = Some(base),
                    (Some(TypeSymbol::Named(id)), None) => syntax = self.of_type(written.span, id, *name),
                }
                if let Some(refinement) = refinement {
                    refine(&mut syntax, refinement, *name, None, &mut known, &mut reports)?;
                }
            }
            SyntaxKind::Bits(labels) => bits_syntax(&mut syntax, labels, &mut known, &mut reports)?,
            _ => return None,
        }
        reports.is_empty().then_some(syntax)
    }

    fn note_unresolved_at(&mut self, user: User, ident: Ident<'_>) {
        match user {
            User::Def(id) => self.note_unresolved(Some(id), ident),
            User::Type(id) => {
                let name = self.model.names.intern(ident.text());
                let list = &mut self.model.types[id.index()].unresolved;
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
    }
}

/// Applies the labels and the constraint behind the name of a type. `None` if a label has no name yet, and without
/// tables where the type has long lists.
fn refine<'s>(
    syntax: &mut Syntax,
    refinement: &Refinement<'s>,
    parent: Ident<'s>,
    mut tables: Option<&mut Tables>,
    name: &mut dyn FnMut(&'s str) -> Option<Name>,
    reports: &mut Reports,
) -> Option<()> {
    if !refinement.named_numbers.is_empty() {
        label_syntax(syntax, &refinement.named_numbers, tables.as_deref_mut(), name, reports)?;
    }
    if let Some(constraint) = &refinement.constraint {
        constrain(syntax, constraint, parent.text(), tables.map(|tables| &mut tables.ranges), reports)?;
    }
    Some(())
}

/// `BITS { label(number), … }`. `None` if a label has no name yet.
fn bits_syntax<'s>(
    syntax: &mut Syntax,
    labels: &[NamedNumber<'s>],
    name: &mut dyn FnMut(&'s str) -> Option<Name>,
    reports: &mut Reports,
) -> Option<()> {
    syntax.base = Some(BaseType::Bits);
    syntax.bits = bits(labels, name, reports)?;
    syntax.declared_labels = true;
    Some(())
}
