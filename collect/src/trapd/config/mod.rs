//! The configuration.

mod address;
mod credentials;
mod http;
mod kafka;
mod labels;
mod listeners;
mod local;
mod nats;
mod output;
mod own_keys;
mod queue;
mod raw;
mod rules;
#[cfg(test)]
mod tests;

pub(super) use credentials::{Address, Credentials};
pub(super) use http::HttpPlan;
pub(super) use listeners::ListenerPlan;
pub(super) use output::{Kind, OutputPlan};

use super::rule::Rule;
use crate::delivery::Secret;
use crate::file_error::FileError;
use crate::http::Web;
use crate::span::Seconds;
use crate::{toml_place, toml_reading, written};
use mibc_compiler::query::{Form, Library, Renderer};
use mibc_runtime::net::{ListenAddressError, listen_address};
use mibc_runtime::show::Style;
use raw::{Raw, RawSecret};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use zeroize::Zeroizing;

/// The configuration without a file: every community on port 162, events to standard output.
pub const DEFAULT: &str = "[[listener]]
any-community = true

[[output]]
name = \"standard output\"
type = \"lines\"
overflow = \"block\"
";

/// What a service does.
#[derive(Debug)]
#[non_exhaustive]
pub struct Config {
    /// What the log has.
    pub log: LogLevel,
    /// Where `/metrics` and `/healthz` are, if they are wanted.
    pub http: Option<SocketAddr>,
    /// Who may look there.
    pub(super) web: Web,
    /// How long outputs may take to send what waits when the service stops.
    pub drain: Duration,
    /// Notifications that wait to be dealt with at most.
    pub(super) max_waiting: usize,
    /// Where what survives the process is kept.
    pub(super) state: Option<PathBuf>,
    pub(super) listeners: Vec<ListenerPlan>,
    pub(super) rules: Vec<Rule>,
    pub(super) outputs: Vec<OutputPlan>,
    doubts: Vec<FileError>,
}

/// What a log has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// What is lost.
    Error,
    /// What is dropped as well.
    Warn,
    /// What changes in operation as well.
    #[default]
    Info,
    /// Single messages as well.
    Debug,
}

/// Where modules are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Modules {
    /// Folders with modules, besides those that are known anyway.
    pub folders: Vec<PathBuf>,
    /// Modules whose names count before others.
    pub preferred: Vec<String>,
}

/// What makes a library of modules.
pub type Libraries<'f> = &'f dyn Fn(&Modules) -> Result<Library, String>;

impl Config {
    /// Reads a file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// All mistakes in it. What it says as a whole is only checked if nothing of it had to be left out.
    pub fn load(file: &Path, library: Libraries<'_>) -> Result<(Self, Library), Vec<FileError>> {
        let in_file = |error: FileError| if error.file.is_none() { error.in_file(file) } else { error };
        let doubtful = |(mut config, library): (Self, Library)| {
            config.doubts = config.doubts.into_iter().map(in_file).collect();
            (config, library)
        };
        let text = FileError::read(file).map_err(|error| vec![in_file(error)])?;
        let folder =
            file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        Self::parse(&text, folder, library)
            .map(doubtful)
            .map_err(|mistakes| mistakes.into_iter().map(in_file).collect())
    }

    /// Reads a text. Paths in it are relative to `folder`.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn parse(
        text: &str,
        folder: &Path,
        library: Libraries<'_>,
    ) -> Result<(Self, Library), Vec<FileError>> {
        let toml_reading::Reading { value, mut mistakes, whole } = toml_reading::read::<Raw>(text);
        let Some(raw) = value.filter(|_| whole) else { return Err(mistakes) };
        let modules = Modules {
            folders: raw.mib_dirs.iter().map(|path| folder.join(path.as_ref())).collect(),
            preferred: raw.mibs.iter().map(|name| name.as_ref().clone()).collect(),
        };
        for (path, place) in modules.folders.iter().zip(&raw.mib_dirs) {
            if !path.is_dir() {
                let wrong = format!("`mib-dirs`: {} is not a folder", path.display());
                mistakes.push(at(text, place.span(), wrong));
            }
        }
        let library = library(&modules).or_else(|error| {
            let place = raw.mibs.iter().find(|name| error.contains(name.as_ref().as_str()));
            mistakes.push(match place.or(raw.mibs.first()) {
                Some(place) => at(text, place.span(), format!("`mibs`: {error}")),
                None => FileError::new(error),
            });
            library(&Modules { preferred: Vec::new(), ..modules.clone() })
        });
        let library = match library {
            Ok(library) => library,
            Err(error) => {
                mistakes.push(FileError::new(error));
                return Err(mistakes);
            }
        };
        let mut reading = Reading::new(
            text,
            folder,
            &library,
            raw.state.as_ref().map(|state| written::folder(folder).join(state)),
        );
        let mut config = reading.config(raw);
        config.doubts = std::mem::take(&mut reading.doubts);
        mistakes.append(&mut reading.mistakes);
        drop(reading);
        // In the order of the file, those without a place behind.
        mistakes.sort_by_key(|mistake| mistake.place.unwrap_or((usize::MAX, 0)));
        // A secret of a user that an output has as well.
        mistakes.dedup();
        if mistakes.is_empty() { Ok((config, library)) } else { Err(mistakes) }
    }

    /// What may be a mistake: it does not keep the service from starting.
    pub fn doubts(&self) -> &[FileError] {
        &self.doubts
    }

    /// What somebody would want to know who looks at it: how many there are of what.
    pub fn summary(&self) -> String {
        let (listeners, rules, outputs) = (self.listeners.len(), self.rules.len(), self.outputs.len());
        format!("listeners {listeners}, rules {rules}, outputs {outputs}")
    }

    /// What cannot be written, as far as that can be told without writing: files of outputs, and the folders of queues and state.
    pub fn unwritable(&self) -> Vec<String> {
        let state = self.state.as_deref().and_then(written::refused_folder);
        let state = state.map(|why| format!("`state`: {why}"));
        state.into_iter().chain(self.outputs.iter().flat_map(OutputPlan::unwritable)).collect()
    }

    /// Listens on these addresses, in place of those of its first listener.
    pub fn listen_on(&mut self, addresses: Vec<String>) {
        if let Some(first) = self.listeners.first_mut() {
            first.addresses = addresses;
        }
    }
}

