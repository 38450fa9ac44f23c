//! A value of any type.

use std::fmt;

use super::{
    Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, Syntax, TimeTicks, ValueKind, ValueRef,
};
use crate::oid::Oid;

/// What a varbind holds: a value of one of SMI's types, nothing, or one of the exceptions of SNMPv2
/// (RFC 3416 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// `INTEGER`, `Integer32`, also enumerated.
    Integer(i32),
    /// `OCTET STRING`, also `BITS`.
    OctetString(OctetString),
    /// `OBJECT IDENTIFIER`.
    ObjectIdentifier(Oid),
    /// `IpAddress`.
    IpAddress(IpAddress),
    /// `Counter32`.
    Counter32(Counter32),
    /// `Gauge32` or `Unsigned32`: the wire does not tell which.
    Gauge32(Gauge32),
    /// `TimeTicks`.
    TimeTicks(TimeTicks),
    /// `Opaque`.
    Opaque(Opaque),
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
        bytes: Box<[u8]>,
    },
}

impl Value {
    /// This value, borrowed.
    #[inline]
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::OctetString(octets) => ValueRef::OctetString(octets),
            Self::ObjectIdentifier(oid) => ValueRef::ObjectIdentifier(oid.as_ref()),
            Self::IpAddress(address) => ValueRef::IpAddress(*address),
            Self::Counter32(number) => ValueRef::Counter32(*number),
            Self::Gauge32(number) => ValueRef::Gauge32(*number),
            Self::TimeTicks(number) => ValueRef::TimeTicks(*number),
            Self::Opaque(octets) => ValueRef::Opaque(octets),
            Self::Counter64(number) => ValueRef::Counter64(*number),
            Self::Null => ValueRef::Null,
            Self::NoSuchObject => ValueRef::NoSuchObject,
            Self::NoSuchInstance => ValueRef::NoSuchInstance,
            Self::EndOfMibView => ValueRef::EndOfMibView,
            Self::Undecodable { tag, bytes } => ValueRef::Undecodable { tag: *tag, bytes },
        }
    }

    /// Which kind of value this is.
    pub fn kind(&self) -> ValueKind {
        self.as_ref().kind()
    }

    /// Whether this is noSuchObject, noSuchInstance or endOfMibView.
    pub fn is_exception(&self) -> bool {
        self.as_ref().is_exception()
    }

    /// The number of any number type.
    pub fn as_i128(&self) -> Option<i128> {
        self.as_ref().as_i128()
    }

    /// The octets of an `OCTET STRING`, `Opaque` or `IpAddress`.
    pub fn as_octets(&self) -> Option<&[u8]> {
        match self {
            Self::OctetString(octets) => Some(octets),
            Self::Opaque(octets) => Some(octets),
            Self::IpAddress(address) => Some(&address.0),
            _ => None,
        }
    }

    /// The OID of an `OBJECT IDENTIFIER`.
    pub fn as_oid(&self) -> Option<&Oid> {
        match self {
            Self::ObjectIdentifier(oid) => Some(oid),
            _ => None,
        }
    }
}

impl<T: Syntax> From<T> for Value {
    fn from(value: T) -> Self {
        value.to_value()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::OctetString(text.into())
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        value.to_value()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_ref(), f)
    }
}
