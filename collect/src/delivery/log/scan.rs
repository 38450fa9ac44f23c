//! What a segment has, also behind damage.

use crate::delivery::segment::{self, Found, HEADER, MAGIC};
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::Path;

/// What a file has from a place on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Whole records, and their octets.
    pub(super) records: usize,
    pub(super) octets: usize,
    /// Where the first of them begins, or damage in front of it.
    pub(super) from: u64,
    /// The end of the last of them.
    pub(super) end: u64,
    /// Where damage begins, and where the next whole frame does.
    pub(super) holes: VecDeque<(u64, u64)>,
    /// Places that cannot be read, with the one at the end. A frame that is cut short there is not one.
    pub(super) damaged: usize,
}

/// Reads a file from a place on.
///
/// # Errors
/// It cannot be read, or a newer version has written it.
pub(super) fn scan(path: &Path, from: u64) -> io::Result<Scan> {
    // A segment has 16 MiB, and one batch more at most.
    let octets = fs::read(path)?;
    if let Some(header) = octets.get(..HEADER.len())
        && header.starts_with(&MAGIC)
        && header != HEADER
    {
        let wrong =
            "a newer version has written this file of a queue: use that version, or move the folder away";
        return Err(io::Error::new(io::ErrorKind::InvalidData, wrong));
    }
    // A position behind the end: the disk has lost what was not synced. All that is there is read again.
    let from = usize::try_from(from).ok().filter(|from| *from <= octets.len()).unwrap_or(0).max(HEADER.len());
    let mut scan = Scan { from: from as u64, end: from as u64, ..Scan::default() };
    if octets.len() > HEADER.len() && !octets.starts_with(&HEADER) {
        scan.damaged += 1;
    }
    let mut at = from;
    while let Some(mut rest) = octets.get(at..) {
        match segment::read(&mut rest)? {
            Found::Record(record, length) => {
                scan.records += 1;
                scan.octets += record.octets();
                at = usize::try_from(length).map_or(octets.len(), |length| at.saturating_add(length));
                scan.end = at as u64;
            }
            Found::End => break,
            found @ (Found::Torn | Found::Damage) => match segment::next_whole(&octets, at + 1) {
                Some(next) => {
                    scan.holes.push_back((at as u64, next as u64));
                    scan.damaged += 1;
                    at = next;
                }
                None => {
                    scan.damaged += usize::from(found == Found::Damage);
                    break;
                }
            },
        }
    }
    Ok(scan)
}
