//! The log of a service: what happens, on standard error.

use mibc_admin::config::LogLevel;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::Sender;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The least serious level that is written, as a number.
static LEVEL: AtomicU8 = AtomicU8::new(LogLevel::Info as u8);

/// Writes events to standard error, a line for each; where that is the system's journal, with their priorities.
struct Log {
    journal: bool,
    /// Who has the lines instead of standard error.
    reader: Option<Sender<String>>,
}

/// Starts the log of this process.
pub(crate) fn start(level: LogLevel) {
    let journal = std::env::var_os("JOURNAL_STREAM").is_some();
    begin(level, Log { journal, reader: None });
}

/// Starts the log of this process, whose lines somebody else shows.
#[cfg(feature = "poll")]
pub(crate) fn start_for(reader: Sender<String>, level: LogLevel) {
    begin(level, Log { journal: false, reader: Some(reader) });
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
        } else {
            let _ = write!(line, "{}: ", level.as_str().to_ascii_lowercase());
        }
        let mut fields = Fields { message: String::new(), rest: String::new() };
        event.record(&mut fields);
        let text: String =
            (fields.message + &fields.rest).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match &self.reader {
            // Who does not read any more wants no lines.
            Some(reader) => drop(reader.send(line + &text)),
            None => eprintln!("{line}{text}"),
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

struct Fields {
    message: String,
    rest: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.rest, ", {name}: {value:?}"),
        };
    }
}
