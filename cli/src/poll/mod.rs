//! `mibc poll`: devices asked on a clock.

mod foreign;
#[cfg(feature = "nats")]
mod nats;
pub(crate) mod pages;
mod view;
mod watch;

use crate::service::{self, FAILED, RunArguments, Signals, journal, notify};
use crate::snmp::Failure;
use mibc_collect::FileError;
use mibc_collect::http::Web;
use mibc_collect::poll::{Fleet, OutputError, Poller, Settings, Shard};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use tokio::sync::oneshot;

/// The longest file that could be a configuration of another program.
const LONGEST: u64 = 16 << 20;

/// What `mibc poll` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct PollArguments {
    /// The configuration (TOML): devices, what to read and how often, and where the results go.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Check the configuration, report all mistakes, and exit.
    #[arg(long)]
    check: bool,
    /// Poll only a part of the devices, such as 2/4: this is the second of four processes with the same configuration.
    #[arg(long, value_name = "NUMBER/OF", default_value_t)]
    shard: Shard,
    /// Draw a live table on standard error, with the last lines of the log.
    #[arg(long)]
    watch: bool,
    /// Poll with this many threads; each has its own socket.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    #[command(flatten)]
    run: RunArguments,
    #[cfg(feature = "nats")]
    #[command(flatten)]
    worker: nats::WorkerArguments,
}

pub(crate) fn run(arguments: &PollArguments) -> Result<ExitCode, Failure> {
    service::outlive_large_files()?;
    let fleet = match Fleet::load(&arguments.file) {
        Ok(fleet) => fleet,
        Err(problems) => return Ok(refused(&arguments.file, problems)),
    };
    let web = match arguments.run.web() {
        Ok(web) => web,
        Err(problem) => return Ok(service::refused([problem])),
    };
    if arguments.check {
        return Ok(check(arguments, &fleet));
    }
    let lines = (arguments.watch && watch::can_draw()).then(|| {
        let (sender, lines) = channel();
        journal::start_for(sender, arguments.run.log.log.into());
        lines
    });
    if lines.is_none() {
        arguments.run.log.start();
    }
    for note in &fleet.notes {
        tracing::warn!(target: mibc_runtime::logs::POLL, %note, "the configuration may have a mistake");
    }
    let runtime = service::runtime(arguments.threads.into())?;
    #[cfg(feature = "nats")]
    if let Some(server) = &arguments.worker.server {
        return runtime.block_on(nats::serve(arguments, server, fleet, web));
    }
    runtime.block_on(serve(arguments, fleet, web, lines))
}

/// Tells what is wrong with a configuration. One of another program is not read line by line.
fn refused(file: &Path, problems: Vec<FileError>) -> ExitCode {
    // Others have been refused as files.
    let ordinary = file.metadata().is_ok_and(|about| about.is_file() && about.len() < LONGEST);
    let text = ordinary.then(|| std::fs::read_to_string(file).unwrap_or_default());
    match text.and_then(|text| foreign::advice(file, &text)) {
        Some(advice) => service::refused([FileError::new(advice).in_file(file)]),
        None => service::refused(problems),
    }
}

/// Reports what a configuration has.
fn check(arguments: &PollArguments, fleet: &Fleet) -> ExitCode {
    for note in fleet.notes.iter().chain(&fleet.unwritable()) {
        eprintln!("note: {note}");
    }
    let (devices, problems) = fleet.survey();
    if devices.is_empty() && fleet.discoveries.is_empty() {
        eprintln!("note: there are no devices: write a table [[device]] for each, or name a list of them");
    }
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

async fn serve(
    arguments: &PollArguments,
    fleet: Fleet,
    web: Web,
    lines: Option<Receiver<String>>,
) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    let mut settings = Settings::default();
    settings.shard = arguments.shard;
    settings.sockets = arguments.threads.into();
    settings.drain = arguments.run.drain();
    // The table would be between results.
    settings.standard_output = lines.is_none() || !std::io::stdout().is_terminal();
    let poller = match Poller::start(settings, fleet).await {
        Ok(poller) => poller,
        Err(error) => {
            tracing::error!(target: mibc_runtime::logs::POLL, %error, "the poller does not start");
            show(lines);
            return Ok(ExitCode::from(FAILED));
        }
    };
    let handle = poller.handle();
    let pages = match pages::serve(&arguments.run.listen, web, pages::Source::Poller(handle.clone())).await {
        Ok(pages) => pages,
        Err(error) => {
            tracing::error!(target: mibc_runtime::logs::POLL, %error, "the poller does not start");
            show(lines);
            return Ok(ExitCode::from(FAILED));
        }
    };
    let running = tokio::spawn(poller.run());
    let title = format!("mibc poll {}", arguments.file.display());
    let (gone, is_gone) = oneshot::channel();
    let watching = arguments.watch.then(|| tokio::spawn(watch::draw(handle.clone(), title, lines, gone)));
    let stopped = service::until_stopped(&mut signals, || async {
        handle.reopen();
        reload(&arguments.file, async |fleet| handle.reload(fleet).await, || handle.refused()).await;
    });
    tokio::select! {
        () = stopped => {}
        // A terminal that hangs up sends SIGHUP, too: that does not tell it from a wish to read the file again.
        Ok(()) = is_gone, if arguments.watch => {}
    }
    tracing::info!(target: mibc_runtime::logs::POLL, "the poller stops");
    handle.stop();
    running.await?;
    if let Some(watching) = watching {
        watching.await?;
    }
    pages.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Lines of the log that nobody has shown.
fn show(lines: Option<Receiver<String>>) {
    for line in lines.iter().flat_map(Receiver::try_iter) {
        eprintln!("{line}");
    }
}

/// Reads the configuration again, and lets it count if it is good: the service manager and the log are told. What is
/// wrong in the file itself is for `refused`, which comes before the log says so.
async fn reload(
    file: &Path,
    take: impl AsyncFnOnce(Fleet) -> Result<(), OutputError>,
    refused: impl FnOnce(),
) {
    let read = file.to_owned();
    // Modules are compiled meanwhile.
    let read = tokio::task::spawn_blocking(move || Fleet::load(&read)).await;
    let read = read.unwrap_or_else(|error| Err(vec![FileError::new(error.to_string())]));
    let problem = match read {
        Ok(fleet) => {
            for note in &fleet.notes {
                tracing::warn!(target: mibc_runtime::logs::POLL, %note, "the configuration may have a mistake");
            }
            take(fleet).await.err().map(|error| {
                tracing::error!(target: mibc_runtime::logs::POLL, %error, "an output does not start");
                error.to_string()
            })
        }
        Err(problems) => {
            refused();
            for problem in &problems {
                tracing::error!(target: mibc_runtime::logs::POLL, %problem, "the configuration has a mistake");
            }
            problems.first().map(ToString::to_string)
        }
    };
    match problem {
        None => {
            tracing::info!(target: mibc_runtime::logs::POLL, "the configuration is read");
            notify("STATUS=The configuration was read again.");
        }
        Some(problem) => {
            tracing::error!(target: mibc_runtime::logs::POLL, "the configuration is refused: the poller keeps the old one");
            // A line of the protocol is a line.
            let problem = problem.replace(char::is_control, " ");
            notify(&format!("STATUS=The new configuration is refused: {problem}"));
        }
    }
}
