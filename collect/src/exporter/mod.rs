//! A Prometheus exporter with the URLs of snmp_exporter.
//!
//! - `/snmp?target=&module=&auth=&snmp_context=` scrapes a device;
//! - `/metrics` has the exporter's own samples;
//! - `/-/reload` (POST) reads the configuration again;
//! - `/-/healthy` and `/healthz` say that it runs;
//! - `/config` shows the configuration without its secrets;
//! - `/sd` lists the configured targets for `http_sd_configs`;
//! - `/` is a page for people.
//!
//! What is known of a device stays between scrapes: its engine, how much it answers at a time, whether it is dead. Scrapes
//! of one module of one device at the same time share one walk.

mod address;
mod config;
mod flights;
mod own;
mod page;
mod places;
mod query;
mod scrape;
mod server;
mod sessions;
mod shown;
mod targets;
mod toml_file;

pub use crate::choice::Choice;
pub use crate::network::{Network, NetworkError};
pub use config::{Config, Sources, load};
pub use server::{BindError, Exporter, Stop};
pub use targets::DiscoveredTarget;

use std::net::SocketAddr;
use std::time::Duration;

/// How an exporter works.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where it listens.
    pub listen: Vec<SocketAddr>,
    /// Targets that may be scraped; any if there are none.
    pub allowed: Vec<Network>,
    /// The address that datagrams to devices come from; the system's choice if there is none. With one, only devices of its
    /// address family are reached.
    pub source: Option<SocketAddr>,
    /// How long columns that only give labels are kept; not at all if it is zero.
    pub label_ttl: Duration,
    /// Whether counters of 64 bits are written modulo 2^53.
    pub wrap_counters: bool,
    /// Most connections at a time.
    pub connections: usize,
    /// How long a scrape may take if the request does not say.
    pub scrape_timeout: Duration,
    /// How much earlier a scrape ends than the request says, for the way back.
    pub timeout_offset: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 9116))],
            allowed: Vec::new(),
            source: None,
            label_ttl: Duration::ZERO,
            wrap_counters: true,
            connections: 512,
            scrape_timeout: Duration::from_secs(120),
            timeout_offset: Duration::from_millis(500),
        }
    }
}
