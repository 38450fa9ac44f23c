//! The file as it is written.

use crate::span::Seconds;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// One, or a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(super) fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// The top.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Raw {
    pub(super) log: Option<Spanned<String>>,
    pub(super) http: Option<Spanned<String>>,
    pub(super) web_config: Option<Spanned<PathBuf>>,
    pub(super) state: Option<PathBuf>,
    #[serde(default)]
    pub(super) mib_dirs: Vec<Spanned<PathBuf>>,
    #[serde(default)]
    pub(super) mibs: Vec<Spanned<String>>,
    pub(super) drain: Option<Spanned<Seconds>>,
    pub(super) max_waiting: Option<Spanned<u64>>,
    #[serde(default)]
    pub(super) listener: Vec<Spanned<RawListener>>,
    #[serde(default)]
    pub(super) user: Vec<Spanned<RawUser>>,
    #[serde(default)]
    pub(super) rule: Vec<Spanned<RawRule>>,
    #[serde(default)]
    pub(super) output: Vec<Spanned<RawOutput>>,
}

/// Where it listens, and to whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawListener {
    pub(super) address: Option<Spanned<OneOrMany<String>>>,
    #[serde(default)]
    pub(super) communities: Vec<Spanned<RawCommunity>>,
    #[serde(default)]
    pub(super) any_community: bool,
    pub(super) users: Option<Vec<Spanned<String>>>,
    pub(super) receive_buffer: Option<Spanned<usize>>,
}

/// A user of SNMPv3.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawUser {
    #[serde(alias = "username")]
    pub(super) name: Spanned<String>,
    #[serde(alias = "auth-protocol", alias = "auth_protocol")]
    pub(super) auth: Option<Spanned<String>>,
    #[serde(alias = "auth_passphrase", alias = "password")]
    pub(super) auth_passphrase: Option<Spanned<RawSecret>>,
    #[serde(alias = "priv-protocol", alias = "priv_protocol")]
    pub(super) privacy: Option<Spanned<String>>,
    #[serde(
        alias = "privacy_passphrase",
        alias = "priv-passphrase",
        alias = "priv-password",
        alias = "priv_password"
    )]
    pub(super) privacy_passphrase: Option<Spanned<RawSecret>>,
    pub(super) level: Option<Spanned<String>>,
}

/// A community, or one from some networks.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a string, { file = \"…\" } for the first line of a file, { environment = \"…\" } for a variable, or { community = …, sources = […] }"
)]
pub(super) enum RawCommunity {
    Any(RawSecret),
    From(RawLimited),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimited {
    pub(super) community: RawSecret,
    pub(super) sources: OneOrMany<String>,
}

/// A secret, or where it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a string, { file = \"…\" } for the first line of a file, or { environment = \"…\" } for a variable"
)]
pub(super) enum RawSecret {
    Text(String),
    File(RawFile),
    Environment(RawEnvironment),
}

/// One, or a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a string, { file = \"…\" }, { environment = \"…\" }, or a list of such"
)]
pub(super) enum RawSecrets {
    One(RawSecret),
    Many(Vec<RawSecret>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) file: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEnvironment {
    pub(super) environment: String,
}

/// What becomes of some notifications.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRule {
    pub(super) name: Option<String>,
    pub(super) notification: Option<Spanned<OneOrMany<String>>>,
    pub(super) below: Option<Spanned<OneOrMany<String>>>,
    pub(super) source: Option<Spanned<OneOrMany<String>>>,
    pub(super) community: Option<Spanned<RawSecrets>>,
    pub(super) user: Option<Spanned<OneOrMany<String>>>,
    #[serde(default)]
    pub(super) varbind: Vec<RawVarbind>,
    pub(super) severity: Option<Spanned<String>>,
    pub(super) raise: Option<Spanned<String>>,
    pub(super) clear: Option<Spanned<String>>,
    pub(super) alert: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) drop: bool,
    pub(super) rate: Option<Spanned<RawRate>>,
    pub(super) outputs: Option<Vec<Spanned<String>>>,
    #[serde(default, rename = "continue")]
    pub(super) goes_on: bool,
}

/// What a varbind must be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawVarbind {
    pub(super) name: Spanned<String>,
    pub(super) equals: Option<RawValues>,
    pub(super) matches: Option<Spanned<String>>,
    pub(super) at_least: Option<Spanned<f64>>,
    pub(super) at_most: Option<Spanned<f64>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RawValue {
    Number(i64),
    Text(String),
}

/// One, or a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a whole number, a string, or a list of such")]
pub(super) enum RawValues {
    One(RawValue),
    Many(Vec<RawValue>),
}

impl RawValues {
    pub(super) fn into_vec(self) -> Vec<RawValue> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// How many are let through.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRate {
    pub(super) events: u32,
    pub(super) seconds: Seconds,
}

/// Where events go. Each type has some of these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawOutput {
    pub(super) name: Spanned<String>,
    #[serde(rename = "type")]
    pub(super) kind: Spanned<String>,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) severity: Option<Spanned<String>>,
    // The queue.
    pub(super) queue: Option<Spanned<String>>,
    pub(super) folder: Option<Spanned<PathBuf>>,
    pub(super) sync: Option<Spanned<bool>>,
    pub(super) max_records: Option<Spanned<usize>>,
    pub(super) max_octets: Option<Spanned<usize>>,
    pub(super) overflow: Option<Spanned<String>>,
    pub(super) batch_records: Option<Spanned<usize>>,
    pub(super) batch_octets: Option<Spanned<usize>>,
    pub(super) linger: Option<Spanned<Seconds>>,
    pub(super) max_pause: Option<Spanned<Seconds>>,
    // What types have of their own.
    pub(super) path: Option<Spanned<PathBuf>>,
    pub(super) url: Option<Spanned<String>>,
    pub(super) headers: Option<Spanned<BTreeMap<String, String>>>,
    pub(super) user: Option<Spanned<String>>,
    pub(super) password: Option<Spanned<RawSecret>>,
    pub(super) token: Option<Spanned<RawSecret>>,
    pub(super) ca_file: Option<Spanned<PathBuf>>,
    pub(super) timeout: Option<Spanned<Seconds>>,
    pub(super) format: Option<Spanned<String>>,
    pub(super) labels: Option<Spanned<BTreeMap<String, String>>>,
    pub(super) address: Option<Spanned<String>>,
    pub(super) transport: Option<Spanned<String>>,
    pub(super) facility: Option<Spanned<String>>,
    pub(super) app_name: Option<Spanned<String>>,
    pub(super) command: Option<Spanned<Vec<String>>>,
    pub(super) enterprise: Option<Spanned<u32>>,
    pub(super) confirm: Option<Spanned<bool>>,
    pub(super) processes: Option<Spanned<usize>>,
    pub(super) expires: Option<Spanned<Seconds>>,
    pub(super) version: Option<Spanned<String>>,
    pub(super) community: Option<Spanned<RawSecret>>,
    pub(super) inform: Option<Spanned<bool>>,
    pub(super) engine_id: Option<Spanned<String>>,
    pub(super) subject: Option<Spanned<String>>,
    pub(super) credentials: Option<Spanned<PathBuf>>,
    pub(super) brokers: Option<Spanned<Vec<String>>>,
    pub(super) topic: Option<Spanned<String>>,
    pub(super) key: Option<Spanned<String>>,
    pub(super) tls: Option<Spanned<bool>>,
    pub(super) certificate: Option<Spanned<PathBuf>>,
    pub(super) private_key: Option<Spanned<PathBuf>>,
    pub(super) mechanism: Option<Spanned<String>>,
    pub(super) compression: Option<Spanned<String>>,
}
