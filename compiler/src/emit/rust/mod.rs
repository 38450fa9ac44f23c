//! Typed Rust from the model.
pub mod docs;
pub mod names;
