//! `/metrics` and `/healthz` of `mibc agent`.

use super::metrics;
use mibc_admin::config::{Config, Problem, Severity};
use mibc_agentx::Master;
use mibc_collect::http::{Answer, Asked, Handle, Server};
use mibc_runtime::agent::Agent;
use mibc_runtime::logs::COMMAND;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::{OwnedRwLockWriteGuard, RwLock};

pub(super) use mibc_collect::http::Web;

/// Most connections at a time: those who scrape are few.
const CONNECTIONS: usize = 64;

/// What is shown. It has the agent's sockets open, so it is put away while another agent takes its place.
pub(super) struct Shown {
    pub(super) agent: Agent,
    pub(super) master: Option<Master>,
    /// Whether the last reload went well, and when the configuration in use was read.
    pub(super) reload: (bool, SystemTime),
}

/// The server of a configuration, and what it shows.
#[derive(Default)]
pub(super) struct Http {
    server: Option<Listening>,
    shown: Arc<RwLock<Option<Shown>>>,
}

/// A server that runs; it stops when this is dropped.
struct Listening {
    at: Vec<SocketAddr>,
    handle: Handle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.handle.stop();
    }
}

/// Nothing is shown while this is held: those who ask wait.
pub(super) struct Hidden(OwnedRwLockWriteGuard<Option<Shown>>);

/// Who may ask, by a configuration.
///
/// # Errors
/// The file is not good.
pub(super) fn web(config: &Config) -> Result<Web, Problem> {
    let Some((file, place)) = &config.web_config else { return Ok(Web::default()) };
    Web::load(file).map_err(|error| Problem {
        severity: Severity::Error,
        place: *place,
        what: format!("`web-config`: {error}"),
        advice: String::new(),
    })
}

impl Http {
    /// Listens where a configuration says.
    ///
    /// # Errors
    /// An address that cannot be listened on.
    pub(super) async fn start(config: &Config, web: Web) -> Result<Self, String> {
        let mut http = Self::default();
        http.server = http.listen(config, web).await?;
        Ok(http)
    }

    async fn listen(&self, config: &Config, web: Web) -> Result<Option<Listening>, String> {
        if config.http.is_empty() {
            return Ok(None);
        }
        let at = addresses(config);
        let server = Server::bind(&at, web, CONNECTIONS).await.map_err(|error| error.to_string())?;
        for address in server.local_addrs() {
            tracing::info!(target: COMMAND, %address, "listening for HTTP");
        }
        let (handle, shown) = (server.handle(), Arc::clone(&self.shown));
        tokio::spawn(server.run(move |asked| answer(asked, Arc::clone(&shown))));
        Ok(Some(Listening { at, handle }))
    }

    /// Puts away what is shown, for as long as the agent is changed.
    pub(super) async fn hide(&self) -> Hidden {
        let mut hidden = Hidden(Arc::clone(&self.shown).write_owned().await);
        *hidden.0 = None;
        hidden
    }

    /// Goes by another configuration. Where the new addresses cannot be listened on, it stays at the old ones, and says so.
    pub(super) async fn follow(&mut self, config: &Config, web: Web) -> bool {
        if let Some(server) = &self.server
            && server.at == addresses(config)
        {
            server.handle.set_web(web);
            return true;
        }
        match self.listen(config, web).await {
            Ok(server) => {
                self.server = server;
                true
            }
            Err(error) => {
                tracing::error!(target: COMMAND, %error, "HTTP stays where it was");
                false
            }
        }
    }
}

impl Hidden {
    /// Shows an agent from now on.
    pub(super) fn show(mut self, shown: Shown) {
        *self.0 = Some(shown);
    }
}

fn addresses(config: &Config) -> Vec<SocketAddr> {
    config.http.iter().map(|(address, _)| *address).collect()
}

async fn answer(asked: Asked, shown: Arc<RwLock<Option<Shown>>>) -> Answer {
    if !asked.reads() {
        return Answer::only("GET, HEAD");
    }
    match asked.path() {
        "/metrics" => match &*shown.read().await {
            Some(shown) => Answer::metrics(&metrics::of(shown)),
            None => Answer::text(503, "the agent has not started\n"),
        },
        "/healthz" | "/-/healthy" => Answer::healthy(),
        "/" => Answer::text(200, "/metrics\n/healthz\n"),
        _ => Answer::nothing_here(),
    }
}
