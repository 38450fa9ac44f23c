//! Emitters.
pub mod json;
pub mod pysmi_json;
pub mod rust;
pub mod smi;
