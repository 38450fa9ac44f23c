//! Rows kept for an agent: a store for any table, with all of RowStatus and StorageType (RFC 2579 §2).
//!
//! A [`RowStore`] is typed by the row of its table, keeps rows in the order of their indexes, and serves them with
//! [`Agent::serve_rows`](crate::agent::Served::serve_rows). What the MIB says is known from the module's metadata: columns,
//! access, types, ranges, sizes, labels, DEFVALs, the index, and which columns are of type RowStatus and StorageType. The
//! documentation of the crate `mibc` has a whole program.
//!
//! # What managers can do
//!
//! - With a RowStatus column: make rows (createAndGo, createAndWait), fill them, take them out of service, destroy them.
//!   Any number of rows and columns of one SET, in any order, are one change: it is made as a whole or not at all. New
//!   rows have the MIB's DEFVALs and the builder's [default values](RowStoreBuilder::default_value). A row is notReady as
//!   long as a column that can be written has no value, unless it is [optional](RowStoreBuilder::optional).
//! - Without one: write columns of rows that are there. Rows come and go by the application.
//! - An index outside of what the MIB allows is noCreation. A row that is permanent is not destroyed, one that is
//!   readOnly not changed either. What the standard leaves to the table are [`RowRules`](crate::agent::RowRules) and the
//!   methods of [`RowStoreBuilder`].
//! - Rows that somebody left unfinished go when the application calls [`RowStore::expire`].
//!
//! # What the application can do
//!
//! It reads cells ([`RowStore::get`]) and [snapshots](RowStore::snapshot), which cost nothing, and [changes
//! rows](RowStore::edit) with the columns of the generated module; a value of a wrong type does not compile. What a SET does
//! to a row goes through hooks, in this order:
//!
//! | when | hook | what it is for |
//! |---|---|---|
//! | test | [`adjust`](RowStoreBuilder::adjust) | setting further columns, such as the time of the change |
//! | test | [`settle`](RowStoreBuilder::settle) | working further columns out, knowing who asks; may refuse |
//! | test | [`on_test`](RowStoreBuilder::on_test) | refusing a row as it would be |
//! | commit | [`on_commit`](RowStoreBuilder::on_commit) | doing what the row asks for; may fail, and is told of the way back |
//! | commit | [`RowJournal::record`] | keeping the row over a restart; if it fails the SET does. A [`SetJournal`] keeps all tables of a SET as one |
//! | done | [`on_change`](RowStoreBuilder::on_change) | hearing of every change, also the application's own |
//!
//! # How rows are kept
//!
//! Rows are in pages of some 2 KiB: indexes and values one after the other, without tags, numbers in as few octets as they
//! need. A row of five columns takes about 50 octets. Pages are in a tree that snapshots share with the store: readers see
//! rows of one moment and never wait for hooks and journals.

mod asked;
mod builder;
mod cells;
mod change;
mod core;
mod edit;
mod error;
mod evaluate;
mod handler;
mod hooks;
mod journal;
mod layout;
mod page;
mod prepared;
mod record;
mod request;
mod saved;
mod serve;
mod snapshot;
mod store;
mod stored;
#[cfg(test)]
mod tests;
mod tree;

use std::time::Duration;

pub use asked::Asked;
pub use builder::RowStoreBuilder;
pub use change::{Change, RowRef, Source};
pub use edit::{Edit, RowEdit};
pub use error::RowError;
pub use journal::{JournalError, Kept, RowJournal, SetJournal};
pub use prepared::Prepared;
pub use snapshot::{Iter, Rows};
pub use store::RowStore;
pub use stored::StoredAccess;

/// How many rows a table has before SETs make no more, unless the builder says otherwise.
pub const DEFAULT_LIMIT: usize = 1_000_000;

/// How long RFC 2579 suggests to wait before an unfinished row is removed, for
/// [`RowStore::expire`].
pub const ABANDONED: Duration = Duration::from_secs(5 * 60);
