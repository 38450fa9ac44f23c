//! `snmp.yml`: the configuration of Prometheus' snmp_exporter, as its versions from 0.23 on have it.
//!
//! ```
//! let text = "
//! auths:
//!   public_v2: { community: public, version: 2 }
//! modules:
//!   uptime:
//!     get: [1.3.6.1.2.1.1.3.0]
//!     metrics:
//!       - { name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: Uptime }
//! ";
//! let file = mibc_collect::snmp_yml::parse(text)?;
//! assert_eq!(file.modules["uptime"].metrics()[0].name, "sysUpTime");
//! # Ok::<(), mibc_collect::snmp_yml::FileError>(())
//! ```

mod auth;
mod module;
mod scalar;
#[cfg(test)]
mod tests;

use crate::yaml;
use serde::Deserialize;
use std::collections::BTreeMap;

pub use crate::file_error::FileError;
#[cfg(feature = "poll")]
pub(crate) use auth::Raw as RawAuth;
pub use auth::{Auth, Secret};
#[cfg(feature = "exporter")]
pub(crate) use scalar::is_label;

/// What a file has.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct File {
    /// Ways to ask, by name.
    pub auths: BTreeMap<String, Auth>,
    /// Modules by name.
    pub modules: BTreeMap<String, crate::Module>,
    /// What looks like a mistake, but is none for snmp_exporter.
    pub notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "`auths` and `modules`, as snmp_exporter has them")]
struct Raw {
    #[serde(default, deserialize_with = "scalar::unique")]
    auths: BTreeMap<String, Auth>,
    #[serde(default, deserialize_with = "scalar::unique")]
    modules: BTreeMap<String, module::Module>,
    #[serde(default, rename = "version")]
    _version: Option<u32>,
}

/// Reads the text of a file.
///
/// # Errors
/// What is not YAML, or has a key or a value that snmp_exporter does not know. Only the first problem is found.
pub fn parse(text: &str) -> Result<File, FileError> {
    // An empty file has nothing.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(File::default());
    }
    let raw: Raw = yaml::read(text).map_err(problem)?;
    let mut file = File { auths: raw.auths, ..File::default() };
    for (name, found) in raw.modules {
        let note = |note: String| format!("module `{name}`: {note}");
        file.notes.extend(found.notes.into_iter().map(note));
        file.modules.insert(name, found.module);
    }
    Ok(file)
}

fn problem(mut problem: FileError) -> FileError {
    if problem.message.contains("expected one of `auths`, `modules`, `version`") {
        problem.message.push_str(
            "; files of snmp_exporter before 0.23 have no `auths`: write the file anew with its generator",
        );
    }
    problem
}
