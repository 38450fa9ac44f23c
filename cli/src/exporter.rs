//! `mibc exporter`: a Prometheus exporter of SNMP devices.

use crate::service::{self, FAILED, LogArguments, Signals};
use crate::snmp::Failure;
use mibc_collect::exporter::{Config, Exporter, Network, Settings, Sources, load};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Threads that scrape.
const THREADS: usize = 2;

/// What `mibc exporter` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct ExporterArguments {
    /// A configuration: snmp_exporter's snmp.yml, or TOML if its name ends in .toml; may be given more than once. A `*` in its
    /// name stands for any letters.
    #[arg(long = "config", alias = "config.file", value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Passwords and certificates for those who ask the exporter: the web.yml of Prometheus' programs.
    #[arg(long, alias = "web.config.file", value_name = "FILE")]
    web_config: Option<PathBuf>,
    /// Take `$NAME` and `${NAME}` in communities, users and passwords for variables of the environment.
    #[arg(long, alias = "config.expand-environment-variables")]
    expand_environment: bool,
    /// Where to listen; may be given more than once. Without an address, as in `:9116`, at all addresses.
    #[arg(long, alias = "web.listen-address", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9116", value_parser = service::listening)]
    listen: Vec<SocketAddr>,
    /// Only check the configuration, and report its mistakes.
    #[arg(long, alias = "dry-run")]
    check: bool,
    /// A network whose addresses may be scraped, such as 10.0.0.0/8; may be given more than once. Without it, any.
    #[arg(long = "allow-target", value_name = "NETWORK")]
    allowed: Vec<Network>,
    /// The address that requests come from, with a port or without; the system chooses otherwise. Only devices of its address
    /// family are reached then.
    #[arg(long, alias = "snmp.source-address", value_name = "ADDRESS", value_parser = source)]
    source_address: Option<SocketAddr>,
    /// Keep columns that only give labels, such as ifName, for this many seconds. They are read again when a device has
    /// restarted or has a new row.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    label_ttl: f64,
    /// End scrapes this much earlier than Prometheus' timeout, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5, value_parser = seconds)]
    timeout_offset: f64,
    /// Write counters of 64 bits as they are, not modulo 2^53. Prometheus rounds them then.
    #[arg(long, alias = "no-snmp.wrap-large-counters")]
    no_wrap_counters: bool,
    /// How many connections are served at a time; others wait.
    #[arg(long, value_name = "NUMBER", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    connections: u32,
    #[command(flatten)]
    log: LogArguments,
}

/// An address to send from. Without a port, the system chooses it.
fn source(text: &str) -> Result<SocketAddr, String> {
    let wrong =
        |_| format!("`{text}` is not an address of this machine, such as 192.0.2.1 or [2001:db8::1]:0");
    match text.parse() {
        Ok(address) => Ok(address),
        Err(_) => {
            let host = text.strip_suffix(':').unwrap_or(text);
            let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
            host.parse().map(|address: IpAddr| SocketAddr::new(address, 0)).map_err(wrong)
        }
    }
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
    service::outlive_large_files()?;
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
    arguments.log.start();
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
    settings.source = arguments.source_address;
    settings.label_ttl = Duration::from_secs_f64(arguments.label_ttl);
    settings.timeout_offset = Duration::from_secs_f64(arguments.timeout_offset);
    settings.wrap_counters = !arguments.no_wrap_counters;
    settings.connections = arguments.connections as usize;
    let reachable = settings.listen.iter().any(|address| !address.ip().is_loopback());
    if reachable && settings.allowed.is_empty() && config.web.is_open() {
        tracing::warn!(target: mibc_runtime::logs::EXPORTER, "anyone who can reach the port can have requests sent to any address");
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
