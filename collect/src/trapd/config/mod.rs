//! The configuration.

mod kafka;
mod output;
mod raw;
mod rules;
#[cfg(test)]
mod tests;

pub(super) use output::{Address, Credentials, HttpPlan, Kind, OutputPlan};

use super::rule::Rule;
use crate::delivery::Secret;
use crate::file_error::FileError;
use crate::http::Web;
use crate::{toml_place, toml_reading, written};
use mibc_compiler::query::{Form, Library, Renderer};
use mibc_runtime::net::{ListenAddressError, listen_address};
use mibc_runtime::show::Style;
use mibc_runtime::usm::User;
use raw::{Raw, RawListener, RawSecret, RawUser};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use toml::Spanned;
use zeroize::Zeroizing;

/// Octets that the system is asked to keep of what has arrived and has not been read.
const RECEIVE_BUFFER: usize = 32 << 20;

/// How many it may be asked for: its own numbers for that have 31 bits, and it doubles them.
const BUFFERS: std::ops::RangeInclusive<usize> = 4_096..=1 << 29;

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

/// Where to listen, and to whom.
#[derive(Clone, PartialEq)]
pub(super) struct ListenerPlan {
    pub(super) addresses: Vec<String>,
    pub(super) communities: Vec<Zeroizing<Vec<u8>>>,
    pub(super) any_community: bool,
    pub(super) users: Vec<User>,
    pub(super) receive_buffer: usize,
}

impl std::fmt::Debug for ListenerPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListenerPlan").field("addresses", &self.addresses).finish_non_exhaustive()
    }
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
        let text = FileError::read(file).map_err(|error| vec![in_file(error)])?;
        let folder =
            file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        Self::parse(&text, folder, library).map_err(|mistakes| mistakes.into_iter().map(in_file).collect())
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
        let config = reading.config(raw);
        mistakes.append(&mut reading.mistakes);
        drop(reading);
        // In the order of the file, those without a place behind.
        mistakes.sort_by_key(|mistake| mistake.place.unwrap_or((usize::MAX, 0)));
        if mistakes.is_empty() { Ok((config, library)) } else { Err(mistakes) }
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
}

