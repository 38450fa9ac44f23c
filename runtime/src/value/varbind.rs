//! Variable bindings.

use std::fmt;

use super::{Value, ValueRef};
use crate::oid::{Oid, OidRef};

/// The name of a variable with its value (RFC 3416 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VarBind {
    /// The instance.
    pub name: Oid,
    /// Its value.
    pub value: Value,
}

impl VarBind {
    /// A variable with its value.
    pub fn new(name: Oid, value: impl Into<Value>) -> Self {
        Self { name, value: value.into() }
    }

    /// A variable to be asked for.
    pub const fn unspecified(name: Oid) -> Self {
        Self { name, value: Value::Null }
    }

    /// This varbind, borrowed.
    #[inline]
    pub fn as_ref(&self) -> VarBindRef<'_> {
        VarBindRef { name: self.name.as_ref(), value: self.value.as_ref() }
    }
}

impl fmt::Display for VarBind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

/// [`VarBind`], borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VarBindRef<'a> {
    /// The instance.
    pub name: OidRef<'a>,
    /// Its value.
    pub value: ValueRef<'a>,
}

impl VarBindRef<'_> {
    /// A copy that owns its octets.
    #[inline]
    pub fn to_varbind(self) -> VarBind {
        VarBind { name: self.name.to_oid(), value: self.value.to_value() }
    }
}

impl<'a> From<&'a VarBind> for VarBindRef<'a> {
    fn from(varbind: &'a VarBind) -> Self {
        varbind.as_ref()
    }
}

impl From<VarBindRef<'_>> for VarBind {
    fn from(varbind: VarBindRef<'_>) -> Self {
        varbind.to_varbind()
    }
}

impl fmt::Display for VarBindRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.value)
    }
}
