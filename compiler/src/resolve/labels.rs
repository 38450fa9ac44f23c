//! The labels of enumerations and BITS (RFC 2578 §7.1.1, §7.1.4).

use super::report::Reports;
use super::{Tables, lists};
use crate::diag::{Code, Diagnostic};
use crate::model::{Name, Shared, Syntax};
use crate::source::Span;
use crate::syntax::ast::{Bound, Ident, NamedNumber};
use mibc_runtime::syntax::BaseType;
use rustc_hash::FxHashMap;

/// The highest bit of a BITS value, which is an OCTET STRING of at most 65535 octets.
const MAX_BIT: u32 = 65535 * 8 - 1;

/// `{ label(number), … }` after a type: an enumeration, or for BITS its bits. `None` if a label has no name yet, and
/// without tables where the refined type has a long list.
pub(super) fn label_syntax<'s>(
    syntax: &mut Syntax,
    labels: &[NamedNumber<'s>],
    tables: Option<&mut Tables>,
    name: &mut dyn FnMut(&'s str) -> Option<Name>,
    reports: &mut Reports,
) -> Option<()> {
    syntax.declared_labels = true;
    let mut short = Tables::default();
    let tables = match tables {
        Some(tables) => tables,
        None if lists::is_long(&syntax.bits) || lists::is_long(&syntax.enums) => return None,
        None => &mut short,
    };
    if syntax.base == Some(BaseType::Bits) {
        let bits = bits(labels, name, reports)?;
        let parent = &syntax.bits;
        let strange = bits.iter().position(|&label| !parent.is_empty() && !tables.bits.has(parent, label));
        report_strange_label(labels, strange, reports);
        syntax.bits = bits;
        return Some(());
    }
    let enums = enums(labels, name, reports)?;
    if !syntax.enums.is_empty() {
        let strange = enums.iter().position(|&label| !tables.enums.has(&syntax.enums, label));
        report_strange_label(labels, strange, reports);
    }
    syntax.enums = enums;
    syntax.range = Shared::default();
    Some(())
}

fn report_strange_label(labels: &[NamedNumber<'_>], strange: Option<usize>, reports: &mut Reports) {
    let Some(label) = strange.and_then(|position| labels.get(position)) else { return };
    reports.push(
        Diagnostic::new(
            Code::LabelBeyondParent,
            format!("the refined type has no label `{}({})`", label.label.text(), label.number.text()),
        )
        .at(label.label.span(), "not a label of the parent type")
        .help("a refinement can only take labels away"),
    );
}

fn enums<'s>(
    labels: &[NamedNumber<'s>],
    name: &mut dyn FnMut(&'s str) -> Option<Name>,
    reports: &mut Reports,
) -> Option<Shared<(Name, i64)>> {
    let number = |value| {
        let number = i64::try_from(value).ok()?;
        Some((number, i32::try_from(number).is_ok()))
    };
    read(labels, name, number, reports)
}

/// The labels of BITS. `None` if a label has no name yet.
pub(super) fn bits<'s>(
    labels: &[NamedNumber<'s>],
    name: &mut dyn FnMut(&'s str) -> Option<Name>,
    reports: &mut Reports,
) -> Option<Shared<(Name, u32)>> {
    let number = |value| {
        let number = u32::try_from(value).ok()?;
        (number <= MAX_BIT).then_some((number, true))
    };
    read(labels, name, number, reports)
}

/// Reads labels with `number`, which says the number and whether it is in order. Labels without a usable
/// number are left out. A label or number that stands twice is kept twice, so that every number that a device
/// may send has its label; both are reported, once for each list.
fn read<'s, T: Copy>(
    labels: &[NamedNumber<'s>],
    name: &mut dyn FnMut(&'s str) -> Option<Name>,
    number: impl Fn(i128) -> Option<(T, bool)>,
    reports: &mut Reports,
) -> Option<Shared<(Name, T)>> {
    let mut list: Vec<(Name, T)> = Vec::with_capacity(labels.len());
    let mut by_name: FxHashMap<Name, (i128, Span)> = map_for(labels.len());
    let mut by_number: FxHashMap<i128, Span> = map_for(labels.len());
    let (mut invalid, mut double): (Option<NamedNumber<'s>>, Option<(Ident<'s>, Span)>) = (None, None);
    for label in labels {
        let name = name(label.label.text())?;
        let read = match label.number.value() {
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
        let span = label.label.span();
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
        reports.push(
            Diagnostic::new(
                Code::InvalidLabel,
                format!("`{}` is not a number that `{}` can have", label.number.text(), label.label.text()),
            )
            .at(label.number.span(), "out of range, or no number")
            .help("enumerations go from -2147483648 to 2147483647, bits from 0"),
        );
    }
    if let Some((label, first)) = double {
        reports.push(
            Diagnostic::new(
                Code::DuplicateLabel,
                format!("the label or the number of `{}` occurs twice in this list", label.text()),
            )
            .at(label.span(), "again")
            .also(first, "first")
            .help("every label and every number stands once"),
        );
    }
    Some(Shared::from(list))
}

fn map_for<K, V>(count: usize) -> FxHashMap<K, V> {
    FxHashMap::with_capacity_and_hasher(count, Default::default())
}
