//! From values of any type to Rust types and back.

use super::{
    Bits, Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Unsigned32, Value,
    ValueKind, ValueRef,
};
use crate::{oid::Oid, syntax::BaseType};

/// A Rust type for one SMI syntax. It knows its tag on the wire.
///
/// Generated types get it from [`Convention`](crate::typed::Convention).
pub trait Syntax: Sized {
    /// The base type of the syntax.
    const BASE: BaseType;

    /// Reads a value from the wire.
    ///
    /// # Errors
    /// The value has another type, or is an exception.
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType>;

    /// The value for the wire.
    fn to_value(&self) -> Value;

    /// Shows the value for the wire, without a copy where that is possible.
    #[inline]
    fn with_value<R>(&self, see: impl FnOnce(ValueRef<'_>) -> R) -> R {
        see(self.to_value().as_ref())
    }
}

/// A value that is of another type than the object's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct WrongType {
    /// The object's base type.
    pub expected: BaseType,
    /// What came.
    pub found: ValueKind,
}

impl WrongType {
    /// Says that `found` is not `expected`.
    pub const fn new(expected: BaseType, found: ValueRef<'_>) -> Self {
        Self { expected, found: found.kind() }
    }
}

impl Syntax for i32 {
    const BASE: BaseType = BaseType::Integer32;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        match value {
            ValueRef::Integer(number) => Ok(number),
            other => Err(WrongType::new(Self::BASE, other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Integer(*self)
    }
}

impl Syntax for Unsigned32 {
    const BASE: BaseType = BaseType::Unsigned32;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        match value {
            ValueRef::Gauge32(number) => Ok(number.into()),
            other => Err(WrongType::new(Self::BASE, other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Gauge32((*self).into())
    }
}

macro_rules! same_name {
    ($($name:ident),*) => {
        $(impl Syntax for $name {
            const BASE: BaseType = BaseType::$name;

            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
                match value {
                    ValueRef::$name(inner) => Ok(inner),
                    other => Err(WrongType::new(Self::BASE, other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::$name(*self)
            }
        })*
    };
}

same_name!(Counter32, Gauge32, TimeTicks, Counter64, IpAddress);

impl Syntax for OctetString {
    const BASE: BaseType = BaseType::OctetString;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        match value {
            ValueRef::OctetString(octets) => Ok(octets.into()),
            other => Err(WrongType::new(Self::BASE, other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::OctetString(self.clone())
    }

    #[inline]
    fn with_value<R>(&self, see: impl FnOnce(ValueRef<'_>) -> R) -> R {
        see(ValueRef::OctetString(self))
    }
}

impl Syntax for Opaque {
    const BASE: BaseType = BaseType::Opaque;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        match value {
            ValueRef::Opaque(octets) => Ok(Self(octets.into())),
            other => Err(WrongType::new(Self::BASE, other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Opaque(self.clone())
    }

    #[inline]
    fn with_value<R>(&self, see: impl FnOnce(ValueRef<'_>) -> R) -> R {
        see(ValueRef::Opaque(&self.0))
    }
}

impl Syntax for Bits {
    const BASE: BaseType = BaseType::Bits;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        match value {
            ValueRef::OctetString(octets) => Ok(Self::from_octets(octets.into())),
            other => Err(WrongType::new(Self::BASE, other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::OctetString(self.as_octets().into())
    }

    #[inline]
    fn with_value<R>(&self, see: impl FnOnce(ValueRef<'_>) -> R) -> R {
        see(ValueRef::OctetString(self.as_octets()))
    }
}

impl Syntax for Oid {
    const BASE: BaseType = BaseType::ObjectIdentifier;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        match value {
            ValueRef::ObjectIdentifier(oid) => Ok(oid.to_oid()),
            other => Err(WrongType::new(Self::BASE, other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::ObjectIdentifier(self.clone())
    }

    #[inline]
    fn with_value<R>(&self, see: impl FnOnce(ValueRef<'_>) -> R) -> R {
        see(ValueRef::ObjectIdentifier(self.as_ref()))
    }
}
