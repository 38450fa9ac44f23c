//! Emitters.
pub mod json;
pub mod rust;
