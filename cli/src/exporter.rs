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
    /// A configuration: the snmp.yml of snmp_exporter, or TOML if its name ends in .toml; can be repeated. A `*` in the name
    /// matches any characters.
    #[arg(long = "config", alias = "config.file", value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Passwords and TLS for the exporter's own port: a web.yml, as for Prometheus' own programs.
    #[arg(long, alias = "web.config.file", value_name = "FILE")]
    web_config: Option<PathBuf>,
    /// Replace `$NAME` and `${NAME}` in communities, users and passwords with environment variables.
    #[arg(long, alias = "config.expand-environment-variables")]
    expand_environment: bool,
    /// Listen on this address; can be repeated. `:9116` means port 9116 of all addresses.
    #[arg(long, alias = "web.listen-address", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9116", value_parser = service::listening)]
    listen: Vec<SocketAddr>,
    /// Check the configuration, report mistakes, and exit.
    #[arg(long, alias = "dry-run")]
    check: bool,
    /// Only scrape targets in this network, such as 10.0.0.0/8; can be repeated. Without it, any target can be scraped.
    #[arg(long = "allow-target", value_name = "NETWORK")]
    allowed: Vec<Network>,
    /// Send requests from this address, with or without a port. Then only devices of the same address family can be reached.
    #[arg(long, alias = "snmp.source-address", value_name = "ADDRESS", value_parser = source)]
    source_address: Option<SocketAddr>,
    /// Keep columns that are only used as labels, such as ifName, for this long, such as 5m. They are read earlier if a device has
    /// restarted or has a new row.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = service::seconds)]
    label_ttl: f64,
    /// End scrapes this long before Prometheus' timeout.
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = service::seconds)]
    timeout_offset: f64,
    /// Write 64-bit counters as they are, not modulo 2^53. Prometheus rounds large ones.
    #[arg(long, alias = "no-snmp.wrap-large-counters")]
    no_wrap_counters: bool,
    /// Serve this many connections at a time; others wait.
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
        tracing::warn!(target: mibc_runtime::logs::EXPORTER, %note, "the configuration may have a mistake");
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
