//! What services have in common: how they begin and end, what signals ask of them, and their log.

pub(crate) mod journal;
mod manager;
#[cfg(any(feature = "exporter", feature = "poll", feature = "trapd"))]
mod options;
mod signals;

use std::io;
use tokio::runtime::{Builder, Runtime};

pub(crate) use manager::{notify, reloading};
#[cfg(feature = "trapd")]
pub(crate) use options::Log;
#[cfg(feature = "poll")]
pub(crate) use options::RunArguments;
#[cfg(feature = "nats")]
pub(crate) use options::whole_seconds;
#[cfg(feature = "exporter")]
pub(crate) use options::{LogArguments, listening, seconds};
pub(crate) use signals::{Asked, Signals};

/// The status where a configuration is refused.
pub(crate) const REFUSED: u8 = 1;

/// The status where a service cannot start, or cannot go on.
pub(crate) const FAILED: u8 = 2;

/// Tells what is wrong with a configuration.
#[cfg(any(feature = "exporter", feature = "poll", feature = "trapd"))]
pub(crate) fn refused(problems: impl IntoIterator<Item = impl std::fmt::Display>) -> std::process::ExitCode {
    for problem in problems {
        eprintln!("error: {problem}");
    }
    REFUSED.into()
}

/// Has writes to files that are as large as they may be (`ulimit -f`, `LimitFSIZE=`) fail as those to a full disk do. Otherwise
/// the system ends the process.
pub(crate) fn outlive_large_files() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let kind = SignalKind::from_raw(nix::sys::signal::Signal::SIGXFSZ as i32);
        // The handler stays, and programs that are started do not have it.
        let runtime = Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(async { signal(kind) }).map(drop)
    }
    #[cfg(not(unix))]
    Ok(())
}

/// Runs tasks on so many threads.
pub(crate) fn runtime(threads: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}

/// Tells the service manager that the service runs, and has it read its configuration again whenever that is asked for.
/// Returns when it is to stop.
#[cfg(any(feature = "exporter", feature = "poll", feature = "trapd"))]
pub(crate) async fn until_stopped<F: Future<Output = ()>>(
    signals: &mut Signals,
    mut read_again: impl FnMut() -> F,
) {
    notify("READY=1");
    while let Asked::Reload = signals.next().await {
        reloading();
        read_again().await;
        notify("READY=1");
    }
    notify("STOPPING=1");
}
