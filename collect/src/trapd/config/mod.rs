//! The configuration.

mod kafka;
mod output;
mod raw;
#[cfg(test)]
mod tests;

pub(super) use output::{Address, Credentials, HttpPlan, Kind, OutputPlan};

use super::event::State;
use super::mistake::Mistake;
use super::rate::Rate;
use super::rule::{AlertRule, Condition, Expected, Rule};
use super::severity::Severity;
use super::template::Template;
use crate::delivery::Secret;
use crate::network::Network;
use mibc_compiler::query::{Form, Library, Renderer};
use mibc_runtime::oid::Oid;
use mibc_runtime::show::Style;
use mibc_runtime::usm::{Auth, Privacy, User};
use raw::{OneOrMany, Raw, RawListener, RawRule, RawSecret, RawUser, RawValue};
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use zeroize::Zeroizing;

/// Largest file that is read.
const MOST: u64 = 16 << 20;

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
    /// All mistakes in it; only the first if it is not TOML, or has a key that is not known.
    pub fn load(file: &Path, library: Libraries<'_>) -> Result<(Self, Library), Vec<Mistake>> {
        let in_file = |mut mistake: Mistake| {
            mistake.file = Some(file.to_path_buf());
            mistake
        };
        let unreadable =
            |what: String| vec![in_file(Mistake::new(format!("the file cannot be read: {what}")))];
        let length = fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
        if length > MOST {
            return Err(unreadable(format!("it has {length} octets; the limit is {MOST}")));
        }
        let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
        let folder =
            file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        Self::parse(&text, folder, library).map_err(|mistakes| mistakes.into_iter().map(in_file).collect())
    }

    /// Reads a text. Paths in it are relative to `folder`.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn parse(text: &str, folder: &Path, library: Libraries<'_>) -> Result<(Self, Library), Vec<Mistake>> {
        let raw: Raw = toml::from_str(text).map_err(|error| {
            vec![match error.span() {
                Some(span) => Mistake::at(text, span, error.message()),
                None => Mistake::new(error.message()),
            }]
        })?;
        let modules = Modules {
            folders: raw.mib_dirs.iter().map(|path| folder.join(path)).collect(),
            preferred: raw.mibs.clone(),
        };
        let library = library(&modules).map_err(|error| vec![Mistake::new(error)])?;
        let mut reading =
            Reading::new(text, folder, &library, raw.state.as_ref().map(|state| folder.join(state)));
        let config = reading.config(raw);
        let mistakes = std::mem::take(&mut reading.mistakes);
        drop(reading);
        if mistakes.is_empty() { Ok((config, library)) } else { Err(mistakes) }
    }

    /// What somebody would want to know who looks at it: how many there are of what.
    pub fn summary(&self) -> String {
        let (listeners, rules, outputs) = (self.listeners.len(), self.rules.len(), self.outputs.len());
        format!("listeners {listeners}, rules {rules}, outputs {outputs}")
    }

    /// Listens on these addresses, in place of those of its first listener.
    pub fn listen_on(&mut self, addresses: Vec<String>) {
        if let Some(first) = self.listeners.first_mut() {
            first.addresses = addresses;
        }
    }
}

/// A file that is being read.
struct Reading<'t> {
    text: &'t str,
    folder: &'t Path,
    names: Renderer<'t>,
    state: Option<PathBuf>,
    mistakes: Vec<Mistake>,
}

