//! `http` of a configuration, in a build without the HTTP server.

use mibc_admin::config::{Config, Problem, Severity};
use mibc_agentx::Master;
use mibc_runtime::agent::Agent;
use std::time::SystemTime;

/// Nothing.
pub(super) struct Web;

/// Nothing.
pub(super) struct Http;

/// Nothing.
pub(super) struct Hidden;

/// What nobody shows.
#[expect(dead_code, reason = "the other build reads it")]
pub(super) struct Shown {
    pub(super) agent: Agent,
    pub(super) master: Option<Master>,
    pub(super) reload: (bool, SystemTime),
}

/// # Errors
/// The configuration asks for what is not there.
pub(super) fn web(config: &Config) -> Result<Web, Problem> {
    match config.http.first() {
        None => Ok(Web),
        Some((_, place)) => Err(Problem {
            severity: Severity::Error,
            place: *place,
            what: "this mibc is built without HTTP".to_owned(),
            advice: "take `http` out, or build with the feature `http`".to_owned(),
        }),
    }
}

impl Http {
    pub(super) async fn start(_config: &Config, _web: Web) -> Result<Self, String> {
        Ok(Self)
    }

    pub(super) async fn hide(&self) -> Hidden {
        Hidden
    }

    pub(super) async fn follow(&mut self, _config: &Config, _web: Web) -> bool {
        true
    }
}

impl Hidden {
    pub(super) fn show(self, _shown: Shown) {}
}
