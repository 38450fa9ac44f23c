//! What a table read asks for.

use super::{Column, DecodeError, ObjectRef, Problem, Row, Siblings, access::Readable};
use crate::{
    index::Index,
    meta::Meta,
    oid::{Arcs, Oid},
    value::{Syntax, Value, ValueRef},
};

/// One column, or a tuple of up to 12 columns; [`ReadableColumns`] are those whose rows share an index type.
#[diagnostic::on_unimplemented(
    message = "this cannot be read as a table",
    label = "expected a column, or a tuple of columns",
    note = "the columns of one table read may be of several rows, as long as these have the same index type"
)]
pub trait Columns {
    /// What tells one row from another.
    type Index: Index;
    /// What a row gives: an `Option` per column, since rows can have holes.
    type Cells;

    /// Appends the columns to read.
    fn columns(&self, columns: &mut Vec<ObjectRef>);

    /// Takes a row's values.
    ///
    /// # Errors
    /// A value of another type than its column's.
    fn cells(&self, row: &RowCells<'_>) -> Result<Self::Cells, DecodeError>;
}

/// [`Columns`] that can all be read, and whose rows have the same index type.
///
/// A separate trait, so that a column that cannot be read is one error.
#[diagnostic::on_unimplemented(
    message = "this cannot be read as a table",
    label = "expected a column that can be read, or a tuple of such with one index type",
    note = "the columns of one table read may be of several rows, as long as these have the same index type",
    note = "a column that is not accessible is in the index of each row"
)]
pub trait ReadableColumns: Columns {}

impl<R: Row, T: Syntax, A: Readable> ReadableColumns for Column<R, T, A> {}

/// One column of a table read.
#[diagnostic::on_unimplemented(
    message = "this is not a column",
    label = "expected a column, such as `IF_DESCR`"
)]
pub trait TableColumn {
    /// The index type of the column's row.
    type Index: Index;
    /// The type of the column's values.
    type Value: Syntax;
    /// What may be done with it.
    type Access;

    /// Which object this is.
    fn object(&self) -> ObjectRef;
}

impl<R: Row, T: Syntax, A> TableColumn for Column<R, T, A> {
    type Index = R::Index;
    type Value = T;
    type Access = A;

    fn object(&self) -> ObjectRef {
        (*self).object()
    }
}

/// The cells of one row, before they are typed.
#[derive(Clone, Debug)]
pub struct RowCells<'a> {
    columns: &'a [ObjectRef],
    index: Arcs<'a>,
    cells: &'a [Option<Value>],
    siblings: Option<&'a Siblings>,
}

impl<'a> RowCells<'a> {
    /// The cells of the row with these sub-identifiers after each column's OID (what [`Oid::strip_prefix`] leaves of
    /// any cell's name), in the order of the columns.
    ///
    /// A missing cell is `None`, as is one that an SNMPv2 exception stands for.
    pub const fn new(columns: &'a [ObjectRef], index: Arcs<'a>, cells: &'a [Option<Value>]) -> Self {
        Self { columns, index, cells, siblings: None }
    }

    /// Accepts numbers of another number type than their column's, too, and takes `Null` for a hole.
    #[must_use]
    pub fn accepting(self, siblings: &'a Siblings) -> Self {
        Self { siblings: Some(siblings), ..self }
    }

    /// The value in one column; `None` for a hole.
    ///
    /// # Errors
    /// A value of another type.
    pub fn optional<T: Syntax>(&self, column: usize) -> Result<Option<T>, DecodeError> {
        match self.value(column) {
            None => Ok(None),
            Some(value) => T::from_value(value)
                .or_else(|wrong| match self.siblings {
                    Some(siblings) => siblings.accept(value, wrong),
                    None => Err(wrong),
                })
                .map(Some)
                .map_err(|wrong| self.error(column, wrong.into())),
        }
    }

    /// The value in one column.
    ///
    /// # Errors
    /// A value of another type, or none.
    pub fn required<T: Syntax>(&self, column: usize) -> Result<T, DecodeError> {
        self.optional(column)?.ok_or_else(|| self.error(column, Problem::Hole))
    }

    fn value(&self, column: usize) -> Option<ValueRef<'a>> {
        match self.cells.get(column)?.as_ref()? {
            Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => None,
            Value::Null if self.siblings.is_some() => None,
            value => Some(ValueRef::from(value)),
        }
    }

    #[cold]
    fn error(&self, column: usize, problem: Problem) -> DecodeError {
        let object = self.columns.get(column).copied().unwrap_or(ObjectRef::new(Meta::EMPTY, &[]));
        DecodeError { object, oid: object.instance(self.index.clone()).unwrap_or(Oid::ZERO), problem }
    }
}

#[diagnostic::do_not_recommend]
impl<R: Row, T: Syntax, A> Columns for Column<R, T, A> {
    type Index = R::Index;
    type Cells = Option<T>;

    fn columns(&self, columns: &mut Vec<ObjectRef>) {
        columns.push(self.object());
    }

    fn cells(&self, row: &RowCells<'_>) -> Result<Option<T>, DecodeError> {
        row.optional(0)
    }
}

macro_rules! tuples {
    ($($first:ident $zero:tt $($part:ident $position:tt)*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$first, $($part),*> ReadableColumns for ($first, $($part,)*)
        where
            $first: TableColumn<Access: Readable>,
            $($part: TableColumn<Index = $first::Index, Access: Readable>,)*
        {
        }

        impl<$first, $($part),*> Columns for ($first, $($part,)*)
        where
            $first: TableColumn,
            $($part: TableColumn,)*
        {
            type Index = $first::Index;
            type Cells = (Option<$first::Value>, $(Option<$part::Value>,)*);

            fn columns(&self, columns: &mut Vec<ObjectRef>) {
                columns.push(self.$zero.object());
                $(columns.push(self.$position.object());)*
            }

            fn cells(&self, row: &RowCells<'_>) -> Result<Self::Cells, DecodeError> {
                Ok((row.optional($zero)?, $(row.optional($position)?,)*))
            }
        }
    )*};
}

tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}
