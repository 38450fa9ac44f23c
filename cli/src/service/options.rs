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
    /// Wait this long for running polls, and then for outputs, before exit.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = |text: &str| whole_seconds(text, 0..=3_600))]
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

/// The seconds of `10`, `500ms`, `10s`, `5m` or `1h`.
#[cfg(any(feature = "exporter", feature = "poll"))]
pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    let plain = || text.parse().ok();
    let seconds = mibc_collect::span::seconds(text).or_else(plain);
    let seconds = seconds
        .ok_or_else(|| format!("`{text}` is not a time; expected one such as 10, 10s, 500ms or 5m"))?;
    // A day is long enough, and no sum of such times overflows.
    match (0.0..=86_400.0).contains(&seconds) {
        true => Ok(seconds),
        false => Err("expected 0 to 86400 seconds".to_owned()),
    }
}

/// The same for whole seconds of a range.
#[cfg(feature = "poll")]
pub(crate) fn whole_seconds(text: &str, range: std::ops::RangeInclusive<u32>) -> Result<u32, String> {
    let seconds = seconds(text)?;
    let fits =
        seconds.fract() == 0.0 && (f64::from(*range.start())..=f64::from(*range.end())).contains(&seconds);
    let whole = fits.then(|| Duration::from_secs_f64(seconds).as_secs().try_into().ok()).flatten();
    whole.ok_or_else(|| format!("expected {} to {} whole seconds", range.start(), range.end()))
}

#[cfg(all(test, feature = "poll"))]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, expected) in
            [("10", 10.0), ("500ms", 0.5), ("1.5s", 1.5), ("5m", 300.0), ("24h", 86_400.0)]
        {
            assert_eq!(seconds(text), Ok(expected));
        }
        for text in ["", "s", "5 minutes", "-1", "25h", "NaN", "2d"] {
            assert!(seconds(text).is_err(), "{text}");
        }
        assert_eq!(whole_seconds("1m", 0..=60), Ok(60));
        for text in ["61", "1.5", "2m"] {
            assert_eq!(
                whole_seconds(text, 1..=60),
                Err("expected 1 to 60 whole seconds".to_owned()),
                "{text}"
            );
        }
    }
}
