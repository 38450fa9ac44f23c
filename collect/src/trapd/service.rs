//! The service: it starts, works, reads its configuration again, and ends.

use super::config::Config;
use super::error::ServiceError;
use super::event::Namer;
use super::handle::{Commands, Handle};
use super::parts::{Change, Parts};
use super::rule::Rules;
use super::working::{Ended, Working};
use crate::FileError;
use mibc_compiler::query::Library;
use mibc_runtime::net::TransportAddress;
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::watch;

/// Where a service is.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ready {
    /// The addresses that it listens on for notifications.
    pub listening: Vec<TransportAddress>,
    /// Where `/metrics` is.
    pub http: Option<SocketAddr>,
}

/// What reads the configuration again.
type Reader = Box<dyn Fn() -> Result<(Config, Library), Vec<FileError>>>;

/// A receiver of notifications that has started.
pub struct Service {
    config: Config,
    library: Library,
    parts: Parts,
    reader: Reader,
    commands: watch::Receiver<Commands>,
    /// How many reloads are finished.
    done: watch::Sender<u64>,
    handle: Handle,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Service {
    /// Starts outputs, then listeners. `reader` reads the configuration again when that is asked for.
    ///
    /// # Errors
    /// An output or a listener that cannot start.
    pub async fn start(
        config: Config,
        library: Library,
        reader: impl Fn() -> Result<(Config, Library), Vec<FileError>> + 'static,
    ) -> Result<Self, ServiceError> {
        let parts = Parts::start(&config).await?;
        let (sender, commands) = watch::channel(Commands::default());
        let (done, finished) = watch::channel(0);
        let handle = Handle { commands: Arc::new(sender), done: finished };
        Ok(Self { config, library, parts, reader: Box::new(reader), commands, done, handle })
    }

    /// Where it is.
    pub fn ready(&self) -> Ready {
        let listening =
            self.parts.hearing.iter().flat_map(|hearing| hearing.listener.local_addresses().cloned());
        Ready { listening: listening.collect(), http: self.parts.page.as_ref().map(|page| page.address()) }
    }

    /// What stops it.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Works until it is stopped; then outputs have the time that the configuration gives them. This runs in the task that
    /// awaits it, beside the outputs, which have tasks of their own.
    ///
    /// # Errors
    /// No socket is left to listen on, or what had to end for a reload could not be started again.
    pub async fn run(self) -> Result<(), ServiceError> {
        let Self { mut config, mut library, mut parts, reader, mut commands, done, handle: _handle } = self;
        let run = RandomState::new().hash_one(SystemTime::now());
        let mut made = 0;
        let mut left_over = VecDeque::new();
        let ended = loop {
            let mut namer = Namer::new(&library, run, made);
            if config.outputs.iter().any(|output| output.kind.is_script()) {
                namer = namer.for_scripts(&library);
            }
            let mut working = Working::new(namer, Rules::new(config.rules.clone()), config.drain);
            let ended = working.run(&mut parts, &mut commands, &mut left_over).await;
            made = working.made();
            // It has names of modules, which may be others from now on.
            working.end(&mut left_over);
            match ended {
                Ended::Stop => break Ok(()),
                Ended::Deaf => break Err(ServiceError::Deaf),
                Ended::Reload => {}
            }
            let number = commands.borrow_and_update().reloads;
            parts.reopen.now();
            match (reader)() {
                Ok((new, modules)) => match parts.change(&config, &new, &mut left_over).await {
                    Ok(()) => {
                        (config, library) = (new, modules);
                        parts.figures.reloaded(true);
                        tracing::info!(target: mibc_runtime::logs::TRAPD, "the configuration is read");
                    }
                    Err(Change::Kept(error)) => {
                        parts.figures.reloaded(false);
                        tracing::error!(target: mibc_runtime::logs::TRAPD, %error, "the new configuration does not start: the service keeps the old one");
                    }
                    Err(Change::Lost(error)) => break Err(error),
                },
                Err(mistakes) => {
                    parts.figures.reloaded(false);
                    for mistake in &mistakes {
                        tracing::error!(target: mibc_runtime::logs::TRAPD, %mistake, "the configuration has a mistake");
                    }
                    tracing::error!(target: mibc_runtime::logs::TRAPD, "the configuration is refused: the service keeps the old one");
                }
            }
            done.send_replace(number);
        };
        parts.end(config.drain).await;
        ended
    }
}
