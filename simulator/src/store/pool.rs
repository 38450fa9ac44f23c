//! What several recordings have in common is kept once.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::names::Names;
use super::recording::Recording;
use super::values::Values;

/// Names and values of all recordings so far.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    names: FxHashSet<Arc<Names>>,
    values: FxHashSet<Arc<Values>>,
}

impl Pool {
    /// The same recording, with what others have as well shared.
    pub(crate) fn share(&mut self, mut recording: Recording) -> Recording {
        recording.names = shared(&mut self.names, recording.names);
        recording.values = shared(&mut self.values, recording.values);
        recording
    }

    /// How many octets all of it takes.
    pub(crate) fn size(&self) -> usize {
        self.names.iter().map(|names| names.size()).sum::<usize>()
            + self.values.iter().map(|values| values.size()).sum::<usize>()
    }
}

fn shared<T: std::hash::Hash + Eq>(known: &mut FxHashSet<Arc<T>>, one: Arc<T>) -> Arc<T> {
    match known.get(&one) {
        Some(same) => Arc::clone(same),
        None => {
            known.insert(Arc::clone(&one));
            one
        }
    }
}
