//! Options that services have in common.

use mibc_admin::config::LogLevel;
#[cfg(any(feature = "exporter", feature = "poll"))]
use {
    super::journal::{self, Form},
    mibc_runtime::net::{ListenAddressError, listen_address},
    std::net::SocketAddr,
};
#[cfg(feature = "poll")]
use {
    mibc_collect::FileError,
    mibc_collect::http::Web,
    std::{path::PathBuf, time::Duration},
};

/// The lowest level of the log.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Log {
    Error,
    Warn,
    Info,
    Debug,
}

impl From<Log> for LogLevel {
    fn from(log: Log) -> Self {
        match log {
            Log::Error => Self::Error,
            Log::Warn => Self::Warn,
            Log::Info => Self::Info,
            Log::Debug => Self::Debug,
        }
    }
}

/// The log of a service.
#[cfg(any(feature = "exporter", feature = "poll"))]
#[derive(Debug, clap::Args)]
pub(crate) struct LogArguments {
    /// The lowest level that is logged (to standard error).
    #[arg(long, alias = "log.level", value_enum, value_name = "LEVEL", default_value_t = Log::Info)]
    pub(crate) log: Log,
    /// The format of the log.
    #[arg(long, alias = "log.format", value_enum, value_name = "FORM", default_value_t = Form::Text)]
    log_format: Form,
}

#[cfg(any(feature = "exporter", feature = "poll"))]
impl LogArguments {
    /// Starts the log.
    pub(crate) fn start(&self) {
        journal::start(self.log.into(), self.log_format);
    }
}

/// What a service with outputs is told besides its work: where it is looked at, how it ends, and its log.
#[cfg(feature = "poll")]
#[derive(Debug, clap::Args)]
pub(crate) struct RunArguments {
    /// Serve /metrics and /healthz on this address; can be repeated. `:9117` means port 9117 of all addresses.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = listening)]
    pub(crate) listen: Vec<SocketAddr>,
    /// Passwords and TLS for /metrics and /healthz: a web.yml, as for Prometheus' own programs.
    #[arg(long, value_name = "FILE")]
    web_config: Option<PathBuf>,
    /// Wait this many seconds for running polls, and then for outputs, before exit.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=3_600))]
    drain: u32,
    #[command(flatten)]
    pub(crate) log: LogArguments,
}

#[cfg(feature = "poll")]
impl RunArguments {
    /// Who may look at the service.
    pub(crate) fn web(&self) -> Result<Web, FileError> {
        self.web_config.as_deref().map_or_else(|| Ok(Web::default()), Web::load)
    }

    /// How long the end may take.
    pub(crate) fn drain(&self) -> Duration {
        Duration::from_secs(self.drain.into())
    }
}

/// Where to listen, as it is written on a command line.
#[cfg(any(feature = "exporter", feature = "poll"))]
pub(crate) fn listening(text: &str) -> Result<SocketAddr, String> {
    listen_address(text).map_err(|error| format!("{error}; {}", ListenAddressError::EXPECTED))
}
