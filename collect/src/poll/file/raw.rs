//! What a file has, as serde reads it. Places stay with what refers to something else.

use super::credentials::RawCredentials;
use crate::choice::ObjectId;
use crate::named::Wanted;
use crate::poll::count::Count;
use crate::poll::output::OutputConfig;
use crate::span::Span;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use toml::Spanned;

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) include: Vec<PathBuf>,
    pub(super) snmp_yml: Vec<Spanned<PathBuf>>,
    pub(super) limits: RawLimits,
    pub(super) auth: BTreeMap<Spanned<String>, RawCredentials>,
    pub(super) module: BTreeMap<Spanned<String>, Wanted>,
    pub(super) choose: Vec<RawChoice>,
    pub(super) profile: BTreeMap<Spanned<String>, RawProfile>,
    pub(super) device: Vec<RawDevice>,
    pub(super) file_sd: Vec<RawFileSd>,
    pub(super) http_sd: Vec<RawHttpSd>,
    pub(super) output: Vec<OutputConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawLimits {
    #[serde(alias = "in_flight")]
    pub(super) in_flight: Option<Count>,
    #[serde(alias = "silent_in_flight")]
    pub(super) silent_in_flight: Option<Count>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawChoice {
    #[serde(default, alias = "object_id")]
    pub(super) object_id: Option<ObjectId>,
    pub(super) modules: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawProfile {
    pub(super) modules: Spanned<Vec<Spanned<String>>>,
    pub(super) interval: Option<Spanned<Span>>,
    pub(super) timeout: Option<Spanned<Span>>,
    #[serde(alias = "request_timeout")]
    pub(super) request_timeout: Option<Spanned<Span>>,
    pub(super) retries: Option<u32>,
    #[serde(alias = "label_ttl")]
    pub(super) label_ttl: Option<Span>,
    #[serde(default, alias = "labels_from")]
    pub(super) labels_from: Vec<Spanned<String>>,
}

/// A name, or a list of names.
#[derive(Debug)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = OneOrMore;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name or a list of names")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<OneOrMore, E> {
        Ok(OneOrMore::One(name.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, names: A) -> Result<OneOrMore, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(names)).map(OneOrMore::More)
    }
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
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) username: Option<String>,
    #[serde(alias = "password_file")]
    pub(super) password_file: Option<PathBuf>,
    #[serde(alias = "token_file")]
    pub(super) token_file: Option<PathBuf>,
    pub(super) authorities: Option<PathBuf>,
    pub(super) timeout: Option<Spanned<Span>>,
    pub(super) octets: Option<Count>,
}
