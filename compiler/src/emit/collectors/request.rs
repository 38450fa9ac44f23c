//! What a user asks for, and what can be wrong with it.

use std::fmt;

/// What to collect, by name: `ifTable`, `IF-MIB::ifTable` or `1.3.6.1.2.1.2.2`.
///
/// A bare name is looked for in the modules asked for, then in all others. A request for nothing means every table
/// and scalar of the modules asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Request {
    /// Tables (or their rows), whole.
    pub tables: Vec<String>,
    /// Whatever is below a node: tables, single columns, scalars.
    pub walks: Vec<String>,
    /// Columns whose values become labels, tags or attributes of the rows with the same index, such as `ifName`.
    pub lookups: Vec<String>,
}

/// A request that cannot be met.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelectError {
    /// No module has that name.
    Unknown {
        /// The name asked for.
        name: String,
        /// A name that is close.
        suggestion: Option<String>,
    },
    /// Several modules define that name with different OIDs.
    Ambiguous {
        /// The name asked for.
        name: String,
        /// Names that are unambiguous.
        candidates: Vec<String>,
    },
    /// It is something else than the option needs.
    Unfit {
        /// The name asked for.
        name: String,
        /// What it is.
        is: &'static str,
        /// What is needed.
        needed: &'static str,
    },
    /// Its OID is not known, because a name in it could not be bound.
    NoOid {
        /// The name asked for.
        name: String,
    },
    /// There is nothing below that OID.
    Nothing {
        /// The OID asked for.
        name: String,
    },
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectError::Unknown { name, suggestion: Some(other) } => {
                write!(f, "`{name}` is not defined; did you mean `{other}`?")
            }
            SelectError::Unknown { name, suggestion: None } => {
                write!(f, "`{name}` is not defined; add the module that defines it to the command")
            }
            SelectError::Ambiguous { name, candidates } => {
                write!(f, "`{name}` is defined by several modules; say which: {}", candidates.join(", "))
            }
            SelectError::Unfit { name, is, needed } => write!(f, "`{name}` is a {is}; give a {needed}"),
            SelectError::NoOid { name } => {
                write!(f, "the OID of `{name}` is not known; see the diagnostics of its module")
            }
            SelectError::Nothing { name } => {
                write!(
                    f,
                    "there is no table or scalar below {name}; add its module to the command, or name a column instead of an instance"
                )
            }
        }
    }
}

impl std::error::Error for SelectError {}
