//! Objects with one instance per row.

use std::{fmt, marker::PhantomData};

use super::{
    DecodeError, Instance, Literal, Module, NameError, ObjectRef, Problem, Row, Siblings, Subtree,
    access::Readable,
};
use crate::{
    index::{self, Index, IndexWriter},
    oid::{Oid, ShortOid},
    value::{Syntax, ValueRef, VarBind},
};

/// A column of row `R` with values of type `T` and access `A`.
///
/// [`at`](Column::at) makes an instance of it. Columns whose rows share an index type can be read together as one
/// table.
pub struct Column<R, T, A> {
    sub_id: u32,
    types: Types<R, T, A>,
}

/// A column of row `R`: what [`Column::any`] makes, for lists of columns with values of several types.
pub struct AnyColumn<R: ?Sized> {
    sub_id: u32,
    row: PhantomData<fn() -> R>,
}

impl<R: ?Sized> AnyColumn<R> {
    /// The column's sub-identifier below its row.
    pub const fn sub_id(self) -> u32 {
        self.sub_id
    }
}

impl<R: ?Sized> Clone for AnyColumn<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: ?Sized> Copy for AnyColumn<R> {}

impl<R: ?Sized> fmt::Debug for AnyColumn<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyColumn").field(&self.sub_id).finish()
    }
}

/// Where an object is, what its values are, what may be done with it. A function pointer, so that constants are
/// `Send` and `Sync` whatever the types are.
pub(super) type Types<P, T, A> = PhantomData<fn() -> (P, T, A)>;

impl<R, T, A> Column<R, T, A> {
    /// The column one sub-identifier below its row.
    pub const fn new(sub_id: u32) -> Self {
        Self { sub_id, types: PhantomData }
    }

    /// The column's sub-identifier below its row.
    pub const fn sub_id(self) -> u32 {
        self.sub_id
    }

    /// The column as one of its row's, whatever its values are.
    pub const fn any(self) -> AnyColumn<R> {
        AnyColumn { sub_id: self.sub_id, row: PhantomData }
    }

    /// The instance `.0`, as `oid!` names it.
    #[doc(hidden)]
    pub const fn instance_zero(self) -> Literal<R, T, A, 1> {
        Literal::new(self, [0])
    }

    /// The instance with these sub-identifiers, as `oid!` names it.
    #[doc(hidden)]
    pub const fn instance_arcs<const N: usize>(self, arcs: [u32; N]) -> Literal<R, T, A, N> {
        Literal::new(self, arcs)
    }
}

impl<R: Row, T, A> Column<R, T, A> {
    /// The row's OID, unless it is uncommonly long.
    const ROW: Option<ShortOid> = ShortOid::new(R::OID, None);

    /// To write an index behind the column's OID.
    #[inline]
    pub(super) fn writer(self) -> IndexWriter {
        match Self::ROW {
            Some(row) => IndexWriter::short_column(row, self.sub_id),
            None => IndexWriter::column(R::OID, self.sub_id),
        }
    }

    /// Whether the row's index can have this many sub-identifiers; `oid!` asks at compile time.
    #[doc(hidden)]
    #[track_caller]
    pub const fn check_arcs(self, found: usize) {
        let Some(expected) = <R::Index as Index>::ARCS else { return };
        if found == expected {
            return;
        }
        match expected {
            1 => panic!("the index of this row is 1 sub-identifier"),
            2 => panic!("the index of this row is 2 sub-identifiers"),
            3 => panic!("the index of this row is 3 sub-identifiers"),
            4 => panic!("the index of this row is 4 sub-identifiers"),
            5 => panic!("the index of this row is 5 sub-identifiers"),
            6 => panic!("the index of this row is 6 sub-identifiers"),
            _ if found < expected => panic!("the index of this row has more sub-identifiers"),
            _ => panic!("the index of this row has fewer sub-identifiers"),
        }
    }

    /// The instance in the row with this index.
    #[inline]
    pub fn at(self, index: impl Into<R::Index>) -> Instance<R, T, A> {
        Instance::new(self, index.into())
    }

    /// Which object this is.
    pub const fn object(self) -> ObjectRef {
        ObjectRef::column(<R::Module as Module>::META, R::OID, self.sub_id)
    }
}

impl<R, T, A> Clone for Column<R, T, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, T, A> Copy for Column<R, T, A> {}

impl<R: Row, T, A> fmt::Debug for Column<R, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.object(), f)
    }
}

/// Prints the descriptor: `ifDescr`.
impl<R: Row, T, A> fmt::Display for Column<R, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.object(), f)
    }
}

impl<R: Row, T: Syntax, A: Readable> Subtree for Column<R, T, A> {
    type Item = (R::Index, T);

    fn item(
        object: Option<ObjectRef>,
        varbind: VarBind,
        siblings: Option<&Siblings>,
    ) -> Result<Self::Item, DecodeError> {
        let object = object.unwrap_or(ObjectRef::new(<R::Module as Module>::META, R::OID));
        let cell = || {
            let behind = object.arcs().count();
            let mut arcs = varbind.name.arcs();
            arcs.by_ref().take(behind).for_each(drop);
            let value = ValueRef::from(&varbind.value);
            let value = T::from_value(value).or_else(|wrong| match siblings {
                Some(siblings) => siblings.accept(value, wrong),
                None => Err(wrong),
            });
            Ok((index::decode(arcs)?, value?))
        };
        cell().map_err(|problem: Problem| DecodeError { object, oid: varbind.name.clone(), problem })
    }

    fn walked(&self) -> Option<ObjectRef> {
        Some((*self).object())
    }

    fn root(&self) -> Result<Oid, NameError> {
        self.object().oid()
    }
}
