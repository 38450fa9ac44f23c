//! `mibc agent --config`: runs until it is told to stop.

use super::build::{self, Open};
use super::service::{Asked, Signals, notify};
use super::system::{self, Values};
use super::{REFUSED, journal, receivers, warnings};
use crate::snmp::Failure;
use mibc_admin::config::{Config, Names, Problem};
use mibc_admin::datastore::Datastore;
use mibc_runtime::access::Vacm;
use mibc_runtime::agent::{Agent, Running};
use mibc_runtime::originator::Targets;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;
use tokio::runtime::Builder;

/// The status where an agent cannot start, or cannot go on.
const FAILED: u8 = 2;

/// An agent and what it is made of.
struct Service {
    config: Config,
    rows: Datastore,
    vacm: Arc<Vacm>,
    targets: Arc<Targets>,
    values: Values,
    open: Option<Open>,
    agent: Agent,
    running: Running,
    started: Instant,
}

/// Runs the agent of a file.
pub(super) fn run(file: &Path, names: &dyn Names) -> Result<ExitCode, Failure> {
    let config = match load(file, names) {
        Ok(config) => config,
        Err(problems) => {
            super::tell(file, &problems);
            return Ok(ExitCode::from(REFUSED));
        }
    };
    journal::start(config.log);
    for problem in warnings(&config, file) {
        tracing::warn!("{}", problem.in_file(file));
    }
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let mut signals = Signals::new()?;
        let mut service = match Service::start(config).await {
            Ok(service) => service,
            Err(error) => {
                tracing::error!("the agent does not start: {error}");
                return Ok(ExitCode::from(FAILED));
            }
        };
        notify("READY=1");
        service.agent.notify_start();
        loop {
            match signals.next().await {
                Asked::Stop => {
                    notify("STOPPING=1");
                    tracing::info!("the agent stops");
                    service.running.stop().await?;
                    return Ok(ExitCode::SUCCESS);
                }
                Asked::Reload => {
                    notify("RELOADING=1");
                    service = match service.reload(file, names).await {
                        Ok(service) => service,
                        Err(error) => {
                            tracing::error!("the agent cannot go on: {error}");
                            return Ok(ExitCode::from(FAILED));
                        }
                    };
                    notify("READY=1");
                }
            }
        }
    })
}

/// A configuration that this agent can be made of.
fn load(file: &Path, names: &dyn Names) -> Result<Config, Vec<Problem>> {
    let config = Config::load(file, names).map_err(|problems| problems.list)?;
    let missing = build::missing(&config);
    if missing.is_empty() { Ok(config) } else { Err(missing) }
}

impl Service {
    async fn start(config: Config) -> Result<Self, String> {
        let values = Values::new(RwLock::new(config.system.clone()));
        Self::start_with(config, None, values, Instant::now()).await
    }

    async fn start_with(
        config: Config,
        open: Option<Open>,
        values: Values,
        started: Instant,
    ) -> Result<Self, String> {
        let rows = Datastore::of(&config);
        let vacm = Arc::new(Vacm::new());
        vacm.edit(|tables| *tables = rows.tables());
        let open = build::store(&config, open)?;
        let targets = Arc::new(Targets::new());
        receivers::fill(&targets, &rows).await?;
        let agent = build::agent(&config, &rows, &vacm, &targets, open.as_ref()).await?;
        system::serve(&agent, &values, started);
        agent.serve_authentication_traps();
        agent.enable_authentication_traps(config.authentication_traps);
        for address in agent.local_addresses() {
            tracing::info!("listening on {address}");
        }
        let running = agent.spawn();
        Ok(Self { config, rows, vacm, targets, values, open, agent, running, started })
    }

    /// Takes the file in as it is now. One that is refused changes nothing.
    ///
    /// # Errors
    /// There is no agent any more.
    async fn reload(mut self, file: &Path, names: &dyn Names) -> Result<Self, String> {
        let config = match load(file, names) {
            Ok(config) => config,
            Err(problems) => {
                for problem in problems {
                    tracing::error!("{}", problem.in_file(file));
                }
                tracing::error!("the configuration is refused: the agent goes on with the one before");
                return Ok(self);
            }
        };
        for problem in warnings(&config, file) {
            tracing::warn!("{}", problem.in_file(file));
        }
        journal::set_level(config.log);
        *self.values.write().unwrap_or_else(PoisonError::into_inner) = config.system.clone();
        for difference in self.rows.reload(Datastore::of(&config)) {
            tracing::info!("{difference}");
        }
        if same_sockets(&self.config, &config) {
            if let Err(error) = receivers::fill(&self.targets, &self.rows).await {
                tracing::error!("{error}: the receivers of notifications stay as they were");
            }
            self.vacm.edit(|tables| *tables = self.rows.tables());
            if self.config.authentication_traps != config.authentication_traps {
                self.agent.enable_authentication_traps(config.authentication_traps);
            }
            self.config = config;
            tracing::info!("the configuration is read");
            return Ok(self);
        }
        tracing::info!("the agent is made anew: addresses, communities or users have changed");
        let Service { config: before, values, open, running, started, agent, .. } = self;
        running.stop().await.map_err(|error| error.to_string())?;
        // Its sockets close with it.
        drop(agent);
        match Self::start_with(config, open.clone(), Arc::clone(&values), started).await {
            Ok(service) => Ok(service),
            Err(error) => {
                tracing::error!("{error}: the agent goes back to the configuration before");
                *values.write().unwrap_or_else(PoisonError::into_inner) = before.system.clone();
                journal::set_level(before.log);
                Self::start_with(before, open, values, started).await
            }
        }
    }
}

/// Whether an agent can go from one configuration to another while it runs.
fn same_sockets(one: &Config, other: &Config) -> bool {
    let addresses =
        |config: &Config| config.listen.iter().map(|(address, _)| address.clone()).collect::<Vec<_>>();
    let engine = |config: &Config| (config.engine_id, config.engine_boots, config.persistence.clone());
    // Places in the file mean nothing, nor does what access control knows.
    let communities = |config: &Config| {
        let of = |community: &mibc_admin::config::Community| {
            (community.name.clone(), community.security_name.clone(), community.context.clone())
        };
        config.communities.iter().map(of).collect::<Vec<_>>()
    };
    let users = |config: &Config| {
        config.users.iter().map(|user| (user.user.clone(), user.engine_id)).collect::<Vec<_>>()
    };
    addresses(one) == addresses(other)
        && engine(one) == engine(other)
        && communities(one) == communities(other)
        && users(one) == users(other)
}
