//! Variables with values.

use std::fmt;

use super::{NameError, ObjectRef, Variable};
use crate::value::{Syntax, VarBind};

/// A variable with a value, as notifications carry it: index and value of one object.
///
/// `I` is the row's index, `()` for a scalar. [`Column::at`](super::Column::at) and
/// [`Instance::with`](super::Instance::with) make it. Two bindings are equal if index and value are.
#[derive(Clone)]
pub struct Binding<I, T> {
    /// Which row the value is of.
    pub index: I,
    /// The value.
    pub value: T,
    object: ObjectRef,
}

impl<I, T> Binding<I, T> {
    pub(super) const fn new(object: ObjectRef, index: I, value: T) -> Self {
        Self { index, value, object }
    }

    /// The object it is an instance of.
    pub const fn object(&self) -> ObjectRef {
        self.object
    }
}

impl<I: PartialEq, T: PartialEq> PartialEq for Binding<I, T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.value == other.value
    }
}

impl<I: Eq, T: Eq> Eq for Binding<I, T> {}

impl<I: fmt::Debug, T: fmt::Debug> fmt::Debug for Binding<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binding").field("index", &self.index).field("value", &self.value).finish()
    }
}

/// A value for a variable that can be written: one element of a SET.
#[derive(Clone, Debug)]
pub struct Assignment {
    object: ObjectRef,
    varbind: Result<VarBind, NameError>,
}

impl Assignment {
    pub(super) fn of<V: Variable>(variable: &V, value: &V::Value) -> Self {
        let varbind = variable.oid().map(|name| VarBind { name, value: value.to_value() });
        Self { object: variable.object(), varbind }
    }

    /// The object that is written.
    pub const fn object(&self) -> ObjectRef {
        self.object
    }

    /// The varbind for the request.
    ///
    /// # Errors
    /// An index that cannot be written as sub-identifiers.
    pub fn into_varbind(self) -> Result<VarBind, NameError> {
        self.varbind
    }
}
