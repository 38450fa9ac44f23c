//! What an operator meets of all services: their logs, alerts and dashboards, units, and how things are spelled.
#![cfg(all(unix, feature = "exporter", feature = "poll", feature = "trapd"))]
#![forbid(unsafe_code)]

mod alerts;
mod dashboard;
mod logs;
mod names;
mod place;
#[path = "../polled/mod.rs"]
mod polled;
mod readme;
mod state;
mod units;

use std::path::{Path, PathBuf};

fn of_workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
