//! What is wrong with octets that should be a PDU.

use mibc_runtime::oid::OidError;

use super::header::{Header, MAX_PAYLOAD, VERSION};
use super::kind::Kind;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Another version of the protocol.
    #[error("h.version is {found}: only version {VERSION} is understood")]
    Version {
        /// What came.
        found: u8,
    },
    /// A payload that is not made of fours of octets.
    #[error("h.payload_length is {found}: it must be a multiple of 4")]
    UnevenLength {
        /// What came.
        found: u32,
    },
    /// A payload over [`MAX_PAYLOAD`].
    #[error("a payload of {found} octets: at most {MAX_PAYLOAD} are read and written")]
    TooLong {
        /// What came, or was about to be sent.
        found: usize,
    },
    /// A kind of PDU that does not exist.
    #[error("h.type is {found}: expected 1 to 18")]
    Type {
        /// What came.
        found: u8,
    },
    /// The payload ends in the middle of something.
    #[error("the payload ends at octet {at}, in the middle of {what}, which needs {missing} octets more")]
    CutOff {
        /// Octets of the payload.
        at: usize,
        /// What it is about.
        what: &'static str,
        /// How many octets are missing.
        missing: usize,
    },
    /// The payload goes on behind its end.
    #[error("{more} octets more than the PDU has, from octet {at} of the payload on")]
    Trailing {
        /// Where the PDU ends.
        at: usize,
        /// How many octets are left.
        more: usize,
    },
    /// The sub-identifiers are not an OID.
    #[error("at octet {at} of the payload: not an object identifier: {source}")]
    Oid {
        /// Where it begins.
        at: usize,
        /// Why.
        source: OidError,
    },
    /// A type of value that does not exist.
    #[error("at octet {at} of the payload: v.type is {found}, which is not a type of value")]
    ValueType {
        /// Where the varbind begins.
        at: usize,
        /// What came.
        found: u16,
    },
    /// An IpAddress that does not have four octets.
    #[error("at octet {at} of the payload: an IpAddress has 4 octets, this one {found}")]
    IpAddress {
        /// Where its octets begin.
        at: usize,
        /// What came.
        found: usize,
    },
    /// A reason for closing that does not exist.
    #[error("c.reason is {found}: expected 1 to 6")]
    Reason {
        /// What came.
        found: u8,
    },
    /// A number where another one is needed.
    #[error("r.priority is 0: expected 1 to 255")]
    Priority,
}

/// A PDU whose end cannot be told: the connection is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a PDU of AgentX: {fault}")]
pub struct FrameError {
    /// What came, as far as it means something.
    pub header: Header,
    /// What is wrong with it.
    #[source]
    pub fault: Fault,
}

/// A payload that is not that of its PDU.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a malformed {}: {fault}", .kind.map_or_else(|| "PDU".to_owned(), |kind| kind.to_string()))]
pub struct DecodeError {
    /// What it should have been.
    pub kind: Option<Kind>,
    /// What is wrong with it.
    #[source]
    pub fault: Fault,
}

/// What should be sent does not fit a PDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a payload of {octets} octets is too long: at most {MAX_PAYLOAD} are sent")]
pub struct TooLong {
    /// How long the payload would have been.
    pub octets: usize,
}
