//! An object, for texts about it.

use std::fmt;

use super::NameError;
use crate::{
    meta::{Meta, ObjectMeta},
    oid::{Oid, OidBuilder},
};

/// An object of a generated module: where its metadata is, and its OID.
///
/// Not generic, so that what uses it is compiled once. Prints as the object's descriptor, such as `ifDescr`, or
/// as its OID if the metadata does not have it.
#[derive(Clone, Copy)]
pub struct ObjectRef {
    meta: Meta<'static>,
    prefix: &'static [u32],
    sub_id: Option<u32>,
}

impl ObjectRef {
    /// The object with this OID in the module with this metadata.
    pub const fn new(meta: Meta<'static>, oid: &'static [u32]) -> Self {
        Self { meta, prefix: oid, sub_id: None }
    }

    /// A column of a row of the module with this metadata.
    pub const fn column(meta: Meta<'static>, row: &'static [u32], sub_id: u32) -> Self {
        Self { meta, prefix: row, sub_id: Some(sub_id) }
    }

    /// The object's OID, without an instance.
    ///
    /// # Errors
    /// Arcs that are not an OID, which the compiler does not write.
    pub fn oid(self) -> Result<Oid, NameError> {
        self.instance([])
    }

    /// The OID of an instance of the object.
    ///
    /// # Errors
    /// More than 128 sub-identifiers together.
    pub fn instance(self, arcs: impl IntoIterator<Item = u32>) -> Result<Oid, NameError> {
        let mut oid = OidBuilder::new();
        oid.extend(self.arcs().chain(arcs))
            .and_then(|()| oid.finish())
            .map_err(|source| NameError::Oid { object: self, source })
    }

    /// The sub-identifiers of the object's OID.
    pub fn arcs(self) -> impl Iterator<Item = u32> {
        self.prefix.iter().copied().chain(self.sub_id)
    }

    /// What the module says about the object, if its metadata has it.
    pub fn meta(self) -> Option<ObjectMeta<'static>> {
        self.meta.object_exact(&self.oid().ok()?)
    }

    /// The object's descriptor, such as `ifDescr`, if the module's metadata has it.
    pub fn name(self) -> Option<&'static str> {
        self.meta().map(|object| object.name())
    }

    /// The OID of an instance as text with the object's name, such as `ifDescr.3`; as numbers if the module's
    /// metadata does not have the object.
    pub fn instance_name(self, instance: &Oid) -> String {
        match self.meta.instance_name(instance) {
            Some(name) => name.to_string(),
            None => instance.to_string(),
        }
    }

    /// The metadata of the object's module.
    pub const fn module(self) -> Meta<'static> {
        self.meta
    }
}

impl PartialEq for ObjectRef {
    fn eq(&self, other: &Self) -> bool {
        self.arcs().eq(other.arcs())
    }
}

impl Eq for ObjectRef {}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name() {
            return f.pad(name);
        }
        self.arcs().enumerate().try_for_each(|(at, arc)| write!(f, "{}{arc}", if at == 0 { "" } else { "." }))
    }
}

impl fmt::Debug for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
