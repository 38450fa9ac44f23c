//! Names of single variables.

use super::{DecodeError, NameError, ObjectRef, Siblings};
use crate::{
    oid::Oid,
    value::{Syntax, VarBind},
};

/// The name of one variable: a scalar, or a column at an index.
#[diagnostic::on_unimplemented(
    message = "this does not name a single variable",
    label = "expected a scalar, or a column with an index",
    note = "a column has a variable per row: `IF_DESCR.at(1)` is one; to read all rows use `table` or `walk`",
    note = "names that are known only at run time are asked for with `get_oids`"
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
    /// What a walk gives: index and value for a column, else varbinds.
    type Item;

    /// Makes an item of a varbind below the root, which is of the object where all items are of one. With `siblings`,
    /// numbers of another number type than the column's are accepted, too.
    ///
    /// # Errors
    /// An index or a value of another type than the column's.
    fn item(
        object: Option<ObjectRef>,
        varbind: VarBind,
        siblings: Option<&Siblings>,
    ) -> Result<Self::Item, DecodeError>;

    /// The object that is walked, where all that is walked is of one.
    fn walked(&self) -> Option<ObjectRef> {
        None
    }

    /// The OID above all that is walked.
    ///
    /// # Errors
    /// An index that cannot be written as sub-identifiers.
    fn root(&self) -> Result<Oid, NameError>;
}

/// A walk that gives varbinds as they come.
macro_rules! varbinds {
    () => {
        type Item = crate::value::VarBind;

        fn item(
            _: Option<crate::typed::ObjectRef>,
            varbind: crate::value::VarBind,
            _: Option<&crate::typed::Siblings>,
        ) -> Result<Self::Item, crate::typed::DecodeError> {
            Ok(varbind)
        }
    };
}
pub(super) use varbinds;

#[diagnostic::do_not_recommend]
impl Subtree for Oid {
    varbinds!();

    fn root(&self) -> Result<Oid, NameError> {
        Ok(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<S: Subtree> Subtree for &S {
    type Item = S::Item;

    fn item(
        object: Option<ObjectRef>,
        varbind: VarBind,
        siblings: Option<&Siblings>,
    ) -> Result<S::Item, DecodeError> {
        S::item(object, varbind, siblings)
    }

    fn walked(&self) -> Option<ObjectRef> {
        S::walked(self)
    }

    fn root(&self) -> Result<Oid, NameError> {
        S::root(self)
    }
}
