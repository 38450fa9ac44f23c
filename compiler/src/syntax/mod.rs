//! MIB text to syntax tree.

pub mod ast;
mod chunk;
mod comments;
mod leaf;
mod parse;
mod respell;
mod scan;

pub use comments::Comments;
pub(crate) use comments::early_end;
pub use parse::{Parsed, parse, parse_with};
