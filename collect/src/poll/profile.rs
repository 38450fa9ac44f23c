//! What devices are asked for, and how often.

use crate::Module;
use crate::choice::Choice;
use crate::module::Asking;
use std::sync::Arc;
use std::time::Duration;

/// A module with its name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Part {
    /// The name.
    pub name: Arc<str>,
    /// What to ask for.
    pub module: Arc<Module>,
    /// How to ask: as the module says, unless the profile says otherwise.
    pub asking: Asking,
}

/// What devices are asked for, and how often.
#[derive(Debug)]
#[non_exhaustive]
pub struct Profile {
    /// The name.
    pub name: Arc<str>,
    /// What every device is asked for.
    pub parts: Vec<Part>,
    /// What a device is asked for besides, by its sysObjectID.
    pub choices: Vec<(Choice, Vec<Part>)>,
    /// How often.
    pub interval: Duration,
    /// How long a poll may take.
    pub timeout: Duration,
    /// How long columns that only give labels are kept; not at all if it is zero.
    pub label_ttl: Duration,
    /// Scalars of the modules whose values are labels of all samples.
    pub labels_from: Vec<Arc<str>>,
}
