//! Types that a MIB module defines: textual conventions, enumerations, BITS.

use std::{cmp::Ordering, fmt};

use crate::{
    index::{Form, IndexError, IndexPart, IndexReader, IndexWriter},
    meta::{Meta, TypeMeta},
    syntax::BaseType,
    value::{Bits, Syntax, Value, ValueRef, WrongType},
};

/// A generated type over one of SMI's types. That makes it a [`Syntax`].
///
/// ```
/// use mibc_runtime::{meta::Meta, typed::{Convention, TypeInfo}};
///
/// #[derive(Clone, Copy, PartialEq, Eq)]
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
///
/// impl std::fmt::Display for Speed {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         mibc_runtime::typed::fmt_enum(Self::INFO, self.0, f)
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

    /// Bits that the type does not name are left out (RFC 3417 §8).
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, WrongType> {
        if let (BaseType::Bits, ValueRef::OctetString(octets)) = (Self::BASE, value) {
            let named = C::INFO.named_bits(octets);
            return C::Repr::from_value(ValueRef::OctetString(&named)).map(C::wrap);
        }
        C::Repr::from_value(value).map(C::wrap)
    }

    /// Bits are sent as RFC 3417 §8 wants them: all named ones, set or not, and no others.
    fn to_value(&self) -> Value {
        match (Self::BASE, self.repr().to_value()) {
            (BaseType::Bits, Value::OctetString(octets)) => {
                Value::OctetString(C::INFO.named_bits(&octets).into())
            }
            (_, value) => value,
        }
    }

    #[inline]
    fn with_value<R>(&self, see: impl FnOnce(ValueRef<'_>) -> R) -> R {
        if Self::BASE == BaseType::Bits { see(self.to_value().as_ref()) } else { self.repr().with_value(see) }
    }
}

impl<C: Convention> IndexPart for C
where
    C::Repr: IndexPart,
{
    const ARCS: Option<usize> = C::Repr::ARCS;

    #[inline]
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        self.repr().write_part(w, form);
    }

    #[inline]
    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        C::Repr::read_part(r, form).map(C::wrap)
    }

    fn order_part(&self, other: &Self, form: Form) -> Ordering {
        self.repr().order_part(other.repr(), form)
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

    /// The description of the type; `None` if the metadata has no such number.
    pub fn describe(self) -> Option<TypeMeta<'static>> {
        self.meta.type_at(self.number)
    }

    /// The named bits of a BITS value, in as many octets as all named bits take. If the type names none, the
    /// octets as they are.
    fn named_bits(self, octets: &[u8]) -> Vec<u8> {
        let Some((described, size)) =
            self.describe().and_then(|described| described.bit_octets().map(|size| (described, size)))
        else {
            return octets.into();
        };
        let mut named = vec![0_u8; size];
        for position in described.labels().filter_map(|(_, number)| u32::try_from(number).ok()) {
            let (at, mask) = (position as usize / 8, 0x80_u8 >> (position % 8));
            if let (Some(to), Some(from)) = (named.get_mut(at), octets.get(at)) {
                *to |= from & mask;
            }
        }
        named
    }

    fn fmt(self, value: ValueRef<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.describe() {
            Some(described) => fmt::Display::fmt(&described.display(value), f),
            None => fmt::Display::fmt(&value, f),
        }
    }
}

/// `Display` of an enumeration: the label, or `unknown(17)`.
///
/// # Errors
/// Those of the formatter.
pub fn fmt_enum(info: TypeInfo, number: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    info.fmt(ValueRef::Integer(number), f)
}

/// `Debug` of an enumeration: `up(1)`, or `unknown(17)`.
///
/// # Errors
/// Those of the formatter.
pub fn debug_enum(info: TypeInfo, number: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let label = info.describe().and_then(|described| described.label(number));
    write!(f, "{}({number})", label.unwrap_or("unknown"))
}

/// `Display` of BITS: the labels of those that are set, `{low, high}`.
///
/// # Errors
/// Those of the formatter.
pub fn fmt_bits(info: TypeInfo, bits: &Bits, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match info.describe() {
        Some(_) => info.fmt(ValueRef::OctetString(bits.as_octets()), f),
        None => fmt::Display::fmt(bits, f),
    }
}

/// `Display` of any other convention: by its DISPLAY-HINT if it has one.
///
/// # Errors
/// Those of the formatter.
pub fn fmt_hinted(info: TypeInfo, value: ValueRef<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    info.fmt(value, f)
}
