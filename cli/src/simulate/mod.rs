//! `mibc simulate`: many devices in one process.

mod made;

use crate::search_path::SearchPath;
use crate::service::journal::{self, Form};
use crate::service::{self, FAILED};
use crate::snmp::Failure;
use mibc_admin::config::LogLevel;
use mibc_compiler::query::{self, Renderer};
use mibc_runtime::oid::Oid;
use mibc_runtime::show::Style;
use mibc_simulator::{Options, Simulated, StartError, Writable, duration};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The status where there is nothing to simulate.
const NOTHING: u8 = 1;

/// Problems with lines that are told; the others are counted.
const MOST_TOLD: usize = 20;

pub(crate) const EXAMPLES: &str = "\
Examples:
  mibc record -v2c -c public 192.0.2.1 -o devices/switch.snmprec
  mibc simulate devices --listen 127.0.0.1:1161 --listen '[::1]:1161'
  mibc walk -v2c -c switch 127.0.0.1:1161
  mibc simulate --from-mib IF-MIB --rows 48 --lively
  mibc simulate devices --delay 20ms --jitter 10ms --loss 1%
  mibc simulate devices --options simulate.toml";

/// What `mibc simulate` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct SimulateArguments {
    /// A recording, or a folder of them.
    #[arg(value_name = "DIR", required_unless_present = "from_mib")]
    path: Option<PathBuf>,
    /// Listen on this address, by default 127.0.0.1:1161; can be repeated. With port 0, the system chooses the port. With
    /// 0.0.0.0:1161, each address of 127.0.0.0/8 can be a device, such as 127.0.0.5.
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<String>,
    /// Options (TOML): SNMPv3 users, and how each device behaves.
    #[arg(long, value_name = "FILE")]
    options: Option<PathBuf>,
    /// Also make a device from this MIB module; can be repeated, and makes one device from all.
    #[arg(long, value_name = "MODULE")]
    from_mib: Vec<String>,
    /// Rows per table of a device that is made from MIB modules.
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rows: u32,
    /// Write the device that is made from MIB modules to this file, and exit.
    #[arg(short = 'o', long = "out", value_name = "FILE", requires = "from_mib")]
    out: Option<PathBuf>,
    /// The seed of random numbers: the same seed makes the same devices.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Let counters count, time pass and gauges vary.
    #[arg(long)]
    lively: bool,
    /// Delay each answer by this time, such as 20ms.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    delay: Option<Duration>,
    /// Vary the delay by up to this time.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    jitter: Option<Duration>,
    /// Do not answer this share of requests, such as 1% or 0.01.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    loss: Option<f64>,
    /// Answer this share of requests with genErr.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    errors: Option<f64>,
    /// Answer requests for more variables with tooBig.
    #[arg(long, value_name = "COUNT")]
    max_variables: Option<usize>,
    /// Make walks below this OID endless: after the last name the first one follows.
    #[arg(long, value_name = "OID")]
    endless: Option<Oid>,
    /// Let managers write all variables, in memory or kept in the folder of --state.
    #[arg(long, value_name = "HOW", num_args = 0..=1, default_missing_value = "memory", require_equals = true)]
    writable: Option<Kept>,
    /// The folder for written values.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// The format of the log, which goes to standard error.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Form::Text)]
    log_format: Form,
    #[command(flatten)]
    search: SearchPath,
}

/// How long what is written stays.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kept {
    /// Until mibc simulate ends.
    Memory,
    /// In the folder of --state.
    Kept,
}

/// `1%` or `0.01`.
fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share = number.trim().parse::<f64>().map(|number| number / unit);
    share
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "expected a share such as 1% or 0.01".to_owned())
}

pub(crate) fn run(arguments: &SimulateArguments) -> Result<ExitCode, Failure> {
    let options = arguments.options()?;
    service::outlive_large_files()?;
    let mut simulated = match &arguments.path {
        None => Simulated::none(),
        Some(path) => {
            let library = arguments.search.library();
            let renderer = Renderer::new(&library, query::Form::Module, Style::default());
            let names = |name: &str| renderer.translate(name).ok().map(|answer| answer.oid);
            match Simulated::load_with(path, Some(&names)) {
                Ok(simulated) => simulated,
                Err(error) => {
                    eprintln!("error: {error}");
                    return Ok(ExitCode::from(NOTHING));
                }
            }
        }
    };
    tell(&simulated);
    if !arguments.from_mib.is_empty() {
        let made = made::device(&arguments.search, &arguments.from_mib, arguments.rows, options.seed);
        let Some(recording) = made else { return Ok(ExitCode::from(NOTHING)) };
        if let Some(file) = &arguments.out {
            return made::write(&recording, file);
        }
        simulated = simulated.device(arguments.from_mib.join("+"), recording);
    }
    journal::start(LogLevel::Info, arguments.log_format);
    serve(simulated.options(options))
}

/// Says what could not be read.
fn tell(simulated: &Simulated) {
    let problems = simulated.problems();
    for problem in problems.iter().take(MOST_TOLD) {
        eprintln!("warning: {problem}");
    }
    if let Some(more) = problems.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        eprintln!("warning: {more} more lines cannot be used");
    }
}

fn serve(simulated: Simulated) -> Result<ExitCode, Failure> {
    let count = simulated.devices().count();
    let variables: usize = simulated.devices().map(|(_, recording)| recording.len()).sum();
    let size = simulated.size();
    let runtime = service::runtime(1)?;
    runtime.block_on(async {
        let agent = match simulated.bind().await {
            Ok(agent) => agent,
            Err(error @ (StartError::Options(_) | StartError::Load(_))) => {
                eprintln!("error: {error}");
                return Ok(ExitCode::from(NOTHING));
            }
            Err(error) => {
                eprintln!("error: {error}");
                return Ok(ExitCode::from(FAILED));
            }
        };
        let devices = if count == 1 { "device" } else { "devices" };
        println!("{count} {devices}, {variables} variables in {size} octets");
        for address in agent.local_addresses() {
            println!("listening on {address}");
        }
        let mut signals = service::Signals::new()?;
        let running = agent.spawn();
        while signals.next().await == service::Asked::Reload {}
        running.stop().await?;
        Ok(ExitCode::SUCCESS)
    })
}

impl SimulateArguments {
    /// Those of the file, and above them those of the command line, which are for devices that no rule of the file is for.
    fn options(&self) -> Result<Options, Failure> {
        let mut options = match &self.options {
            Some(file) => Options::load(file)?,
            None => Options::default(),
        };
        if !self.listen.is_empty() {
            options.listen.clone_from(&self.listen);
        }
        if options.listen.is_empty() {
            options.listen.push("127.0.0.1:1161".to_owned());
        }
        options.seed = self.seed.unwrap_or(options.seed);
        if self.state.is_some() {
            options.state.clone_from(&self.state);
        }
        let behaviour = &mut options.behaviour;
        behaviour.lively |= self.lively;
        behaviour.delay = self.delay.unwrap_or(behaviour.delay);
        behaviour.jitter = self.jitter.unwrap_or(behaviour.jitter);
        behaviour.loss = self.loss.unwrap_or(behaviour.loss);
        behaviour.errors = self.errors.unwrap_or(behaviour.errors);
        behaviour.max_variables = self.max_variables.or(behaviour.max_variables);
        if self.endless.is_some() {
            behaviour.endless.clone_from(&self.endless);
        }
        behaviour.writable = match self.writable {
            None => behaviour.writable,
            Some(Kept::Memory) => Writable::Memory,
            Some(Kept::Kept) => Writable::Kept,
        };
        Ok(options)
    }
}
