//! Ranges and sizes: what is written, and what is left of it inside the parent's (RFC 2578 §7.1, §9).

use super::report::Reports;
use crate::diag::{Code, Diagnostic};
use crate::model::{Range, Shared, Syntax};
use crate::syntax::ast::{Bound, Constraint, Number};
use crate::work;
use mibc_runtime::syntax::BaseType;
use rustc_hash::FxHashMap;

/// How many pieces more than are written a refinement is made of: those of its parent that its own pieces span. Beyond
/// that it is what is written.
const MAX_SPANNED: usize = 1_000;

/// A list up to this length is gone through for each refinement.
const SHORT: usize = 32;

/// The ranges of types that have many pieces, with pieces joined that touch: made once for all refinements.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// By where a list is in memory. It is held on to, so that it stays there.
    lists: FxHashMap<usize, (Shared<Range>, Shared<Range>)>,
}

impl Merged {
    fn of(&mut self, pieces: &Shared<Range>) -> Shared<Range> {
        let merge = || (pieces.clone(), Shared::from(merged(pieces)));
        self.lists.entry(pieces.as_ptr() as usize).or_insert_with(merge).1.clone()
    }
}

/// The values, or for strings the sizes, that a base type allows at all.
pub(super) fn limits(base: BaseType) -> Option<Range> {
    Some(match base {
        BaseType::Integer32 => (i128::from(i32::MIN), i128::from(i32::MAX)),
        BaseType::Unsigned32 | BaseType::Counter32 | BaseType::Gauge32 | BaseType::TimeTicks => {
            (0, i128::from(u32::MAX))
        }
        BaseType::Counter64 => (0, i128::from(u64::MAX)),
        BaseType::OctetString | BaseType::Opaque => (0, 65535),
        _ => return None,
    })
}

/// Whether a constraint on that base is on its size.
fn sized(base: BaseType) -> bool {
    matches!(base, BaseType::OctetString | BaseType::Opaque | BaseType::Bits | BaseType::IpAddress)
}

/// Applies a written constraint to a syntax that has its parent's range. `None` if that has many pieces and there is
/// no room to keep what they are together.
pub(super) fn constrain(
    syntax: &mut Syntax,
    constraint: &Constraint<'_>,
    parent: &str,
    known: Option<&mut Merged>,
    reports: &mut Reports,
) -> Option<()> {
    if known.is_none() && syntax.range.len() > SHORT {
        return None;
    }
    let base_limits = syntax.base.and_then(limits);
    if let Some(base) = syntax.base
        && sized(base) != constraint.size
        && base != BaseType::ObjectIdentifier
    {
        let (message, help) = if constraint.size {
            ("SIZE on a number", "write the range without SIZE")
        } else {
            ("a range of values on a string", "write SIZE before the range")
        };
        reports.push(
            Diagnostic::new(Code::ConstraintKind, message)
                .at(constraint.span, format!("`{parent}` is read as if it were right"))
                .help(help),
        );
    }
    let (short, long);
    let inherited: &[Range] = match known.filter(|_| syntax.range.len() > SHORT) {
        Some(known) => {
            long = known.of(&syntax.range);
            &long
        }
        None => {
            short = merged(&syntax.range);
            &short
        }
    };
    let outer = (inherited.first().map(|r| r.0), inherited.last().map(|r| r.1));
    let low = outer.0.or(base_limits.map(|limits| limits.0));
    let high = outer.1.or(base_limits.map(|limits| limits.1));
    let mut declared: Vec<Range> = Vec::with_capacity(constraint.pieces.len());
    for piece in &constraint.pieces {
        let from = bound(piece.low, low, high);
        let to = piece.high.map_or(from, |number| bound(number, low, high));
        let (Some(from), Some(to)) = (from, to) else {
            reports.push(
                Diagnostic::new(Code::InvalidRange, "a bound that is not a number")
                    .at(piece.low.span(), "this piece is ignored")
                    .help("write a decimal number, or hexadecimal or binary digits with their suffix"),
            );
            continue;
        };
        if from > to {
            let span = piece.high.map_or(piece.low.span(), |number| piece.low.span().to(number.span()));
            reports.push(
                Diagnostic::new(Code::InvalidRange, format!("the range {from}..{to} goes down"))
                    .at(span, "this piece is ignored")
                    .help("write the smaller bound first"),
            );
            continue;
        }
        declared.push((from, to));
    }
    if declared.is_empty() {
        return Some(());
    }
    check_pieces(&declared, base_limits, constraint, reports);
    let effective = within(&declared, inherited, constraint, parent, reports).map(joined);
    if let Some(effective) = effective {
        // A range of everything that the base type allows is not a restriction.
        let whole = base_limits.is_some_and(|limits| effective == [limits]);
        syntax.range = if whole { Shared::default() } else { Shared::from(effective) };
    }
    syntax.declared_range = Shared::from(declared);
    Some(())
}

