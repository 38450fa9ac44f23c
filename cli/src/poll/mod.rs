//! `mibc poll`: devices asked on a clock.

#[cfg(feature = "nats")]
mod nats;
mod pages;
mod watch;

use crate::service::{self, FAILED, Log, Signals, journal};
use crate::snmp::Failure;
use mibc_admin::config::LogLevel;
use mibc_collect::FileError;
use mibc_collect::http::Web;
use mibc_collect::poll::{Fleet, Poller, Settings, Shard};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// What `mibc poll` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct PollArguments {
    /// The configuration (TOML): devices, what they are asked for and how often, and where the results go.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only report what is wrong with the configuration; all of it.
    #[arg(long)]
    check: bool,
    /// Poll a part of the devices, such as 2/4: the second of four processes that have the same configuration.
    #[arg(long, value_name = "NUMBER/OF", default_value_t)]
    shard: Shard,
    /// Where /metrics and /healthz are; may be given more than once.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Vec<SocketAddr>,
    /// Who may see them, and TLS: the web.yml of Prometheus' programs.
    #[arg(long, value_name = "FILE")]
    web_config: Option<PathBuf>,
    /// Draw a table of what goes on, on standard error.
    #[arg(long)]
    watch: bool,
    /// Threads that poll, each with a socket.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// How long polls under way, and then outputs, may take at the end, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=3_600))]
    drain: u32,
    /// What the log has.
    #[arg(long, value_enum, default_value_t = Log::Info)]
    log: Log,
    #[cfg(feature = "nats")]
    #[command(flatten)]
    worker: nats::WorkerArguments,
}

pub(crate) fn run(arguments: &PollArguments) -> Result<ExitCode, Failure> {
    let fleet = match Fleet::load(&arguments.file) {
        Ok(fleet) => fleet,
        Err(problems) => return Ok(service::refused(problems)),
    };
    let web = match arguments.web_config.as_deref().map(Web::load).transpose() {
        Ok(web) => web.unwrap_or_default(),
        Err(problem) => return Ok(service::refused([problem])),
    };
    if arguments.check {
        return Ok(check(arguments, &fleet));
    }
    // A table would be between the lines of the log.
    journal::start(if arguments.watch { LogLevel::Error } else { arguments.log.into() });
    for note in &fleet.notes {
        tracing::warn!(target: mibc_runtime::logs::POLL, %note, "the configuration has a questionable entry");
    }
    let runtime = service::runtime(arguments.threads.into())?;
    #[cfg(feature = "nats")]
    if let Some(server) = &arguments.worker.server {
        return runtime.block_on(nats::serve(arguments, server, fleet, web));
    }
    runtime.block_on(serve(arguments, fleet, web))
}

/// Reports what a configuration has.
fn check(arguments: &PollArguments, fleet: &Fleet) -> ExitCode {
    for note in &fleet.notes {
        eprintln!("note: {note}");
    }
    let (devices, problems) = fleet.survey();
    if !problems.is_empty() {
        return service::refused(problems);
    }
    let ours = devices.iter().filter(|name| arguments.shard.has(name)).count();
    let (lists, profiles, auths) = (fleet.discoveries.len(), fleet.profiles.len(), fleet.auths.len());
    println!(
        "the configuration is good: devices {}, of these in shard {} {ours}, lists {lists}, profiles {profiles}, auths {auths}, outputs {}",
        devices.len(),
        arguments.shard,
        fleet.outputs.len()
    );
    ExitCode::SUCCESS
}

async fn serve(arguments: &PollArguments, fleet: Fleet, web: Web) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    let mut settings = Settings::default();
    settings.shard = arguments.shard;
    settings.sockets = arguments.threads.into();
    settings.drain = Duration::from_secs(arguments.drain.into());
    let poller = match Poller::start(settings, fleet).await {
        Ok(poller) => poller,
        Err(error) => {
            tracing::error!(target: mibc_runtime::logs::POLL, %error, "the poller does not start");
            return Ok(ExitCode::from(FAILED));
        }
    };
    let handle = poller.handle();
    let pages = match pages::serve(&arguments.listen, web, pages::Source::Poller(handle.clone())).await {
        Ok(pages) => pages,
        Err(error) => {
            tracing::error!(target: mibc_runtime::logs::POLL, %error, "the poller does not start");
            return Ok(ExitCode::from(FAILED));
        }
    };
    let running = tokio::spawn(poller.run());
    let watching = arguments.watch.then(|| tokio::spawn(watch::draw(handle.clone())));
    service::until_stopped(&mut signals, || async {
        handle.reopen();
        if let Some(fleet) = read_again(&arguments.file, || handle.refused()).await {
            handle.reload(fleet);
        }
    })
    .await;
    tracing::info!(target: mibc_runtime::logs::POLL, "the poller stops");
    handle.stop();
    running.await?;
    if let Some(watching) = watching {
        watching.await?;
    }
    pages.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Reads the configuration again. If it is refused, `refused` comes before the log says so.
async fn read_again(file: &Path, refused: impl FnOnce()) -> Option<Fleet> {
    let file = file.to_owned();
    // Modules are compiled meanwhile.
    let read = tokio::task::spawn_blocking(move || Fleet::load(&file)).await;
    let read = read.unwrap_or_else(|error| Err(vec![FileError::new(error.to_string())]));
    match read {
        Ok(fleet) => {
            for note in &fleet.notes {
                tracing::warn!(target: mibc_runtime::logs::POLL, %note, "the configuration has a questionable entry");
            }
            tracing::info!(target: mibc_runtime::logs::POLL, "the configuration is read");
            Some(fleet)
        }
        Err(problems) => {
            refused();
            for problem in &problems {
                tracing::error!(target: mibc_runtime::logs::POLL, %problem, "the configuration has a fault");
            }
            tracing::error!(target: mibc_runtime::logs::POLL, "the configuration is refused: the poller goes on with the one before");
            None
        }
    }
}
