//! A type as written, with what it inherits: base, display hint, labels, range.

use super::scope::TypeSymbol;
use super::{Resolver, builtin};
use crate::model::{DefId, ModuleId, Ref, Shared, Syntax, TypeId};
use crate::syntax::ast::{self, Ident, SyntaxKind};
use mibc_runtime::syntax::BaseType;

/// Who uses a syntax: the names that cannot be bound are noted there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// A named type.
    Type(TypeId),
    /// A definition.
    Def(DefId),
}

impl<'s> Resolver<'_, 's> {
    /// Resolves a written type. The types it names are resolved before (see [`super::types`]).
    pub(super) fn resolve_syntax(&mut self, module: ModuleId, ast: &ast::Syntax<'s>, place: Place) -> Syntax {
        let mut written = ast;
        let mut tagged = None;
        while let SyntaxKind::Tagged { class, number, inner, .. } = &written.kind {
            if class.as_ref().is_some_and(|class| class.text == "APPLICATION") {
                tagged = tagged.or_else(|| builtin::application_tag(number.text));
            }
            written = inner;
        }
        let mut syntax = Syntax::unknown(ast.span);
        match &written.kind {
            SyntaxKind::Named { module: qualifier, name, named_numbers, constraint } => {
                self.named_syntax(&mut syntax, module, qualifier.as_deref().copied(), *name, place);
                if let Some(base) = tagged {
                    // The size of an IpAddress and the range of a counter are the base type's own.
                    syntax.base = Some(base);
                } else {
                    if !named_numbers.is_empty() {
                        self.label_syntax(&mut syntax, named_numbers);
                    }
                    if let Some(constraint) = constraint {
                        self.constrain(&mut syntax, constraint, name.text);
                    }
                }
            }
            SyntaxKind::Bits(labels) => {
                syntax.base = Some(BaseType::Bits);
                syntax.bits = self.bits(labels);
                syntax.declared_labels = true;
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
        place: Place,
    ) {
        let scope = match qualifier {
            None => module,
            Some(qualifier) => match self.module_named(qualifier.text) {
                Some(scope) => scope,
                None => {
                    self.report_unknown(module, qualifier, "module");
                    syntax.named = Some(Ref::Unresolved(self.model.names.intern(name.text)));
                    self.note_unresolved_at(place, name);
                    return;
                }
            },
        };
        if let Some(base) = builtin::asn1_type(name.text) {
            syntax.base = Some(base);
            return;
        }
        match self.find_type(scope, name) {
            Ok(TypeSymbol::Base(base)) => syntax.base = Some(base),
            Ok(TypeSymbol::Named(id)) => {
                let ty = &self.model[id];
                let written = (syntax.span, ty.builtin && name.text != "NetworkAddress");
                *syntax = ty.syntax.clone();
                syntax.span = written.0;
                syntax.declared_range = Shared::default();
                syntax.declared_labels = false;
                syntax.named = (!written.1).then_some(Ref::Bound(id));
            }
            Ok(TypeSymbol::Sequence(_)) => {}
            Err(_) => {
                syntax.named = Some(Ref::Unresolved(self.model.names.intern(name.text)));
                syntax.base = builtin::nonstandard_type(name.text);
                self.note_unresolved_at(place, name);
            }
        }
    }

    fn note_unresolved_at(&mut self, place: Place, ident: Ident<'_>) {
        match place {
            Place::Def(id) => self.note_unresolved(Some(id), ident),
            Place::Type(id) => {
                let name = self.model.names.intern(ident.text);
                let list = &mut self.model.types[id.index()].unresolved;
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
    }
}
