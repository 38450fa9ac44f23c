//! What an application wants to be asked and told.

use std::fmt;

use super::asked::RawAsked;
use super::change::RawChange;
use super::error::RowError;
use super::layout::Layout;
use super::record::{Draft, Record};
use crate::agent::SetError;

type Test = Box<dyn Fn(RawChange<'_>) -> Result<(), SetError> + Send + Sync>;
type Adjust = Box<dyn Fn(&Layout, Option<Record<'_>>, Draft) -> Result<Draft, RowError> + Send + Sync>;
type Settle = Box<dyn Fn(RawAsked<'_>, Draft) -> Result<Draft, Refusal> + Send + Sync>;

/// Why a hook does not give the row that a SET would make.
pub(super) enum Refusal {
    /// It gives the row what it cannot have.
    Row(RowError),
    /// The SET cannot be made.
    Set(SetError),
}
type Listener = Box<dyn Fn(RawChange<'_>) + Send + Sync>;

/// The hooks of a store, each in the order in which they were given.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) adjusts: Vec<Adjust>,
    pub(super) settles: Vec<Settle>,
    pub(super) tests: Vec<Test>,
    pub(super) commits: Vec<Test>,
    pub(super) listeners: Vec<Listener>,
}

impl Hooks {
    /// The row with what the application has to add.
    pub(super) fn adjust(&self, asked: RawAsked<'_>, draft: Draft) -> Result<Draft, Refusal> {
        let RawAsked { layout, before, .. } = asked;
        let draft = self
            .adjusts
            .iter()
            .try_fold(draft, |draft, adjust| adjust(layout, before, draft))
            .map_err(Refusal::Row)?;
        self.settles.iter().try_fold(draft, |draft, settle| settle(asked, draft))
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
            .field("settles", &self.settles.len())
            .field("tests", &self.tests.len())
            .field("commits", &self.commits.len())
            .field("listeners", &self.listeners.len())
            .finish()
    }
}
