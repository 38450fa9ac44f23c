//! Types that a MIB module defines: textual conventions, enumerations, BITS.

use super::{Syntax, Value, ValueRef, WrongType};
use crate::{meta::Meta, syntax::BaseType};

/// A generated type over one of SMI's types. It is a [`Syntax`] by that.
///
/// ```
/// use mibc_runtime::{meta::Meta, value::{Convention, TypeInfo}};
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// pub struct Speed(pub i32);
///
/// impl Convention for Speed {
///     type Repr = i32;
///     const INFO: TypeInfo = TypeInfo::new(Meta::EMPTY, 0);
///     fn wrap(repr: i32) -> Self {
///         Self(repr)
///     }
///     fn repr(&self) -> &i32 {
///         &self.0
///     }
/// }
/// ```
pub trait Convention: Sized {
    /// The type underneath, such as `i32` for an enumeration.
    type Repr: Syntax;

    /// What the MIB says about this type.
    const INFO: TypeInfo;

    /// A value of this type; every value of the type underneath is one, also outside of ranges and enumerations.
    fn wrap(repr: Self::Repr) -> Self;

    /// The value underneath.
    fn repr(&self) -> &Self::Repr;
}

impl<C: Convention> Syntax for C {
    const BASE: BaseType = C::Repr::BASE;

    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        C::Repr::from_value(value).map(C::wrap)
    }

    fn to_value(&self) -> Value {
        self.repr().to_value()
    }
}

/// Where a type is described: the packed metadata of its module, and its number there.
#[derive(Clone, Copy, Debug)]
pub struct TypeInfo {
    meta: Meta<'static>,
    number: u32,
}

impl TypeInfo {
    /// Type `number` of the module described by `meta`.
    pub const fn new(meta: Meta<'static>, number: u32) -> Self {
        Self { meta, number }
    }

    /// The metadata of the module.
    pub const fn meta(self) -> Meta<'static> {
        self.meta
    }

    /// The number of the type in its module.
    pub const fn number(self) -> u32 {
        self.number
    }
}
