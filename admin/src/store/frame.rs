//! The format of a store.
//!
//! | part | content |
//! |---|---|
//! | header | `mibc store\n`, the version (u32), the checksum of both (u32) |
//! | frame, one for each batch | `MIBf`, its number (u64, counted from 1), octets of its changes (u32), the checksum of the changes (u32), that of the frame up to here (u32), the changes |
//! | change | octet: 1 put, 0 remove; octets of table (u8), of key (u16) and of value (u32, if there is one); table, key, value |
//!
//! Numbers are little-endian; checksums are CRC-32C.

use super::StoreError;
use super::batch::{Batch, Change};
use zeroize::Zeroizing;

/// The version that is written and read.
pub(super) const VERSION: u32 = 1;

const MAGIC: &[u8; 11] = b"mibc store\n";
const FRAME: &[u8; 4] = b"MIBf";

/// Octets of the header.
pub(super) const HEADER: usize = MAGIC.len() + 8;

/// Octets in front of the changes of a frame.
const FRAME_HEADER: usize = 24;

/// Most octets of a table's name, of a key, of a value, and of all changes of a batch.
const MAX_TABLE: usize = 255;
const MAX_KEY: usize = u16::MAX as usize;
const MAX_VALUE: usize = 1 << 20;
pub(super) const MAX_CHANGES: usize = 16 << 20;

/// The header of a new file.
pub(super) fn header() -> Vec<u8> {
    let mut octets = MAGIC.to_vec();
    octets.extend(VERSION.to_le_bytes());
    let checksum = crc(&octets);
    octets.extend(checksum.to_le_bytes());
    octets
}

/// What a header says.
pub(super) enum Header {
    Ours,
    Later(u32),
    Other,
}

pub(super) fn read_header(octets: &[u8]) -> Header {
    let Some(rest) = octets.strip_prefix(MAGIC) else { return Header::Other };
    let (Some(version), Some(checksum)) = (number32(rest, 0), number32(rest, 4)) else {
        return Header::Other;
    };
    let known = octets.get(..MAGIC.len() + 4).map(crc);
    match version {
        // What a later version has behind its number is its own affair.
        version if version > VERSION => Header::Later(version),
        VERSION if known == Some(checksum) => Header::Ours,
        _ => Header::Other,
    }
}

/// The frame of a batch.
///
/// # Errors
/// It is too large.
pub(super) fn write(number: u64, batch: &Batch) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let limit = |what, found, most| {
        if found > most { Err(StoreError::TooLarge { what, found, most }) } else { Ok(()) }
    };
    let mut length = 0;
    for Change { table, key, value } in &batch.changes {
        limit("the name of a table", table.len(), MAX_TABLE)?;
        limit("a key", key.len(), MAX_KEY)?;
        let value = value.as_ref().map_or(0, |value| value.len());
        limit("a value", value, MAX_VALUE)?;
        length += 8 + table.len() + key.len() + value;
        limit("a batch", length, MAX_CHANGES)?;
    }
    // Room for all: growing would leave copies of secrets behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(FRAME_HEADER + length));
    octets.resize(FRAME_HEADER, 0);
    for Change { table, key, value } in &batch.changes {
        octets.push(u8::from(value.is_some()));
        octets.push(table.len() as u8);
        octets.extend((key.len() as u16).to_le_bytes());
        if let Some(value) = value {
            octets.extend((value.len() as u32).to_le_bytes());
        }
        octets.extend(table.as_bytes());
        octets.extend(key);
        octets.extend(value.iter().flat_map(|value| value.iter()));
    }
    let changes = octets.get(FRAME_HEADER..).unwrap_or_default();
    let mut front = FRAME.to_vec();
    front.extend(number.to_le_bytes());
    front.extend((changes.len() as u32).to_le_bytes());
    front.extend(crc(changes).to_le_bytes());
    front.extend(crc(&front).to_le_bytes());
    for (to, from) in octets.iter_mut().zip(front) {
        *to = from;
    }
    Ok(octets)
}

/// What stands in front of the changes of a frame: its number, the octets and the checksum of the changes.
fn read_front(octets: &[u8]) -> Option<(u64, usize, u32)> {
    let rest = octets.strip_prefix(FRAME)?;
    let number = u64::from_le_bytes(rest.get(..8)?.try_into().ok()?);
    let (length, checksum, own) = (number32(rest, 8)?, number32(rest, 12)?, number32(rest, 16)?);
    let length = usize::try_from(length).ok().filter(|length| *length <= MAX_CHANGES)?;
    (octets.get(..FRAME_HEADER - 4).map(crc) == Some(own)).then_some((number, length, checksum))
}

