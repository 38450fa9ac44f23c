//! `mibc fleet`: which devices a fleet on NATS JetStream has, and how it goes.

mod export;

use crate::nats::Server;
use crate::service::{FAILED, REFUSED, refused, whole_seconds};
use crate::snmp::Failure;
use mibc_collect::fleet::apply::apply;
use mibc_collect::fleet::status::status;
use mibc_collect::fleet::{Settings, devices, remove};
use mibc_collect::nats::Error;
use mibc_collect::poll::Fleet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::Builder;

/// What `mibc fleet` is asked to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum FleetCommand {
    /// Make the schedules on the server match a configuration. A second run changes nothing.
    Apply(ApplyArguments),
    /// Show the state of the fleet: workers, lag, missed ticks, slow and dead devices.
    Status(StatusArguments),
    /// Send the stored results to the outputs of a configuration; runs until SIGTERM.
    Export(export::ExportArguments),
    /// Remove the streams of the fleet: schedules, results and counts.
    Remove(RemoveArguments),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArguments {
    /// The configuration (TOML) of `mibc poll`. The server does not get its secrets.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    server: Server,
    /// Only print what would change.
    #[arg(long)]
    dry_run: bool,
    /// Check the configuration, report all mistakes, and exit. No server is asked.
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// The largest number of workers; initially 32.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    partitions: Option<u16>,
    /// Replace a worker that is silent for this long; initially 6s.
    #[arg(long, value_name = "TIME", value_parser = |text: &str| whole_seconds(text, 1..=600))]
    takeover: Option<u32>,
    /// Copies of each message in a cluster; initially 1.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=5))]
    replicas: Option<u8>,
    /// Keep results for this many hours; initially 24.
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=87_600))]
    keep: Option<u32>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    server: Server,
    /// Write JSON, with the partitions.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArguments {
    #[command(flatten)]
    server: Server,
    /// Really remove them. Without this, the command only prints what it would remove.
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(command: &FleetCommand) -> Result<ExitCode, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    match command {
        FleetCommand::Export(arguments) => export::run(arguments),
        FleetCommand::Remove(arguments) => runtime.block_on(removed(arguments)),
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
    if arguments.check {
        fleet.notes.iter().for_each(|note| eprintln!("note: {note}"));
        println!("the configuration is good: devices {}", wanted.len());
        return Ok(ExitCode::SUCCESS);
    }
    let mut settings = Settings::default();
    settings.partitions = arguments.partitions;
    settings.takeover = arguments.takeover.map(|seconds| Duration::from_secs(seconds.into()));
    settings.replicas = arguments.replicas;
    settings.keep = arguments.keep.map(|hours| Duration::from_secs(u64::from(hours) * 3_600));
    let applying = async {
        let nats = arguments.server.connect("mibc fleet apply").await?;
        apply(&nats, &settings, &wanted, arguments.dry_run).await
    };
    Ok(match applying.await {
        Ok(changes) => {
            let would = if arguments.dry_run { "would be: " } else { "" };
            let devices = if wanted.len() == 1 { "device" } else { "devices" };
            println!("{} {devices}: {would}{changes}", wanted.len());
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

async fn removed(arguments: &RemoveArguments) -> Result<ExitCode, Failure> {
    let removing = async {
        let nats = arguments.server.connect("mibc fleet remove").await?;
        remove(&nats, !arguments.yes).await
    };
    let removed = match removing.await {
        Ok(removed) => removed,
        Err(error) => return Ok(failed(&error)),
    };
    if removed.is_empty() {
        println!("there is no fleet");
        return Ok(ExitCode::SUCCESS);
    }
    for removed in &removed {
        let would = if arguments.yes { "removed" } else { "would be removed" };
        println!("{} with {} messages {would}", removed.stream, removed.messages);
    }
    if arguments.yes {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: nothing is removed without --yes");
    Ok(ExitCode::from(REFUSED))
}

fn failed(error: &Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(FAILED)
}
