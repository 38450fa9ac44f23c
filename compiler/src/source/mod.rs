//! Source files: where text comes from and how a position in it is named.

mod file;
mod span;

pub use file::{Encoding, SourceFile, SourceMap};
pub use span::{FileId, Span};
