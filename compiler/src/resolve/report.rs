//! Diagnostics under construction: one per root cause, with its follow-ons counted.

use crate::diag::{Diagnostic, Diagnostics};

/// A diagnostic that further problems can be counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReportId(u32);

/// All diagnostics of one resolution.
#[derive(Debug, Default)]
pub(super) struct Reports {
    list: Vec<Diagnostic>,
}

impl Reports {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) -> ReportId {
        let id = ReportId(self.list.len() as u32);
        self.list.push(diagnostic);
        id
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Counts a problem that is there only because of that one.
    pub(super) fn follow_on(&mut self, cause: ReportId) {
        if let Some(diagnostic) = self.list.get_mut(cause.0 as usize) {
            diagnostic.follow_ons = diagnostic.follow_ons.saturating_add(1);
        }
    }

    /// Adds what to do.
    pub(super) fn help(&mut self, id: ReportId, help: String) {
        if let Some(diagnostic) = self.list.get_mut(id.0 as usize) {
            diagnostic.help.push(help);
        }
    }

    /// In the order of files and positions, whichever pass found them.
    pub(super) fn into_diagnostics(mut self) -> Diagnostics {
        self.list.sort_by_key(|d| d.primary.as_ref().map(|label| label.span));
        let mut diagnostics = Diagnostics::default();
        for diagnostic in self.list {
            diagnostics.push(diagnostic);
        }
        diagnostics
    }
}
