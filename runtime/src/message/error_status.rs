//! The error-status field of a response.

use core::fmt;

/// Error status of a response (RFC 3416 §3). Open: a number that no standard names survives, and
/// prints as `unknown(37)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ErrorStatus(pub i32);

/// The names of the values from 0 on.
const NAMES: [&str; 19] = [
    "noError",
    "tooBig",
    "noSuchName",
    "badValue",
    "readOnly",
    "genErr",
    "noAccess",
    "wrongType",
    "wrongLength",
    "wrongEncoding",
    "wrongValue",
    "noCreation",
    "inconsistentValue",
    "resourceUnavailable",
    "commitFailed",
    "undoFailed",
    "authorizationError",
    "notWritable",
    "inconsistentName",
];

#[allow(missing_docs)] // each is the RFC's name in upper case
impl ErrorStatus {
    pub const NO_ERROR: Self = Self(0);
    pub const TOO_BIG: Self = Self(1);
    pub const NO_SUCH_NAME: Self = Self(2);
    pub const BAD_VALUE: Self = Self(3);
    pub const READ_ONLY: Self = Self(4);
    pub const GEN_ERR: Self = Self(5);
    pub const NO_ACCESS: Self = Self(6);
    pub const WRONG_TYPE: Self = Self(7);
    pub const WRONG_LENGTH: Self = Self(8);
    pub const WRONG_ENCODING: Self = Self(9);
    pub const WRONG_VALUE: Self = Self(10);
    pub const NO_CREATION: Self = Self(11);
    pub const INCONSISTENT_VALUE: Self = Self(12);
    pub const RESOURCE_UNAVAILABLE: Self = Self(13);
    pub const COMMIT_FAILED: Self = Self(14);
    pub const UNDO_FAILED: Self = Self(15);
    pub const AUTHORIZATION_ERROR: Self = Self(16);
    pub const NOT_WRITABLE: Self = Self(17);
    pub const INCONSISTENT_NAME: Self = Self(18);
}

impl ErrorStatus {
    /// The RFC's name, such as `noSuchName`; `None` for a number that has none.
    pub fn name(self) -> Option<&'static str> {
        usize::try_from(self.0).ok().and_then(|n| NAMES.get(n)).copied()
    }

    /// The same, if SNMPv2 has it for a SET that is refused (RFC 3416 §4.2.5); all others become genErr.
    #[must_use]
    pub fn of_set(self) -> ErrorStatus {
        match self {
            Self::NO_ACCESS
            | Self::WRONG_TYPE
            | Self::WRONG_LENGTH
            | Self::WRONG_ENCODING
            | Self::WRONG_VALUE
            | Self::NO_CREATION
            | Self::INCONSISTENT_VALUE
            | Self::RESOURCE_UNAVAILABLE
            | Self::COMMIT_FAILED
            | Self::UNDO_FAILED
            | Self::NOT_WRITABLE
            | Self::INCONSISTENT_NAME => self,
            _ => Self::GEN_ERR,
        }
    }

    /// The closest status that SNMPv1 has (RFC 3584 §4.4): tooBig, noSuchName, badValue and genErr
    /// remain, the others become one of them; readOnly is kept as it is. A number without a name
    /// becomes genErr.
    #[must_use]
    pub fn to_v1(self) -> ErrorStatus {
        match self {
            Self::NO_ERROR | Self::TOO_BIG | Self::NO_SUCH_NAME | Self::BAD_VALUE | Self::READ_ONLY => self,
            Self::WRONG_VALUE
            | Self::WRONG_ENCODING
            | Self::WRONG_TYPE
            | Self::WRONG_LENGTH
            | Self::INCONSISTENT_VALUE => Self::BAD_VALUE,
            Self::NO_ACCESS
            | Self::NOT_WRITABLE
            | Self::NO_CREATION
            | Self::INCONSISTENT_NAME
            | Self::AUTHORIZATION_ERROR => Self::NO_SUCH_NAME,
            _ => Self::GEN_ERR,
        }
    }
}

impl fmt::Display for ErrorStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "unknown({})", self.0),
        }
    }
}
