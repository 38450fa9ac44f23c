//! Why the tables of an agent are not as they should be.

use std::fmt::Display;

use mibc_runtime::rows::RowError;

/// Why an administration cannot be opened, or cannot take a configuration in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdministrationError {
    /// A row that no table can have, or rows that were kept and cannot be read.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A user that cannot be one.
    #[error("the user `{name}`: {why}")]
    User {
        /// Its name.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// An address that cannot be one.
    #[error("the target `{name}`: {why}")]
    Target {
        /// Its name.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// The agent has no engine of SNMPv3.
    #[error("the agent has no engine of SNMPv3; build it with `administered()`")]
    NoEngine,
}

impl AdministrationError {
    pub(super) fn user(name: &[u8], why: &dyn Display) -> Self {
        Self::User { name: String::from_utf8_lossy(name).into_owned(), why: why.to_string() }
    }

    pub(super) fn target(name: &[u8], why: &dyn Display) -> Self {
        Self::Target { name: String::from_utf8_lossy(name).into_owned(), why: why.to_string() }
    }
}
