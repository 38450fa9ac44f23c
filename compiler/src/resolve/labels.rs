//! The labels of enumerations and BITS (RFC 2578 §7.1.1, §7.1.4).

use super::Resolver;
use crate::diag::{Code, Diagnostic};
use crate::model::{Name, Shared, Syntax};
use crate::source::Span;
use crate::syntax::ast::{Bound, Ident, NamedNumber};
use mibc_runtime::syntax::BaseType;
use rustc_hash::{FxHashMap, FxHashSet};

/// The highest bit of a BITS value, which is an OCTET STRING of at most 65535 octets.
const MAX_BIT: u32 = 65535 * 8 - 1;

impl<'s> Resolver<'_, 's> {
    /// `{ label(number), … }` after a type: an enumeration, or for BITS its bits.
    pub(super) fn label_syntax(&mut self, syntax: &mut Syntax, labels: &[NamedNumber<'s>]) {
        syntax.declared_labels = true;
        if syntax.base == Some(BaseType::Bits) {
            let bits = self.bits(labels);
            let parent: FxHashSet<(Name, u32)> = syntax.bits.iter().copied().collect();
            let strange = bits.iter().position(|label| !parent.is_empty() && !parent.contains(label));
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

    pub(super) fn bits(&mut self, labels: &[NamedNumber<'s>]) -> Shared<(Name, u32)> {
        self.labels(labels, |value| {
            let number = u32::try_from(value).ok()?;
            (number <= MAX_BIT).then_some((number, true))
        })
    }

    /// Reads labels with `number`, which says the number and whether it is in order. Labels without a usable
    /// number are left out. A label or number that stands twice is kept twice, so that every number that a device
    /// may send has its label; both are reported, once for each list.
    fn labels<T: Copy>(
        &mut self,
        labels: &[NamedNumber<'s>],
        number: impl Fn(i128) -> Option<(T, bool)>,
    ) -> Shared<(Name, T)> {
        let mut list: Vec<(Name, T)> = Vec::with_capacity(labels.len());
        let mut by_name: FxHashMap<Name, (i128, Span)> = FxHashMap::default();
        let mut by_number: FxHashMap<i128, Span> = FxHashMap::default();
        let (mut invalid, mut double): (Option<NamedNumber<'s>>, Option<(Ident<'s>, Span)>) = (None, None);
        for label in labels {
            let name = self.model.names.intern(label.label.text);
            let read = match label.number.value {
                Some(Bound::Value(value)) => number(value).map(|(number, fine)| (value, number, fine)),
                _ => None,
            };
            let Some((value, number, fine)) = read else {
                invalid = invalid.or(Some(*label));
                continue;
            };
            if !fine {
                invalid = invalid.or(Some(*label));
            }
            let span = label.label.span;
            let same_name = by_name.get(&name).copied();
            let same_number = by_number.get(&value).copied();
            if let Some(first) = same_name.map(|(_, span)| span).or(same_number) {
                double = double.or(Some((label.label, first)));
                if same_name.is_some_and(|(known, _)| known == value) {
                    continue;
                }
            }
            by_name.entry(name).or_insert((value, span));
            by_number.entry(value).or_insert(span);
            list.push((name, number));
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
