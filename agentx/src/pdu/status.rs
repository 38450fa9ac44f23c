//! res.error and c.reason.

use std::fmt;

use mibc_runtime::message::ErrorStatus;

/// res.error (RFC 2741 §6.2.16): up to 18 the error-status of SNMP, from 256 on AgentX's own. Open: a number without a name
/// survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Status(pub u16);

/// The names of the values from 256 on.
const NAMES: [&str; 13] = [
    "openFailed",
    "notOpen",
    "indexWrongType",
    "indexAlreadyAllocated",
    "indexNoneAvailable",
    "indexNotAllocated",
    "unsupportedContext",
    "duplicateRegistration",
    "unknownRegistration",
    "unknownAgentCaps",
    "parseError",
    "requestDenied",
    "processingError",
];

#[allow(missing_docs)] // each is the RFC's name in upper case
impl Status {
    pub const NO_ERROR: Self = Self(0);
    pub const OPEN_FAILED: Self = Self(256);
    pub const NOT_OPEN: Self = Self(257);
    pub const INDEX_WRONG_TYPE: Self = Self(258);
    pub const INDEX_ALREADY_ALLOCATED: Self = Self(259);
    pub const INDEX_NONE_AVAILABLE: Self = Self(260);
    pub const INDEX_NOT_ALLOCATED: Self = Self(261);
    pub const UNSUPPORTED_CONTEXT: Self = Self(262);
    pub const DUPLICATE_REGISTRATION: Self = Self(263);
    pub const UNKNOWN_REGISTRATION: Self = Self(264);
    pub const UNKNOWN_AGENT_CAPS: Self = Self(265);
    pub const PARSE_ERROR: Self = Self(266);
    pub const REQUEST_DENIED: Self = Self(267);
    pub const PROCESSING_ERROR: Self = Self(268);
}

impl Status {
    /// Whether all went well.
    #[must_use]
    pub fn is_ok(self) -> bool {
        self == Self::NO_ERROR
    }

    /// As a manager reads it: AgentX's own are genErr (RFC 2741 §7.2.5.2).
    #[must_use]
    pub fn to_error_status(self) -> ErrorStatus {
        if self.0 <= 18 { ErrorStatus(self.0.into()) } else { ErrorStatus::GEN_ERR }
    }

    /// The RFC's name; `None` for a number that has none.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self.0.checked_sub(256) {
            Some(own) => NAMES.get(usize::from(own)).copied(),
            None => ErrorStatus(self.0.into()).name(),
        }
    }
}

/// A status outside of a `u16` is genErr.
impl From<ErrorStatus> for Status {
    fn from(status: ErrorStatus) -> Self {
        u16::try_from(status.0).map_or(Self(5), Self)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "unknown({})", self.0),
        }
    }
}

/// c.reason: why a session is closed (RFC 2741 §6.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CloseReason {
    /// None of the others.
    Other = 1,
    /// Too much could not be parsed.
    ParseError = 2,
    /// Too much was against the protocol.
    ProtocolError = 3,
    /// Too many answers did not come in time.
    Timeouts = 4,
    /// The sender ends.
    Shutdown = 5,
    /// A manager asked for it.
    ByManager = 6,
}

impl CloseReason {
    /// All, by their number.
    pub const ALL: [Self; 6] =
        [Self::Other, Self::ParseError, Self::ProtocolError, Self::Timeouts, Self::Shutdown, Self::ByManager];

    /// The reason with this number.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Other => "no reason was given",
            Self::ParseError => "too many parse errors",
            Self::ProtocolError => "too many protocol errors",
            Self::Timeouts => "too many timeouts",
            Self::Shutdown => "it shuts down",
            Self::ByManager => "a manager asked for it",
        })
    }
}
