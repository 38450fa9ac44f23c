//! What is on the search paths: which file has which module, which modules define a name, and what is at an OID.
//!
//! A question about a bare name or an OID concerns every module there is. [`SearchIndex`] answers it from a table
//! that is made once, by reading every file in parallel, and is then kept in a cache outside of the folders that are
//! searched. The table knows the path, the size and the time of each file: those that change are read again.
//!
//! ```text
//! FsWorld ─▶ files + stamps ─▶ facts (one file, from its syntax tree) ─▶ tables (names, OIDs) ─▶ cache
//! ```
//!
//! The index finds; it does not resolve. Kinds and OIDs in it come from following names through imports without any
//! check: whoever answers a question compiles the modules that the index names.

mod build;
mod bytes;
mod cache;
mod entry;
mod facts;
mod head;
mod index;
mod stamp;
mod store;
mod tables;

pub use cache::Cache;
pub use entry::{Entry, EntryKind, ModuleEntry};
pub use index::SearchIndex;

#[cfg(test)]
mod tests;
