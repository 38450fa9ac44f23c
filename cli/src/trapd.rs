//! `mibc trapd`: the receiver of notifications as a service.

use crate::import::{ImportArguments, advice};
use crate::search_path::{cache, further};
use crate::service::journal::{self, Form};
use crate::service::{self, FAILED, Log, Signals};
use crate::snmp::Failure;
use mibc_admin::config::LogLevel;
use mibc_admin::snmpd::OsFiles;
use mibc_admin::snmptrapd;
use mibc_collect::FileError;
use mibc_collect::trapd::{Config, DEFAULT, LogLevel as Level, Modules, Service};
use mibc_compiler::query::Library;
use mibc_compiler::world::FsWorld;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Threads besides the one that receives.
const THREADS: usize = 2;

/// What `mibc trapd` is asked to do.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct TrapdArguments {
    #[command(subcommand)]
    command: Option<TrapdCommand>,
    #[command(flatten)]
    service: ServiceArguments,
}

#[derive(Debug, clap::Subcommand)]
enum TrapdCommand {
    /// Convert the configuration of net-snmp's snmptrapd to TOML.
    ///
    /// Lines that cannot be converted are reported on standard error and in comments of the TOML. snmptrapd keeps some users
    /// in a file of its own, such as /var/lib/snmp/snmptrapd.conf: name that file, too. Exit status: 0, or 1 if the service
    /// would refuse the result, or 2 if a file cannot be read.
    Import(ImportArguments),
}

/// What the service is asked to do.
#[derive(Clone, Debug, clap::Args)]
struct ServiceArguments {
    /// The configuration (TOML). Without it, the service accepts every community on port 162, and prints events as lines of
    /// JSON.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Listen on this address, such as udp:127.0.0.1:1162, instead of those of the first [[listener]]; can be repeated.
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<String>,
    /// Check the configuration, report all mistakes, and exit.
    #[arg(long)]
    check: bool,
    /// The lowest level that is logged, instead of `log` in the configuration.
    #[arg(long, value_enum, value_name = "LEVEL")]
    log: Option<Log>,
    /// The format of the log, which goes to standard error.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Form::Text)]
    log_format: Form,
}

impl ServiceArguments {
    fn load(&self) -> Result<(Config, Library), Vec<FileError>> {
        let (mut config, library) = match &self.config {
            Some(file) => Config::load(file, &library)?,
            None => Config::parse(DEFAULT, Path::new("."), &library)?,
        };
        if !self.listen.is_empty() {
            config.listen_on(self.listen.clone());
        }
        Ok((config, library))
    }

    fn level(&self, config: &Config) -> LogLevel {
        self.log.map_or_else(|| level(config.log), Into::into)
    }
}

/// Modules of these folders, of the search path and of mibc.
fn library(modules: &Modules) -> Result<Library, String> {
    let world = modules.folders.iter().fold(FsWorld::new(), |world, folder| world.include(folder));
    let world = further().iter().fold(world, |world, folder| world.include_below(folder));
    Library::new(world, cache(false)).prefer(modules.preferred.clone()).map_err(|error| error.to_string())
}

fn level(level: Level) -> LogLevel {
    match level {
        Level::Error => LogLevel::Error,
        Level::Warn => LogLevel::Warn,
        Level::Info => LogLevel::Info,
        Level::Debug => LogLevel::Debug,
    }
}

/// Writes what may be a mistake to standard error.
fn note(config: &Config, place: Option<&Path>) {
    for doubt in config.doubts() {
        match place {
            Some(place) => eprintln!("note: {}", doubt.clone().in_file(place)),
            None => eprintln!("note: {doubt}"),
        }
    }
}

fn import(arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let import = snmptrapd::import(&arguments.files(), &OsFiles, &arguments.names());
    arguments.write(&import)?;
    match Config::parse(import.toml(), arguments.folder(), &library) {
        Ok((config, _)) => {
            note(&config, Some(arguments.place()));
            Ok(ExitCode::SUCCESS)
        }
        Err(mistakes) => {
            let place = arguments.place();
            Ok(service::refused(mistakes.into_iter().map(|mistake| mistake.in_file(place))))
        }
    }
}

/// Tells the log what may be a mistake.
fn tell(config: &Config) {
    for doubt in config.doubts() {
        tracing::warn!(target: mibc_runtime::logs::TRAPD, %doubt, "the configuration may have a mistake");
    }
}

pub(crate) fn run(arguments: &TrapdArguments) -> Result<ExitCode, Failure> {
    if let Some(TrapdCommand::Import(arguments)) = &arguments.command {
        return import(arguments);
    }
    service::outlive_large_files()?;
    let arguments = &arguments.service;
    let (config, library) = match arguments.load() {
        Ok(loaded) => loaded,
        Err(mistakes) => {
            let advice = arguments.config.as_deref().and_then(|file| advice(file, "snmptrapd", "trapd"));
            return Ok(advice.map_or_else(|| service::refused(mistakes), |advice| service::refused([advice])));
        }
    };
    if arguments.check {
        note(&config, None);
        for note in config.unwritable() {
            eprintln!("note: {note}");
        }
        println!("the configuration is good: {}", config.summary());
        return Ok(ExitCode::SUCCESS);
    }
    journal::start(arguments.level(&config), arguments.log_format);
    tell(&config);
    service::runtime(THREADS)?.block_on(serve(arguments, config, library))
}

async fn serve(arguments: &ServiceArguments, config: Config, library: Library) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    let again = arguments.clone();
    let reader = move || {
        let loaded = again.load()?;
        journal::set_level(again.level(&loaded.0));
        tell(&loaded.0);
        Ok(loaded)
    };
    let service = match Service::start(config, library, reader).await {
        Ok(service) => service,
        Err(error) => {
            tracing::error!(target: mibc_runtime::logs::TRAPD, %error, "the service does not start");
            return Ok(ExitCode::from(FAILED));
        }
    };
    let ready = service.ready();
    for address in &ready.listening {
        tracing::info!(target: mibc_runtime::logs::TRAPD, %address, "listening");
    }
    if let Some(address) = ready.http {
        tracing::info!(target: mibc_runtime::logs::TRAPD, %address, "metrics are served");
    }
    let handle = service.handle();
    tokio::spawn(async move {
        let reload = || async {
            // The service manager is told when it is over; if the service has ended, so does the process.
            let _ = handle.reload().await;
        };
        service::until_stopped(&mut signals, reload).await;
        tracing::info!(target: mibc_runtime::logs::TRAPD, "the service stops");
        handle.stop();
    });
    // It has names of modules, which stay in this thread; outputs have the others.
    match service.run().await {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            tracing::error!(target: mibc_runtime::logs::TRAPD, %error, "the service cannot go on");
            Ok(ExitCode::from(FAILED))
        }
    }
}
