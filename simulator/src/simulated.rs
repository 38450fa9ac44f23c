//! A simulation: devices, and how they are served.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mibc_runtime::agent::{Account, Agent, BindError, Running};
use mibc_runtime::net::{EngineState, EngineStore, TransportAddress};
use mibc_runtime::usm::{EngineId, User};
use mibc_runtime::value::VarBind;

use crate::catalog::{Catalog, scan};
use crate::clock::Clock;
use crate::device::Device;
use crate::options::{Behaviour, Options, Writable};
use crate::problem::Problem;
use crate::reader::{LoadError, Names, Source};
use crate::serving::{Devices, Everybody, Simulation};
use crate::store::{Pool, Recording};

/// How long a request may wait for a device that takes its time: as long as snmpsim waits at most.
const PATIENCE: Duration = Duration::from_secs(100);

/// Requests that may wait at one time.
const MAX_WAITING: usize = 100_000;

/// Devices that can be served.
///
/// ```
/// use mibc_runtime::manager::{Manager, Target};
/// use mibc_runtime::value::{Value, VarBind};
/// use mibc_simulator::{Recording, Simulated};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let name = VarBind::new("1.3.6.1.2.1.1.5.0".parse()?, Value::from("switch-1"));
/// let device = Simulated::of(Recording::of([name.clone()])).spawn().await?;
///
/// let switch = Manager::bind().await?.target(Target::v2c(device.addr(), "public"));
/// assert_eq!(switch.get_oids(&[name.name.clone()]).await?, [name]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Simulated {
    devices: Vec<(String, Recording)>,
    pool: Pool,
    options: Options,
    problems: Vec<Problem>,
    clock: Clock,
}

impl Simulated {
    /// Reads a recording, or all recordings of a folder and the folders in it.
    ///
    /// A file is a device for every community and context. In a folder, the name of a device is the path of its file without
    /// the ending: the community `lab/one` is for `lab/one.snmprec`.
    ///
    /// # Errors
    ///
    /// Something cannot be read, or there is nothing in it. Lines that cannot be read are [problems](Self::problems).
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::load_with(path, None)
    }

    /// As [`load`](Self::load), where somebody knows the names of MIB modules that a walk may have.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_with(path: impl AsRef<Path>, names: Option<Names<'_>>) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let mut simulated = Self::none();
        if path.is_dir() {
            let found = scan(path)?;
            if found.is_empty() {
                return Err(LoadError::NoDevices { path: path.to_owned() });
            }
            for (name, file) in found {
                let read = Source::File(file).read(names)?;
                simulated.problems.extend(read.problems);
                simulated = simulated.device(name, read.recording);
            }
            return Ok(simulated);
        }
        let read = Source::File(path.to_owned()).read(names)?;
        if read.recording.is_empty() {
            return Err(LoadError::Empty { path: path.to_owned(), problems: read.problems });
        }
        simulated.problems = read.problems;
        Ok(simulated.device(stem(path), read.recording))
    }

    /// One device, for every community and context.
    #[must_use]
    pub fn of(recording: Recording) -> Self {
        Self::none().device("device", recording)
    }

    /// No devices yet.
    #[must_use]
    pub fn none() -> Self {
        Self {
            devices: Vec::new(),
            pool: Pool::default(),
            options: Options::default(),
            problems: Vec::new(),
            clock: Clock::real(),
        }
    }

    /// Adds a device. What it has in common with others is kept once.
    #[must_use]
    pub fn device(mut self, name: impl Into<String>, recording: Recording) -> Self {
        let recording = self.pool.share(recording);
        self.devices.push((name.into(), recording));
        self
    }

    /// Takes these options, instead of those before.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Lets all devices behave like this that no rule names.
    #[must_use]
    pub fn behaviour(mut self, behaviour: Behaviour) -> Self {
        self.options.behaviour = behaviour;
        self
    }

    /// Lets managers write all variables; the end of the simulation ends it.
    #[must_use]
    pub fn writable(mut self) -> Self {
        self.options.behaviour.writable = Writable::Memory;
        self
    }

    /// Adds a user of SNMPv3.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.options.users.push(user);
        self
    }

    /// Listens there, instead of on a port of loopback that the system chooses; several calls are several addresses.
    #[must_use]
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.options.listen.push(address.into());
        self
    }

    /// Lets time be what `clock` says: how long it is since the start.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        self.clock = Clock::Given(Box::new(clock));
        self
    }

    /// What could not be read.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The names of the devices, and what they have.
    pub fn devices(&self) -> impl Iterator<Item = (&str, &Recording)> {
        self.devices.iter().map(|(name, recording)| (name.as_str(), recording))
    }

    /// How many octets names and values of all devices take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.pool.size()
    }

    /// Listens, and serves the devices in a task of the current tokio runtime until what this gives is dropped.
    ///
    /// # Errors
    ///
    /// An address, a user or the folder for state cannot be used.
    pub async fn spawn(self) -> Result<Simulator, StartError> {
        let agent = self.bind().await?;
        let running = agent.spawn();
        Ok(Simulator { agent, running })
    }

    /// Listens; nothing is answered until the agent that this gives [runs](Agent::run).
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn).
    pub async fn bind(self) -> Result<Agent, StartError> {
        let Self { devices, options, clock, pool: _, problems: _ } = self;
        options.check()?;
        let mut behaviours: Vec<Arc<Behaviour>> = Vec::new();
        let mut made = Vec::with_capacity(devices.len());
        for (name, recording) in devices {
            let behaviour = options.of(&name);
            let shared =
                behaviours.iter().find(|known| ***known == *behaviour).cloned().unwrap_or_else(|| {
                    let fresh = Arc::new(behaviour.clone());
                    behaviours.push(Arc::clone(&fresh));
                    fresh
                });
            let keeps = shared.writable == Writable::Kept;
            let device = Device::new(&name, recording, shared, options.seed);
            if let (true, Some(folder)) = (keeps, &options.state) {
                recall(&device, &name, folder)?;
            }
            made.push(device);
        }
        let simulation = Arc::new(Simulation { catalog: Catalog::new(made), clock });
        let everybody = Everybody::of(&simulation);
        let mut builder = Agent::builder()
            .community_lookup(everybody.clone())
            .access_control(everybody)
            .any_context(Devices(simulation))
            .deadline(PATIENCE)
            .max_waiting(MAX_WAITING);
        for user in options.users {
            builder = builder.user(Account::read_write(user));
        }
        if let Some(engine_id) = options.engine_id {
            builder = builder.engine_id(engine_id).engine_store(Forgetful(engine_id));
        }
        let mut addresses = Vec::new();
        let default = ["127.0.0.1:0".to_owned()];
        let listen = if options.listen.is_empty() { &default[..] } else { &options.listen };
        for text in listen {
            let found = TransportAddress::lookup(text, 161).await;
            addresses.extend(found.map_err(|error| StartError::Address(text.clone(), error.to_string()))?);
        }
        Ok(builder.bind_to(addresses)?)
    }
}

