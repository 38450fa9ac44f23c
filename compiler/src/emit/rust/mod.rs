//! Typed Rust from the model.
pub mod docs;
pub use mibc_runtime::names;
