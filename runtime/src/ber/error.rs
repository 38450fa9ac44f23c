//! Why a message could not be read.

use super::{Anomaly, MAX_INTEGER_OCTETS, MAX_LENGTH_OCTETS, MAX_MESSAGE, MAX_VARBINDS};

/// A message that cannot be read, and the octet at which that showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at octet {offset}: {kind}")]
pub struct Error {
    /// Octets from the start of the message to the offending field.
    pub offset: u32,
    /// What was wrong there.
    pub kind: ErrorKind,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The message ends inside a tag or a length.
    #[error("the message ends inside a tag or length")]
    Truncated,
    /// A field is longer than what holds it.
    #[error("a field of {length} octets, but only {room} are left")]
    PastEnd {
        /// The length that was announced.
        length: u32,
        /// The octets that are there.
        room: u32,
    },
    /// Length octet `80`, forbidden by RFC 3417 §8(1).
    #[error("indefinite length, which SNMP forbids")]
    IndefiniteLength,
    /// A length written in more than [`MAX_LENGTH_OCTETS`] octets.
    #[error("a length of {0} octets, at most {MAX_LENGTH_OCTETS} are read")]
    LongLength(u8),
    /// Another type than the format calls for.
    #[error("expected tag {expected:#04x}, found {found:#04x}")]
    WrongTag {
        /// The tag the format calls for.
        expected: u8,
        /// The tag that is there.
        found: u8,
    },
    /// A tag number above 30; SNMP has none.
    #[error("a tag of several octets, which SNMP does not use")]
    HighTag,
    /// An integer that is too long or out of its type's range.
    #[error("integer of {length} octets is out of range (at most {MAX_INTEGER_OCTETS} are read)")]
    IntegerRange {
        /// Its content octets.
        length: u32,
    },
    /// A fixed-length type of another length, NULL or an exception with content.
    #[error("expected {expected} content octets, found {found}")]
    WrongLength {
        /// What the type has.
        expected: u32,
        /// What is there.
        found: u32,
    },
    /// An OBJECT IDENTIFIER that ends inside a sub-identifier, or has one above 4294967295, or more
    /// than 128.
    #[error("malformed object identifier: {0}")]
    Oid(OidFault),
    /// The message is longer than [`MAX_MESSAGE`].
    #[error("a message of {0} octets, at most {MAX_MESSAGE} are read")]
    TooLong(u32),
    /// More than [`MAX_VARBINDS`] varbinds.
    #[error("more than {MAX_VARBINDS} varbinds")]
    TooManyVarBinds,
    /// A field of an SNMPv3 message that is out of its range.
    #[error("{field}, found {value}")]
    Field {
        /// Which field, and its range.
        field: V3Field,
        /// What it says, or how many octets it has.
        value: i32,
    },
    /// A message version that this code does not speak.
    #[error("unknown message version {0}")]
    Version(i32),
    /// A PDU type that the version does not have.
    #[error("unknown PDU type {0:#04x}")]
    PduType(u8),
    /// A value tag that SNMP does not have.
    #[error("unknown value type {0:#04x}")]
    ValueType(u8),
    /// Under strict rules: a deviation that lenient reading would accept.
    #[error("{0}, which strict rules refuse")]
    Anomaly(Anomaly),
}

/// What is wrong with an OBJECT IDENTIFIER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidFault {
    /// It ends inside a sub-identifier.
    #[error("it ends inside a sub-identifier")]
    Unterminated,
    /// A sub-identifier does not fit 32 bits.
    #[error("a sub-identifier is above 4294967295")]
    TooLarge,
    /// There are too many sub-identifiers.
    #[error("it has more than 128 sub-identifiers")]
    TooMany,
}

/// A field of SNMPv3 messages with its own range (RFC 3412 §6, RFC 3414 §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum V3Field {
    /// msgID, 0 to 2147483647.
    #[error("msgID is not negative")]
    MsgId,
    /// msgMaxSize, from 484 on.
    #[error("msgMaxSize is at least 484")]
    MsgMaxSize,
    /// msgSecurityModel, from 1 on.
    #[error("msgSecurityModel is at least 1")]
    SecurityModel,
    /// msgAuthoritativeEngineBoots, 0 to 2147483647.
    #[error("msgAuthoritativeEngineBoots is not negative")]
    EngineBoots,
    /// msgAuthoritativeEngineTime, 0 to 2147483647.
    #[error("msgAuthoritativeEngineTime is not negative")]
    EngineTime,
    /// msgUserName, up to 32 octets.
    #[error("msgUserName has at most 32 octets")]
    UserName,
}
