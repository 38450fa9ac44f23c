//! Recordings as files: `.snmprec` of snmpsim, text of net-snmp's `snmpwalk`, lines of JSON.
//!
//! A line that cannot be read is a [`Problem`], and all others are used.

mod date;
mod json;
mod snmprec;
mod source;
mod tagged;
mod walk;

use std::path::Path;

use mibc_runtime::oid::Oid;

pub use source::{LoadError, Source};
pub(crate) use tagged::value_of_tag;

use crate::problem::Problem;
use crate::store::{Draft, Recording};

/// The longest line that is read, in octets.
pub const MAX_LINE: usize = 1 << 20;

/// The largest file that is read, in octets.
pub const MAX_FILE: u64 = 1 << 30;

/// A form of recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// snmpsim's: `OID|tag|value` in each line.
    Snmprec,
    /// What net-snmp's snmpwalk prints, with names in numbers (`-On`).
    Walk,
    /// A JSON object in each line, as `mibc walk --format json` prints them.
    Json,
}

/// The endings of names of files, and what they mean.
pub const ENDINGS: [(&str, Format); 7] = [
    ("snmprec", Format::Snmprec),
    ("snmpwalk", Format::Walk),
    ("walk", Format::Walk),
    ("txt", Format::Walk),
    ("jsonl", Format::Json),
    ("ndjson", Format::Json),
    ("json", Format::Json),
];

impl Format {
    /// By the ending of a file's name.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        ENDINGS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }
}

/// A recording, and what is wrong with its text.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// What could be read.
    pub recording: Recording,
    /// What could not, in the order of lines.
    pub problems: Vec<Problem>,
}

/// Finds the OID of a name such as `IF-MIB::ifDescr.1`.
pub type Names<'n> = &'n dyn Fn(&str) -> Option<Oid>;

/// What a reader works with.
pub(crate) struct Reading<'r> {
    draft: Draft,
    problems: Vec<Problem>,
    /// Where other files are looked for.
    folder: Option<&'r Path>,
    names: Option<Names<'r>>,
    /// How many files deep: snapshots are files that may have snapshots.
    depth: usize,
}

impl Reading<'_> {
    fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new(line, message));
    }
}

/// Reads the text of a recording. `folder` is where a `.snmprec` finds the folders of its `multiplex` entries.
#[must_use]
pub fn read(octets: &[u8], format: Format, folder: Option<&Path>, names: Option<Names<'_>>) -> Read {
    read_at(octets, format, folder, names, 0)
}

pub(crate) fn read_at(
    octets: &[u8],
    format: Format,
    folder: Option<&Path>,
    names: Option<Names<'_>>,
    depth: usize,
) -> Read {
    let mut reading = Reading { draft: Draft::default(), problems: Vec::new(), folder, names, depth };
    match format {
        Format::Snmprec => snmprec::read(octets, &mut reading),
        Format::Walk => walk::read(octets, &mut reading),
        Format::Json => json::read(octets, &mut reading),
    }
    Read { recording: reading.draft.finish(), problems: reading.problems }
}

/// Lines without their ends, numbered from 1; one that is too long is left out and told.
fn lines<'o>(octets: &'o [u8], problems: &mut Vec<Problem>) -> Vec<(usize, &'o [u8])> {
    let octets = octets.strip_suffix(b"\n").unwrap_or(octets);
    // Where all lines end with a carriage return, it does not belong to them. Where only some do, it does: values have such.
    let dos = octets.split(|octet| *octet == b'\n').all(|line| line.ends_with(b"\r"));
    let mut found = Vec::new();
    for (position, line) in octets.split(|octet| *octet == b'\n').enumerate() {
        let line = if dos { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
        if line.len() > MAX_LINE {
            problems.push(Problem::new(
                position + 1,
                format!("the line has {} octets; {MAX_LINE} are read at most", line.len()),
            ));
            continue;
        }
        found.push((position + 1, line));
    }
    found
}

#[cfg(test)]
mod tests;
