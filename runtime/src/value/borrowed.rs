//! A value borrowed from somewhere else, such as a datagram.

use std::fmt;

use super::{Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Value, octets};
use crate::oid::OidRef;

/// [`Value`], with octets and OIDs borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// `INTEGER`, `Integer32`, also enumerated.
    Integer(i32),
    /// `OCTET STRING`, also `BITS`.
    OctetString(&'a [u8]),
    /// `OBJECT IDENTIFIER`.
    ObjectIdentifier(OidRef<'a>),
    /// `IpAddress`.
    IpAddress(IpAddress),
    /// `Counter32`.
    Counter32(Counter32),
    /// `Gauge32` or `Unsigned32`: the wire does not tell which.
    Gauge32(Gauge32),
    /// `TimeTicks`.
    TimeTicks(TimeTicks),
    /// `Opaque`.
    Opaque(&'a [u8]),
    /// `Counter64`.
    Counter64(Counter64),
    /// No value, as in a request.
    Null,
    /// The agent has no such object.
    NoSuchObject,
    /// The agent has the object, not the instance.
    NoSuchInstance,
    /// There is nothing behind the name that GETNEXT or GETBULK asked for.
    EndOfMibView,
    /// Something else, kept so that its neighbours are not lost.
    Undecodable {
        /// The BER tag.
        tag: u8,
        /// The content octets.
        bytes: &'a [u8],
    },
}

impl ValueRef<'_> {
    /// Which kind of value this is.
    pub const fn kind(self) -> ValueKind {
        match self {
            Self::Integer(_) => ValueKind::Integer,
            Self::OctetString(_) => ValueKind::OctetString,
            Self::ObjectIdentifier(_) => ValueKind::ObjectIdentifier,
            Self::IpAddress(_) => ValueKind::IpAddress,
            Self::Counter32(_) => ValueKind::Counter32,
            Self::Gauge32(_) => ValueKind::Gauge32,
            Self::TimeTicks(_) => ValueKind::TimeTicks,
            Self::Opaque(_) => ValueKind::Opaque,
            Self::Counter64(_) => ValueKind::Counter64,
            Self::Null => ValueKind::Null,
            Self::NoSuchObject => ValueKind::NoSuchObject,
            Self::NoSuchInstance => ValueKind::NoSuchInstance,
            Self::EndOfMibView => ValueKind::EndOfMibView,
            Self::Undecodable { tag, .. } => ValueKind::Undecodable(tag),
        }
    }

    /// Whether this is noSuchObject, noSuchInstance or endOfMibView.
    pub const fn is_exception(self) -> bool {
        matches!(self, Self::NoSuchObject | Self::NoSuchInstance | Self::EndOfMibView)
    }

    /// The number of any number type.
    pub fn as_i128(self) -> Option<i128> {
        match self {
            Self::Integer(number) => Some(number.into()),
            Self::Counter32(Counter32(number))
            | Self::Gauge32(Gauge32(number))
            | Self::TimeTicks(TimeTicks(number)) => Some(number.into()),
            Self::Counter64(Counter64(number)) => Some(number.into()),
            _ => None,
        }
    }

    /// A copy that owns its octets.
    #[inline]
    pub fn to_value(self) -> Value {
        match self {
            Self::Integer(number) => Value::Integer(number),
            Self::OctetString(octets) => Value::OctetString(OctetString(octets.into())),
            Self::ObjectIdentifier(oid) => Value::ObjectIdentifier(oid.to_oid()),
            Self::IpAddress(address) => Value::IpAddress(address),
            Self::Counter32(number) => Value::Counter32(number),
            Self::Gauge32(number) => Value::Gauge32(number),
            Self::TimeTicks(number) => Value::TimeTicks(number),
            Self::Opaque(octets) => Value::Opaque(Opaque(octets.into())),
            Self::Counter64(number) => Value::Counter64(number),
            Self::Null => Value::Null,
            Self::NoSuchObject => Value::NoSuchObject,
            Self::NoSuchInstance => Value::NoSuchInstance,
            Self::EndOfMibView => Value::EndOfMibView,
            Self::Undecodable { tag, bytes } => Value::Undecodable { tag, bytes: bytes.into() },
        }
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        value.as_ref()
    }
}

impl PartialEq<Value> for ValueRef<'_> {
    fn eq(&self, other: &Value) -> bool {
        *self == other.as_ref()
    }
}

impl PartialEq<ValueRef<'_>> for Value {
    fn eq(&self, other: &ValueRef<'_>) -> bool {
        self.as_ref() == *other
    }
}

impl fmt::Display for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => fmt::Display::fmt(number, f),
            Self::OctetString(octets) => octets::fmt_octets(octets, f),
            Self::ObjectIdentifier(oid) => fmt::Display::fmt(oid, f),
            Self::IpAddress(address) => fmt::Display::fmt(address, f),
            Self::Counter32(number) => fmt::Display::fmt(number, f),
            Self::Gauge32(number) => fmt::Display::fmt(number, f),
            Self::TimeTicks(number) => fmt::Display::fmt(number, f),
            Self::Opaque(octets) => octets::fmt_hex(octets, f),
            Self::Counter64(number) => fmt::Display::fmt(number, f),
            Self::Undecodable { bytes, .. } => {
                write!(f, "{}: ", self.kind())?;
                octets::fmt_hex(bytes, f)
            }
            Self::Null | Self::NoSuchObject | Self::NoSuchInstance | Self::EndOfMibView => self.kind().fmt(f),
        }
    }
}

/// The kind of a [`Value`], for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "named after the variants of Value")]
pub enum ValueKind {
    Integer,
    OctetString,
    ObjectIdentifier,
    IpAddress,
    Counter32,
    Gauge32,
    TimeTicks,
    Opaque,
    Counter64,
    Null,
    NoSuchObject,
    NoSuchInstance,
    EndOfMibView,
    /// With its BER tag.
    Undecodable(u8),
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Integer => "Integer32",
            Self::OctetString => "OctetString",
            Self::ObjectIdentifier => "ObjectIdentifier",
            Self::IpAddress => "IpAddress",
            Self::Counter32 => "Counter32",
            Self::Gauge32 => "Gauge32",
            Self::TimeTicks => "TimeTicks",
            Self::Opaque => "Opaque",
            Self::Counter64 => "Counter64",
            Self::Null => "no value",
            Self::NoSuchObject => "noSuchObject",
            Self::NoSuchInstance => "noSuchInstance",
            Self::EndOfMibView => "endOfMibView",
            Self::Undecodable(tag) => return write!(f, "undecodable value with tag 0x{tag:02x}"),
        })
    }
}
