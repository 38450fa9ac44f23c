//! Checks the content octets of an OBJECT IDENTIFIER (X.690 8.19, RFC 2578 §3.5).

use super::OidFault;

/// Most sub-identifiers of an OBJECT IDENTIFIER (RFC 2578 §3.5).
const MAX_ARCS: usize = 128;

/// The first encoded sub-identifier is 40·x + y, so it may exceed the others' limit by 80.
const MAX_FIRST: u64 = u32::MAX as u64 + 80;

const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/// What the octets are, if they are an OBJECT IDENTIFIER at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// As X.690 wants them.
    Canonical,
    /// No octets.
    Empty,
    /// At least one sub-identifier begins with `80`.
    Padded,
}

/// Classifies `content`; the error says what is wrong.
#[inline]
pub(super) fn check(content: &[u8]) -> Result<Shape, OidFault> {
    if is_plainly_canonical(content) { Ok(Shape::Canonical) } else { check_slowly(content) }
}

/// Octets of a window, and how far the next one is: any four octets in a row share a window.
const WINDOW: usize = 8;
const STRIDE: usize = WINDOW - 3;

/// Settles, eight octets at a time, the case of nearly every OID: short, no octet `80`, and no
/// sub-identifier of five octets, so that nothing can be padded or out of range. False means unknown.
#[inline]
pub(super) fn is_plainly_canonical(content: &[u8]) -> bool {
    // Each octet makes at most one sub-identifier, the first two.
    if !(4..MAX_ARCS).contains(&content.len()) || content.last().is_none_or(|last| last & 0x80 != 0) {
        return false;
    }
    let mut rest = content;
    let mut suspicious = 0;
    while let Some(window) = rest.first_chunk::<WINDOW>() {
        suspicious |= suspects(u64::from_le_bytes(*window));
        let next = STRIDE.min(rest.len() - WINDOW);
        if next == 0 {
            return suspicious == 0;
        }
        rest = rest.get(next..).unwrap_or_default();
    }
    // Fewer than eight octets in all: two halves that may overlap.
    match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let shift = (rest.len() - 4) * 8;
            let word = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << shift;
            suspects(word) == 0
        }
        _ => false,
    }
}

/// Non-zero when the octets of `word` (first octet lowest) hold an `80`, or four continuation octets
/// in a row.
#[inline]
fn suspects(word: u64) -> u64 {
    let high = word & HIGH_BITS;
    let run = high & (high << 8) & (high << 16) & (high << 24);
    let turned = word ^ HIGH_BITS; // an octet 80 becomes 00
    run | (turned.wrapping_sub(ONES) & !turned & HIGH_BITS)
}

#[cold]
fn check_slowly(content: &[u8]) -> Result<Shape, OidFault> {
    if content.is_empty() {
        return Ok(Shape::Empty);
    }
    let mut shape = Shape::Canonical;
    let mut arcs = 1; // the first sub-identifier makes two
    let mut limit = MAX_FIRST;
    let mut value = 0u64;
    let mut at_start = true;
    for &octet in content {
        if at_start && octet == 0x80 {
            shape = Shape::Padded;
        }
        value = value << 7 | u64::from(octet & 0x7f);
        if value > limit {
            return Err(OidFault::TooLarge);
        }
        at_start = octet & 0x80 == 0;
        if at_start {
            arcs += 1;
            limit = u64::from(u32::MAX);
            value = 0;
        }
    }
    if !at_start {
        return Err(OidFault::Unterminated);
    }
    if arcs > MAX_ARCS {
        return Err(OidFault::TooMany);
    }
    Ok(shape)
}

