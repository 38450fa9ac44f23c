//! What can be an INDEX object.

use std::cmp::Ordering;

use super::{Form, IndexError, IndexReader, IndexWriter};
use crate::{
    oid::Oid,
    value::{Bits, Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Unsigned32},
};

/// A type that can be part of an index: every SMI type and every convention over one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of an index",
    label = "expected a type of SMI or of a MIB, such as `i32`, `Unsigned32`, `OctetString`, `IpAddress` or `Oid`"
)]
pub trait IndexPart: Sized {
    /// How many sub-identifiers a value takes, where that is always the same.
    const ARCS: Option<usize> = None;

    /// Appends this value.
    fn write_part(&self, w: &mut IndexWriter, form: Form);

    /// Reads a value.
    ///
    /// # Errors
    /// The arcs do not form one.
    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError>;

    /// Orders two values as their arcs are ordered, without making the arcs.
    fn order_part(&self, other: &Self, form: Form) -> Ordering;
}

/// Orders two values of one INDEX object as SNMP walks them, for `impl Ord` of an index type:
/// `order_part(&a.x, &b.x, form).then_with(|| order_part(&a.y, &b.y, form))`.
pub fn order_part<P: IndexPart>(a: &P, b: &P, form: Form) -> Ordering {
    a.order_part(b, form)
}

impl IndexPart for i32 {
    const ARCS: Option<usize> = Some(1);

    #[inline]
    fn write_part(&self, w: &mut IndexWriter, _: Form) {
        w.integer(*self);
    }

    #[inline]
    fn read_part(r: &mut IndexReader<'_>, _: Form) -> Result<Self, IndexError> {
        r.integer()
    }

    fn order_part(&self, other: &Self, _: Form) -> Ordering {
        (*self as u32).cmp(&(*other as u32))
    }
}

macro_rules! number {
    ($($name:ident),*) => {
        $(impl IndexPart for $name {
            const ARCS: Option<usize> = Some(1);

            #[inline]
            fn write_part(&self, w: &mut IndexWriter, _: Form) {
                w.unsigned(self.0);
            }

            #[inline]
            fn read_part(r: &mut IndexReader<'_>, _: Form) -> Result<Self, IndexError> {
                r.unsigned().map(Self)
            }

            fn order_part(&self, other: &Self, _: Form) -> Ordering {
                self.cmp(other)
            }
        })*
    };
}

number!(Unsigned32, Gauge32, Counter32, TimeTicks);

/// Outside of SMI, but met in MIBs: one arc where the number fits.
impl IndexPart for Counter64 {
    const ARCS: Option<usize> = Some(1);

    fn write_part(&self, w: &mut IndexWriter, _: Form) {
        match u32::try_from(self.0) {
            Ok(number) => w.unsigned(number),
            Err(_) => w.fail(IndexError::TooLarge { found: self.0 }),
        }
    }

    fn read_part(r: &mut IndexReader<'_>, _: Form) -> Result<Self, IndexError> {
        r.unsigned().map(|number| Self(number.into()))
    }

    fn order_part(&self, other: &Self, _: Form) -> Ordering {
        self.cmp(other)
    }
}

impl IndexPart for IpAddress {
    const ARCS: Option<usize> = Some(4);

    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        match form {
            Form::NetworkAddress => w.network_address(self.0),
            _ => w.ip_address(self.0),
        }
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        match form {
            Form::NetworkAddress => r.network_address().map(Self),
            _ => r.ip_address().map(Self),
        }
    }

    fn order_part(&self, other: &Self, _: Form) -> Ordering {
        self.cmp(other)
    }
}

impl IndexPart for OctetString {
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        write_octets(self, w, form);
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        match form {
            Form::Variable | Form::NetworkAddress => r.string(),
            Form::Fixed(size) => r.string_fixed(size),
            Form::Implied => r.string_implied(),
        }
    }

    fn order_part(&self, other: &Self, form: Form) -> Ordering {
        order_octets(self, other, form)
    }
}

/// Indexed as an octet string.
impl IndexPart for Opaque {
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        write_octets(self, w, form);
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        OctetString::read_part(r, form).map(|octets| Self(octets.0))
    }

    fn order_part(&self, other: &Self, form: Form) -> Ordering {
        order_octets(self, other, form)
    }
}

/// Indexed as an octet string.
impl IndexPart for Bits {
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        write_octets(self.as_octets(), w, form);
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        OctetString::read_part(r, form).map(|octets| Self::from_octets(octets.0))
    }

    fn order_part(&self, other: &Self, form: Form) -> Ordering {
        order_octets(self.as_octets(), other.as_octets(), form)
    }
}

impl IndexPart for Oid {
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        match form {
            Form::Variable | Form::NetworkAddress => w.oid(self),
            Form::Fixed(_) | Form::Implied => w.oid_implied(self),
        }
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        match form {
            Form::Variable | Form::NetworkAddress => r.oid(),
            Form::Fixed(_) | Form::Implied => r.oid_implied(),
        }
    }

    fn order_part(&self, other: &Self, form: Form) -> Ordering {
        let by_length = match form {
            Form::Variable | Form::NetworkAddress => self.len().cmp(&other.len()),
            Form::Fixed(_) | Form::Implied => Ordering::Equal,
        };
        by_length.then_with(|| self.cmp(other))
    }
}

fn write_octets(octets: &[u8], w: &mut IndexWriter, form: Form) {
    match form {
        Form::Variable | Form::NetworkAddress => w.string(octets),
        Form::Fixed(size) => w.string_fixed(octets, size),
        Form::Implied => w.string_implied(octets),
    }
}

fn order_octets(a: &[u8], b: &[u8], form: Form) -> Ordering {
    let by_length = match form {
        Form::Variable | Form::NetworkAddress => a.len().cmp(&b.len()),
        Form::Fixed(_) | Form::Implied => Ordering::Equal,
    };
    by_length.then_with(|| a.cmp(b))
}
