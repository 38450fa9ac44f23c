//! How a message is protected.

use core::fmt;
use core::str::FromStr;

/// Security level of an SNMPv3 message (RFC 3411 §3.4.3), from none to full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Neither authentication nor privacy.
    #[default]
    NoAuthNoPriv,
    /// The origin is proven, the content can be read by anybody.
    AuthNoPriv,
    /// The origin is proven, and the content is secret.
    AuthPriv,
}

impl Level {
    /// True when the origin is proven.
    pub fn has_auth(self) -> bool {
        self >= Level::AuthNoPriv
    }

    /// True when the content is secret.
    pub fn has_privacy(self) -> bool {
        self == Level::AuthPriv
    }

    /// The name in the RFCs: `noAuthNoPriv`, `authNoPriv`, `authPriv`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::NoAuthNoPriv => "noAuthNoPriv",
            Level::AuthNoPriv => "authNoPriv",
            Level::AuthPriv => "authPriv",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown security level: expected noAuthNoPriv, authNoPriv or authPriv")]
pub struct UnknownLevel;

/// Reads the names of [`as_str`](Level::as_str) in any case.
impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        [Level::NoAuthNoPriv, Level::AuthNoPriv, Level::AuthPriv]
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownLevel)
    }
}
