//! The log of a service: what happens, on standard error.

use mibc_admin::config::LogLevel;
use mibc_runtime::value::DateAndTime;
use serde_json::Value;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::Sender;
use std::time::{SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The least serious level that is written, as a number.
static LEVEL: AtomicU8 = AtomicU8::new(LogLevel::Info as u8);

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// A line of text for each event; with the time, unless the system's journal has it.
    // A name of snmp_exporter.
    #[value(alias = "logfmt")]
    Text,
    /// An object of JSON for each event, on a line.
    Json,
}

/// Writes events to standard error, a line for each; where that is the system's journal, with their priorities.
struct Log {
    form: Form,
    journal: bool,
    /// Who has the lines instead of standard error.
    reader: Option<Sender<String>>,
}

/// Starts the log of this process.
pub(crate) fn start(level: LogLevel, form: Form) {
    begin(level, Log { form, journal: is_journal(), reader: None });
}

/// Starts the log of this process, whose lines somebody else shows.
#[cfg(feature = "poll")]
pub(crate) fn start_for(reader: Sender<String>, level: LogLevel) {
    begin(level, Log { form: Form::Text, journal: false, reader: Some(reader) });
}

/// Whether standard error is the system's journal: JOURNAL_STREAM has the device and the inode of what the service manager
/// has connected, as systemd.exec(5) says. Who inherits the variable may have another standard error.
fn is_journal() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let stream = std::env::var("JOURNAL_STREAM").unwrap_or_default();
        std::fs::metadata("/dev/stderr")
            .is_ok_and(|about| stream == format!("{}:{}", about.dev(), about.ino()))
    }
    #[cfg(not(unix))]
    false
}

/// The time in UTC, as in RFC 3339.
fn now() -> String {
    let now = SystemTime::now();
    let DateAndTime { year, month, day, hour, minute, second, .. } = now.into();
    let millis = now.duration_since(UNIX_EPOCH).unwrap_or_default().subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

fn begin(level: LogLevel, log: Log) {
    set_level(level);
    // A process starts one log.
    let _ = tracing::subscriber::set_global_default(log);
}

/// Writes this level from now on, and what is more serious.
pub(crate) fn set_level(level: LogLevel) {
    LEVEL.store(level as u8, Ordering::Relaxed);
    tracing::callsite::rebuild_interest_cache();
}

fn number(level: Level) -> u8 {
    let level = match level {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warn,
        Level::INFO => LogLevel::Info,
        Level::DEBUG => LogLevel::Debug,
        _ => LogLevel::Trace,
    };
    level as u8
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let ours = metadata.target().starts_with("mibc");
        ours && metadata.is_event() && number(*metadata.level()) <= LEVEL.load(Ordering::Relaxed)
    }

    fn event(&self, event: &Event<'_>) {
        let level = *event.metadata().level();
        let name = level.as_str().to_ascii_lowercase();
        let mut fields = Fields { form: self.form, message: String::new(), rest: String::new() };
        event.record(&mut fields);
        let mut line = String::new();
        if self.journal {
            // sd-daemon(3): err, warning, info, debug.
            let priority = match level {
                Level::ERROR => 3,
                Level::WARN => 4,
                Level::INFO => 6,
                _ => 7,
            };
            let _ = write!(line, "<{priority}>");
        }
        match self.form {
            Form::Json => {
                let (time, target) = (now(), event.metadata().target());
                let message = Value::from(fields.message);
                let _ = write!(line, "{{\"time\":\"{time}\",\"level\":\"{name}\",\"target\":\"{target}\"");
                let _ = write!(line, ",\"message\":{message}{}}}", fields.rest);
            }
            Form::Text => {
                if !self.journal {
                    // Those who show lines show them at once.
                    let time = if self.reader.is_none() { now() + " " } else { String::new() };
                    let _ = write!(line, "{time}{name}: ");
                }
                let text = fields.message + &fields.rest;
                line.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
            }
        }
        match &self.reader {
            // Who does not read any more wants no lines.
            Some(reader) => drop(reader.send(line)),
            None => {
                line.push('\n');
                // There is nowhere to say that the log cannot be written.
                let _ = io::stderr().write_all(line.as_bytes());
            }
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What an event has.
struct Fields {
    form: Form,
    message: String,
    /// The other fields, as they are written behind the message.
    rest: String,
}

impl Fields {
    fn add(&mut self, field: &Field, value: impl fmt::Debug + Into<Value>) {
        let _ = match self.form {
            Form::Text => write!(self.rest, ", {}: {value:?}", field.name()),
            Form::Json => write!(self.rest, ",\"{}\":{}", field.name(), value.into()),
        };
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match (field.name(), self.form) {
            ("message", _) => write!(self.message, "{value:?}"),
            (name, Form::Text) => write!(self.rest, ", {name}: {value:?}"),
            (name, Form::Json) => write!(self.rest, ",\"{name}\":{}", Value::from(format!("{value:?}"))),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }
}
