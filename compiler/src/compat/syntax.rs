//! Types: base, values, labels.

use super::{Comparison, Effect, Rule, Side};
use crate::model::{Name, Range, Ref, Syntax};
use std::collections::BTreeMap;

impl Comparison<'_> {
    /// The type of an object or of a named type. `own` says that a named type which both revisions of the module
    /// define is compared elsewhere.
    pub(super) fn syntax(&mut self, name: &str, old: &Syntax, new: &Syntax, own: bool) {
        let (old_name, new_name) = (type_name(self.old, old), type_name(self.new, new));
        if own && old_name == new_name && self.is_own(old, new) && is_plain(old) && is_plain(new) {
            return;
        }
        if old.base != new.base {
            let base = |syntax: &Syntax| syntax.base.map(|base| base.to_string());
            self.push(Rule::BaseChanged, Effect::Breaks, name, base(old), base(new));
            return;
        }
        let before = self.changes.len();
        if old.enums.is_empty() && old.bits.is_empty() && new.enums.is_empty() && new.bits.is_empty() {
            self.ranges(name, &old.range, &new.range);
        }
        let labels = |side: Side<'_>, syntax: &Syntax| {
            let label = |name: &Name| side.model.spelling(*name).to_owned();
            let enums = syntax.enums.iter().map(|(name, number)| (*number, label(name)));
            let bits = syntax.bits.iter().map(|(name, number)| (i64::from(*number), label(name)));
            enums.chain(bits).collect::<BTreeMap<i64, String>>()
        };
        let (old_labels, new_labels) = (labels(self.old, old), labels(self.new, new));
        self.labels(name, &old_labels, &new_labels);
        if own && self.changes.len() == before && old_name != new_name {
            match (old_name, new_name) {
                (old, Some(new)) => self.push(Rule::TypeNamed, Effect::Allowed, name, old, Some(new)),
                (old, None) => self.push(Rule::TypeUnnamed, Effect::Careless, name, old, None),
            }
        }
    }

    /// Whether both name a type that its revision of the module defines.
    fn is_own(&self, old: &Syntax, new: &Syntax) -> bool {
        let own = |side: Side<'_>, syntax: &Syntax| match syntax.named {
            Some(Ref::Bound(id)) => side.model[id].module == side.module,
            _ => false,
        };
        own(self.old, old) && own(self.new, new)
    }

    fn ranges(&mut self, name: &str, old: &[Range], new: &[Range]) {
        if old == new {
            return;
        }
        let (was, is) = (pieces(old), pieces(new));
        // No range is every value of the base type.
        let narrowed = !new.is_empty() && (old.is_empty() || !covers(new, old));
        let widened = !old.is_empty() && (new.is_empty() || !covers(old, new));
        if narrowed {
            self.push(Rule::RangeNarrowed, Effect::Breaks, name, Some(was.clone()), Some(is.clone()));
        }
        if widened {
            self.push(Rule::RangeWidened, Effect::Breaks, name, Some(was), Some(is));
        }
    }

    fn labels(&mut self, name: &str, old: &BTreeMap<i64, String>, new: &BTreeMap<i64, String>) {
        if old.is_empty() != new.is_empty() {
            // Any number was or is allowed.
            let rule = if new.is_empty() { Rule::RangeWidened } else { Rule::RangeNarrowed };
            let words = |labels: &BTreeMap<i64, String>| match labels.len() {
                0 => "any number".to_owned(),
                count => format!("{count} labels"),
            };
            self.push(rule, Effect::Breaks, name, Some(words(old)), Some(words(new)));
            return;
        }
        let text = |number: &i64, label: &str| Some(format!("{label}({number})"));
        for (number, label) in old {
            match new.get(number) {
                Some(same) if same == label => {}
                Some(other) => {
                    let (was, is) = (text(number, label), text(number, other));
                    self.push(Rule::LabelChanged, Effect::Allowed, name, was, is);
                }
                None => self.push(Rule::LabelRemoved, Effect::Breaks, name, text(number, label), None),
            }
        }
        for (number, label) in new.iter().filter(|(number, _)| !old.contains_key(number)) {
            self.push(Rule::LabelAdded, Effect::Allowed, name, None, text(number, label));
        }
    }
}

/// The name of the type as written, if it has one.
fn type_name(side: Side<'_>, syntax: &Syntax) -> Option<String> {
    let name = match syntax.named? {
        Ref::Bound(id) => side.model[id].name,
        Ref::Unresolved(name) => name,
    };
    Some(side.model.spelling(name).to_owned())
}

/// Whether nothing is restricted beyond the named type.
fn is_plain(syntax: &Syntax) -> bool {
    syntax.declared_range.is_empty() && !syntax.declared_labels
}

/// Whether every value of `inner` is in `outer`. Pieces of `outer` that touch count as one.
fn covers(outer: &[Range], inner: &[Range]) -> bool {
    let mut outer: Vec<Range> = outer.to_vec();
    outer.sort_unstable();
    let mut joined: Vec<Range> = Vec::with_capacity(outer.len());
    for (low, high) in outer {
        match joined.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    inner.iter().all(|(low, high)| joined.iter().any(|piece| piece.0 <= *low && *high <= piece.1))
}

/// Ranges as text.
pub(super) fn pieces(ranges: &[Range]) -> String {
    if ranges.is_empty() {
        return "any".to_owned();
    }
    let piece = |(low, high): &Range| if low == high { low.to_string() } else { format!("{low}..{high}") };
    ranges.iter().map(piece).collect::<Vec<_>>().join(" | ")
}

/// A type in a few words: what a compliance statement says of an object.
pub(super) fn words(side: Side<'_>, syntax: &Syntax) -> String {
    let mut text = syntax.base.map_or_else(String::new, |base| base.to_string());
    if !syntax.range.is_empty() {
        text.push_str(&format!(" ({})", pieces(&syntax.range)));
    }
    let names = syntax.enums.iter().map(|(name, _)| name).chain(syntax.bits.iter().map(|(name, _)| name));
    let names: Vec<&str> = names.map(|name| side.model.spelling(*name)).collect();
    if !names.is_empty() {
        text.push_str(&format!(" {{{}}}", names.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn pieces_that_touch_are_one() {
        assert!(covers(&[(0, 4), (5, 9)], &[(2, 7)]));
        assert!(!covers(&[(0, 4), (6, 9)], &[(2, 7)]));
        assert!(covers(&[(0, i128::MAX)], &[(1, 2), (5, 5)]));
    }
}
