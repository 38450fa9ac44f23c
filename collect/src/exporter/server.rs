//! The exporter: its URLs, and its configuration while it runs.

use super::own::Own;
use super::scrape::{Refusal, Scraper};
use super::{Config, Settings, page};
use crate::file_error::FileError;
use crate::http::{Answer, Asked, Handle, ListenError, Server};
use mibc_runtime::logs::EXPORTER;
use mibc_runtime::manager::{self, Manager};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Why an exporter cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// It cannot listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// It cannot ask agents.
    #[error(transparent)]
    Manager(#[from] manager::Error),
}

/// What reads the configuration again.
type Reader = Box<dyn Fn() -> Result<Config, Vec<FileError>> + Send + Sync>;

/// An exporter that listens.
pub struct Exporter {
    server: Server,
    state: Arc<State>,
}

struct State {
    scraper: Scraper,
    own: Arc<Own>,
    config: RwLock<(Arc<Config>, u64)>,
    reader: Reader,
    server: Handle,
}

/// Stops an exporter, or has it read its configuration again.
#[derive(Clone)]
pub struct Stop {
    state: Arc<State>,
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter").field("server", &self.server).finish_non_exhaustive()
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").finish_non_exhaustive()
    }
}

impl Stop {
    /// Stops the exporter. Scrapes under way have a few seconds to end.
    pub fn stop(&self) {
        self.state.server.stop();
    }

    /// Reads the configuration again. If it is refused, the one before stays.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub async fn reload(&self) -> Result<(), Vec<FileError>> {
        self.state.reload().await
    }
}

impl Exporter {
    /// Starts to listen. `reader` reads the configuration again when that is asked for.
    ///
    /// # Errors
    /// An address that cannot be listened on, or no socket to ask agents from.
    pub async fn bind(
        settings: Settings,
        config: Config,
        reader: impl Fn() -> Result<Config, Vec<FileError>> + Send + Sync + 'static,
    ) -> Result<Self, BindError> {
        let server = Server::bind(&settings.listen, config.web.clone(), settings.connections).await?;
        let own = Arc::new(Own::new());
        let manager = manager::Settings { local: settings.source, ..manager::Settings::default() };
        let manager = Manager::bind_with(&manager).await?;
        let scraper = Scraper::new(settings, manager, Arc::clone(&own));
        let config = RwLock::new((Arc::new(config), 0));
        let handle = server.handle();
        let state = Arc::new(State { scraper, own, config, reader: Box::new(reader), server: handle });
        Ok(Self { server, state })
    }

    /// Where it listens.
    pub fn local_addrs(&self) -> impl Iterator<Item = SocketAddr> {
        self.server.local_addrs()
    }

    /// What stops it.
    pub fn stop(&self) -> Stop {
        Stop { state: Arc::clone(&self.state) }
    }

    /// Serves until it is stopped.
    pub async fn run(self) {
        let Self { server, state } = self;
        let routes = move |asked| {
            let state = Arc::clone(&state);
            async move { state.answer(&asked).await }
        };
        server.run(routes).await;
    }
}

impl State {
    fn config(&self) -> (Arc<Config>, u64) {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn answer(&self, asked: &Asked) -> Answer {
        match asked.path() {
            "/-/reload" if asked.acts() => self.reload_answer().await,
            "/-/reload" => Answer::only("POST, PUT"),
            _ if !asked.reads() => Answer::only("GET, HEAD"),
            "/snmp" => self.scrape(asked).await,
            "/metrics" => Answer::metrics(&self.own.samples(self.scraper.sessions.len())),
            "/healthz" | "/-/healthy" => Answer::healthy(),
            "/sd" => Answer::json(page::targets(&self.config().0)),
            "/config" => Answer::text(200, self.config().0.shown.as_str()),
            "/" => Answer::html(page::page(&self.config().0)),
            _ => Answer::nothing_here(),
        }
    }

    async fn scrape(&self, asked: &Asked) -> Answer {
        let (config, generation) = self.config();
        let limit = asked
            .header("x-prometheus-scrape-timeout-seconds")
            .and_then(|value| value.parse().ok())
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        match self.scraper.scrape(&config, generation, asked.query(), limit).await {
            Ok(text) => Answer::samples(text),
            Err(refusal) => {
                let (status, text) = match refusal {
                    Refusal::Request(text) => (400, text),
                    Refusal::Forbidden(text) => (403, text),
                    Refusal::Failed(text) => return Answer::text(500, text),
                };
                Own::add(&self.own.request_errors, 1);
                Answer::text(status, text + "\n")
            }
        }
    }

    async fn reload_answer(&self) -> Answer {
        match self.reload().await {
            Ok(()) => Answer::text(200, ""),
            Err(problems) => {
                let mut text = "failed to reload config:\n".to_owned();
                for problem in problems {
                    text += &format!("{problem}\n");
                }
                Answer::text(500, text)
            }
        }
    }

    async fn reload(&self) -> Result<(), Vec<FileError>> {
        // Files are read and MIB modules compiled here: others go on meanwhile where the runtime has several threads.
        let read = (self.reader)();
        self.own.reloaded(read.is_ok());
        match read {
            Ok(config) => {
                for note in &config.notes {
                    tracing::warn!(target: EXPORTER, %note, "the configuration may have a mistake");
                }
                self.server.set_web(config.web.clone());
                let mut current = self.config.write().unwrap_or_else(PoisonError::into_inner);
                *current = (Arc::new(config), current.1 + 1);
                tracing::info!(target: EXPORTER, "the configuration is read");
                Ok(())
            }
            Err(problems) => {
                for problem in &problems {
                    tracing::error!(target: EXPORTER, %problem, "the configuration has a mistake");
                }
                tracing::error!(target: EXPORTER, "the configuration is refused: the exporter keeps the old one");
                Err(problems)
            }
        }
    }
}
