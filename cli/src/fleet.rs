//! `mibc fleet`: which devices a fleet on NATS JetStream has, and how it goes.

use crate::service::{FAILED, refused};
use crate::snmp::Failure;
use mibc_collect::fleet::apply::apply;
use mibc_collect::fleet::status::status;
use mibc_collect::fleet::{Settings, devices};
use mibc_collect::nats::{Access, Error, Nats};
use mibc_collect::poll::Fleet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::Builder;

/// What `mibc fleet` is asked to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum FleetCommand {
    /// Make the schedules of the server those of a configuration. Doing it again changes nothing.
    Apply(ApplyArguments),
    /// Say how the fleet goes: lag, ticks that were missed, slow and dead devices, workers.
    Status(StatusArguments),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArguments {
    /// The configuration (TOML) of `mibc poll`. Secrets in it are not given to the server.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    server: Server,
    /// Only say what would change.
    #[arg(long)]
    dry_run: bool,
    /// When the fleet is applied for the first time: most workers that can share it.
    #[arg(long, value_name = "NUMBER", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    partitions: u16,
    /// When the fleet is applied for the first time: a worker that is silent for so many seconds is replaced by others.
    #[arg(long, value_name = "SECONDS", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=600))]
    takeover: u32,
    /// When the fleet is applied for the first time: servers of a cluster that keep each message.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=5))]
    replicas: u8,
    /// When the fleet is applied for the first time: hours that results are kept.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=87_600))]
    keep: u32,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    server: Server,
    /// Write JSON, with the partitions.
    #[arg(long)]
    json: bool,
}

/// The server.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Server {
    /// The server, such as nats://host:4222; several of a cluster with commas between them.
    #[arg(long = "nats", value_name = "URL", required = true)]
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
}

/// As whom to speak to the server.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Credentials {
    /// A file of credentials, as NATS' `nsc` writes it.
    #[arg(long, value_name = "FILE")]
    nats_credentials: Option<PathBuf>,
    /// Authorities that the server's certificate may come from (PEM), instead of those of the system.
    #[arg(long, value_name = "FILE")]
    nats_authorities: Option<PathBuf>,
}

impl Server {
    /// Connects under a name that the server's tools show.
    pub(crate) async fn connect(&self, name: &str) -> Result<Nats, Error> {
        let mut access = Access::new(&self.url);
        access.name = name.to_owned();
        access.credentials.clone_from(&self.credentials.nats_credentials);
        access.authorities.clone_from(&self.credentials.nats_authorities);
        access.connect().await
    }
}

pub(crate) fn run(command: &FleetCommand) -> Result<ExitCode, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    match command {
        FleetCommand::Apply(arguments) => runtime.block_on(applied(arguments)),
        FleetCommand::Status(arguments) => runtime.block_on(told(arguments)),
    }
}

async fn applied(arguments: &ApplyArguments) -> Result<ExitCode, Failure> {
    let fleet = match Fleet::load(&arguments.file) {
        Ok(fleet) => fleet,
        Err(problems) => return Ok(refused(problems)),
    };
    // A list that is missing would take its devices away.
    let (found, problems) = fleet.gather().await;
    if !problems.is_empty() {
        return Ok(refused(problems));
    }
    let wanted = match devices(&found) {
        Ok(wanted) => wanted,
        Err(error) => return Ok(refused([error])),
    };
    let mut settings = Settings::default();
    settings.partitions = arguments.partitions;
    settings.takeover = Duration::from_secs(arguments.takeover.into());
    settings.replicas = arguments.replicas;
    settings.keep = Duration::from_secs(u64::from(arguments.keep) * 3_600);
    let applying = async {
        let nats = arguments.server.connect("mibc fleet apply").await?;
        apply(&nats, &settings, &wanted, arguments.dry_run).await
    };
    Ok(match applying.await {
        Ok(changes) => {
            let would = if arguments.dry_run { "would be: " } else { "" };
            println!("{} devices: {would}{changes}", wanted.len());
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    })
}

async fn told(arguments: &StatusArguments) -> Result<ExitCode, Failure> {
    let asking = async {
        let nats = arguments.server.connect("mibc fleet status").await?;
        status(&nats).await
    };
    Ok(match asking.await {
        Ok(status) if arguments.json => {
            println!("{}", serde_json::to_string_pretty(&status).unwrap_or_default());
            ExitCode::SUCCESS
        }
        Ok(status) => {
            print!("{status}");
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    })
}

fn failed(error: &Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(FAILED)
}
