//! `[[output]]`: where results go, and in which form.

use super::access::authorization;
use super::count::Count;
use super::encode::Format;
use crate::delivery::Authorization;
use crate::span::Span;
use crate::written;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Where results go, and in which form.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct OutputConfig {
    /// The form.
    #[serde(rename = "type")]
    pub format: Spanned<Format>,
    /// Its name in logs and figures; that of the form unless given.
    #[serde(default)]
    pub name: Option<String>,
    /// A file that lines are appended to; `-` is the standard output. For Parquet the folder of its files.
    #[serde(default)]
    pub path: Option<Spanned<PathBuf>>,
    /// Where requests go.
    #[serde(default)]
    pub url: Option<Spanned<String>>,
    /// Further headers of requests.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Who is asking.
    #[serde(default)]
    pub username: Option<String>,
    /// A file with the password.
    #[serde(default, alias = "password_file")]
    pub password_file: Option<PathBuf>,
    /// A file with a token.
    #[serde(default, alias = "token_file")]
    pub token_file: Option<PathBuf>,
    /// A file with the certificates of those who may vouch for the server.
    #[serde(default)]
    pub authorities: Option<PathBuf>,
    /// How long a request may take.
    #[serde(default)]
    pub timeout: Option<Span>,
    /// Brokers of Kafka.
    #[serde(default)]
    pub brokers: Option<Spanned<Vec<String>>>,
    /// The topic of Kafka.
    #[serde(default)]
    pub topic: Option<Spanned<String>>,
    /// Whether brokers are spoken to with TLS.
    #[serde(default)]
    pub tls: Option<Spanned<bool>>,
    /// A file with our certificate, for brokers.
    #[serde(default)]
    pub certificate: Option<Spanned<PathBuf>>,
    /// A file with its key.
    #[serde(default, alias = "private_key")]
    pub private_key: Option<Spanned<PathBuf>>,
    /// How the password is proved to brokers.
    #[serde(default)]
    pub mechanism: Option<Spanned<String>>,
    /// The variable of the environment with the password for brokers.
    #[serde(default, alias = "password_env")]
    pub password_env: Option<Spanned<String>>,
    /// How what brokers get is made smaller.
    #[serde(default)]
    pub compression: Option<Spanned<String>>,
    /// Labels that all samples have.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// How results wait.
    #[serde(default)]
    pub queue: QueueConfig,
    /// How many are sent together.
    #[serde(default)]
    pub batch: BatchConfig,
}

/// How results wait.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[non_exhaustive]
pub struct QueueConfig {
    /// A folder to wait in; in memory unless given.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// Whether to wait for the disk.
    #[serde(default)]
    pub sync: bool,
    /// Most results.
    #[serde(default)]
    pub results: Option<Count>,
    /// Most octets.
    #[serde(default)]
    pub octets: Option<Count>,
    /// What happens when as many wait as may.
    #[serde(default)]
    pub overflow: OverflowConfig,
}

/// What happens when as many results wait as may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OverflowConfig {
    /// Polls wait.
    Block,
    /// The oldest make room.
    #[default]
    DropOldest,
    /// The newest is dropped.
    DropNewest,
}

/// How many results are sent together.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[non_exhaustive]
pub struct BatchConfig {
    /// Most results.
    #[serde(default)]
    pub results: Option<Count>,
    /// Most octets.
    #[serde(default)]
    pub octets: Option<Count>,
    /// How long the first waits for others.
    #[serde(default)]
    pub linger: Option<Span>,
}

/// What is wrong, and where.
pub(super) type Mistake = (Range<usize>, String);

/// Keys that only Kafka has.
const BROKERS: [&str; 8] =
    ["brokers", "topic", "tls", "certificate", "private-key", "mechanism", "password-env", "compression"];

impl OutputConfig {
    /// An output of which nothing is said but its form.
    pub(super) fn new(format: Format) -> Self {
        Self {
            format: Spanned::new(0..0, format),
            name: None,
            path: None,
            url: None,
            headers: BTreeMap::new(),
            username: None,
            password_file: None,
            token_file: None,
            authorities: None,
            timeout: None,
            brokers: None,
            topic: None,
            tls: None,
            certificate: None,
            private_key: None,
            mechanism: None,
            password_env: None,
            compression: None,
            labels: BTreeMap::new(),
            queue: QueueConfig::default(),
            batch: BatchConfig::default(),
        }
    }

