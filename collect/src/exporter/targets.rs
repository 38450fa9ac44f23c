//! Targets that Prometheus can find.

use std::collections::BTreeMap;

/// A target that Prometheus can find at `/sd`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiscoveredTarget {
    /// Its address.
    pub address: String,
    /// The modules that it is scraped for.
    pub modules: Vec<String>,
    /// The way it is asked.
    pub auth: String,
    /// Further labels.
    pub labels: BTreeMap<String, String>,
}