impl<'t> Reading<'t> {
    fn new(text: &'t str, folder: &'t Path, library: &'t Library, state: Option<PathBuf>) -> Self {
        let names = Renderer::new(library, Form::Module, Style::DEFAULT);
        Self { text, folder, names, state, mistakes: Vec::new() }
    }

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.mistakes.push(Mistake::at(self.text, span, message));
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
            let address = http.as_ref().parse();
            if address.is_err() {
                self.wrong(
                    http.span(),
                    format!(
                        "`{}` is not an address with a port; expected one such as 127.0.0.1:9163",
                        http.as_ref()
                    ),
                );
            }
            address.ok()
        });
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
        let outputs = self.outputs(raw.output, &users);
        let names: Vec<&str> = outputs.iter().map(|output| output.settings.name.as_str()).collect();
        let rules = self.rules(raw.rule, &names);
        Config { log, http, drain, max_waiting, state: self.state.clone(), listeners, rules, outputs }
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
    fn read_secret(&mut self, raw: &RawSecret, span: Range<usize>) -> Zeroizing<String> {
        self.secret(raw).read().unwrap_or_else(|error| {
            self.wrong(span, error);
            Zeroizing::default()
        })
    }

    fn users(&mut self, raw: Vec<Spanned<RawUser>>) -> BTreeMap<String, User> {
        let mut users = BTreeMap::new();
        for raw in raw {
            let (span, raw) = (raw.span(), raw.into_inner());
            let mut user = User::new(raw.name.as_str());
            match (&raw.auth, &raw.auth_passphrase) {
                (Some(auth), Some(passphrase)) => {
                    let passphrase = self.read_secret(passphrase, span.clone());
                    match protocol(auth.as_ref()) {
                        Some(protocol) => user = user.auth(protocol, passphrase.as_str()),
                        None => self.wrong(
                            auth.span(),
                            format!(
                                "`auth` is `{}`; expected MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512",
                                auth.as_ref()
                            ),
                        ),
                    }
                }
                (None, None) => {}
                _ => self.wrong(span.clone(), "a user has both `auth` and `auth-passphrase`, or neither"),
            }
            match (&raw.privacy, raw.privacy_passphrase.as_ref().or(raw.auth_passphrase.as_ref())) {
                (Some(privacy), Some(passphrase)) => {
                    let passphrase = self.read_secret(passphrase, span.clone());
                    match cipher(privacy.as_ref()) {
                        Some(protocol) => user = user.privacy(protocol, passphrase.as_str()),
                        None => self.wrong(privacy.span(), format!("`privacy` is `{}`; expected DES, 3DES, AES, AES-192, AES-256, AES-192-Reeder or AES-256-Reeder", privacy.as_ref())),
                    }
                }
                (Some(_), None) => {
                    self.wrong(span.clone(), "a user with `privacy` has `auth` and `auth-passphrase` as well")
                }
                (None, _) if raw.privacy_passphrase.is_some() => {
                    self.wrong(span.clone(), "a user with `privacy-passphrase` has `privacy` as well")
                }
                (None, _) => {}
            }
            if let Err(error) = user.check() {
                self.wrong(span.clone(), format!("the user `{}` cannot be used: {error}", raw.name));
            }
            if users.insert(raw.name.clone(), user).is_some() {
                self.wrong(span, format!("there are two users `{}`", raw.name));
            }
        }
        users
    }

    fn listeners(
        &mut self,
        raw: Vec<Spanned<RawListener>>,
        users: &BTreeMap<String, User>,
    ) -> Vec<ListenerPlan> {
        if raw.is_empty() {
            self.mistakes.push(Mistake::new(
                "there is no [[listener]]: expected one with `communities`, `any-community` or `users`",
            ));
        }
        let mut plans = Vec::new();
        for raw in raw {
            let (span, raw) = (raw.span(), raw.into_inner());
            let addresses =
                raw.address.map_or_else(|| vec!["udp:0.0.0.0:162".to_owned()], OneOrMany::into_vec);
            for address in &addresses {
                if let Err(error) = output::check_address(address) {
                    self.wrong(span.clone(), error);
                }
            }
            let communities = raw.communities.iter().map(|raw| self.read_secret(raw, span.clone()));
            let communities: Vec<_> =
                communities.map(|text| Zeroizing::new(text.as_bytes().to_vec())).collect();
            let users = match raw.users {
                None => users.values().cloned().collect(),
                Some(names) => {
                    let mut found = Vec::new();
                    for name in names {
                        match users.get(&name) {
                            Some(user) => found.push(user.clone()),
                            None => self.wrong(span.clone(), format!("the listener has the user `{name}`, which is not there; expected the name of a [[user]]")),
                        }
                    }
                    found
                }
            };
            if communities.is_empty() && !raw.any_community && users.is_empty() {
                self.wrong(span.clone(), "the listener has nobody to listen to: expected `communities`, `any-community = true` or a [[user]]");
            }
            plans.push(ListenerPlan {
                addresses,
                communities,
                any_community: raw.any_community,
                users,
                receive_buffer: raw.receive_buffer.unwrap_or(32 << 20),
            });
        }
        plans
    }

    /// The OID of a name or a number.
    fn oid(&self, name: &str) -> Result<Oid, String> {
        if let Ok(oid) = name.trim_start_matches('.').parse::<Oid>() {
            return Ok(oid);
        }
        let answer = self.names.translate(name).map_err(|error| error.to_string())?;
        Ok(answer.oid)
    }

    fn oids(&mut self, raw: Option<Spanned<OneOrMany<String>>>) -> Vec<Oid> {
        let Some(raw) = raw else { return Vec::new() };
        let (span, mut oids) = (raw.span(), Vec::new());
        for name in raw.into_inner().into_vec() {
            match self.oid(&name) {
                Ok(oid) => oids.push(oid),
                Err(error) => self.wrong(span.clone(), error),
            }
        }
        oids
    }

    fn rules(&mut self, raw: Vec<Spanned<RawRule>>, outputs: &[&str]) -> Vec<Rule> {
        let mut rules = Vec::new();
        let mut known = BTreeSet::new();
        for (number, raw) in raw.into_iter().enumerate() {
            let span = raw.span();
            let rule = self.rule(number + 1, raw.into_inner(), outputs);
            if !known.insert(rule.name.clone()) {
                self.wrong(span, format!("there are two rules `{}`", rule.name));
            }
            rules.push(rule);
        }
        self.severities(&mut rules);
        rules
    }

    /// What ends something has the severity of what begins it.
    fn severities(&mut self, rules: &mut [Rule]) {
        let mut raised: BTreeMap<String, Severity> = BTreeMap::new();
        for rule in rules.iter() {
            if let Some(alert) = rule.alert.as_ref().filter(|alert| alert.state == State::Raise) {
                let before = raised.insert(alert.name.clone(), alert.severity);
                if before.is_some_and(|before| before != alert.severity) {
                    self.mistakes.push(Mistake::new(format!(
                        "two rules raise the alert `{}` with different severities; expected one severity, or another `alert` for one of them",
                        alert.name
                    )));
                }
            }
        }
        for rule in rules {
            let name = &rule.name;
            let Some(alert) = rule.alert.as_mut().filter(|alert| alert.state == State::Clear) else {
                continue;
            };
            match raised.get(&alert.name) {
                Some(severity) => alert.severity = *severity,
                None => self.mistakes.push(Mistake::new(format!(
                    "the rule `{name}` clears the alert `{}`, which no rule raises; expected `alert` to be that of a rule with `raise`, whose name it is otherwise",
                    alert.name
                ))),
            }
        }
    }

    fn rule(&mut self, number: usize, raw: RawRule, outputs: &[&str]) -> Rule {
        let name = raw.name.unwrap_or_else(|| format!("rule {number}"));
        let severity = raw.severity.and_then(|severity| self.severity(&severity));
        let mut sources = Vec::new();
        if let Some(source) = raw.source {
            let span = source.span();
            for source in source.into_inner().into_vec() {
                match source.parse::<Network>() {
                    Ok(network) => sources.push(network),
                    Err(error) => self.wrong(span.clone(), error.to_string()),
                }
            }
        }
        let conditions = raw.varbind.into_iter().filter_map(|raw| self.condition(raw)).collect();
        let (key, state) = match (raw.raise, raw.clear) {
            (Some(_), Some(clear)) => {
                self.wrong(clear.span(), "a rule has `raise` or `clear`, not both");
                (None, State::Clear)
            }
            (Some(raise), None) => (Some(raise), State::Raise),
            (None, clear) => (clear, State::Clear),
        };
        let alert = key.and_then(|key| match Template::parse(key.as_ref(), &|name| self.oid(name)) {
            Ok(template) => Some(AlertRule {
                name: raw.alert.clone().unwrap_or_else(|| name.clone()),
                key: template,
                state,
                severity: severity.unwrap_or_default(),
            }),
            Err(error) => {
                self.wrong(key.span(), error);
                None
            }
        });
        let rate = raw.rate.and_then(|raw| {
            let (span, rate) = (raw.span(), raw.into_inner());
            if rate.events == 0 || !(0.001..=86_400.0).contains(&rate.seconds) {
                self.wrong(span, "a rate has at least 1 event in 0.001 to 86400 seconds");
                return None;
            }
            Some(Rate { events: rate.events, period: Duration::from_secs_f64(rate.seconds) })
        });
        let outputs = raw.outputs.map(|names| {
            let mut places = Vec::new();
            for name in names {
                match outputs.iter().position(|output| output == name.as_ref()) {
                    Some(place) => places.push(place),
                    None => self.wrong(
                        name.span(),
                        format!("there is no output `{}`; expected {}", name.as_ref(), listed(outputs)),
                    ),
                }
            }
            places
        });
        let (notifications, subtrees) = (self.oids(raw.notification), self.oids(raw.below));
        Rule {
            name,
            notifications,
            subtrees,
            sources,
            conditions,
            severity,
            alert,
            drop: raw.drop,
            rate,
            outputs,
            goes_on: raw.goes_on,
        }
    }

    fn severity(&mut self, name: &Spanned<String>) -> Option<Severity> {
        let found = Severity::named(name.as_ref());
        if found.is_none() {
            let known: Vec<&str> = Severity::ALL.iter().map(|severity| severity.as_str()).collect();
            self.wrong(
                name.span(),
                format!("`{}` is not a severity; expected {}", name.as_ref(), listed(&known)),
            );
        }
        found
    }

    fn condition(&mut self, raw: raw::RawVarbind) -> Option<Condition> {
        let object = match self.oid(raw.name.as_ref()) {
            Ok(object) => object,
            Err(error) => {
                self.wrong(raw.name.span(), error);
                return None;
            }
        };
        let matches = match raw.matches {
            None => None,
            Some(pattern) => match Regex::new(pattern.as_ref()) {
                Ok(regex) => Some(regex),
                Err(error) => {
                    self.wrong(pattern.span(), format!("`matches` is not a regular expression: {error}"));
                    None
                }
            },
        };
        let equals =
            raw.equals.map(OneOrMany::into_vec).unwrap_or_default().into_iter().map(|value| match value {
                RawValue::Number(number) => Expected::Number(number),
                RawValue::Text(text) => Expected::Text(text),
            });
        Some(Condition {
            object,
            equals: equals.collect(),
            matches,
            at_least: raw.at_least,
            at_most: raw.at_most,
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

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn protocol(name: &str) -> Option<Auth> {
    Some(match plain(name).as_str() {
        "md5" => Auth::Md5,
        "sha" | "sha1" => Auth::Sha1,
        "sha224" => Auth::Sha224,
        "sha256" => Auth::Sha256,
        "sha384" => Auth::Sha384,
        "sha512" => Auth::Sha512,
        _ => return None,
    })
}

fn cipher(name: &str) -> Option<Privacy> {
    Some(match plain(name).as_str() {
        "des" => Privacy::Des,
        "3des" | "3desede" => Privacy::TripleDes,
        "aes" | "aes128" => Privacy::Aes128,
        "aes192" => Privacy::Aes192,
        "aes192reeder" | "aes192c" => Privacy::Aes192Reeder,
        "aes256" => Privacy::Aes256,
        "aes256reeder" | "aes256c" => Privacy::Aes256Reeder,
        _ => return None,
    })
}
