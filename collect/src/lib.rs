//! Collects SNMP objects as samples with labels.
//!
//! A [`Module`] says what to ask a device for and what to make of it: subtrees to walk, variables to get, and a
//! [`Metric`](module::Metric) for each object. [`fetch`](fetch::fetch) asks, and [`samples`](samples::samples) turns
//! the variables into [`Sample`]s with names, labels and values. An [`Exposition`] writes them as text for Prometheus.
//!
//! Modules are those of Prometheus' snmp_exporter: with the feature `exporter`, `snmp_yml` reads its configuration and
//! `exporter` serves the same URLs. With the feature `http`, `http` is the server that it stands on, for any daemon; `tls`
//! adds TLS.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(any(feature = "delivery", feature = "http"))]
mod base64;
#[cfg(feature = "config")]
mod choice;
pub mod date;
#[cfg(feature = "delivery")]
pub mod delivery;
#[cfg(feature = "exporter")]
pub mod exporter;
pub mod exposition;
pub mod fetch;
#[cfg(feature = "http")]
mod file_error;
#[cfg(feature = "config")]
mod file_names;
#[cfg(any(feature = "http", feature = "delivery"))]
mod file_text;
#[cfg(feature = "nats")]
pub mod fleet;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "kafka")]
pub mod kafka;
pub mod module;
#[cfg(feature = "config")]
mod named;
#[cfg(feature = "nats")]
pub mod nats;
#[cfg(any(feature = "exporter", feature = "trapd"))]
pub mod network;
pub mod plan;
#[cfg(feature = "poll")]
pub mod poll;
pub mod samples;
#[cfg(any(feature = "poll", feature = "trapd"))]
mod shorten;
#[cfg(feature = "config")]
pub mod snmp_yml;
#[cfg(feature = "http")]
pub mod span;
#[cfg(any(feature = "config", feature = "trapd"))]
mod toml_place;
#[cfg(feature = "trapd")]
mod toml_reading;
#[cfg(any(feature = "poll", feature = "trapd"))]
mod toml_table;
#[cfg(feature = "trapd")]
pub mod trapd;
pub mod variables;
#[cfg(any(feature = "poll", feature = "trapd"))]
mod written;
#[cfg(feature = "http")]
mod yaml;

pub use exposition::Exposition;
#[cfg(feature = "http")]
pub use file_error::FileError;
pub use module::Module;
pub use samples::Sample;
pub use variables::Variables;
