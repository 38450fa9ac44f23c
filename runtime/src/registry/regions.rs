//! How regions change as registrations come and go.
//!
//! A change looks at the regions and gaps in the piece that is registered or withdrawn, and at the two beside it;
//! what it leaves is as few regions as there can be.

use std::borrow::Cow;

use super::claims::Claim;
use super::snapshot::{Part, Regions};
use crate::oid::Oid;

/// A run of OIDs: from the first up to, and without, the second, or to the end of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) lower: Oid,
    pub(super) upper: Option<Oid>,
}

impl Span {
    fn is_empty(&self) -> bool {
        self.upper.as_ref().is_some_and(|upper| *upper <= self.lower)
    }

    /// What both have in common.
    pub(super) fn clip(&self, lower: Oid, upper: Option<Oid>) -> Option<Self> {
        let upper = match (&self.upper, upper) {
            (Some(own), Some(other)) => Some(other.min(own.clone())),
            (own, other) => other.or_else(|| own.clone()),
        };
        let both = Self { lower: lower.max(self.lower.clone()), upper };
        (!both.is_empty()).then_some(both)
    }
}

/// What becomes of a region or gap.
pub(super) enum Change<H> {
    /// Nothing.
    Keep,
    /// It is these, and gaps between them.
    Become(Vec<(Span, Winner<H>)>),
}

/// Who has a region.
#[derive(Clone)]
pub(super) struct Winner<H> {
    pub(super) claim: Claim,
    /// Octets of the parent of what is registered.
    pub(super) depth: u16,
    pub(super) handler: H,
}

impl<H> Winner<H> {
    /// Whether it wins where `part` was before.
    pub(super) fn beats(&self, part: &Part<H>) -> bool {
        // The more sub-identifiers, the more octets: at one place both begin with the same ones.
        let longer = self.depth.cmp(&part.depth);
        longer.then(part.priority.cmp(&self.claim.priority)).is_gt()
    }
}

impl<H: Clone> Regions<H> {
    /// Asks `change` about every region and gap in `span`, and does as it says.
    pub(super) fn rewrite(
        &mut self,
        span: &Span,
        mut change: impl FnMut(&Span, Option<&Part<H>>) -> Change<H>,
    ) {
        let mut edits = Edits::default();
        let mut at = self.parts.before_name(span.lower.as_ref());
        if at.is_none() {
            at = self.parts.first();
        }
        let mut from = Some(span.lower.clone());
        while let Some((place, lower, part)) = at {
            let whole = Span { lower: lower.clone(), upper: part.upper.clone() };
            if span.upper.as_ref().is_some_and(|upper| lower >= upper) {
                // The neighbour behind the span: it may go on what ends before it.
                if let Some(gap) = from.take().and_then(|from| span.clip(from, Some(lower.clone()))) {
                    edits.decide(&gap, None, &mut change);
                }
                edits.known(&whole, part);
                break;
            }
            match span.clip(whole.lower.clone(), whole.upper.clone()) {
                // The neighbour before the span.
                None => edits.known(&whole, part),
                Some(inside) => {
                    if let Some(gap) = from.take().and_then(|from| span.clip(from, Some(lower.clone()))) {
                        edits.decide(&gap, None, &mut change);
                    }
                    edits.divide(&whole, &inside, part, &mut change);
                    from = inside.upper;
                    if from.is_none() {
                        break;
                    }
                }
            }
            at = self.parts.after(place);
        }
        // Behind the last region of all.
        if let Some(gap) = from.and_then(|from| span.clip(from, None)) {
            edits.decide(&gap, None, &mut change);
        }
        let (remove, insert) = edits.finish();
        for lower in &remove {
            self.parts.remove(lower);
        }
        for (Span { lower, upper }, part) in insert {
            self.parts.insert(lower, Part { upper, ..part });
        }
    }
}

/// Changes of a map of regions, collected while it is read.
struct Edits<'r, H: Clone> {
    remove: Vec<Oid>,
    insert: Vec<(Span, Part<H>)>,
    /// The last region so far, which the next may go on; whether it is in the map like this.
    last: Option<(Span, Cow<'r, Part<H>>, bool)>,
}

impl<H: Clone> Default for Edits<'_, H> {
    fn default() -> Self {
        Self { remove: Vec::new(), insert: Vec::new(), last: None }
    }
}

impl<'r, H: Clone> Edits<'r, H> {
    /// A region that is in the map and stays.
    fn known(&mut self, span: &Span, part: &'r Part<H>) {
        if self.extend(span, part) {
            self.remove.push(span.lower.clone());
        } else {
            self.push(span.clone(), Cow::Borrowed(part), true);
        }
    }

    /// A region that is not in the map.
    fn fresh(&mut self, span: Span, part: Part<H>) {
        if !self.extend(&span, &part) {
            self.push(span, Cow::Owned(part), false);
        }
    }

    /// Lets the last region go on, if this is of the same registration and follows without a gap.
    fn extend(&mut self, span: &Span, part: &Part<H>) -> bool {
        match &mut self.last {
            Some((last, known, in_map))
                if known.id == part.id && last.upper.as_ref() == Some(&span.lower) =>
            {
                last.upper = span.upper.clone();
                *in_map = false;
                true
            }
            _ => false,
        }
    }

    fn push(&mut self, span: Span, part: Cow<'r, Part<H>>, in_map: bool) {
        if let Some((span, part, false)) = self.last.replace((span, part, in_map)) {
            self.insert.push((span, part.into_owned()));
        }
    }

    /// A region of the map, of which `inside` is up for decision.
    fn divide(
        &mut self,
        whole: &Span,
        inside: &Span,
        part: &'r Part<H>,
        change: &mut impl FnMut(&Span, Option<&Part<H>>) -> Change<H>,
    ) {
        match change(inside, Some(part)) {
            Change::Keep => self.known(whole, part),
            Change::Become(winners) => {
                if whole.lower < inside.lower {
                    let before = Span { lower: whole.lower.clone(), upper: Some(inside.lower.clone()) };
                    self.fresh(before, part.clone());
                } else {
                    self.remove.push(whole.lower.clone());
                }
                self.become_these(winners);
                if let Some(end) = &inside.upper
                    && inside.upper != whole.upper
                {
                    self.fresh(Span { lower: end.clone(), upper: whole.upper.clone() }, part.clone());
                }
            }
        }
    }

    fn decide(
        &mut self,
        span: &Span,
        part: Option<&Part<H>>,
        change: &mut impl FnMut(&Span, Option<&Part<H>>) -> Change<H>,
    ) {
        if let Change::Become(winners) = change(span, part) {
            self.become_these(winners);
        }
    }

    fn become_these(&mut self, winners: Vec<(Span, Winner<H>)>) {
        for (span, Winner { claim, depth, handler }) in winners {
            let upper = span.upper.clone();
            self.fresh(span, Part { upper, depth, priority: claim.priority, id: claim.id, handler });
        }
    }

    /// The keys that go, and the regions that come in their places and beside them.
    fn finish(mut self) -> (Vec<Oid>, Vec<(Span, Part<H>)>) {
        if let Some((span, part, false)) = self.last.take() {
            self.insert.push((span, part.into_owned()));
        }
        (self.remove, self.insert)
    }
}
