//! Values that are not always the same: what snmpsim calls variation modules, and one of our own.

mod conditions;
mod faults;
mod notification;
mod numeric;
mod options;

use std::time::Duration;

use mibc_runtime::message::ErrorStatus;
use mibc_runtime::value::{Value, ValueKind};

pub(crate) use faults::{Delayed, Failing, Operation, status as fault_status};
pub(crate) use notification::Notice;
pub(crate) use numeric::{Numeric, mixed};
pub(crate) use options::Options;

use crate::reader::value_of_tag;

/// What an entry does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Variation {
    /// A number that moves with time.
    Numeric(Numeric),
    /// Keeps what is written, and may refuse it.
    Written { value: Option<Value>, kind: ValueKind, refused: Failing },
    /// Fails, always or when it is asked or written.
    Failing { value: Option<Value>, failing: Failing },
    /// Takes its time.
    Delayed { value: Option<Value>, delayed: Delayed },
    /// Sends a notification when it is asked or written.
    Notice { value: Option<Value>, notice: Box<Notice> },
}

/// Modules of snmpsim that this program does not have, and why.
const ABSENT: [(&str, &str); 3] = [
    ("sql", "it asks a database"),
    ("redis", "it asks a Redis server"),
    ("subprocess", "it runs a command for each request; `mibc agent` has pass_persist for that"),
];

/// Names of the modules that there are.
const KNOWN: &str = "numeric, randomwalk, writecache, error, delay, multiplex and notification";

impl Variation {
    /// Reads the options of a module, for a value with this tag.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn read(module: &str, tag: u8, text: &str) -> Result<Self, String> {
        if let Some((name, why)) = ABSENT.iter().find(|(name, _)| *name == module) {
            return Err(format!("the variation module `{name}` is not supported: {why}"));
        }
        let mut options = Options::read(text)?;
        let variation = match module {
            "numeric" => Self::Numeric(Numeric::read(tag, &mut options)?),
            "randomwalk" => Self::Numeric(Numeric::read_walk(tag, &mut options)?),
            "writecache" => Self::Written {
                kind: kind_of(tag)?,
                value: value(tag, &mut options)?,
                refused: Failing::read(tag, &mut options)?,
            },
            "error" => {
                Self::Failing { value: value(tag, &mut options)?, failing: Failing::read(tag, &mut options)? }
            }
            "delay" => {
                Self::Delayed { value: value(tag, &mut options)?, delayed: Delayed::read(tag, &mut options)? }
            }
            "notification" => Self::Notice {
                value: value(tag, &mut options)?,
                notice: Box::new(Notice::read(&mut options)?),
            },
            _ => return Err(format!("`{module}` is not a variation module; there are {KNOWN}")),
        };
        options.finish(module)?;
        Ok(variation)
    }

    /// The value as it is recorded, where time does not matter.
    pub(crate) fn recorded(&self, time: Duration, since_epoch: Duration, seed: u64) -> Option<Value> {
        match self {
            Self::Numeric(numeric) => Some(numeric.at(time, since_epoch, seed)),
            Self::Written { value, .. }
            | Self::Failing { value, .. }
            | Self::Delayed { value, .. }
            | Self::Notice { value, .. } => value.clone(),
        }
    }

    /// Whether SET reaches it although its device is read-only.
    pub(crate) fn is_writable(&self) -> bool {
        !matches!(self, Self::Numeric(_))
    }

    /// How an operation fails at it; a SET has a value.
    pub(crate) fn fault(&self, operation: Operation, written: Option<&Value>) -> Option<ErrorStatus> {
        match self {
            Self::Failing { failing, .. } | Self::Written { refused: failing, .. } => {
                failing.status(operation, written)
            }
            Self::Numeric(_) | Self::Delayed { .. } | Self::Notice { .. } => None,
        }
    }
}

/// The value that `value` or `hexvalue` gives.
fn value(tag: u8, options: &mut Options) -> Result<Option<Value>, String> {
    let hexadecimal = options.take("hexvalue");
    match (options.take("value"), hexadecimal) {
        (_, Some(text)) => value_of_tag(tag, Some('x'), &text).map(Some),
        (Some(text), None) => value_of_tag(tag, None, &text).map(Some),
        (None, None) => Ok(None),
    }
}

fn kind_of(tag: u8) -> Result<ValueKind, String> {
    use mibc_runtime::ber::tag;
    Ok(match tag {
        tag::INTEGER => ValueKind::Integer,
        tag::OCTET_STRING => ValueKind::OctetString,
        tag::OBJECT_IDENTIFIER => ValueKind::ObjectIdentifier,
        tag::IP_ADDRESS => ValueKind::IpAddress,
        tag::COUNTER32 => ValueKind::Counter32,
        tag::GAUGE32 => ValueKind::Gauge32,
        tag::TIME_TICKS => ValueKind::TimeTicks,
        tag::OPAQUE => ValueKind::Opaque,
        tag::COUNTER64 => ValueKind::Counter64,
        other => return Err(format!("a value with tag {other} cannot be written")),
    })
}
