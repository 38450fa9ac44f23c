//! Source files: where text comes from and how a position in it is named.

mod decode;
mod file;
mod lines;
mod module_names;
mod pages;
mod span;

pub use decode::decode;
pub(crate) use decode::{decode_owned, utf16};
pub use file::{Encoding, SourceFile, SourceMap};
pub use lines::{Lines, Position};
pub use module_names::module_names;
pub(crate) use module_names::{module_heads, names_in};
pub use span::{FileId, Span};
