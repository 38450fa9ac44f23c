//! What is on the search paths: which file has which module, which modules define a name, and what is at an OID.
//!
//! A question about a bare name or an OID concerns every module there is. [`SearchIndex`] answers it from a table
//! that is made once, by reading every file in parallel, and is then kept in a cache outside of the folders that are
//! searched. The table knows the path, the size and the times of each file (`stamp.rs`): those that change are read again.
//!
//! ```text
//! FsWorld ─▶ files + stamps ─▶ facts (one file, from its syntax tree) ─▶ tables (names, OIDs) ─▶ cache
//! ```
//!
//! A question about one name or OID does not look at all files (`SearchIndex::kept`). The cache also records when all
//! files were last compared with the index, and the size and time of each folder (`checked.rs`). For five minutes after
//! that, and while no folder has changed, no file can have been added, removed or renamed. Only the files behind the
//! answer are then checked, including those of every module and definition that were candidates. All files are compared
//! again if one of these has changed, if nothing was found, or if only a node above the OID was found. One thing can be
//! missed for up to five minutes: a second answer to a question that already has one, if a file that was rewritten in
//! place gained that name or module.
//!
//! The index finds; it does not resolve. Kinds and OIDs in it come from following names through imports without any
//! check: whoever answers a question compiles the modules that the index names.

mod build;
mod bytes;
mod cache;
mod checked;
mod entry;
mod facts;
mod head;
mod index;
mod kept_world;
mod pool;
mod stamp;
mod store;
mod tables;

pub use cache::Cache;
pub use entry::{Entry, EntryKind, ModuleEntry};
pub use index::SearchIndex;
pub(crate) use kept_world::KeptWorld;

#[cfg(test)]
mod tests;
