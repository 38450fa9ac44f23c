//! `mibc agent --config`: runs until it is told to stop.

use super::agentx;
use super::build::{self, Open};
use super::http::{self, Http, Shown, Web};
use super::subtrees;
use super::system::{self, Values};
use super::warnings;
use crate::service::journal::{self, Form};
use crate::service::{self, Asked, FAILED, REFUSED, Signals, notify, reloading};
use crate::snmp::Failure;
use mibc_admin::administration::{Addresses, Administration};
use mibc_admin::config::{Config, Names, Problem};
use mibc_admin::datastore::Datastore;
use mibc_agentx::RunningMaster;
use mibc_runtime::access::Vacm;
use mibc_runtime::agent::{Agent, Running};
use mibc_runtime::logs::COMMAND;
use mibc_runtime::manager::Manager;
use mibc_runtime::originator::Targets;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};
use tokio::time::timeout;

/// How often rows are looked at that may have been left unfinished, at most.
const LOOKS_AT_ROWS: Duration = Duration::from_secs(60);

/// An agent and what it is made of.
struct Service {
    config: Config,
    /// For the differences that a reload makes.
    rows: Datastore,
    parts: Parts,
    agent: Agent,
    running: Running,
    /// Where there are sub-agents.
    master: Option<RunningMaster>,
    /// Asks other agents.
    manager: Manager,
    /// Where subtrees of other agents are served.
    subtrees: Vec<subtrees::Place>,
}

/// What outlives an agent that is made anew.
#[derive(Clone)]
struct Parts {
    administration: Arc<Administration>,
    vacm: Arc<Vacm>,
    targets: Arc<Targets>,
    values: Values,
    open: Option<Open>,
    started: Instant,
}

impl Parts {
    /// Opens what a configuration keeps, unless `before` has it open. Rows of SNMP are the store's.
    fn of(config: &Config, before: Option<Parts>) -> Result<Self, String> {
        let folder = |parts: &Parts| parts.open.as_ref().map(|open| open.folder.clone());
        match before {
            Some(parts) if folder(&parts) == config.persistence => Ok(parts),
            before => {
                let (values, started) = match &before {
                    Some(parts) => (Arc::clone(&parts.values), parts.started),
                    None => (Values::new(RwLock::new(config.system.clone())), Instant::now()),
                };
                drop(before);
                let open = build::store(config)?;
                let (vacm, targets) = (Arc::new(Vacm::new()), Arc::new(Targets::new()));
                let kept = open.as_ref().map(|open| &open.store);
                let administration =
                    Administration::open(kept, &vacm, &targets).map_err(|error| error.to_string())?;
                Ok(Self { administration: Arc::new(administration), vacm, targets, values, open, started })
            }
        }
    }
}

/// Runs the agent of a file.
pub(super) fn run(file: &Path, names: &dyn Names, log_format: Form) -> Result<ExitCode, Failure> {
    service::outlive_large_files()?;
    let Loaded { config, web } = match load(file, names) {
        Ok(loaded) => loaded,
        Err(problems) => {
            super::tell(file, &problems);
            return Ok(ExitCode::from(REFUSED));
        }
    };
    journal::start(config.log, log_format);
    for problem in warnings(&config, file) {
        tracing::warn!(target: COMMAND, problem = %problem.in_file(file), "the configuration may have a mistake");
    }
    let runtime = service::runtime(1)?;
    runtime.block_on(async {
        let mut signals = Signals::new()?;
        let started = async {
            let http = Http::start(&config, web).await?;
            Ok::<_, String>((Service::start(config).await?, http))
        };
        let (mut service, mut http) = match started.await {
            Ok(started) => started,
            Err(error) => {
                tracing::error!(target: COMMAND, %error, "the agent does not start");
                return Ok(ExitCode::from(FAILED));
            }
        };
        let mut read = SystemTime::now();
        http.hide().await.show(service.shown((true, read)));
        notify("READY=1");
        service.agent.notify_start();
        loop {
            let asked = match service.looks_every() {
                Some(pause) => timeout(pause, signals.next()).await.ok(),
                None => Some(signals.next().await),
            };
            match asked {
                None => service.expire(),
                Some(Asked::Stop) => {
                    notify("STOPPING=1");
                    tracing::info!(target: COMMAND, "the agent stops");
                    if let Some(master) = service.master {
                        master.stop().await;
                    }
                    service.running.stop().await?;
                    return Ok(ExitCode::SUCCESS);
                }
                Some(Asked::Reload) => {
                    reloading();
                    service = match service.read_again(file, names, &mut http, &mut read).await {
                        Ok(service) => service,
                        Err(error) => {
                            tracing::error!(target: COMMAND, %error, "the agent cannot go on");
                            return Ok(ExitCode::from(FAILED));
                        }
                    };
                    notify("READY=1");
                }
            }
        }
    })
}

