//! MIB text to syntax tree.

pub mod ast;
mod parse;

pub use parse::{Parsed, parse};
