//! Names that are not objects with values.

use std::{fmt, marker::PhantomData};

use super::{Module, NameError, ObjectRef, Subtree, variable::varbinds};
use crate::oid::Oid;

/// A named node of module `M` without a value: a branch, a table, a row, an identity, a notification.
///
/// It can be walked, and be the value of an object of type OBJECT IDENTIFIER.
pub struct Node<M> {
    oid: &'static [u32],
    module: PhantomData<fn() -> M>,
}

impl<M> Node<M> {
    /// The node with this OID.
    pub const fn new(oid: &'static [u32]) -> Self {
        Self { oid, module: PhantomData }
    }

    /// The sub-identifiers of its OID.
    pub const fn arcs(self) -> &'static [u32] {
        self.oid
    }

    /// Nothing to check: see [`Column`](super::Column).
    #[doc(hidden)]
    pub const fn check_arcs(self, _: usize) {}

    #[doc(hidden)]
    pub const fn instance_zero(self) -> BelowNode<M, 1> {
        BelowNode { node: self, arcs: [0] }
    }

    #[doc(hidden)]
    pub const fn instance_arcs<const N: usize>(self, arcs: [u32; N]) -> BelowNode<M, N> {
        BelowNode { node: self, arcs }
    }
}

impl<M: Module> Node<M> {
    /// Which node this is.
    pub const fn object(self) -> ObjectRef {
        ObjectRef::new(M::META, self.oid)
    }
}

impl<M> Clone for Node<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Node<M> {}

impl<M: Module> fmt::Debug for Node<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.object(), f)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Module> Subtree for Node<M> {
    varbinds!();

    fn root(&self) -> Result<Oid, NameError> {
        self.object().oid()
    }
}

/// An OID below a node, as `oid!("SNMPv2-SMI::enterprises.32473")` makes it.
pub struct BelowNode<M, const N: usize> {
    node: Node<M>,
    arcs: [u32; N],
}

impl<M, const N: usize> Clone for BelowNode<M, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, const N: usize> Copy for BelowNode<M, N> {}

impl<M: Module, const N: usize> fmt::Debug for BelowNode<M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.node, f)?;
        self.arcs.iter().try_for_each(|arc| write!(f, ".{arc}"))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Module, const N: usize> Subtree for BelowNode<M, N> {
    varbinds!();

    fn root(&self) -> Result<Oid, NameError> {
        self.node.object().instance(self.arcs)
    }
}

/// A constant that several names of a module would have, as `fooBar` and `foo-bar` both want `FOO_BAR`.
///
/// Each of them has a constant with a suffix instead; the module's documentation lists them.
#[derive(Clone, Copy, Debug)]
pub struct Ambiguous;

impl Ambiguous {
    /// Nothing to check: see [`Column`](super::Column).
    #[doc(hidden)]
    pub const fn check_arcs(self, _: usize) {}

    #[doc(hidden)]
    pub const fn instance_zero<const N: usize>(self)
    where
        [u32; N]: UniqueName,
    {
    }

    #[doc(hidden)]
    pub const fn instance_arcs<const N: usize>(self, _: [u32; N])
    where
        [u32; N]: UniqueName,
    {
    }
}

/// Names that do not share their constant with others. Nothing implements it; it exists for its error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "several names of this module make the same constant",
    label = "it is not clear which one is meant",
    note = "each has a constant with a suffix, listed at the one without: write its path instead of `oid!`"
)]
pub trait UniqueName {}
