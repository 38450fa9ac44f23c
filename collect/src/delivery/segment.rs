//! A file of records: frames with checksums, one after the other.
//!
//! | part | octets |
//! |---|---|
//! | header | `MIBq`, the version (u32) |
//! | frame | octets of the body (u32), the checksum of the body (u32), the body |
//! | body | octets of the id (u32), octets of the subject (u32), id, subject, payload |
//!
//! Numbers are little-endian; checksums are CRC-32 (IEEE 802.3).

use super::record::Record;
use bytes::Bytes;
use std::io::{self, Read};

/// How files of all versions begin.
pub(super) const MAGIC: [u8; 4] = *b"MIBq";

pub(super) const HEADER: [u8; 8] = *b"MIBq\x01\0\0\0";

/// Octets in front of a body.
pub(super) const FRAME: usize = 8;

/// Octets in front of an id.
const BODY: usize = 8;

/// Most octets of a body.
const MOST: usize = 256 << 20;

/// What is at a place of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Record(Record, u64),
    /// The file ends here, after a whole frame.
    End,
    /// What is here may be a frame that is cut short by the end of the file.
    Torn,
    /// What is here is not a whole frame.
    Damage,
}

/// Appends the frame of a record. Gives its octets; a record that no frame can hold is left out.
pub(super) fn write(record: &Record, out: &mut Vec<u8>) -> Option<u64> {
    let length = BODY + record.octets();
    if length > MOST {
        return None;
    }
    let number = |length: usize| u32::try_from(length).ok().map(u32::to_le_bytes);
    let (id, subject) = (number(record.id.len())?, number(record.subject.len())?);
    let mut checksum = crc32fast::Hasher::new();
    let parts: [&[u8]; 5] = [&id, &subject, record.id.as_bytes(), record.subject.as_bytes(), &record.payload];
    parts.iter().for_each(|part| checksum.update(part));
    out.extend(number(length)?);
    out.extend(checksum.finalize().to_le_bytes());
    parts.iter().for_each(|part| out.extend_from_slice(part));
    Some((FRAME + length) as u64)
}

/// Reads the frame that begins here. Gives its octets as well.
pub(super) fn read(from: &mut impl Read) -> io::Result<Found> {
    let mut head = [0; FRAME];
    match fill(from, &mut head)? {
        0 => return Ok(Found::End),
        FRAME => {}
        _ => return Ok(Found::Torn),
    }
    let number = |octets: &[u8]| octets.try_into().map_or(0, u32::from_le_bytes);
    let (length, checksum) = (number(&head[..4]) as usize, number(&head[4..]));
    if !(BODY..=MOST).contains(&length) {
        return Ok(Found::Damage);
    }
    // Not more than there is, whatever the length says.
    let mut body = Vec::with_capacity(length.min(64 << 10));
    from.by_ref().take(length as u64).read_to_end(&mut body)?;
    if body.len() != length {
        return Ok(Found::Torn);
    }
    if crc32fast::hash(&body) != checksum {
        return Ok(Found::Damage);
    }
    let (id, subject) = (number(&body[..4]) as usize, number(&body[4..BODY]) as usize);
    let text = |from: usize, to: usize| Some(std::str::from_utf8(body.get(from..to)?).ok()?.to_owned());
    let payload = BODY.saturating_add(id).saturating_add(subject);
    let (Some(id), Some(subject)) =
        (text(BODY, BODY.saturating_add(id)), text(BODY.saturating_add(id), payload))
    else {
        return Ok(Found::Damage);
    };
    let payload = Bytes::from(body).slice(payload..);
    Ok(Found::Record(Record { id, subject, payload }, (FRAME + length) as u64))
}

/// The first whole frame at a place or behind it. What looks like frames and is none is given up after a while, so that
/// work does not grow with the square of the octets.
pub(super) fn next_whole(octets: &[u8], from: usize) -> Option<usize> {
    let mut budget = octets.len().saturating_mul(8);
    let number = |at: usize| {
        let octets = octets.get(at..at.checked_add(4)?)?;
        octets.try_into().ok().map(u32::from_le_bytes)
    };
    for at in from..octets.len().saturating_sub(FRAME + BODY - 1) {
        let (length, checksum) = (number(at)? as usize, number(at + 4)?);
        let parts = (number(at + FRAME)? as usize).saturating_add(number(at + FRAME + 4)? as usize);
        if !(BODY..=MOST).contains(&length) || parts > length - BODY {
            continue;
        }
        let Some(body) = octets.get(at + FRAME..at + FRAME + length) else { continue };
        budget = budget.checked_sub(length)?;
        if crc32fast::hash(body) == checksum {
            return Some(at);
        }
    }
    None
}

/// Reads as much as there is.
fn fill(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(octets) => filled += octets,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::{FRAME, Found, next_whole, read, write};
    use crate::delivery::Record;

    fn records() -> Vec<Record> {
        let named = Record { id: "a-1".into(), subject: "traps.linkDown".into(), payload: "{}".into() };
        vec![named, Record::new(""), Record::new(vec![0xff; 300])]
    }

    #[test]
    fn what_is_written_is_read() {
        let mut octets = Vec::new();
        let lengths: Vec<u64> =
            records().iter().map(|record| write(record, &mut octets).expect("a frame")).collect();
        let mut rest = octets.as_slice();
        for (record, length) in records().into_iter().zip(lengths) {
            assert_eq!(read(&mut rest).expect("octets"), Found::Record(record, length));
        }
        assert_eq!(read(&mut rest).expect("octets"), Found::End);
    }

    #[test]
    fn damage_is_seen() {
        let mut octets = Vec::new();
        for record in records() {
            write(&record, &mut octets);
        }
        let first = write(&records()[0], &mut Vec::new()).expect("a frame") as usize;
        for cut in 1..first {
            assert_eq!(read(&mut &octets[..cut]).expect("octets"), Found::Torn, "cut at {cut}");
        }
        for at in 0..first {
            for bit in 0..8 {
                let mut octets = octets.clone();
                octets[at] ^= 1 << bit;
                let found = read(&mut octets.as_slice()).expect("octets");
                assert!(matches!(found, Found::Damage | Found::Torn), "octet {at}, bit {bit}: {found:?}");
                assert_eq!(next_whole(&octets, 1), Some(first), "octet {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_frames_costs_no_more_than_its_length() {
        // Every octet begins a frame that reaches to the end, with another checksum.
        let octets = vec![1; 4 << 20];
        assert_eq!(next_whole(&octets, 0), None);
        let mut short = vec![0; 64];
        write(&records()[0], &mut short);
        assert_eq!(next_whole(&short, 1), Some(64));
        assert_eq!(next_whole(&short, 65), None);
        assert_eq!(next_whole(&short[..64 + FRAME], 0), None);
    }
}
