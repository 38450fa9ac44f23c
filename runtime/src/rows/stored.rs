//! Columns that have values in a store.

use crate::typed::access::{AccessibleForNotify, ReadCreate, ReadOnly, ReadWrite, WriteOnly};

/// Access of a column that has a value in each row: all but `not-accessible`, which is in the index.
#[diagnostic::on_unimplemented(
    message = "this column has no value in a row",
    label = "its MAX-ACCESS is `{Self}`: it is in the index of the row",
    note = "an index is given when the row is inserted, and read from the index of a row"
)]
pub trait StoredAccess {}

#[diagnostic::do_not_recommend]
impl StoredAccess for AccessibleForNotify {}
#[diagnostic::do_not_recommend]
impl StoredAccess for ReadOnly {}
#[diagnostic::do_not_recommend]
impl StoredAccess for ReadWrite {}
#[diagnostic::do_not_recommend]
impl StoredAccess for ReadCreate {}
#[diagnostic::do_not_recommend]
impl StoredAccess for WriteOnly {}
