//! The OID of an instance, with names.

use std::fmt;

use super::{Style, index};
use crate::meta::{Meta, ObjectKind, ObjectMeta};
use crate::oid::{Arcs, OidRef};

/// Prints the OID of an instance as the object's name and its index: `ifDescr.3`,
/// `ipAddressIfIndex.ipv4."192.0.2.1"`. Strings are in quotes, enumerated numbers are labels. What does
/// not fit the index of the MIB stays numeric. `{:#}` puts the module in front: `IF-MIB::ifDescr.3`.
#[derive(Clone, Debug)]
pub struct InstanceName<'a> {
    object: ObjectMeta<'a>,
    rest: Arcs<'a>,
}

impl<'a> Meta<'a> {
    /// Writes the OID of an instance with names: `ifDescr.3`. `None` if the module defines nothing above it.
    pub fn instance_name<'b>(&self, oid: impl Into<OidRef<'b>>) -> Option<InstanceName<'b>>
    where
        'a: 'b,
    {
        let oid = oid.into();
        self.object_at(oid).and_then(|object| InstanceName::new(object, oid))
    }
}

impl<'a> InstanceName<'a> {
    /// `None` if the OID is not under the object.
    fn new(object: ObjectMeta<'a>, oid: OidRef<'a>) -> Option<Self> {
        let rest = oid.strip_octets(object.octets())?;
        Some(Self { object, rest })
    }

    /// The definition that the OID belongs to.
    pub const fn object(&self) -> ObjectMeta<'a> {
        self.object
    }

    /// The sub-identifiers after the definition's own.
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
        let column = Some(&self.object).filter(|object| object.kind() == ObjectKind::Column);
        f.write_str(&index(column, self.rest.clone(), &Style::DEFAULT, &|oid| oid.to_string()))
    }
}
