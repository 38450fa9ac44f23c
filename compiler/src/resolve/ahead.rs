//! Looking ahead: what most definitions need is only read, so that threads can do it side by side.
//!
//! A pass asks about a stretch of definitions at once, with a function that answers where the case is plain: all names
//! bound, nothing to report. It changes only its own definition. Then the pass goes through the answers in order,
//! and does in full what had none. So the model and the reports are the same whatever the number of threads.

use super::Resolver;
use crate::model::{DefId, Definition, ModuleId};
use crate::parallel;
use std::ops::Range;

/// How many definitions a pass looks ahead, or those of one module: what the answers need is small beside the model.
const STRETCH: usize = 1 << 13;

/// Modules that follow one another, and all their definitions.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) modules: Range<usize>,
    pub(super) definitions: Range<usize>,
}

impl Resolver<'_> {
    /// The definitions of a module by their places in the model.
    pub(super) fn definitions_of(&self, module: ModuleId) -> Range<usize> {
        let number = module.index();
        let start = number.checked_sub(1).map_or(0, |last| self.ends[last]);
        start as usize..self.ends[number] as usize
    }

    /// The stretches of all definitions.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (number, &end) in self.ends.iter().enumerate() {
            match stretches.last_mut() {
                Some(last) if last.definitions.len() < STRETCH => {
                    last.modules.end = number + 1;
                    last.definitions.end = end as usize;
                }
                last => {
                    let start = last.map_or(0, |last| last.definitions.end);
                    stretches.push(Stretch { modules: number..number + 1, definitions: start..end as usize });
                }
            }
        }
        stretches
    }

    /// What `look` says of each definition of a stretch, in order.
    pub(super) fn look_ahead<R: Send>(
        &self,
        stretch: &Stretch,
        look: impl Fn(&Self, DefId) -> R + Send + Sync,
    ) -> Vec<(DefId, R)> {
        parallel::map_range(stretch.definitions.clone(), |number| {
            let id = DefId::new(number);
            (id, look(self, id))
        })
    }

    /// What `work` says of each definition of a stretch, in order. It may change that definition, and look at everything
    /// else but the definitions of the model, which are not there meanwhile.
    pub(super) fn work_ahead<R: Send>(
        &mut self,
        stretch: &Stretch,
        work: impl Fn(&Self, DefId, &mut Definition) -> R + Send + Sync,
    ) -> Vec<R> {
        let mut definitions = std::mem::take(&mut self.model.definitions);
        let start = stretch.definitions.start;
        let answers =
            parallel::map_mut(&mut definitions[stretch.definitions.clone()], |offset, definition| {
                work(self, DefId::new(start + offset), definition)
            });
        self.model.definitions = definitions;
        answers
    }
}
