//! A type as written, with what it inherits: base, display hint, labels, range.

use super::scope::TypeSymbol;
use super::{Resolver, builtin};
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, ModuleId, Name, Ref, Shared, Syntax, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, Bound, Ident, NamedNumber, SyntaxKind};
use mibc_runtime::syntax::BaseType;
use rustc_hash::FxHashSet;

/// Who uses a syntax: the names that cannot be bound are noted there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// A named type.
    Type(TypeId),
    /// A definition.
    Def(DefId),
}

/// Longer lists of labels are checked for doubles with a hash set.
const SHORT_LIST: usize = 16;

impl<'s> Resolver<'_, 's> {
    /// Resolves a written type. The types it names are resolved before (see [`super::types`]).
    pub(super) fn resolve_syntax(&mut self, module: ModuleId, ast: &ast::Syntax<'s>, place: Place) -> Syntax {
        let mut written = ast;
        let mut tagged = None;
        while let SyntaxKind::Tagged { class, number, inner, .. } = &written.kind {
            if class.is_some_and(|class| class.text == "APPLICATION") {
                tagged = tagged.or_else(|| builtin::application_tag(number.text));
            }
            written = inner;
        }
        let mut syntax = Syntax::unknown(ast.span);
        match &written.kind {
            SyntaxKind::Named { module: qualifier, name, named_numbers, constraint } => {
                self.named_syntax(&mut syntax, module, *qualifier, *name, place);
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

    /// `{ label(number), … }` after a type: an enumeration, or for BITS its bits.
    fn label_syntax(&mut self, syntax: &mut Syntax, labels: &[NamedNumber<'s>]) {
        syntax.declared_labels = true;
        if syntax.base == Some(BaseType::Bits) {
            let bits = self.bits(labels);
            let known = |name: Name, number: u32| syntax.bits.contains(&(name, number));
            let strange =
                bits.iter().position(|&(name, number)| !syntax.bits.is_empty() && !known(name, number));
            self.report_strange_label(labels, strange);
            syntax.bits = bits;
            return;
        }
        let enums = self.enums(labels);
        if !syntax.enums.is_empty() {
            let parent: FxHashSet<(Name, i64)> = syntax.enums.iter().copied().collect();
            let strange = enums.iter().position(|label| !parent.contains(label));
            self.report_strange_label(labels, strange);
        }
        syntax.enums = enums;
        syntax.range = Shared::default();
    }

    fn report_strange_label(&mut self, labels: &[NamedNumber<'s>], strange: Option<usize>) {
        let Some(label) = strange.and_then(|position| labels.get(position)) else { return };
        self.reports.push(
            Diagnostic::new(
                Code::LabelBeyondParent,
                format!("the refined type has no label `{}({})`", label.label.text, label.number.text),
            )
            .at(label.label.span, "not a label of the parent type")
            .help("a refinement can only take labels away"),
        );
    }

    fn enums(&mut self, labels: &[NamedNumber<'s>]) -> Shared<(Name, i64)> {
        self.labels(labels, |value| {
            let number = i64::try_from(value).ok()?;
            Some((number, i32::try_from(number).is_ok()))
        })
    }

    fn bits(&mut self, labels: &[NamedNumber<'s>]) -> Shared<(Name, u32)> {
        // A BITS value is an OCTET STRING of at most 65535 octets.
        self.labels(labels, |value| {
            let number = u32::try_from(value).ok()?;
            (number < 65535 * 8).then_some((number, true))
        })
    }

    /// Reads labels with `number`, which says the number and whether it is in order. Labels without a usable
    /// number, and second labels of one spelling, are left out and reported, once for each list.
    fn labels<T: Copy>(
        &mut self,
        labels: &[NamedNumber<'s>],
        number: impl Fn(i128) -> Option<(T, bool)>,
    ) -> Shared<(Name, T)> {
        let mut list: Vec<(Name, T)> = Vec::with_capacity(labels.len());
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let mut seen_values: FxHashSet<i128> = FxHashSet::default();
        let (mut invalid, mut double): (Option<NamedNumber<'s>>, Option<(Ident<'s>, Span)>) = (None, None);
        for (position, label) in labels.iter().enumerate() {
            let name = self.model.names.intern(label.label.text);
            let value = match label.number.value {
                Some(Bound::Value(value)) => value,
                _ => {
                    invalid = invalid.or(Some(*label));
                    continue;
                }
            };
            let Some((number, fine)) = number(value) else {
                invalid = invalid.or(Some(*label));
                continue;
            };
            if !fine {
                invalid = invalid.or(Some(*label));
            }
            let known = if labels.len() <= SHORT_LIST {
                list.iter().any(|(other, _)| *other == name)
            } else {
                !seen.insert(name)
            };
            let known_value = if labels.len() <= SHORT_LIST {
                labels[..position].iter().any(|other| other.number.value == label.number.value)
            } else {
                !seen_values.insert(value)
            };
            if known || known_value {
                let first = labels.iter().find(|other| {
                    other.label.text == label.label.text || other.number.value == label.number.value
                });
                if double.is_none() {
                    double = first.map(|first| (label.label, first.label.span));
                }
            }
            if !known {
                list.push((name, number));
            }
        }
        if let Some(label) = invalid {
            self.reports.push(
                Diagnostic::new(
                    Code::InvalidLabel,
                    format!("`{}` is no number that `{}` can have", label.number.text, label.label.text),
                )
                .at(label.number.span, "out of range, or no number")
                .help("enumerations go from -2147483648 to 2147483647, bits from 0"),
            );
        }
        if let Some((label, first)) = double {
            self.reports.push(
                Diagnostic::new(
                    Code::DuplicateLabel,
                    format!("the label or the number of `{}` stands twice in this list", label.text),
                )
                .at(label.span, "again")
                .also(first, "first")
                .help("every label and every number stands once"),
            );
        }
        Shared::from(list)
    }
}
