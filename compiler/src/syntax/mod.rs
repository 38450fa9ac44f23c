//! MIB text to syntax tree.

pub mod ast;
mod chunk;
mod comments;
mod parse;
mod scan;

pub use comments::Comments;
pub use parse::{Parsed, parse, parse_with};
