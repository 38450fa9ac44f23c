//! Emitters.
pub mod rust;
