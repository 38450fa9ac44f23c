//! The base types of SMI.

use std::{fmt, str::FromStr};

use super::UnknownWord;

/// The type at the bottom of an object's type chain (RFC 2578 §7.1).
///
/// SMIv1 names are folded into these: `INTEGER` is [`BaseType::Integer32`], `Counter` is
/// [`BaseType::Counter32`], `Gauge` is [`BaseType::Gauge32`], `NetworkAddress` is
/// [`BaseType::IpAddress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum BaseType {
    /// `Integer32` and `INTEGER`, enumerated or not.
    Integer32 = 0,
    /// `Unsigned32`; on the wire the same tag as `Gauge32`.
    Unsigned32 = 1,
    /// `Counter32`, wraps at 2^32.
    Counter32 = 2,
    /// `Gauge32`, latches at its ends.
    Gauge32 = 3,
    /// `TimeTicks`, hundredths of a second.
    TimeTicks = 4,
    /// `Counter64`, wraps at 2^64; not in SNMPv1.
    Counter64 = 5,
    /// `OCTET STRING`.
    OctetString = 6,
    /// `OBJECT IDENTIFIER`.
    ObjectIdentifier = 7,
    /// `IpAddress`, four octets in network order.
    IpAddress = 8,
    /// `Opaque`, BER wrapped in an octet string.
    Opaque = 9,
    /// `BITS`; on the wire an `OCTET STRING`.
    Bits = 10,
}

impl BaseType {
    /// All base types, in the order of their codes.
    pub const ALL: [Self; 11] = [
        Self::Integer32,
        Self::Unsigned32,
        Self::Counter32,
        Self::Gauge32,
        Self::TimeTicks,
        Self::Counter64,
        Self::OctetString,
        Self::ObjectIdentifier,
        Self::IpAddress,
        Self::Opaque,
        Self::Bits,
    ];

    /// The name used in messages and in mibc's JSON: the SMI name without blanks.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Integer32 => "Integer32",
            Self::Unsigned32 => "Unsigned32",
            Self::Counter32 => "Counter32",
            Self::Gauge32 => "Gauge32",
            Self::TimeTicks => "TimeTicks",
            Self::Counter64 => "Counter64",
            Self::OctetString => "OctetString",
            Self::ObjectIdentifier => "ObjectIdentifier",
            Self::IpAddress => "IpAddress",
            Self::Opaque => "Opaque",
            Self::Bits => "Bits",
        }
    }

    /// The number of this type in packed metadata.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The type of a number made by [`BaseType::code`].
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether values are single numbers: the types whose DISPLAY-HINT is an integer format.
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Integer32
                | Self::Unsigned32
                | Self::Counter32
                | Self::Gauge32
                | Self::TimeTicks
                | Self::Counter64
        )
    }
}

impl fmt::Display for BaseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for BaseType {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|base| base.as_str() == text).ok_or_else(|| UnknownWord {
            found: text.to_owned(),
            expected: "a base type",
            allowed: "Integer32, Unsigned32, Counter32, Gauge32, TimeTicks, Counter64, OctetString, ObjectIdentifier, \
                      IpAddress, Opaque, Bits",
        })
    }
}