/// A configuration that an agent can be made of, and who may ask its HTTP server.
pub(super) struct Loaded {
    pub(super) config: Config,
    pub(super) web: Web,
}

/// Reads a file, and the one that it names for HTTP.
pub(super) fn load(file: &Path, names: &dyn Names) -> Result<Loaded, Vec<Problem>> {
    let config = Config::load(file, names).map_err(|problems| problems.list)?;
    let web = http::web(&config).map_err(|problem| vec![problem])?;
    Ok(Loaded { config, web })
}

impl Service {
    async fn start(config: Config) -> Result<Self, String> {
        let parts = Parts::of(&config, None)?;
        Self::start_with(config, parts).await
    }

    async fn start_with(config: Config, parts: Parts) -> Result<Self, String> {
        let rows = Datastore::of(&config);
        let addresses = Addresses::look_up(&rows).await.map_err(|error| error.to_string())?;
        let manager = Manager::bind().await.map_err(|error| error.to_string())?;
        let agent = build::agent(&config, &parts.vacm, &parts.targets, parts.open.as_ref(), &manager).await?;
        let configured = parts.administration.configure(&rows, &addresses, &agent);
        configured.map_err(|error| error.to_string())?;
        parts.administration.serve(&agent);
        system::serve(&agent, &parts.administration, &parts.values, parts.started);
        super::scripts::serve(&agent, &config)?;
        parts.administration.serve_authentication_traps(&agent, config.authentication_traps);
        for address in agent.local_addresses() {
            tracing::info!(target: COMMAND, %address, "listening");
        }
        let master = agentx::start(&config, &agent, &parts.administration, &parts.vacm).await?;
        let subtrees = subtrees::serve(&config, &agent, &manager, &[]);
        let running = agent.spawn();
        Ok(Self { config, rows, parts, agent, running, master, manager, subtrees })
    }

    /// How often rows are looked at that managers may have left unfinished.
    fn looks_every(&self) -> Option<Duration> {
        self.config.abandoned_rows.map(|age| (age / 2).min(LOOKS_AT_ROWS))
    }

    /// Removes rows that managers have left unfinished.
    fn expire(&self) {
        let Some(age) = self.config.abandoned_rows else { return };
        match self.parts.administration.expire(Instant::now(), age) {
            Ok(0) => {}
            Ok(rows) => {
                tracing::info!(target: COMMAND, rows, "rows are removed that were left unfinished");
            }
            Err(error) => {
                tracing::error!(target: COMMAND, %error, "rows that were left unfinished cannot be removed");
            }
        }
    }

    /// Has the agent that runs go by the rows of another configuration.
    async fn take_in(&self, rows: &Datastore) -> Result<(), String> {
        let addresses = Addresses::look_up(rows).await.map_err(|error| error.to_string())?;
        let configured = self.parts.administration.configure(rows, &addresses, &self.agent);
        configured.map_err(|error| error.to_string())
    }

    /// What there is to see of it.
    fn shown(&self, reload: (bool, SystemTime)) -> Shown {
        let master = self.master.as_ref().map(|master| master.master().clone());
        Shown { agent: self.agent.clone(), master, reload }
    }

