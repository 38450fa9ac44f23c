//! The OID of an instance, with names.

use std::fmt;

use super::{IndexObject, ObjectKind, ObjectMeta};
use crate::{
    index::{IndexError, IndexReader},
    oid::{Arcs, OidRef},
    syntax::BaseType,
    value::{IpAddress, OctetString, ValueRef},
};

/// Prints the OID of an instance as the object's name and its index: `ifDescr.3`,
/// `ipAddressIfIndex.ipv4."192.0.2.1"`. Strings stand in quotes, enumerated numbers as their labels. What does
/// not fit the index of the MIB stays numeric. `{:#}` puts the module in front: `IF-MIB::ifDescr.3`.
#[derive(Clone, Debug)]
pub struct InstanceName<'a> {
    object: ObjectMeta<'a>,
    rest: Arcs<'a>,
}

impl<'a> InstanceName<'a> {
    /// `None` where the OID is not under the object.
    pub(super) fn new(object: ObjectMeta<'a>, oid: OidRef<'a>) -> Option<Self> {
        let rest = oid.strip_octets(object.octets())?;
        Some(Self { object, rest })
    }

    /// The definition that the OID belongs to.
    pub const fn object(&self) -> ObjectMeta<'a> {
        self.object
    }

    /// The arcs behind the definition's own.
    pub fn index(&self) -> Arcs<'a> {
        self.rest.clone()
    }
}

impl fmt::Display for InstanceName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            write!(f, "{}::", self.object.module())?;
        }
        f.write_str(self.object.name())?;
        let mut reader = IndexReader::new(self.rest.clone());
        if self.object.kind() == ObjectKind::Column {
            for object in self.object.index() {
                let before = reader.clone();
                match Part::read(&mut reader, &object) {
                    Ok(part) => write!(f, ".{}", Typed { part, object })?,
                    Err(_) => {
                        reader = before;
                        break;
                    }
                }
            }
        }
        for arc in reader.rest() {
            write!(f, ".{arc}")?;
        }
        Ok(())
    }
}

/// One part of an index, read by its type.
enum Part {
    Integer(i32),
    Unsigned(u32),
    Address(IpAddress),
    Octets(Vec<u8>),
    Oid(crate::oid::Oid),
}

impl Part {
    fn read(reader: &mut IndexReader<'_>, object: &IndexObject<'_>) -> Result<Self, IndexError> {
        match object.syntax.base() {
            BaseType::Integer32 => reader.integer().map(Self::Integer),
            BaseType::Unsigned32
            | BaseType::Counter32
            | BaseType::Gauge32
            | BaseType::TimeTicks
            | BaseType::Counter64 => reader.unsigned().map(Self::Unsigned),
            BaseType::IpAddress => reader.part(object.form).map(Self::Address),
            BaseType::OctetString | BaseType::Opaque | BaseType::Bits => {
                reader.part::<OctetString>(object.form).map(|octets| Self::Octets(octets.0))
            }
            BaseType::ObjectIdentifier => reader.part(object.form).map(Self::Oid),
        }
    }
}

/// A part with its object, for printing.
struct Typed<'a> {
    part: Part,
    object: IndexObject<'a>,
}

impl fmt::Display for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::Integer(number) => match self.object.syntax.label(*number) {
                Some(label) => f.write_str(label),
                None => write!(f, "{number}"),
            },
            Part::Unsigned(number) => write!(f, "{number}"),
            Part::Address(address) => write!(f, "{address}"),
            Part::Oid(oid) => write!(f, "{oid}"),
            Part::Octets(octets) => {
                let text = self.object.syntax.display(ValueRef::OctetString(octets)).to_string();
                write!(f, "{text:?}")
            }
        }
    }
}
