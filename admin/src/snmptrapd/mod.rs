//! Takes over the configuration of net-snmp's receiver of notifications: reads `snmptrapd.conf`, and writes the TOML of
//! `mibc trapd`.
//!
//! Lines mean what they mean to snmptrapd (5.9): of several lines for a community the first with its source counts, a user of
//! `authUser` has to authenticate, and of handlers only those with the most special OID are given a notification. What
//! cannot be taken over is listed with its line. Nobody may do more than before: where a sender is only to be logged, or
//! only for some notifications, rules say so.
//!
//! ```
//! use mibc_admin::config::StandardNames;
//! use mibc_admin::snmpd::MemFiles;
//! use mibc_admin::snmptrapd::import;
//!
//! let text = "authCommunity log,execute,net traps 10.0.0.0/8\nformat2 %B\n";
//! let files = MemFiles([("/etc/snmp/snmptrapd.conf".into(), text.into())].into());
//! let import = import(&["/etc/snmp/snmptrapd.conf"], &files, &StandardNames);
//! assert!(import.toml().contains("sources = [\"10.0.0.0/8\"]"));
//! assert_eq!(import.left_out()[0].directive, "format2");
//! ```

mod handlers;
mod known;
mod reader;
mod rules;
mod senders;
#[cfg(test)]
mod tests;
mod write;

use crate::config::Names;
use crate::snmpd::walk::Walk;
use crate::snmpd::{Files, Import};
use std::path::Path;

/// Reads files in this order. Those that cannot be read are left out.
#[must_use]
pub fn import<P: AsRef<Path>>(paths: &[P], files: &dyn Files, names: &dyn Names) -> Import {
    let mut reader = reader::Reader::new(names);
    let mut left_out = Walk::read(paths, files, "snmptrapd", &mut reader);
    let parts = reader.finish(&mut left_out);
    left_out.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    let toml = write::toml(&parts, &left_out);
    Import::new(toml, left_out)
}
