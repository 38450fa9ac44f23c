//! Emitters: from the model to texts.
//!
//! `OUTPUTS.md` beside this file lists what there is and which programs read it.
#[cfg(feature = "collectors")]
pub mod collectors;
#[cfg(feature = "tools")]
pub mod json;
#[cfg(feature = "collectors")]
pub mod otel;
#[cfg(feature = "tools")]
pub mod pysmi_json;
pub mod rust;
#[cfg(feature = "tools")]
pub mod smi;
#[cfg(feature = "collectors")]
pub mod snmp_exporter;
#[cfg(feature = "collectors")]
pub mod telegraf;
#[cfg(feature = "template")]
pub mod template;
