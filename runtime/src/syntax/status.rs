//! Whether a definition is still in force.

use std::{fmt, str::FromStr};

use super::UnknownWord;

/// The STATUS clause of SMIv2 (RFC 2578 §7.4) and SMIv1 (RFC 1212 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// `current`.
    Current = 0,
    /// `deprecated`: obsolete, but may still be implemented for older peers.
    Deprecated = 1,
    /// `obsolete`: not to be implemented.
    Obsolete = 2,
    /// `mandatory`, of SMIv1.
    Mandatory = 3,
    /// `optional`, of SMIv1.
    Optional = 4,
}

impl Status {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 5] =
        [Self::Current, Self::Deprecated, Self::Obsolete, Self::Mandatory, Self::Optional];

    /// The SMI spelling, such as `current`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Deprecated => "deprecated",
            Self::Obsolete => "obsolete",
            Self::Mandatory => "mandatory",
            Self::Optional => "optional",
        }
    }

    /// The number of this status in packed metadata.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The status of a number made by [`Status::code`].
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| UnknownWord {
            found: text.to_owned(),
            expected: "a status",
            allowed: "current, deprecated, obsolete, mandatory, optional",
        })
    }
}
