//! Source files: where text comes from and how a position in it is named.

mod decode;
mod file;
mod fs_world;
mod lines;
mod module_names;
mod pages;
mod pinned;
mod span;
mod world;

pub use decode::decode;
pub(crate) use decode::{decode_owned, utf16};
pub use file::{Encoding, SourceFile, SourceMap};
pub use fs_world::FsWorld;
pub(crate) use fs_world::read_file;
pub use lines::{Lines, Position};
pub use module_names::module_names;
pub(crate) use module_names::{module_heads, names_in};
pub use pinned::Pinned;
pub use span::{FileId, Span};
pub use world::{Location, MemWorld, World};