/// Why a simulation does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// An address is not one.
    #[error("`{0}` cannot be listened on: {1}")]
    Address(String, String),
    /// Users or sockets.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Options do not fit together.
    #[error(transparent)]
    Options(#[from] crate::options::OptionsError),
    /// What devices keep cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// The engine of a simulation starts anew each time; its boots are the seconds since 1970, so that managers that have known
/// it go on.
#[derive(Debug)]
struct Forgetful(EngineId);

impl EngineStore for Forgetful {
    fn load(&self) -> std::io::Result<Option<EngineState>> {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let boots = u32::try_from(since_epoch.as_secs()).unwrap_or(1).min(i32::MAX as u32 - 1);
        Ok(Some(EngineState { engine_id: self.0, boots }))
    }

    fn save(&self, _: &EngineState) -> std::io::Result<()> {
        Ok(())
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Has a device keep what is written in a file of a folder, and takes in what is there.
fn recall(device: &Device, name: &str, folder: &Path) -> Result<(), LoadError> {
    let io = |source| LoadError::Io { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(io)?;
    // No two names have one file: a slash and the sign itself are written in another way.
    let file = folder.join(name.replace('%', "%25").replace('/', "%2F") + ".snmprec");
    let mut values = Vec::new();
    if file.exists() {
        let read = Source::File(file.clone()).read(None)?;
        for problem in &read.problems {
            tracing::warn!(target: mibc_runtime::logs::SIMULATOR, %problem, "a line of a recording is left out");
        }
        values.extend(
            read.recording
                .variables()
                .filter_map(|variable| Some(VarBind { name: variable.name, value: variable.value? })),
        );
    }
    device.keep_in(&file, values);
    Ok(())
}

/// A simulation that runs; dropping it ends it.
#[derive(Debug)]
pub struct Simulator {
    agent: Agent,
    running: Running,
}

impl Simulator {
    /// Where it listens; of several addresses the first.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.agent.local_addr()
    }

    /// The agent that serves the devices: its counters, its addresses.
    #[must_use]
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// Ends it, and waits until it has ended.
    ///
    /// # Errors
    ///
    /// A socket has failed.
    pub async fn stop(self) -> std::io::Result<()> {
        self.running.stop().await
    }
}
