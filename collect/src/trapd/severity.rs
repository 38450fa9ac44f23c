//! How bad an event is.

use serde::Serialize;

/// How bad an event is: the severities of syslog (RFC 5424 §6.2.1), the worst first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can be used.
    Emergency,
    /// Somebody has to do something at once.
    Alert,
    /// A critical condition.
    Critical,
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// Normal, and worth a look.
    Notice,
    /// What no rule has given another.
    #[default]
    Info,
    /// For those who look for faults.
    Debug,
}

impl Severity {
    pub(super) const ALL: [Severity; 8] = [
        Self::Emergency,
        Self::Alert,
        Self::Critical,
        Self::Error,
        Self::Warning,
        Self::Notice,
        Self::Info,
        Self::Debug,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Alert => "alert",
            Self::Critical => "critical",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == name)
    }

    /// Its number in syslog: 0 is the worst.
    pub(super) const fn number(self) -> u8 {
        self as u8
    }

    /// Its number in OpenTelemetry (SeverityNumber of the logs data model, by its mapping of syslog).
    pub(super) const fn otlp(self) -> u8 {
        match self {
            Self::Emergency => 24,
            Self::Alert => 22,
            Self::Critical => 21,
            Self::Error => 17,
            Self::Warning => 13,
            Self::Notice => 10,
            Self::Info => 9,
            Self::Debug => 5,
        }
    }
}
