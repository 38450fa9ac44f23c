//! How many variables have come, on standard error, while a walk or table takes long.

use super::ask;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::{IsTerminal, stdout};
use std::time::{Duration, Instant};

/// Nothing is shown before.
const QUIET: Duration = Duration::from_secs(1);

/// The line with the count.
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    count: Cell<u64>,
}

impl Progress {
    /// Hidden if standard error is not a terminal. If `lines` are written to a terminal as they come, they say enough.
    pub(super) fn new(lines: bool) -> Progress {
        let bar = match lines && stdout().is_terminal() {
            true => ProgressBar::hidden(),
            false => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
        };
        if let Ok(style) = ProgressStyle::with_template("{pos} variables in {elapsed}") {
            bar.set_style(style);
        }
        Progress { bar, begun: Instant::now(), count: Cell::new(0) }
    }

    /// A variable has come.
    pub(super) fn step(&self) {
        self.count.set(self.count.get().saturating_add(1));
        if !self.bar.is_hidden() && self.begun.elapsed() >= QUIET {
            self.bar.set_position(self.count.get());
        }
    }

    /// Tells of an error, above the count.
    pub(super) fn report(&self, text: &str) {
        self.bar.suspend(|| ask::to_stderr(text));
    }

    /// How long it has taken.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
