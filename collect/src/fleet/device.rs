//! What a fleet should have.

use std::collections::BTreeMap;

/// A device as a fleet should have it. Credentials are a name: what it stands for, only workers know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The name, which no other device has.
    pub name: String,
    /// Where it is, as the manager takes it.
    pub address: String,
    /// The name of its credentials.
    pub auth: String,
    /// What it is asked for.
    pub profiles: Vec<Wanted>,
    /// Labels that all its samples have.
    pub labels: BTreeMap<String, String>,
}

/// A profile, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the profile.
    pub profile: String,
    /// Seconds.
    pub interval: u64,
}