/// In ascending order, pieces that overlap as one, so that at most one of them has a value.
fn joined(mut pieces: Vec<Range>) -> Vec<Range> {
    pieces.sort_unstable();
    pieces.dedup_by(|next, piece| {
        let overlap = next.0 <= piece.1;
        if overlap {
            piece.1 = piece.1.max(next.1);
        }
        overlap
    });
    pieces
}

/// Pieces that overlap, or are beyond what the base type allows.
fn check_pieces(
    declared: &[Range],
    limits: Option<Range>,
    constraint: &Constraint<'_>,
    reports: &mut Reports,
) {
    let mut sorted = declared.to_vec();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[1].0 <= pair[0].1) {
        let (a, b) = (pair[0], pair[1]);
        reports.push(
            Diagnostic::new(
                Code::InvalidRange,
                format!("the pieces {}..{} and {}..{} overlap", a.0, a.1, b.0, b.1),
            )
            .at(constraint.span, "pieces of a range must not share values")
            .help("join them to one"),
        );
    }
    if let Some((low, high)) = limits
        && let Some(piece) = declared.iter().find(|piece| piece.0 < low || piece.1 > high)
    {
        reports.push(
            Diagnostic::new(
                Code::InvalidRange,
                format!("{}..{} is beyond the base type's {low}..{high}", piece.0, piece.1),
            )
            .at(constraint.span, "values that cannot be sent")
            .help("narrow the range, or choose another type"),
        );
    }
}

/// What is left of the written pieces inside the parent's; all of them where nothing is left, or too much. `None` where
/// that is the parent's range.
fn within(
    declared: &[Range],
    inherited: &[Range],
    constraint: &Constraint<'_>,
    parent: &str,
    reports: &mut Reports,
) -> Option<Vec<Range>> {
    if inherited.is_empty() {
        return Some(declared.to_vec());
    }
    // The parent's pieces are sorted and apart: those before the first that reaches `low` do not matter.
    let touched = |&(low, high): &Range| {
        let first = inherited.partition_point(|piece| piece.1 < low);
        &inherited[first..first + inherited[first..].partition_point(|piece| piece.0 <= high)]
    };
    let beyond =
        declared.iter().find(|piece| !matches!(touched(piece), [of] if of.0 <= piece.0 && piece.1 <= of.1));
    if let Some((low, high)) = beyond {
        reports.push(
            Diagnostic::new(
                Code::RangeBeyondParent,
                format!("{low}..{high} is not within the range of `{parent}`"),
            )
            .at(constraint.span, format!("`{parent}` allows {}", shown(inherited)))
            .help("a refinement can only take values away"),
        );
    }
    if let [piece] = declared
        && touched(piece).len() == inherited.len()
        && inherited.len() > SHORT
        && inherited.first().is_some_and(|first| piece.0 <= first.0)
        && inherited.last().is_some_and(|last| last.1 <= piece.1)
    {
        return None;
    }
    let count: usize = declared.iter().map(|piece| touched(piece).len()).sum();
    work::steps(count.min(declared.len() + MAX_SPANNED));
    if count == 0 || count > declared.len() + MAX_SPANNED {
        return Some(declared.to_vec());
    }
    let inside =
        |&(low, high): &Range| touched(&(low, high)).iter().map(move |of| (of.0.max(low), of.1.min(high)));
    Some(declared.iter().flat_map(inside).collect())
}

fn bound(number: Number<'_>, low: Option<i128>, high: Option<i128>) -> Option<i128> {
    match number.value()? {
        Bound::Value(value) => Some(value),
        Bound::Min => low,
        Bound::Max => high,
    }
}

/// Sorted, with pieces joined that touch.
fn merged(pieces: &[Range]) -> Vec<Range> {
    work::steps(pieces.len());
    let mut sorted = pieces.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Range> = Vec::with_capacity(sorted.len());
    for piece in sorted {
        match merged.last_mut() {
            Some(last) if piece.0 <= last.1.saturating_add(1) => last.1 = last.1.max(piece.1),
            _ => merged.push(piece),
        }
    }
    merged
}

/// The first pieces of a range, as text.
fn shown(pieces: &[Range]) -> String {
    const MOST: usize = 4;
    let mut list: Vec<String> = pieces
        .iter()
        .take(MOST)
        .map(|(low, high)| if low == high { low.to_string() } else { format!("{low}..{high}") })
        .collect();
    if pieces.len() > MOST {
        list.push("…".to_owned());
    }
    list.join(" | ")
}
