//! What the configurations of collectors have in common: which tables and scalars are meant, and what indexes are
//! made of.
//!
//! [`select()`] turns a [`Request`] (names, as a user writes them) into a [`Selection`] (rows, columns and scalars of
//! the model). The emitters [`snmp_exporter`](super::snmp_exporter), [`telegraf`](super::telegraf) and
//! [`otel`](super::otel) read nothing else; each gives a [`Config`].
//!
//! YAML is written by `serde_norway`, the fork of the retired `serde_yaml` that is kept up together with the library
//! below it; `serde-saphyr` is the one to move to when the oldest supported compiler allows it. TOML is written by
//! `toml`.

mod conventions;
mod index;
mod names;
mod request;
mod selection;
mod text;
mod yaml;

pub use request::{Request, SelectError};
pub use selection::{Selection, Table, select};

pub(super) use conventions::Convention;
pub(super) use index::{Form, Part, parts, same_index};
pub(super) use names::{Names, identifier};
pub(super) use text::{header, sentence, units};
pub(super) use yaml::yaml;

use std::fmt;

/// A configuration, and what a person should know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file.
    pub text: String,
    /// What could not be expressed in it and was left out, one sentence each.
    pub notes: Vec<String>,
}

/// A configuration that could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// It is not clear what to collect.
    Select(SelectError),
    /// Nothing is left to collect.
    Empty,
    /// An option names a type or object that does not exist, or that it cannot be used for.
    Option(String),
    /// The text could not be written.
    Write(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Select(error) => error.fmt(f),
            ConfigError::Empty => f.write_str(
                "there is nothing to collect: none of the objects asked for can be read and written in this format",
            ),
            ConfigError::Option(text) => f.write_str(text),
            ConfigError::Write(text) => write!(f, "the configuration cannot be written: {text}"),
        }
    }
}

impl std::error::Error for ConfigError {}

impl From<SelectError> for ConfigError {
    fn from(error: SelectError) -> ConfigError {
        ConfigError::Select(error)
    }
}

#[cfg(test)]
pub(in crate::emit) mod sample;
#[cfg(test)]
mod tests;
