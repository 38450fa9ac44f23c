//! Objects with one instance.

use std::{fmt, marker::PhantomData};

use super::{
    Assignment, Binding, Module, NameError, ObjectRef, Subtree, Variable, access::Writable, column::Types,
    query::Optional, variable::varbinds,
};
use crate::{
    oid::{Oid, ShortOid},
    value::Syntax,
};

/// A scalar of module `M` with values of type `T` and access `A`; its one instance is `.0`.
pub struct Scalar<M, T, A> {
    oid: &'static [u32],
    /// The instance's OID, unless it is uncommonly long.
    instance: Option<ShortOid>,
    types: Types<M, T, A>,
}

impl<M, T, A> Scalar<M, T, A> {
    /// The scalar with this OID, without the `.0`.
    pub const fn new(oid: &'static [u32]) -> Self {
        Self { oid, instance: ShortOid::new(oid, Some(0)), types: PhantomData }
    }

    /// Nothing to check: see [`Column`](super::Column).
    #[doc(hidden)]
    pub const fn check_arcs(self, _: usize) {}

    /// The scalar's instance `.0`, as [`oid!`](https://docs.rs/mibc/latest/mibc/macro.oid.html) names it.
    #[doc(hidden)]
    pub const fn instance_zero(self) -> Self {
        self
    }

    /// No instance: what `oid!` calls for other sub-identifiers than `.0`, so that types refuse them.
    #[doc(hidden)]
    pub const fn instance_arcs<const N: usize>(self, _: [u32; N]) -> Self
    where
        [u32; N]: ScalarInstance,
    {
        self
    }
}

impl<M: Module, T: Syntax, A> Scalar<M, T, A> {
    /// Which object this is.
    pub const fn object(self) -> ObjectRef {
        ObjectRef::new(M::META, self.oid)
    }

    /// The instance with a value, for a notification.
    pub const fn with(self, value: T) -> Binding<(), T> {
        Binding::new(self.object(), (), value)
    }

    /// The instance with a value, for a SET.
    pub fn assign(self, value: impl Into<T>) -> Assignment
    where
        A: Writable,
    {
        Assignment::of(&self, &value.into())
    }

    /// Asks for `Option<T>`: `None` if the agent does not have the scalar.
    pub const fn optional(self) -> Optional<Self> {
        Optional::new(self)
    }
}

/// Sub-identifiers that could name an instance of a scalar: there are none but `.0`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a scalar has no instance but `.0`",
    label = "this object is a scalar",
    note = "write `.0`, or leave the instance out"
)]
pub trait ScalarInstance {}

impl<M, T, A> Clone for Scalar<M, T, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, A> Copy for Scalar<M, T, A> {}

impl<M: Module, T: Syntax, A> fmt::Debug for Scalar<M, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.0", self.object())
    }
}

/// Prints the name of the variable: `sysName.0`.
impl<M: Module, T: Syntax, A> fmt::Display for Scalar<M, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}"))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Module, T: Syntax, A> Variable for Scalar<M, T, A> {
    type Value = T;
    type Access = A;

    #[inline]
    fn oid(&self) -> Result<Oid, NameError> {
        match self.instance {
            Some(instance) => Ok(instance.oid()),
            None => self.object().instance([0]),
        }
    }

    #[inline]
    fn object(&self) -> ObjectRef {
        (*self).object()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Module, T: Syntax, A> Subtree for Scalar<M, T, A> {
    varbinds!();

    fn root(&self) -> Result<Oid, NameError> {
        self.object().oid()
    }
}
