//! Rows as structs of the user's own.

use super::{Column, DecodeError, ObjectRef, Row, RowCells, access::Readable};
use crate::{index::Index, value::Syntax};

/// A struct with a field per column that is wanted; `#[derive(FromRow)]` writes the implementation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a row",
    label = "not a struct with `#[derive(FromRow)]`",
    note = "derive it: `#[derive(mibc::FromRow)] #[row(IfEntry)] struct ..`"
)]
pub trait FromRow: Sized {
    /// What tells one row from another.
    type Index: Index;

    /// Appends the columns to read.
    fn columns(columns: &mut Vec<ObjectRef>);

    /// Takes a row's values.
    ///
    /// # Errors
    /// A value of another type than its column's, or a hole and a field that is not an `Option`.
    fn from_cells(row: &RowCells<'_>) -> Result<Self, DecodeError>;
}

/// The column of a field, checked to be readable and to have the struct's index type; the derive calls it.
#[doc(hidden)]
pub fn field_object<I, R: Row<Index = I>, T, A: Readable>(column: Column<R, T, A>) -> ObjectRef {
    column.object()
}

/// A field's value, converted from the column's type; the derive calls it.
#[doc(hidden)]
pub fn required_field<R, T: Syntax, A, F: From<T>>(
    _: Column<R, T, A>,
    row: &RowCells<'_>,
    position: usize,
) -> Result<F, DecodeError> {
    row.required::<T>(position).map(F::from)
}

/// As [`required_field`], for a field that takes a hole; the derive calls it.
#[doc(hidden)]
pub fn optional_field<R, T: Syntax, A, F: From<T>>(
    _: Column<R, T, A>,
    row: &RowCells<'_>,
    position: usize,
) -> Result<Option<F>, DecodeError> {
    Ok(row.optional::<T>(position)?.map(F::from))
}
