//! Emitters: from the model to texts.
//!
//! `OUTPUTS.md` beside this file lists what there is and which programs read it.
#[cfg(feature = "fleet")]
pub mod fleet;
pub mod json;
#[cfg(feature = "fleet")]
pub mod otel;
pub mod pysmi_json;
pub mod rust;
pub mod smi;
#[cfg(feature = "fleet")]
pub mod snmp_exporter;
#[cfg(feature = "fleet")]
pub mod telegraf;
#[cfg(feature = "template")]
pub mod template;
