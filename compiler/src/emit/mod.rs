//! Emitters: from the model to texts.
//!
//! `OUTPUTS.md` beside this file lists what there is and which programs read it.
#[cfg(feature = "fleet")]
pub mod fleet;
#[cfg(feature = "tools")]
pub mod json;
#[cfg(feature = "fleet")]
pub mod otel;
#[cfg(feature = "tools")]
pub mod pysmi_json;
pub mod rust;
#[cfg(feature = "tools")]
pub mod smi;
#[cfg(feature = "fleet")]
pub mod snmp_exporter;
#[cfg(feature = "fleet")]
pub mod telegraf;
#[cfg(feature = "template")]
pub mod template;
