//! Rows kept for an agent: a store for any table, with all of RowStatus and StorageType (RFC 2579 §2).

mod builder;
mod cells;
mod change;
mod core;
mod edit;
mod error;
mod evaluate;
mod hooks;
mod index_rules;
mod journal;
mod layout;
mod page;
mod prepared;
mod provider;
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

pub use builder::RowStoreBuilder;
pub use change::{Change, RowRef, Source};
pub use edit::{Edit, RowEdit};
pub use error::RowError;
pub use journal::{JournalError, Kept, RowJournal};
pub use prepared::Prepared;
pub use snapshot::{Iter, Rows};
pub use store::RowStore;
pub use stored::StoredAccess;

/// How many rows a table has before SETs make no more, unless the builder says otherwise.
pub const DEFAULT_LIMIT: usize = 1_000_000;

/// How long RFC 2579 suggests to wait before an unfinished row is removed, for
/// [`RowStore::expire`].
pub const ABANDONED: Duration = Duration::from_secs(5 * 60);
