//! `mibc exporter`: a Prometheus exporter of SNMP devices.

use crate::service::{self, FAILED, Log, Signals, journal};
use crate::snmp::Failure;
use mibc_collect::exporter::{Config, Exporter, Network, Settings, Sources, load};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Threads that scrape.
const THREADS: usize = 2;

/// What `mibc exporter` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct ExporterArguments {
    /// A configuration: snmp_exporter's snmp.yml, or TOML if its name ends in .toml; may be given more than once.
    #[arg(long = "config", alias = "config.file", value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Passwords and certificates for those who ask the exporter: the web.yml of Prometheus' programs.
    #[arg(long, alias = "web.config.file", value_name = "FILE")]
    web_config: Option<PathBuf>,
    /// Take `$NAME` and `${NAME}` in communities, users and passwords for variables of the environment.
    #[arg(long, alias = "config.expand-environment-variables")]
    expand_environment: bool,
    /// Where to listen; may be given more than once.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9116")]
    listen: Vec<SocketAddr>,
    /// Only report what is wrong with the configuration.
    #[arg(long)]
    check: bool,
    /// A network whose addresses may be scraped, such as 10.0.0.0/8; may be given more than once. Without it, any.
    #[arg(long = "allow-target", value_name = "NETWORK")]
    allowed: Vec<Network>,
    /// Keep columns that only give labels, such as ifName, for this many seconds. They are read again when a device has
    /// restarted or has a new row.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    label_ttl: f64,
    /// End scrapes this much earlier than Prometheus' timeout, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5, value_parser = seconds)]
    timeout_offset: f64,
    /// Write counters of 64 bits as they are, not modulo 2^53. Prometheus rounds them then.
    #[arg(long)]
    no_wrap_counters: bool,
    /// How many connections are served at a time; others wait.
    #[arg(long, value_name = "NUMBER", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    connections: u32,
    /// What the log has.
    #[arg(long, value_enum, default_value_t = Log::Info)]
    log: Log,
}

fn seconds(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "expected seconds, such as 0.5".to_owned())?;
    // A day is long enough, and no sum of such times overflows.
    (0.0..=86_400.0)
        .contains(&number)
        .then_some(number)
        .ok_or_else(|| "expected 0 to 86400 seconds".to_owned())
}

impl ExporterArguments {
    fn sources(&self) -> Sources {
        let mut sources = Sources::from(self.files.clone());
        sources.web.clone_from(&self.web_config);
        sources.expand_environment = self.expand_environment;
        sources
    }
}

pub(crate) fn run(arguments: &ExporterArguments) -> Result<ExitCode, Failure> {
    let config = match load(&arguments.sources()) {
        Ok(config) => config,
        Err(problems) => return Ok(service::refused(problems)),
    };
    if arguments.check {
        for note in &config.notes {
            eprintln!("note: {note}");
        }
        let (modules, auths) = (config.modules.len(), config.auths.len());
        println!(
            "the configuration is good: modules {modules}, auths {auths}, targets {}",
            config.targets.len()
        );
        return Ok(ExitCode::SUCCESS);
    }
    journal::start(arguments.log.into());
    for note in &config.notes {
        tracing::warn!(target: mibc_runtime::logs::EXPORTER, %note, "the configuration has a questionable entry");
    }
    service::runtime(THREADS)?.block_on(serve(arguments, config))
}

async fn serve(arguments: &ExporterArguments, config: Config) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    let mut settings = Settings::default();
    settings.listen.clone_from(&arguments.listen);
    settings.allowed.clone_from(&arguments.allowed);
    settings.label_ttl = Duration::from_secs_f64(arguments.label_ttl);
    settings.timeout_offset = Duration::from_secs_f64(arguments.timeout_offset);
    settings.wrap_counters = !arguments.no_wrap_counters;
    settings.connections = arguments.connections as usize;
    let reachable = settings.listen.iter().any(|address| !address.ip().is_loopback());
    if reachable && settings.allowed.is_empty() && config.web.is_open() {
        tracing::warn!(target: mibc_runtime::logs::EXPORTER, "anybody who reaches the port can have any target asked");
    }
    let sources = arguments.sources();
    let exporter = match Exporter::bind(settings, config, move || load(&sources)).await {
        Ok(exporter) => exporter,
        Err(error) => {
            tracing::error!(target: mibc_runtime::logs::EXPORTER, %error, "the exporter does not start");
            return Ok(ExitCode::from(FAILED));
        }
    };
    for address in exporter.local_addrs() {
        tracing::info!(target: mibc_runtime::logs::EXPORTER, %address, "listening");
    }
    let stop = exporter.stop();
    let running = tokio::spawn(exporter.run());
    // What is wrong with a configuration is in the log.
    service::until_stopped(&mut signals, || async { _ = stop.reload().await }).await;
    tracing::info!(target: mibc_runtime::logs::EXPORTER, "the exporter stops");
    stop.stop();
    running.await?;
    Ok(ExitCode::SUCCESS)
}
