//! The receiver of notifications as a service.
//!
//! [`Config`] says who is listened to, what becomes of a notification by its name, its sender and its varbinds, and where
//! it goes. [`Service`] runs it: notifications become [`Event`]s, [rules](rule) give them a severity and a key by which
//! one event ends what another began, and outputs take them to files, servers and processes.
//!
//! An inform is acknowledged when all outputs that are marked as required have taken it.

mod config;
mod encode;
mod error;
mod event;
mod figures;
mod forward;
mod handle;
mod hearing;
mod held;
#[cfg(feature = "kafka")]
mod key;
mod labels;
mod metrics;
#[cfg(all(test, feature = "nats"))]
mod nats_tests;
mod outlet;
mod parts;
mod rate;
mod refusals;
pub mod rule;
mod script;
mod service;
mod severity;
mod syslog;
mod template;
mod time;
mod trial;
mod waiting;
mod working;

pub use config::{Config, DEFAULT, Libraries, LogLevel, Modules};
pub use error::ServiceError;
pub use event::{Alert, Event, SCHEMA, State};
pub use handle::Handle;
pub use service::{Ready, Service};
pub use severity::Severity;
pub use trial::Trial;
