//! Looking ahead: what most definitions need is only read, so that threads can do it side by side.
//!
//! A pass asks about a stretch of definitions at once, with a function that changes nothing and answers where the case is
//! plain: all names bound, nothing to report. Then it goes through the answers in order, and does in full what had none.
//! So the model and the reports are the same whatever the number of threads.

use super::Resolver;
use crate::model::DefId;
use crate::parallel;
use std::ops::Range;

/// How many definitions a pass looks ahead: what the answers need is small beside the model.
const STRETCH: usize = 1 << 14;

/// How many definitions a thread takes at a time.
const PIECE: usize = 1 << 9;

impl Resolver<'_> {
    /// The stretches of all definitions.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let count = self.definitions.len();
        (0..count).step_by(STRETCH).map(move |start| start..count.min(start + STRETCH))
    }

    /// What `look` says of each definition of a stretch, in order.
    pub(super) fn look_ahead<R: Send, L: Fn(&Self, DefId) -> R + Send + Sync>(
        &self,
        stretch: Range<usize>,
        look: L,
    ) -> impl Iterator<Item = (DefId, R)> + use<R, L> {
        let end = stretch.end;
        let pieces = stretch.clone().step_by(PIECE).map(|start| start..end.min(start + PIECE)).collect();
        let answers = parallel::map(pieces, |piece: Range<usize>| {
            piece.map(|number| look(self, DefId::new(number))).collect::<Vec<R>>()
        });
        stretch.map(DefId::new).zip(answers.into_iter().flatten())
    }
}
