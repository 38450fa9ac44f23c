//! A receiver of OTLP that decodes with OpenTelemetry's own classes: the PyPI package `opentelemetry-proto`.

use crate::program::Program;
use serde_json::Value;
use std::process::Command;

/// Reads requests, and says what it has understood.
const SCRIPT: &str = include_str!("../otlp.py");

/// A server that runs; ended when dropped.
#[derive(Debug)]
pub struct Otlp {
    /// Where it listens.
    pub address: String,
    program: Program,
}

impl Otlp {
    /// Starts it with the Python of `MIBC_PYTHON`; `None`, with a notice, where there is none.
    ///
    /// # Panics
    /// There is none, and `MIBC_REQUIRE_PEERS` is set.
    pub fn start() -> Option<Self> {
        let Some(python) = std::env::var_os("MIBC_PYTHON") else {
            assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "MIBC_PYTHON is not set");
            eprintln!("notice: skipped, MIBC_PYTHON names no Python with opentelemetry-proto");
            return None;
        };
        let mut command = Command::new(python);
        command.args(["-u", "-c", SCRIPT]).stdout(std::process::Stdio::null());
        let program = Program::start(&mut command);
        let address = program.logs_after("listening: ");
        Some(Self { address, program })
    }

    /// What it understands next: a point of a metric, or a record of a log.
    ///
    /// # Panics
    /// It has not understood a request.
    pub fn next(&self) -> Value {
        let line = self.program.line();
        let value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let Value::Object(object) = value else { panic!("{line}") };
        assert!(!object.contains_key("problem"), "{line}");
        Value::Object(object)
    }

    /// The next that is like this.
    pub fn until(&self, good: impl Fn(&Value) -> bool) -> Value {
        loop {
            let found = self.next();
            if good(&found) {
                return found;
            }
        }
    }
}
