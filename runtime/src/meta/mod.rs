//! What a MIB module says about its objects and types, packed into a few kilobytes that generated code carries.

mod reader;

pub use reader::Meta;