    /// Takes the file in as it is now. One that is refused changes nothing. `read` is when the one in use was read.
    ///
    /// # Errors
    /// The agent has ended.
    async fn read_again(
        self,
        file: &Path,
        names: &dyn Names,
        http: &mut Http,
        read: &mut SystemTime,
    ) -> Result<Self, String> {
        let loaded = load(file, names);
        // What is shown has the agent's sockets. Who asks meanwhile waits.
        let hidden = http.hide().await;
        let (service, well) = match loaded {
            Ok(Loaded { config, web }) => {
                for problem in warnings(&config, file) {
                    tracing::warn!(target: COMMAND, problem = %problem.in_file(file), "the configuration may have a mistake");
                }
                let (service, well) = self.reload(config).await?;
                let follows = !well || http.follow(&service.config, web).await;
                (service, well && follows)
            }
            Err(problems) => {
                for problem in problems {
                    tracing::error!(target: COMMAND, problem = %problem.in_file(file), "the configuration has a mistake");
                }
                tracing::error!(target: COMMAND, "the configuration is refused: the agent keeps the old one");
                (self, false)
            }
        };
        if well {
            *read = SystemTime::now();
        }
        hidden.show(service.shown((well, *read)));
        Ok(service)
    }

    /// Takes a configuration in. Says whether it is in use; otherwise it is the one before.
    ///
    /// # Errors
    /// The agent has ended.
    async fn reload(mut self, config: Config) -> Result<(Self, bool), String> {
        journal::set_level(config.log);
        *self.parts.values.write().unwrap_or_else(PoisonError::into_inner) = config.system.clone();
        let before = self.rows.clone();
        for difference in self.rows.reload(Datastore::of(&config)) {
            tracing::info!(target: COMMAND, %difference, "the configuration changes a row");
        }
        if same_sockets(&self.config, &config) {
            if let Err(error) = self.take_in(&self.rows).await {
                went_back(&error);
                *self.parts.values.write().unwrap_or_else(PoisonError::into_inner) =
                    self.config.system.clone();
                journal::set_level(self.config.log);
                self.rows = before;
                self.take_in(&self.rows).await?;
                return Ok((self, false));
            }
            let traps = config.authentication_traps;
            self.parts.administration.configure_authentication_traps(&self.agent, traps);
            if !super::scripts::are_the_same(&self.config, &config)
                && let Err(error) = super::scripts::serve(&self.agent, &config)
            {
                tracing::error!(target: COMMAND, %error, "scripts are not served");
            }
            self.subtrees = subtrees::serve(&config, &self.agent, &self.manager, &self.subtrees);
            self.config = config;
            tracing::info!(target: COMMAND, "the configuration is read");
            return Ok((self, true));
        }
        tracing::info!(target: COMMAND, "the agent is made anew: where it listens or what it is have changed");
        let Service { config: before, parts, running, agent, master, .. } = self;
        if let Some(master) = master {
            master.stop().await;
        }
        running.stop().await.map_err(|error| error.to_string())?;
        // Its sockets close with it.
        drop(agent);
        let other = Parts::of(&config, Some(parts.clone()));
        match other {
            Ok(parts) => match Self::start_with(config, parts).await {
                Ok(service) => return Ok((service, true)),
                Err(error) => went_back(&error),
            },
            Err(error) => went_back(&error),
        }
        *parts.values.write().unwrap_or_else(PoisonError::into_inner) = before.system.clone();
        journal::set_level(before.log);
        Ok((Self::start_with(before, parts).await?, false))
    }
}

fn went_back(error: &str) {
    tracing::error!(target: COMMAND, %error, "the agent goes back to the configuration before");
}

/// Whether an agent can go from one configuration to another while it runs.
fn same_sockets(one: &Config, other: &Config) -> bool {
    let addresses =
        |config: &Config| config.listen.iter().map(|(address, _)| address.clone()).collect::<Vec<_>>();
    let engine = |config: &Config| (config.engine_id, config.engine_boots, config.persistence.clone());
    // Places in the file mean nothing.
    let sub_agents = |config: &Config| {
        config.agentx.as_ref().map(|agentx| {
            let listen: Vec<String> = agentx.listen.iter().map(|(endpoint, _)| endpoint.clone()).collect();
            (listen, agentx.timeout, agentx.deny.clone())
        })
    };
    addresses(one) == addresses(other) && engine(one) == engine(other) && sub_agents(one) == sub_agents(other)
}
