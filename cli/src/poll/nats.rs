//! `mibc poll --nats`: a worker of a fleet.

use super::pages::{self, Source};
use super::{PollArguments, reload};
use crate::nats::{Credentials, Server};
use crate::service::{self, FAILED, Signals};
use crate::snmp::Failure;
use mibc_collect::fleet::{Polls, Worker};
use mibc_collect::http::Web;
use mibc_collect::poll::Fleet;
use mibc_runtime::logs;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long a server that is not there is not asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// What of the time at the end is for the outputs at least.
const LAST: Duration = Duration::from_secs(1);

/// What a worker of a fleet is told.
#[derive(Debug, clap::Args)]
pub(super) struct WorkerArguments {
    /// Work for the fleet on this server, such as nats://host:4222: poll the devices of `mibc fleet apply`, not those of the
    /// file. Modules, profiles, auths and outputs still come from the file.
    #[arg(long = "nats", value_name = "URL", conflicts_with_all = ["shard", "watch"])]
    pub(super) server: Option<String>,
    /// A unique name for this worker; by default the name of the machine and the process ID.
    #[arg(long, value_name = "NAME", requires = "server")]
    worker: Option<String>,
    #[command(flatten)]
    access: Credentials,
}

pub(super) async fn serve(
    arguments: &PollArguments,
    server: &str,
    fleet: Fleet,
    web: Web,
) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    let options = &arguments.worker;
    let name = options.worker.clone().unwrap_or_else(own_name);
    let server = Server { url: server.to_owned(), credentials: options.access.clone() };
    let in_flight = fleet.limits.in_flight;
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(target: logs::FLEET, %error, "the worker does not start");
        Ok(ExitCode::from(FAILED))
    };
    let drain = arguments.run.drain();
    let last = LAST.min(drain / 4);
    let polls = match Polls::start(fleet, arguments.threads.into(), drain).await {
        Ok(polls) => polls,
        Err(error) => return failed(&error),
    };
    // The server may be started after us, or just now.
    let worker = loop {
        let begun = async {
            let nats = server.connect(&format!("mibc poll {name}")).await?;
            Worker::new(nats, &name, polls.clone(), in_flight).await
        };
        let begun = tokio::select! {
            begun = begun => begun,
            () = signals.stopped() => return Ok(ExitCode::SUCCESS),
        };
        match begun {
            Ok(worker) => break worker.within(drain.saturating_sub(last)),
            Err(error) if error.is_away() => {
                tracing::warn!(target: logs::FLEET, %error, "waiting for the server");
            }
            Err(error) => return failed(&error),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = signals.stopped() => return Ok(ExitCode::SUCCESS),
        }
    };
    let source = Source::Worker(polls.figures(), worker.reports());
    let pages = match pages::serve(&arguments.run.listen, web, source).await {
        Ok(pages) => pages,
        Err(error) => return failed(&error),
    };
    let again = polls.clone();
    let (stop, asked) = oneshot::channel();
    let running = worker.run(async move {
        // Who could ask has ended, and takes us along.
        let _ = asked.await;
    });
    tokio::pin!(running);
    let asked = service::until_stopped(&mut signals, || async {
        again.reopen();
        reload(&arguments.file, async |fleet| again.reload(fleet).await, || again.refused()).await;
    });
    let ended = tokio::select! {
        ended = &mut running => Some(ended),
        () = asked => None,
    };
    if let Some(Err(error)) = &ended {
        tracing::error!(target: logs::FLEET, %error, "the worker cannot go on");
        return Ok(ExitCode::from(FAILED));
    }
    // The worker may have ended by itself.
    let _ = stop.send(());
    let end = Instant::now() + drain;
    let ending = async {
        if ended.is_none()
            && let Err(error) = running.await
        {
            tracing::error!(target: logs::FLEET, %error, "the worker cannot go on");
            return ExitCode::from(FAILED);
        }
        pages.stop().await;
        let left = polls.stop(end.saturating_duration_since(Instant::now()).max(last)).await;
        if left > 0 {
            tracing::warn!(target: logs::FLEET, left, "results that wait in outputs are given up");
        }
        ExitCode::SUCCESS
    };
    tokio::select! {
        code = ending => Ok(code),
        () = signals.stopped() => {
            tracing::warn!(target: logs::FLEET, "the worker was asked again: it ends at once");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The name of the machine and the number of the process.
fn own_name() -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let machine = machine.trim();
    format!("{}-{}", if machine.is_empty() { "worker" } else { machine }, std::process::id())
}
