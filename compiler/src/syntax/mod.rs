//! MIB text to syntax tree.

pub mod ast;
mod chunk;
mod comments;
mod leaf;
mod odd_words;
mod parse;
mod respell;
mod scan;

pub use comments::Comments;
pub(crate) use comments::early_end;
pub use parse::{Parsed, parse, parse_with};
pub(crate) use parse::{Way, has_other_reading, parse_by};
