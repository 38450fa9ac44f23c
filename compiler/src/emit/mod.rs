//! Emitters.
pub mod json;
pub mod rust;
pub mod smi;
