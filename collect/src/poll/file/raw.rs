//! What a file has, as serde reads it. Places stay with what refers to something else.

use super::credentials::RawCredentials;
use crate::choice::ObjectId;
use crate::named::Wanted;
use crate::poll::output::OutputConfig;
use crate::poll::span::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Raw {
    #[serde(default)]
    pub(super) include: Vec<PathBuf>,
    #[serde(default)]
    pub(super) snmp_yml: Vec<Spanned<PathBuf>>,
    #[serde(default)]
    pub(super) limits: RawLimits,
    #[serde(default)]
    pub(super) auth: BTreeMap<Spanned<String>, RawCredentials>,
    #[serde(default)]
    pub(super) module: BTreeMap<Spanned<String>, Wanted>,
    #[serde(default)]
    pub(super) choose: Vec<RawChoice>,
    #[serde(default)]
    pub(super) profile: BTreeMap<Spanned<String>, RawProfile>,
    #[serde(default)]
    pub(super) device: Vec<RawDevice>,
    #[serde(default)]
    pub(super) file_sd: Vec<RawFileSd>,
    #[serde(default)]
    pub(super) http_sd: Vec<RawHttpSd>,
    #[serde(default)]
    pub(super) output: Vec<OutputConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawLimits {
    pub(super) in_flight: Option<usize>,
    pub(super) silent_in_flight: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawChoice {
    #[serde(default)]
    pub(super) object_id: Option<ObjectId>,
    pub(super) modules: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawProfile {
    pub(super) modules: Spanned<Vec<Spanned<String>>>,
    pub(super) interval: Option<Spanned<Span>>,
    pub(super) timeout: Option<Spanned<Span>>,
    pub(super) request_timeout: Option<Spanned<Span>>,
    pub(super) retries: Option<u32>,
    pub(super) label_ttl: Option<Span>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::More(names) => names,
        }
    }
}

/// Which profiles and which auth; without a word, the only one that there is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDevice {
    pub(super) name: Option<Spanned<String>>,
    pub(super) address: Spanned<String>,
    pub(super) profile: Option<Spanned<OneOrMore>>,
    pub(super) auth: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) labels: Option<Spanned<BTreeMap<String, String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawFileSd {
    pub(super) files: Spanned<Vec<PathBuf>>,
    pub(super) interval: Option<Spanned<Span>>,
    pub(super) profile: Option<Spanned<OneOrMore>>,
    pub(super) auth: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawHttpSd {
    pub(super) url: Spanned<String>,
    pub(super) interval: Option<Spanned<Span>>,
    pub(super) profile: Option<Spanned<OneOrMore>>,
    pub(super) auth: Option<Spanned<String>>,
}
