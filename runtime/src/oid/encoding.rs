//! The octets of an OID: writing, checking and comparing them (X.690 §8.19).

use std::cmp::Ordering;

use super::{MAX_ARCS, OidError};

/// Largest encoded sub-identifier: the first holds `80 + second` under 2.
pub(super) const MAX_FIRST: u64 = u32::MAX as u64 + 80;

/// Joins the first two arcs into the number that encodes both.
pub(super) fn join(first: u32, second: u32) -> Result<u64, OidError> {
    if first > 2 {
        return Err(OidError::FirstArc { found: first });
    }
    if first < 2 && second > 39 {
        return Err(OidError::SecondArc { first, found: second });
    }
    Ok(u64::from(first) * 40 + u64::from(second))
}

/// Splits the number that encodes the first two arcs. The value is at most [`MAX_FIRST`] in checked content.
pub(super) fn split(joined: u64) -> (u32, u32) {
    match joined {
        0..40 => (0, joined as u32),
        40..80 => (1, (joined - 40) as u32),
        _ => (2, u32::try_from(joined - 80).unwrap_or(u32::MAX)),
    }
}

/// Base-128 octets of a number below 2^35, right-aligned, and where they begin.
pub(super) const fn octets(value: u64) -> ([u8; 5], usize) {
    let mut out = [0; 5];
    let mut at = 4;
    out[at] = (value & 0x7f) as u8;
    let mut rest = value >> 7;
    while rest > 0 && at > 0 {
        at -= 1;
        out[at] = 0x80 | (rest & 0x7f) as u8;
        rest >>= 7;
    }
    (out, at)
}

/// One encoded number from the front of `content`, and what follows it. `None` if it is unterminated or
/// does not fit into 64 bits.
#[inline]
pub(super) fn take(content: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, &octet) in content.iter().enumerate() {
        if value >> 57 != 0 {
            return None;
        }
        value = value << 7 | u64::from(octet & 0x7f);
        if octet < 0x80 {
            return Some((value, content.get(at + 1..).unwrap_or_default()));
        }
    }
    None
}

/// Checks that `content` is the canonical encoding of an OID within the limits.
pub(super) fn check(content: &[u8]) -> Result<(), OidError> {
    match content.last() {
        None => return Err(OidError::Empty),
        Some(last) if *last >= 0x80 => return Err(OidError::Unterminated),
        Some(_) => {}
    }
    let mut done = 0_usize; // encoded numbers seen; the first is two arcs
    let mut value = 0_u64;
    let mut fresh = true;
    for &octet in content {
        if fresh && octet == 0x80 {
            return Err(OidError::Padded { position: done + 1 });
        }
        value = value << 7 | u64::from(octet & 0x7f);
        let limit = if done == 0 { MAX_FIRST } else { u64::from(u32::MAX) };
        if value > limit {
            return Err(OidError::ArcTooLarge { position: if done == 0 { 2 } else { done + 2 } });
        }
        fresh = octet < 0x80;
        if fresh {
            done += 1;
            value = 0;
            if done >= MAX_ARCS {
                return Err(OidError::TooManyArcs);
            }
        }
    }
    Ok(())
}

/// Arcs of checked content.
pub(super) fn count(content: &[u8]) -> usize {
    let numbers = content.iter().filter(|octet| **octet < 0x80).count();
    if numbers == 0 { 0 } else { numbers + 1 }
}

/// Orders two OIDs by their canonical BER content, without decoding: lexicographic by sub-identifier
/// (RFC 2578 §3.5 via RFC 3416 §4.2.2), a prefix before what extends it.
pub fn compare(a: &[u8], b: &[u8]) -> Ordering {
    compare_behind(a, b, common_octets(a, b))
}

/// The same, of two that begin with the same octets, and not with more.
#[inline]
pub(super) fn compare_behind(a: &[u8], b: &[u8], common: usize) -> Ordering {
    match (a.get(common..), b.get(common..)) {
        (Some([x, ..]), Some([y, ..])) if *x < 0x80 && *y < 0x80 => x.cmp(y),
        // Same octets so far within this number: the one that goes on for longer is larger, as neither is padded.
        (Some(rest_a @ [x, ..]), Some(rest_b @ [y, ..])) => {
            more_octets(rest_a).cmp(&more_octets(rest_b)).then(x.cmp(y))
        }
        _ => a.len().cmp(&b.len()),
    }
}

/// How many octets both begin with; eight at a time, as names that are compared have much in common.
#[inline]
pub(super) fn common_octets(a: &[u8], b: &[u8]) -> usize {
    let shorter = a.len().min(b.len());
    let eight = |octets: &[u8], at| {
        octets.get(at..).and_then(<[u8]>::first_chunk).map(|octets| u64::from_le_bytes(*octets))
    };
    let mut common = 0;
    while let (Some(x), Some(y)) = (eight(a, common), eight(b, common)) {
        let differing = x ^ y;
        if differing != 0 {
            return common + differing.trailing_zeros() as usize / 8;
        }
        // The last eight overlap those before.
        match shorter - common - 8 {
            0 => return shorter,
            left => common += left.min(8),
        }
    }
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

/// Octets that follow within the number whose octet is at the front.
#[cold]
fn more_octets(content: &[u8]) -> usize {
    content.iter().take_while(|octet| **octet >= 0x80).count()
}