/// The longest beginning of `content` that is an OBJECT IDENTIFIER; perhaps empty.
pub(crate) fn readable(content: &[u8]) -> &[u8] {
    let mut readable = 0;
    let mut arcs = 1; // the first sub-identifier makes two
    let mut limit = MAX_FIRST;
    let mut value = 0u64;
    for (place, &octet) in content.iter().enumerate() {
        value = value << 7 | u64::from(octet & 0x7f);
        if value > limit {
            break;
        }
        if octet & 0x80 == 0 {
            arcs += 1;
            if arcs > MAX_ARCS {
                break;
            }
            readable = place + 1;
            limit = u64::from(u32::MAX);
            value = 0;
        }
    }
    content.get(..readable).unwrap_or_default()
}

/// Appends `content` to `out`, without the padding of its sub-identifiers if that is all that is wrong
/// with it.
pub(crate) fn unpad(content: &[u8], out: &mut Vec<u8>) {
    if check(content) != Ok(Shape::Padded) {
        out.extend_from_slice(content);
        return;
    }
    let mut at_start = true;
    for &octet in content {
        if at_start && octet == 0x80 {
            continue;
        }
        out.push(octet);
        at_start = octet & 0x80 == 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_checking_agree() {
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for _ in 0..200_000 {
            let len = (next() % 24) as usize;
            let bias = next() % 4;
            let content: Vec<u8> = (0..len)
                .map(|_| match next() % 8 {
                    0 => 0x80,
                    n if n <= bias => next() as u8 | 0x80,
                    _ => next() as u8 & 0x7f,
                })
                .collect();
            if is_plainly_canonical(&content) {
                assert_eq!(check_slowly(&content), Ok(Shape::Canonical), "{content:02x?}");
            }
        }
    }

    /// S1: 128 arcs and 4294967295 pass, one more of either does not.
    #[test]
    fn limits() {
        let mut content = vec![0x2b];
        content.extend([1; 126]);
        assert_eq!(check(&content), Ok(Shape::Canonical));
        content.push(1);
        assert!(check(&content).is_err());
        assert_eq!(check(&[0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f]), Ok(Shape::Canonical));
        assert!(check(&[0x2b, 0x90, 0x80, 0x80, 0x80, 0x00]).is_err());
        // 2.4294967295, and one more
        assert_eq!(check(&[0x90, 0x80, 0x80, 0x80, 0x4f]), Ok(Shape::Canonical));
        assert!(check(&[0x90, 0x80, 0x80, 0x80, 0x50]).is_err());
    }

    /// What can be read of an OBJECT IDENTIFIER is its beginning, in whole sub-identifiers.
    #[test]
    fn beginnings() {
        let whole: &[u8] = &[0x2b, 0x06, 0x81, 0x80, 0x06];
        assert_eq!(readable(whole), whole);
        assert_eq!(readable(&[0x2b, 0x06, 0x90, 0x80, 0x80, 0x80, 0x00, 0x01]), [0x2b, 0x06]);
        assert_eq!(readable(&[0x2b, 0x06, 0x86]), [0x2b, 0x06]);
        assert_eq!(readable(&[0xff; 40]), [0u8; 0]);
        assert_eq!(readable(&[1; 200]).len(), MAX_ARCS - 1);
        for length in 0..=whole.len() {
            let beginning = readable(&whole[..length]);
            assert!(beginning.is_empty() || check(beginning) == Ok(Shape::Canonical));
        }
    }

    /// W8: padding is seen and removed; an unterminated sub-identifier is an error.
    #[test]
    fn padding() {
        assert_eq!(check(&[0x2b, 0x80, 0x80, 0x06]), Ok(Shape::Padded));
        assert_eq!(check(&[0x2b, 0x81, 0x80, 0x06]), Ok(Shape::Canonical));
        assert!(check(&[0x2b, 0x86]).is_err());
        assert_eq!(check(&[]), Ok(Shape::Empty));
        let mut out = Vec::new();
        unpad(&[0x80, 0x2b, 0x80, 0x80, 0x06, 0x81, 0x80, 0x06], &mut out);
        assert_eq!(out, [0x2b, 0x06, 0x81, 0x80, 0x06]);
    }
}