/// The frame at the beginning of `octets`: its number, changes and length; `None` if it is not complete.
pub(super) fn read(octets: &[u8]) -> Option<(u64, Batch, usize)> {
    let (number, length, checksum) = read_front(octets)?;
    let changes = octets.get(FRAME_HEADER..)?.get(..length)?;
    if crc(changes) != checksum {
        return None;
    }
    let mut batch = Batch::new();
    let mut left = changes;
    while !left.is_empty() {
        let (change, rest) = read_change(left)?;
        batch.changes.push(change);
        left = rest;
    }
    Some((number, batch, FRAME_HEADER + length))
}

/// Whether octets where no whole frame begins can be what a crash has left of one: there is nothing behind it.
pub(super) fn is_cut_short(octets: &[u8], next: u64) -> bool {
    match read_front(octets) {
        Some((number, length, _)) => number == next && octets.len() <= FRAME_HEADER + length,
        None => !any_whole(octets, next),
    }
}

fn read_change(octets: &[u8]) -> Option<(Change, &[u8])> {
    let (kind, rest) = octets.split_first()?;
    let (table, rest) = rest.split_first()?;
    let key = u16::from_le_bytes(rest.get(..2)?.try_into().ok()?);
    let rest = rest.get(2..)?;
    let (value, rest) = match kind {
        0 => (None, rest),
        1 => (Some(usize::try_from(number32(rest, 0)?).ok()?), rest.get(4..)?),
        _ => return None,
    };
    let (table, rest) = rest.split_at_checked(usize::from(*table))?;
    let (key, rest) = rest.split_at_checked(usize::from(key))?;
    let (octets, rest) = rest.split_at_checked(value.unwrap_or_default())?;
    let table = std::str::from_utf8(table).ok()?.to_owned();
    Some((Change { table, key: key.to_vec(), value: value.map(|_| Zeroizing::new(octets.to_vec())) }, rest))
}

/// Whether a whole frame with a number from `from` on begins anywhere in `octets`.
fn any_whole(octets: &[u8], from: u64) -> bool {
    let marks = octets.windows(FRAME.len()).enumerate().filter(|(_, window)| window == FRAME);
    // Where frames are whole, the first one ends the search.
    marks.take(MAX_MARKS).any(|(at, _)| {
        let frame = octets.get(at..).and_then(read);
        frame.is_some_and(|(number, ..)| number >= from)
    })
}

/// Marks that are looked at: values can have them as well.
const MAX_MARKS: usize = 64;

fn number32(octets: &[u8], at: usize) -> Option<u32> {
    octets.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

/// CRC-32C (RFC 3720 §12.1).
fn crc(octets: &[u8]) -> u32 {
    let step = |mut crc: u32| {
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 & 0_u32.wrapping_sub(crc & 1));
        }
        crc
    };
    !octets.iter().fold(!0, |crc, octet| step(crc ^ u32::from(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum() {
        assert_eq!(crc(b"123456789"), 0xe306_9283);
    }

    #[test]
    fn frames() {
        let mut batch = Batch::new();
        batch.put("table", b"key", b"value");
        batch.remove("", b"");
        batch.put("t", &[0; 300], &[]);
        let octets = write(7, &batch).expect("a frame");
        let (number, read_batch, length) = read(&octets).expect("the frame");
        assert_eq!((number, length), (7, octets.len()));
        assert!(read_batch == batch);
        for end in 0..octets.len() {
            assert!(read(&octets[..end]).is_none(), "{end}");
        }
        for at in 0..octets.len() {
            let mut damaged = octets.to_vec();
            damaged[at] ^= 0x10;
            assert!(read(&damaged).is_none(), "{at}");
        }
        assert!(is_cut_short(&[], 7) && is_cut_short(&octets[..40], 7) && is_cut_short(&[0; 100], 7));
        assert!(!is_cut_short(&octets[..40], 8), "another number");
        assert!(!is_cut_short(&[&octets[1..], &octets[..]].concat(), 7), "a whole one behind it");
        let mut large = Batch::new();
        large.put("t", b"", &vec![0; MAX_VALUE + 1]);
        assert!(matches!(write(1, &large), Err(StoreError::TooLarge { what: "a value", .. })));
    }
}