fn at(text: &str, span: Range<usize>, message: impl Into<String>) -> FileError {
    FileError { place: Some(toml_place::place(text, span.start)), ..FileError::new(message) }
}

/// A file that is being read.
struct Reading<'t> {
    text: &'t str,
    folder: &'t Path,
    names: Renderer<'t>,
    state: Option<PathBuf>,
    mistakes: Vec<FileError>,
    doubts: Vec<FileError>,
    /// The addresses of the listeners.
    listening: Vec<String>,
}

impl<'t> Reading<'t> {
    fn new(text: &'t str, folder: &'t Path, library: &'t Library, state: Option<PathBuf>) -> Self {
        let names = Renderer::new(library, Form::Module, Style::DEFAULT);
        Self { text, folder, names, state, mistakes: Vec::new(), doubts: Vec::new(), listening: Vec::new() }
    }

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.mistakes.push(at(self.text, span, message));
    }

    /// What may be a mistake.
    fn doubt(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.doubts.push(at(self.text, span, message));
    }

    fn config(&mut self, raw: Raw) -> Config {
        let log = raw.log.map_or(LogLevel::default(), |log| match log.as_ref().as_str() {
            "error" => LogLevel::Error,
            "warn" => LogLevel::Warn,
            "info" => LogLevel::Info,
            "debug" => LogLevel::Debug,
            other => {
                self.wrong(log.span(), format!("`log` is `{other}`; expected error, warn, info or debug"));
                LogLevel::default()
            }
        });
        let http = raw.http.and_then(|http| {
            let address = listen_address(http.as_ref());
            address
                .map_err(|error| {
                    self.wrong(http.span(), format!("{error}; {}", ListenAddressError::EXPECTED));
                })
                .ok()
        });
        let web = match raw.web_config {
            None => Web::default(),
            Some(path) => {
                if http.is_none() {
                    self.wrong(
                        path.span(),
                        "`web-config` is there, but nothing listens for HTTP; expected `http` as well",
                    );
                }
                Web::load(&self.folder.join(path.as_ref())).unwrap_or_else(|error| {
                    self.wrong(path.span(), format!("`web-config`: {error}"));
                    Web::default()
                })
            }
        };
        let drain = raw
            .drain
            .map_or(Duration::from_secs(10), |seconds| self.seconds("drain", &seconds, 0.0..=3600.0));
        let max_waiting = raw.max_waiting.map_or(16_384, |number| {
            let (span, number) = (number.span(), number.into_inner());
            if !(1..=10_000_000).contains(&number) {
                self.wrong(span, format!("`max-waiting` is {number}; expected 1 to 10000000"));
            }
            usize::try_from(number).unwrap_or(usize::MAX)
        });
        let users = self.users(raw.user);
        let listeners = self.listeners(raw.listener, &users);
        let names: Vec<String> =
            raw.output.iter().map(|output| output.as_ref().name.as_ref().clone()).collect();
        self.listening = listeners.iter().flat_map(|listener| listener.addresses.clone()).collect();
        let outputs = self.outputs(raw.output, &users);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let users: Vec<&str> = users.keys().map(String::as_str).collect();
        let rules = self.rules(raw.rule, &names, &users);
        Config {
            log,
            http,
            web,
            drain,
            max_waiting,
            state: self.state.clone(),
            listeners,
            rules,
            outputs,
            doubts: Vec::new(),
        }
    }

    fn seconds(
        &mut self,
        key: &str,
        seconds: &Spanned<Seconds>,
        range: std::ops::RangeInclusive<f64>,
    ) -> Duration {
        let Seconds(found) = *seconds.as_ref();
        if range.contains(&found) {
            return Duration::from_secs_f64(found);
        }
        let (least, most) = range.into_inner();
        self.wrong(seconds.span(), format!("`{key}` is {found} s; expected {least} to {most} seconds"));
        Duration::from_secs(1)
    }

    fn secret(&self, raw: &RawSecret) -> Secret {
        match raw {
            RawSecret::Text(text) => Secret::text(text),
            RawSecret::File(raw) => Secret::File(self.folder.join(&raw.file)),
            RawSecret::Environment(raw) => Secret::Environment(raw.environment.clone()),
        }
    }

    /// A secret that is needed at once.
    fn read_secret(&mut self, raw: &Spanned<RawSecret>) -> Zeroizing<String> {
        self.secret(raw.as_ref()).read().unwrap_or_else(|error| {
            self.wrong(raw.span(), error);
            Zeroizing::default()
        })
    }
}

/// Names for people: `a, b or c`.
pub(super) fn listed(names: &[&str]) -> String {
    match names {
        [] => "nothing: there are none".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
