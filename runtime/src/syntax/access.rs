//! What may be done with an object.

use std::{fmt, str::FromStr};

use super::UnknownWord;

/// MAX-ACCESS of SMIv2 (RFC 2578 §7.3), ACCESS of SMIv1 (RFC 1212 §4.1.2) and of AGENT-CAPABILITIES
/// (RFC 2580 §6.5.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Access {
    /// `not-accessible`: an index or a container, never the name of a varbind.
    NotAccessible = 0,
    /// `accessible-for-notify`: a varbind of notifications only.
    AccessibleForNotify = 1,
    /// `read-only`.
    ReadOnly = 2,
    /// `read-write`.
    ReadWrite = 3,
    /// `read-create`: read-write, and a write can create the row.
    ReadCreate = 4,
    /// `write-only`, of SMIv1.
    WriteOnly = 5,
    /// `not-implemented`, of AGENT-CAPABILITIES.
    NotImplemented = 6,
}

impl Access {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 7] = [
        Self::NotAccessible,
        Self::AccessibleForNotify,
        Self::ReadOnly,
        Self::ReadWrite,
        Self::ReadCreate,
        Self::WriteOnly,
        Self::NotImplemented,
    ];

    /// The SMI spelling, such as `read-only`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAccessible => "not-accessible",
            Self::AccessibleForNotify => "accessible-for-notify",
            Self::ReadOnly => "read-only",
            Self::ReadWrite => "read-write",
            Self::ReadCreate => "read-create",
            Self::WriteOnly => "write-only",
            Self::NotImplemented => "not-implemented",
        }
    }

    /// The number of this access in packed metadata.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The access of a number made by [`Access::code`].
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether GET, GETNEXT and GETBULK may return the object.
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ReadWrite | Self::ReadCreate)
    }

    /// Whether SET may name the object.
    pub const fn is_writable(self) -> bool {
        matches!(self, Self::ReadWrite | Self::ReadCreate | Self::WriteOnly)
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Access {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|access| access.as_str() == text).ok_or_else(|| UnknownWord {
            found: text.to_owned(),
            expected: "an access",
            allowed: "not-accessible, accessible-for-notify, read-only, read-write, read-create, write-only, \
                      not-implemented",
        })
    }
}
