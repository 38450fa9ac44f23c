//! What can be an INDEX object.

use super::{Form, IndexError, IndexReader, IndexWriter};
use crate::{
    oid::Oid,
    value::{
        Bits, Convention, Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks,
        Unsigned32,
    },
};

/// A type that can stand in an index: every SMI type and every convention over one.
pub trait IndexPart: Sized {
    /// Appends this value.
    fn write_part(&self, w: &mut IndexWriter, form: Form);

    /// Reads a value.
    ///
    /// # Errors
    /// Where the arcs do not form one.
    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError>;
}

impl<C: Convention> IndexPart for C
where
    C::Repr: IndexPart,
{
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        self.repr().write_part(w, form);
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        C::Repr::read_part(r, form).map(C::wrap)
    }
}

impl IndexPart for i32 {
    fn write_part(&self, w: &mut IndexWriter, _: Form) {
        w.integer(*self);
    }

    fn read_part(r: &mut IndexReader<'_>, _: Form) -> Result<Self, IndexError> {
        r.integer()
    }
}

macro_rules! number {
    ($($name:ident),*) => {
        $(impl IndexPart for $name {
            fn write_part(&self, w: &mut IndexWriter, _: Form) {
                w.unsigned(self.0);
            }

            fn read_part(r: &mut IndexReader<'_>, _: Form) -> Result<Self, IndexError> {
                r.unsigned().map(Self)
            }
        })*
    };
}

number!(Unsigned32, Gauge32, Counter32, TimeTicks);

/// Outside of SMI, but met in MIBs: one arc where the number fits.
impl IndexPart for Counter64 {
    fn write_part(&self, w: &mut IndexWriter, _: Form) {
        match u32::try_from(self.0) {
            Ok(number) => w.unsigned(number),
            Err(_) => w.fail(IndexError::TooLarge { found: self.0 }),
        }
    }

    fn read_part(r: &mut IndexReader<'_>, _: Form) -> Result<Self, IndexError> {
        r.unsigned().map(|number| Self(number.into()))
    }
}

impl IndexPart for IpAddress {
    fn write_part(&self, w: &mut IndexWriter, _: Form) {
        w.ip_address(self.0);
    }

    fn read_part(r: &mut IndexReader<'_>, _: Form) -> Result<Self, IndexError> {
        r.ip_address().map(Self)
    }
}

impl IndexPart for OctetString {
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        write_octets(self, w, form);
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        match form {
            Form::Variable => r.string(),
            Form::Fixed(size) => r.string_fixed(size),
            Form::Implied => r.string_implied(),
        }
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
}

/// Indexed as an octet string.
impl IndexPart for Bits {
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        write_octets(self.as_octets(), w, form);
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        OctetString::read_part(r, form).map(|octets| Self::from_octets(octets.0))
    }
}

impl IndexPart for Oid {
    fn write_part(&self, w: &mut IndexWriter, form: Form) {
        match form {
            Form::Variable => w.oid(self),
            Form::Fixed(_) | Form::Implied => w.oid_implied(self),
        }
    }

    fn read_part(r: &mut IndexReader<'_>, form: Form) -> Result<Self, IndexError> {
        match form {
            Form::Variable => r.oid(),
            Form::Fixed(_) | Form::Implied => r.oid_implied(),
        }
    }
}

fn write_octets(octets: &[u8], w: &mut IndexWriter, form: Form) {
    match form {
        Form::Variable => w.string(octets),
        Form::Fixed(size) => w.string_fixed(octets, size),
        Form::Implied => w.string_implied(octets),
    }
}
