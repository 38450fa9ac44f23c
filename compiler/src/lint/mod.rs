//! The linter: checks over a resolved model and the syntax trees behind it. Nothing is changed.
//!
//! One file of `rules` per rule; its module documentation is the page that `mibc explain` prints. The
//! `registry` lists the rules, and the pages of the codes that parser and resolver report. [`Settings`] say which
//! codes are shown, and how bad they are. `COVERAGE.md` compares the codes with those of other linters.
//!
//! Every rule is asked about one thing at a time (a module, an object, a row, a written type …), so that all of them
//! together go through the model once.

mod baseline;
mod book;
mod context;
mod date;
mod profile;
mod registry;
mod rule;
mod rules;
mod run;
mod settings;
mod suppress;

pub use baseline::Baseline;
pub use book::book;
pub use profile::Profile;
pub use registry::{Page, page};
pub use run::check;
pub use settings::{Places, Settings, UnknownCode};
