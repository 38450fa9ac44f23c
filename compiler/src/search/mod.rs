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
//! A question about one name or OID does not look at all files ([`SearchIndex::kept`]). Beside the index is kept when
//! everything was last looked at, with the sizes and times of all folders ([`checked`]). For five minutes, and while no
//! folder has changed, no file was added, removed or renamed. Then only the files are looked at from which the answer was
//! taken, those of every module and definition that came in question included. If one of these has changed, if nothing
//! was found, or only something above what was asked for, everything is looked at after all. So the one thing that may
//! be missed, for five minutes, is another answer to a question that has one: a name, or a module of a name, that was
//! written into a file in its place which did not have it before.
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
