//! Who is asked.

use super::profile::Profile;
use crate::snmp_yml::Auth;
use std::sync::Arc;

/// A way to ask, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// The name.
    pub name: Arc<str>,
    /// Version, and community or user.
    pub auth: Auth,
}

/// A device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Device {
    /// The name, which no other device has.
    pub name: Arc<str>,
    /// Where it is, as the manager takes it.
    pub address: Box<str>,
    /// How it is asked.
    pub credentials: Arc<Credentials>,
    /// What it is asked for.
    pub profiles: Vec<Arc<Profile>>,
    /// Names and values of labels that all its samples have, in order.
    pub labels: Box<[(Box<str>, Box<str>)]>,
}

impl Device {
    /// Whether another one is asked in the same way and has the same labels.
    pub(super) fn is_like(&self, other: &Device) -> bool {
        self.name == other.name
            && self.address == other.address
            && self.labels == other.labels
            && self.credentials == other.credentials
    }
}

/// Most octets of a name.
const MOST: usize = 255;

/// Whether a text can be the name of a device.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.len() > MOST || name.chars().any(char::is_control) {
        return Err(format!(
            "the name of the device is {name:?}; expected 1 to {MOST} octets without control characters"
        ));
    }
    Ok(())
}

/// Whether a text can be the name of a label.
pub(super) fn check_label(name: &str) -> Result<(), String> {
    let first = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    if first
        && !name.starts_with("__")
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    {
        return Ok(());
    }
    Err(format!(
        "`{name}` cannot be the name of a label; expected letters, digits and `_`, without `__` in front"
    ))
}
