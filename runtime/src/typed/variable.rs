//! Names of single variables.

use super::{NameError, ObjectRef};
use crate::{oid::Oid, value::Syntax};

/// The name of one variable: a scalar, or a column at an index.
#[diagnostic::on_unimplemented(
    message = "this does not name a single variable",
    label = "expected a scalar, or a column with an index",
    note = "a column has a variable per row: `IF_DESCR.at(1)` is one; to read all rows use `table` or `walk`",
    note = "names that are known at run time alone are asked for with `get_oids`"
)]
pub trait Variable {
    /// The type of its values.
    type Value: Syntax;
    /// What may be done with it: one of the markers in [`access`](super::access).
    type Access;

    /// Its name on the wire.
    ///
    /// # Errors
    /// An index that cannot be written as sub-identifiers.
    fn oid(&self) -> Result<Oid, NameError>;

    /// The object it is an instance of.
    fn object(&self) -> ObjectRef;
}

/// Where a walk begins: everything below this OID.
#[diagnostic::on_unimplemented(
    message = "a walk cannot begin at `{Self}`",
    label = "expected a table, a column, another object or an `Oid`",
    note = "numbers become an `Oid` with `oid!(\"1.3.6.1.2.1\")`, or at run time with `text.parse::<Oid>()?`"
)]
pub trait Subtree {
    /// The OID above all that is walked.
    ///
    /// # Errors
    /// An index that cannot be written as sub-identifiers.
    fn root(&self) -> Result<Oid, NameError>;
}

impl Subtree for Oid {
    fn root(&self) -> Result<Oid, NameError> {
        Ok(self.clone())
    }
}

impl<S: Subtree> Subtree for &S {
    fn root(&self) -> Result<Oid, NameError> {
        S::root(self)
    }
}
