//! Variables that SET can name.

use super::{Variable, access::Writable};
use crate::value::Syntax;

/// A [`Variable`] whose access lets SET name it.
///
/// A separate trait, so that a SET has one error: either the object's access is wrong, or it is not a variable.
#[diagnostic::on_unimplemented(
    message = "this does not name a single variable",
    label = "expected a scalar, or a column with an index",
    note = "a column has a variable per row: `IF_ADMIN_STATUS.at(1)` is one"
)]
pub trait WritableVariable: Variable<Value = Self::Written> {
    /// The type of its values.
    type Written: Syntax;
}

impl<V: Variable> WritableVariable for V
where
    V::Access: Writable,
{
    type Written = V::Value;
}
