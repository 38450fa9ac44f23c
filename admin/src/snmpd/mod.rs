//! Takes over the configuration of net-snmp's agent: reads `snmpd.conf`, and writes the TOML of [`crate::config`].
//!
//! Lines mean what they mean to snmpd (5.9): the first row with an index counts, a community of `rocommunity` is for
//! IPv4, a user of `rouser` needs authentication, and grants without a context are for all of them. What cannot be taken
//! over is listed with its line. Nobody may do more than before: a name whose OID is not known stays in the TOML, and
//! the configuration is refused until somebody tells it.
//!
//! ```
//! use mibc_admin::config::StandardNames;
//! use mibc_admin::snmpd::{Import, MemFiles};
//!
//! let text = "rocommunity public 10.0.0.0/8 system\nproc sshd\n";
//! let files = MemFiles([("/etc/snmp/snmpd.conf".into(), text.into())].into());
//! let import = Import::read(&["/etc/snmp/snmpd.conf"], &files, &StandardNames);
//! assert!(import.toml().contains("source = \"10.0.0.0/8\""));
//! assert_eq!(import.left_out()[0].directive, "proc");
//! ```

pub(crate) mod access;
mod files;
mod known;
pub(crate) mod line;
mod proxies;
mod reader;
mod scripts;
pub(crate) mod settle;
pub(crate) mod sinks;
pub(crate) mod state;
#[cfg(test)]
mod tests;
mod users;
pub(crate) mod walk;
pub(crate) mod write;

use std::fmt;
use std::path::{Path, PathBuf};

pub use files::{Files, MAX_FILE, MemFiles, OsFiles};

use crate::config::Names;

/// Most files that are read, with those that they include.
pub const MAX_FILES: usize = 256;

/// How deep files include each other at most.
pub const MAX_DEPTH: usize = 16;

/// Most octets of all files together.
pub const MAX_TOTAL: u64 = 16 << 20;

/// What has come of the files.
#[derive(Debug)]
pub struct Import {
    toml: String,
    left_out: Vec<LeftOut>,
}

/// A line, or a part of it, that is not in the TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    pub file: PathBuf,
    /// The line; 0 for the whole file.
    pub line: u32,
    /// The directive. What stands behind it is not told: it may be a secret.
    pub directive: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.directive.is_empty() {
            write!(f, ": {}", self.directive)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl Import {
    /// Reads files in this order. Those that cannot be read are left out.
    #[must_use]
    pub fn read<P: AsRef<Path>>(paths: &[P], files: &dyn Files, names: &dyn Names) -> Self {
        let mut reader = reader::Reader::new(names);
        let mut left_out = walk::Walk::read(paths, files, "snmpd", &mut reader);
        left_out.extend(reader.finish());
        let toml = write::toml(reader.state, &left_out);
        Self { toml, left_out }
    }

    pub(crate) fn new(toml: String, left_out: Vec<LeftOut>) -> Self {
        Self { toml, left_out }
    }

    /// The configuration.
    #[must_use]
    pub fn toml(&self) -> &str {
        &self.toml
    }

    /// What is not in it.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }
}
