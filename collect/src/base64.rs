//! Base64 (RFC 4648 §4).

/// Octets as text.
#[cfg(feature = "delivery")]
pub(crate) fn encode(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for three in octets.chunks(3) {
        let number = three.iter().fold(0u32, |number, octet| number << 8 | u32::from(*octet));
        let number = number << (8 * (3 - three.len()));
        for digit in 0..4 {
            let digit = (digit <= three.len()).then(|| number >> (18 - 6 * digit) & 63);
            text.push(digit.map_or('=', |digit| char::from(DIGITS[digit as usize])));
        }
    }
    text
}

/// The octets that a text stands for.
#[cfg(any(feature = "http", feature = "kafka"))]
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if digits.len() % 4 == 1 || text.len() - digits.len() > 2 {
        return None;
    }
    let mut octets = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            octets.push((bits >> held) as u8);
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "delivery")]
    #[test]
    fn texts_of_the_rfc() {
        for (octets, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(super::encode(octets.as_bytes()), text);
        }
    }

    #[cfg(any(feature = "http", feature = "kafka"))]
    #[test]
    fn octets_of_texts() {
        for (text, octets) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zm8=", b"fo"),
            ("Zm9v", b"foo"),
            ("Zm9vYmE", b"fooba"),
            ("//79", b"\xff\xfe\xfd"),
        ] {
            assert_eq!(super::decode(text).as_deref(), Some(octets), "{text}");
        }
        for text in ["Z", "Zm9vY", "Z===", "Zm=9", "Zm 9"] {
            assert_eq!(super::decode(text), None, "{text}");
        }
    }
}
