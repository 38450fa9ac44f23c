//! `mibc fleet export`: results that the server keeps, handed on to outputs.

use crate::nats::Server;
use crate::poll::pages;
use crate::service::{self, FAILED, RunArguments, Signals};
use crate::snmp::Failure;
use mibc_collect::fleet::export::{Counts, Export, ExportError};
use mibc_collect::http::{Answer, Asked as Request, Web, process};
use mibc_collect::poll::Fleet;
use mibc_runtime::logs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// How long a server that is not there is not asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// How long results may not come before that is told at `/healthz`.
const LASTING: Duration = Duration::from_secs(10);

/// Threads.
const THREADS: usize = 2;

#[derive(Debug, clap::Args)]
pub(crate) struct ExportArguments {
    /// The configuration (TOML). Only its outputs are used.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    server: Server,
    /// The name of this export. Processes with the same name share the results; each name gets all results once.
    #[arg(long, value_name = "NAME", default_value = "export")]
    name: String,
    /// If another process of this name is silent for this long, take over its results.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = |text: &str| service::whole_seconds(text, 1..=600))]
    takeover: u32,
    /// Check the configuration, report all mistakes, and exit. No server is asked.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    run: RunArguments,
}

pub(super) fn run(arguments: &ExportArguments) -> Result<ExitCode, Failure> {
    let fleet = match Fleet::load(&arguments.file) {
        Ok(fleet) => fleet,
        Err(problems) => return Ok(service::refused(problems)),
    };
    if fleet.outputs.is_empty() {
        return Ok(service::refused([ExportError::Nothing]));
    }
    let web = match arguments.run.web() {
        Ok(web) => web,
        Err(problem) => return Ok(service::refused([problem])),
    };
    if arguments.check {
        println!("the configuration is good: outputs {}", fleet.outputs.len());
        return Ok(ExitCode::SUCCESS);
    }
    service::outlive_large_files()?;
    arguments.run.log.start();
    service::runtime(THREADS)?.block_on(serve(arguments, &fleet, web))
}

async fn serve(arguments: &ExportArguments, fleet: &Fleet, web: Web) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    let takeover = Duration::from_secs(arguments.takeover.into());
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(target: logs::FLEET, %error, "the export fails");
        Ok(ExitCode::from(FAILED))
    };
    let export = loop {
        let begun = async {
            let nats = arguments.server.connect("mibc fleet export").await?;
            Export::start(nats, &fleet.outputs, &arguments.name, takeover).await
        };
        let begun = tokio::select! {
            begun = begun => begun,
            () = signals.stopped() => return Ok(ExitCode::SUCCESS),
        };
        match begun {
            Ok(export) => break export,
            Err(ExportError::Nats(error)) if error.is_away() => {
                tracing::warn!(target: logs::FLEET, %error, "waiting for the server");
            }
            Err(error) => return failed(&error),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = signals.stopped() => return Ok(ExitCode::SUCCESS),
        }
    };
    let counts = export.counts();
    let pages =
        match pages::serve_with(&arguments.run.listen, web, move |asked| answer(asked, counts.clone())).await
        {
            Ok(pages) => pages,
            Err(error) => return failed(&error),
        };
    let reopen = export.reopener();
    tracing::info!(target: logs::FLEET, name = arguments.name, "the export begins");
    let stop = service::until_stopped(&mut signals, || async { reopen() });
    let ended = export.run(stop, arguments.run.drain()).await;
    pages.stop().await;
    match ended {
        Ok(left) => {
            tracing::info!(target: logs::FLEET, name = arguments.name, left, "the export ends");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => failed(&error),
    }
}

async fn answer(asked: Request, counts: Counts) -> Answer {
    if !asked.reads() {
        return Answer::only("GET, HEAD");
    }
    match asked.path() {
        "/healthz" | "/-/healthy" => match counts.trouble(LASTING) {
            None => Answer::healthy(),
            Some(trouble) => Answer::text(503, format!("results do not come: {trouble}\n")),
        },
        "/metrics" => {
            let mut metrics = counts.exposition();
            process::add_version(&mut metrics, "mibc_fleet_export", env!("CARGO_PKG_VERSION"));
            process::add(&mut metrics);
            Answer::metrics(&metrics)
        }
        _ => Answer::nothing_here(),
    }
}
