//! What an application wants to be asked and told.

use std::fmt;

use super::change::RawChange;
use super::error::RowError;
use super::layout::Layout;
use super::record::{Draft, Record};
use crate::agent::SetError;

type Test = Box<dyn Fn(RawChange<'_>) -> Result<(), SetError> + Send + Sync>;
type Adjust = Box<dyn Fn(&Layout, Option<Record<'_>>, Draft) -> Result<Draft, RowError> + Send + Sync>;
type Listener = Box<dyn Fn(RawChange<'_>) + Send + Sync>;

/// The hooks of a store, each in the order in which they were given.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) adjusts: Vec<Adjust>,
    pub(super) tests: Vec<Test>,
    pub(super) commits: Vec<Test>,
    pub(super) listeners: Vec<Listener>,
}

impl Hooks {
    /// The row with what the application has to add.
    pub(super) fn adjust(
        &self,
        layout: &Layout,
        before: Option<Record<'_>>,
        draft: Draft,
    ) -> Result<Draft, RowError> {
        self.adjusts.iter().try_fold(draft, |draft, adjust| adjust(layout, before, draft))
    }

    pub(super) fn test(&self, change: RawChange<'_>) -> Result<(), SetError> {
        self.tests.iter().try_for_each(|test| test(change))
    }

    pub(super) fn tell(&self, change: RawChange<'_>) {
        self.listeners.iter().for_each(|listener| listener(change));
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("adjusts", &self.adjusts.len())
            .field("tests", &self.tests.len())
            .field("commits", &self.commits.len())
            .field("listeners", &self.listeners.len())
            .finish()
    }
}
