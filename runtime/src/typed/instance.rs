//! One variable of a column.

use std::fmt;

use super::{
    Assignment, Binding, Column, NameError, ObjectRef, Row, Subtree, Variable, access::Writable,
    query::Optional, variable::varbinds,
};
use crate::{
    index::{self, Index},
    oid::Oid,
    value::Syntax,
};

/// The instance of a column in the row with one index; [`Column::at`] makes it.
pub struct Instance<R: Row, T, A> {
    column: Column<R, T, A>,
    index: R::Index,
}

impl<R: Row, T, A> Instance<R, T, A> {
    pub(super) const fn new(column: Column<R, T, A>, index: R::Index) -> Self {
        Self { column, index }
    }

    /// The index of the row.
    pub const fn index(&self) -> &R::Index {
        &self.index
    }
}

impl<R: Row, T: Syntax, A> Instance<R, T, A> {
    /// The instance with a value, for a notification.
    pub fn with(self, value: T) -> Binding<R::Index, T> {
        Binding::new(self.column.object(), self.index, value)
    }

    /// The instance with a value, for a SET.
    pub fn assign(self, value: impl Into<T>) -> Assignment
    where
        A: Writable,
    {
        Assignment::of(&self, &value.into())
    }

    /// Asks for `Option<T>`: `None` if the agent has no such instance.
    pub const fn optional(self) -> Optional<Self> {
        Optional::new(self)
    }
}

impl<R: Row, T, A> Clone for Instance<R, T, A> {
    fn clone(&self) -> Self {
        Self { column: self.column, index: self.index.clone() }
    }
}

impl<R: Row, T, A> fmt::Debug for Instance<R, T, A>
where
    R::Index: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.at({:?})", self.column, self.index)
    }
}

/// Prints the name of the variable: `ifDescr.3`. If no OID can hold the index, it prints what is wrong with it.
impl<R: Row, T: Syntax, A> fmt::Display for Instance<R, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display_name(self, f)
    }
}

fn display_name(variable: &impl Variable, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match variable.oid() {
        Ok(oid) => f.pad(&variable.object().instance_name(&oid)),
        Err(error) => write!(f, "({error})"),
    }
}

#[diagnostic::do_not_recommend]
impl<R: Row, T: Syntax, A> Variable for Instance<R, T, A> {
    type Value = T;
    type Access = A;

    #[inline]
    fn oid(&self) -> Result<Oid, NameError> {
        let mut name = self.column.writer();
        self.index.write(&mut name);
        name.finish().map_err(|source| NameError::Index { object: self.column.object(), source })
    }

    #[inline]
    fn object(&self) -> ObjectRef {
        self.column.object()
    }
}

#[diagnostic::do_not_recommend]
impl<R: Row, T: Syntax, A> Subtree for Instance<R, T, A> {
    varbinds!();

    fn root(&self) -> Result<Oid, NameError> {
        self.oid()
    }
}

/// An instance of a column written as numbers, as `oid!("IF-MIB::ifDescr.1")` makes it.
///
/// Whether the numbers are an index of the row shows when the name is made.
pub struct Literal<R, T, A, const N: usize> {
    column: Column<R, T, A>,
    arcs: [u32; N],
}

impl<R, T, A, const N: usize> Literal<R, T, A, N> {
    pub(super) const fn new(column: Column<R, T, A>, arcs: [u32; N]) -> Self {
        Self { column, arcs }
    }
}

impl<R: Row, T: Syntax, A, const N: usize> Literal<R, T, A, N> {
    /// The instance with a value, for a SET.
    pub fn assign(self, value: impl Into<T>) -> Assignment
    where
        A: Writable,
    {
        Assignment::of(&self, &value.into())
    }

    /// Asks for `Option<T>`: `None` if the agent has no such instance.
    pub const fn optional(self) -> Optional<Self> {
        Optional::new(self)
    }
}

impl<R, T, A, const N: usize> Clone for Literal<R, T, A, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T, A, const N: usize> Copy for Literal<R, T, A, N> {}

impl<R: Row, T, A, const N: usize> fmt::Debug for Literal<R, T, A, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.column, f)?;
        self.arcs.iter().try_for_each(|arc| write!(f, ".{arc}"))
    }
}

/// Prints the name of the variable: `ifDescr.3`.
impl<R: Row, T: Syntax, A, const N: usize> fmt::Display for Literal<R, T, A, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display_name(self, f)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Row, T: Syntax, A, const N: usize> Variable for Literal<R, T, A, N> {
    type Value = T;
    type Access = A;

    fn oid(&self) -> Result<Oid, NameError> {
        let object = self.column.object();
        let name = object.instance(self.arcs)?;
        if let Some(arcs) = name.strip_prefix(&object.oid()?) {
            index::decode::<R::Index>(arcs).map_err(|source| NameError::Index { object, source })?;
        }
        Ok(name)
    }

    fn object(&self) -> ObjectRef {
        self.column.object()
    }
}

#[diagnostic::do_not_recommend]
impl<R: Row, T: Syntax, A, const N: usize> Subtree for Literal<R, T, A, N> {
    varbinds!();

    fn root(&self) -> Result<Oid, NameError> {
        self.column.object().instance(self.arcs)
    }
}