    /// Its name in logs and figures.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.format.get_ref().name())
    }

    /// Its paths are relative to a folder; those of what is written to the one of the service, if that has one.
    pub(super) fn place_in(&mut self, folder: &Path) {
        let files = [&mut self.password_file, &mut self.token_file, &mut self.authorities];
        let own = [&mut self.certificate, &mut self.private_key].into_iter().flatten().map(Spanned::get_mut);
        for path in files.into_iter().flatten().chain(own) {
            *path = folder.join(&*path);
        }
        let path = self.path.as_mut().map(|path| path.get_mut()).filter(|path| **path != Path::new("-"));
        for path in self.queue.folder.as_mut().into_iter().chain(path) {
            *path = written::folder(folder).join(&*path);
        }
    }

    /// What it cannot write.
    pub(super) fn unwritable(&self) -> impl Iterator<Item = String> {
        let path = self.path.as_ref().map(Spanned::get_ref).filter(|path| **path != Path::new("-"));
        let of_path = match self.format.get_ref() {
            Format::Parquet => path.and_then(|path| written::refused_folder(path)),
            _ => path.and_then(|path| written::refused_file(path)),
        };
        let of_queue = self.queue.folder.as_ref().and_then(|folder| written::refused_folder(folder));
        of_path.into_iter().chain(of_queue).map(|why| format!("the output `{}`: {why}", self.name()))
    }

    /// What does not fit together.
    pub(super) fn check(&self) -> Vec<Mistake> {
        let mut mistakes = match self.format.get_ref() {
            Format::Kafka => self.kafka_mistakes(),
            Format::Parquet => self.parquet_mistakes(),
            _ => self.foreign(&BROKERS),
        };
        if !matches!(self.format.get_ref(), Format::Kafka | Format::Parquet) {
            mistakes.extend(self.check_place().and_then(|()| self.check_requests()).err());
        }
        for name in self.labels.keys() {
            mistakes.extend(
                super::device::check_label(name).map_err(|message| (self.format.span(), message)).err(),
            );
        }
        mistakes
    }

    /// Keys that this type does not have.
    pub(super) fn foreign(&self, keys: &[&str]) -> Vec<Mistake> {
        fn at<T>(value: &Option<Spanned<T>>) -> Option<Range<usize>> {
            value.as_ref().map(Spanned::span)
        }
        // Values without a place are told with that of the type.
        let there = |there: bool| there.then(|| self.format.span());
        let all = [
            ("path", at(&self.path)),
            ("url", at(&self.url)),
            ("headers", there(!self.headers.is_empty())),
            ("username", there(self.username.is_some())),
            ("password-file", there(self.password_file.is_some())),
            ("token-file", there(self.token_file.is_some())),
            ("authorities", there(self.authorities.is_some())),
            ("timeout", there(self.timeout.is_some())),
            ("brokers", at(&self.brokers)),
            ("topic", at(&self.topic)),
            ("tls", at(&self.tls)),
            ("certificate", at(&self.certificate)),
            ("private-key", at(&self.private_key)),
            ("mechanism", at(&self.mechanism)),
            ("password-env", at(&self.password_env)),
            ("compression", at(&self.compression)),
        ];
        let name = self.format.get_ref().name();
        let found = all.into_iter().filter(|(key, _)| keys.contains(key));
        let found = found.filter_map(|(key, at)| {
            let whose = if BROKERS.contains(&key) { "; that belongs to `kafka`" } else { "" };
            Some((at?, format!("an output of type `{name}` has no `{key}`{whose}")))
        });
        found.collect()
    }

    fn check_place(&self) -> Result<(), Mistake> {
        let format = *self.format.get_ref();
        match (&self.path, &self.url) {
            (None, None) if format.is_lines() => Err((
                self.format.span(),
                format!("`path` or `url` is missing; type `{}` needs one", format.name()),
            )),
            (None, None) => {
                Err((self.format.span(), format!("`url` is missing; type `{}` needs it", format.name())))
            }
            (Some(path), _) if !format.is_lines() => Err((
                path.span(),
                format!("type `{}` goes to a server: expected `url`, found `path`", format.name()),
            )),
            (Some(path), Some(_)) => Err((path.span(), "expected `path` or `url`, found both".to_owned())),
            (None, Some(url))
                if !["http://", "https://"].iter().any(|scheme| url.get_ref().starts_with(scheme)) =>
            {
                let message = format!(
                    "`url` is `{}`; expected one that begins with http:// or https://",
                    url.get_ref()
                );
                Err((url.span(), message))
            }
            _ => Ok(()),
        }
    }

    /// What requests need, and files do not.
    fn check_requests(&self) -> Result<(), Mistake> {
        let here = |message: String| (self.format.span(), message);
        if self.timeout.is_some_and(|timeout| timeout.0.is_zero()) {
            return Err(here("`timeout` is 0; expected more".to_owned()));
        }
        let authorization = self.authorization().map_err(|message| here(message.to_owned()))?;
        if self.path.is_none() {
            return Ok(());
        }
        for (key, there) in [
            ("headers", !self.headers.is_empty()),
            ("username` or `token-file", authorization.is_some()),
            ("authorities", self.authorities.is_some()),
            ("timeout", self.timeout.is_some()),
        ] {
            if there {
                return Err(here(format!("`{key}` is for requests to a `url`; here is a `path`")));
            }
        }
        Ok(())
    }

    /// Who is asking.
    pub(super) fn authorization(&self) -> Result<Option<Authorization>, &'static str> {
        authorization(self.username.as_ref(), self.password_file.as_ref(), self.token_file.as_ref())
    }
}
