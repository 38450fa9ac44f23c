//! Variables that fail, or take their time.

use std::time::Duration;

use mibc_runtime::message::ErrorStatus;
use mibc_runtime::value::Value;

use super::conditions::Conditions;
use super::numeric::mixed;
use super::options::Options;

/// What a request does to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    Write,
}

/// Operations that something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operations {
    Read,
    Write,
    Any,
}

impl Operations {
    /// The option `op`.
    pub(super) fn read(options: &mut Options) -> Result<Self, String> {
        Ok(match options.take("op").as_deref().map(str::trim) {
            Some("get") => Self::Read,
            Some("set") => Self::Write,
            Some("any" | "*") | None => Self::Any,
            Some(other) => return Err(format!("`op={other}`: expected get, set or any")),
        })
    }

    pub(super) fn include(self, operation: Operation) -> bool {
        matches!(
            (self, operation),
            (Self::Any, _) | (Self::Read, Operation::Read) | (Self::Write, Operation::Write)
        )
    }
}

/// Which operations fail, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failing {
    status: Option<ErrorStatus>,
    operations: Operations,
    values: Conditions<ErrorStatus>,
}

impl Failing {
    pub(super) fn read(tag: u8, options: &mut Options) -> Result<Self, String> {
        let status = options.take("status").map(|name| status(&name)).transpose()?;
        let operations = Operations::read(options)?;
        let values = match options.take("vlist") {
            Some(text) => Conditions::read(tag, &text, status_of)?,
            None => Conditions::default(),
        };
        Ok(Self { status, operations, values })
    }

    pub(super) fn status(&self, operation: Operation, written: Option<&Value>) -> Option<ErrorStatus> {
        match written {
            // What is said about values counts, and nothing else.
            Some(value) if !self.values.is_empty() => self.values.of(value).copied(),
            _ => self.status.filter(|_| self.operations.include(operation)),
        }
    }
}

fn status_of(name: &str) -> Result<ErrorStatus, String> {
    status(name)
}

/// A status by the name that snmpsim has for it, or the standard's.
pub(crate) fn status(name: &str) -> Result<ErrorStatus, String> {
    let name = name.trim();
    let known = (1..=18).map(ErrorStatus).find(|status| {
        let standard = status.name().unwrap_or_default();
        standard.eq_ignore_ascii_case(name) || (name.eq_ignore_ascii_case("genError") && standard == "genErr")
    });
    known.ok_or_else(|| {
        format!(
            "`{}` is not an error-status; those of RFC 3416 are known, such as genError, tooBig, authorizationError \
             or noAccess",
            crate::problem::shown(name)
        )
    })
}

/// How long it takes, in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Delayed {
    wait: f64,
    deviation: f64,
    values: Conditions<f64>,
}

/// From here on there is no answer at all, as in snmpsim.
const NO_ANSWER: f64 = 99_999.0;

impl Delayed {
    pub(super) fn read(tag: u8, options: &mut Options) -> Result<Self, String> {
        if options.take("tlist").is_some() {
            return Err("the option `tlist` of the module `delay` is not supported; `wait` and `vlist` are"
                .to_owned());
        }
        let milliseconds = "a number of milliseconds";
        let wait = options.parsed("wait", milliseconds)?.unwrap_or(500.0);
        let deviation = options.parsed("deviation", milliseconds)?.unwrap_or(0.0);
        let read =
            |text: &str| text.trim().parse().map_err(|_| format!("expected {milliseconds}, found `{text}`"));
        let values = match options.take("vlist") {
            Some(text) => Conditions::read(tag, &text, read)?,
            None => Conditions::default(),
        };
        Ok(Self { wait, deviation, values })
    }

    /// How long this time; `None`: for ever.
    pub(crate) fn wait(&self, written: Option<&Value>, random: u64) -> Option<Duration> {
        let wait = written.and_then(|value| self.values.of(value)).copied().unwrap_or(self.wait);
        let share = (mixed(random) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        let wait = wait + self.deviation * share;
        (wait <= NO_ANSWER).then(|| Duration::try_from_secs_f64(wait / 1_000.0).unwrap_or_default())
    }
}