impl<'t> Reading<'t> {
    fn new(text: &'t str, folder: &'t Path, library: &'t Library, state: Option<PathBuf>) -> Self {
        let names = Renderer::new(library, Form::Module, Style::DEFAULT);
        Self { text, folder, names, state, mistakes: Vec::new() }
    }

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.mistakes.push(at(self.text, span, message));
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
        let outputs = self.outputs(raw.output, &users);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let rules = self.rules(raw.rule, &names);
        Config { log, http, web, drain, max_waiting, state: self.state.clone(), listeners, rules, outputs }
    }

    fn seconds(
        &mut self,
        key: &str,
        seconds: &Spanned<f64>,
        range: std::ops::RangeInclusive<f64>,
    ) -> Duration {
        if range.contains(seconds.as_ref()) {
            return Duration::from_secs_f64(*seconds.as_ref());
        }
        let (least, most) = range.into_inner();
        self.wrong(
            seconds.span(),
            format!("`{key}` is {}; expected {least} to {most} seconds", seconds.as_ref()),
        );
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

    fn users(&mut self, raw: Vec<Spanned<RawUser>>) -> BTreeMap<String, User> {
        let mut users = BTreeMap::new();
        for raw in raw {
            let (span, raw) = (raw.span(), raw.into_inner());
            let name = raw.name.as_ref();
            let before = self.mistakes.len();
            let mut user = User::new(name.as_str());
            match (&raw.auth, &raw.auth_passphrase) {
                (Some(auth), Some(passphrase)) => {
                    let passphrase = self.read_secret(passphrase);
                    if let Some(protocol) = self.protocol("auth", auth) {
                        user = user.auth(protocol, passphrase.as_str());
                    }
                }
                (None, None) => {}
                (Some(auth), None) => self.wrong(auth.span(), "a user with `auth` needs `auth-passphrase`"),
                (None, Some(passphrase)) => self.wrong(
                    passphrase.span(),
                    "a user with `auth-passphrase` needs `auth`, such as `auth = \"SHA-256\"`",
                ),
            }
            match (&raw.privacy, raw.privacy_passphrase.as_ref().or(raw.auth_passphrase.as_ref())) {
                (Some(privacy), Some(passphrase)) => {
                    let passphrase = self.read_secret(passphrase);
                    if let Some(protocol) = self.protocol("privacy", privacy) {
                        user = user.privacy(protocol, passphrase.as_str());
                    }
                }
                (Some(privacy), None) => self.wrong(
                    privacy.span(),
                    "a user with `privacy` needs `auth` and `auth-passphrase` as well",
                ),
                (None, _) => {
                    if let Some(passphrase) = &raw.privacy_passphrase {
                        self.wrong(
                            passphrase.span(),
                            "a user with `privacy-passphrase` needs `privacy`, such as `privacy = \"AES\"`",
                        );
                    }
                }
            }
            if self.mistakes.len() == before
                && let Err(error) = user.check()
            {
                self.wrong(span, format!("the user `{name}` cannot be used: {error}"));
            }
            if users.insert(name.clone(), user).is_some() {
                self.wrong(raw.name.span(), format!("there are two users `{name}`"));
            }
        }
        users
    }

    fn protocol<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        key: &str,
        name: &Spanned<String>,
    ) -> Option<T> {
        match name.as_ref().parse() {
            Ok(protocol) => Some(protocol),
            Err(error) => {
                self.wrong(name.span(), format!("`{key}`: {error}"));
                None
            }
        }
    }

    fn listeners(
        &mut self,
        raw: Vec<Spanned<RawListener>>,
        users: &BTreeMap<String, User>,
    ) -> Vec<ListenerPlan> {
        if raw.is_empty() {
            self.mistakes.push(FileError::new(
                "there is no [[listener]]: expected one with `communities`, `any-community` or `users`",
            ));
        }
        let mut plans = Vec::new();
        for raw in raw {
            let (span, raw) = (raw.span(), raw.into_inner());
            let place = raw.address.as_ref().map(Spanned::span);
            let addresses = raw.address.map(|address| address.into_inner().into_vec());
            let addresses = addresses.unwrap_or_else(|| vec!["udp:0.0.0.0:162".to_owned()]);
            let place = place.unwrap_or_else(|| span.clone());
            if addresses.is_empty() {
                self.wrong(
                    place.clone(),
                    "`address` is empty; expected at least one such as udp:0.0.0.0:162",
                );
            }
            for address in &addresses {
                if let Err(error) = output::check_address(address) {
                    self.wrong(place.clone(), error);
                }
            }
            let communities = raw.communities.iter().map(|raw| self.read_secret(raw));
            let communities: Vec<_> =
                communities.map(|text| Zeroizing::new(text.as_bytes().to_vec())).collect();
            let users = match raw.users {
                None => users.values().cloned().collect(),
                Some(names) => {
                    let mut found = Vec::new();
                    for name in names {
                        match users.get(name.as_ref()) {
                            Some(user) => found.push(user.clone()),
                            None => {
                                let known: Vec<&str> = users.keys().map(String::as_str).collect();
                                let wrong = format!(
                                    "there is no [[user]] `{}`; expected {}",
                                    name.as_ref(),
                                    listed(&known)
                                );
                                self.wrong(name.span(), wrong);
                            }
                        }
                    }
                    found
                }
            };
            if communities.is_empty() && !raw.any_community && users.is_empty() {
                self.wrong(span.clone(), "the listener has nobody to listen to: expected `communities`, `any-community = true` or a [[user]]");
            }
            let receive_buffer = raw.receive_buffer.map_or(RECEIVE_BUFFER, |octets| {
                if !BUFFERS.contains(octets.as_ref()) {
                    let (least, most) = (BUFFERS.start(), BUFFERS.end());
                    let found = octets.as_ref();
                    self.wrong(
                        octets.span(),
                        format!("`receive-buffer` is {found}; expected {least} to {most} octets"),
                    );
                }
                octets.into_inner()
            });
            plans.push(ListenerPlan {
                addresses,
                communities,
                any_community: raw.any_community,
                users,
                receive_buffer,
            });
        }
        plans
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
