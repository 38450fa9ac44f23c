//! Why a question has no answer.

use super::{InstanceError, QuestionError};
use mibc_runtime::oid::OidError;

/// Why something cannot be translated. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TranslateError {
    /// What was asked cannot be read.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// The numbers are not an OID.
    #[error(transparent)]
    Oid(#[from] OidError),
    /// No module has the name.
    #[error("no module defines `{name}`{}", hint(.similar))]
    UnknownName {
        /// The name.
        name: String,
        /// A similar name, with its module.
        similar: Option<String>,
    },
    /// The module does not exist.
    #[error("module `{module}` is not found{}", hint(.similar))]
    UnknownModule {
        /// The module.
        module: String,
        /// A similar name.
        similar: Option<String>,
    },
    /// The module does not define the name.
    #[error("module `{module}` does not define `{name}`{}", hint(.similar))]
    NotInModule {
        /// The module.
        module: String,
        /// The name.
        name: String,
        /// A similar name in the module, or the name in another one.
        similar: Option<String>,
    },
    /// Several modules define the name, at different OIDs.
    #[error("`{name}` is defined by several modules; say which one:{}", list(.candidates))]
    Ambiguous {
        /// The name.
        name: String,
        /// `MODULE::name` and the OID of each.
        candidates: Vec<(String, String)>,
    },
    /// A type, which has no OID.
    #[error("`{module}::{name}` is a type and has no OID: `mibc why {name}` says what it is made of")]
    IsType {
        /// The module.
        module: String,
        /// The type.
        name: String,
    },
    /// A name on the way to the definition's OID cannot be bound.
    #[error(
        "the OID of `{module}::{name}` is not known: a name that it is made of is not defined (see `mibc check`)"
    )]
    NoOid {
        /// The module.
        module: String,
        /// The definition.
        name: String,
    },
    /// What follows the name is not an index of it.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// No definition is at the OID or above it.
    #[error("no module defines anything at or above {oid}")]
    UnknownOid {
        /// The OID.
        oid: String,
    },
}

fn hint(similar: &Option<String>) -> String {
    similar.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

fn list(candidates: &[(String, String)]) -> String {
    let width = candidates.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    candidates.iter().map(|(name, oid)| format!("\n  {name:width$}  {oid}")).collect()
}
