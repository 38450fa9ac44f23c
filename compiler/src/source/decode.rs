//! Octets to text: UTF-8 where the file is UTF-8, UTF-16 where it is that, else windows-1252, which maps every octet
//! to something.

use std::borrow::Cow;

use super::{Encoding, pages};

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Decodes a file. Never fails; the text of ASCII and UTF-8 files is borrowed.
///
/// A byte order mark is dropped, and lines that end in CR alone are made to end in LF, so that positions count
/// lines and columns as an editor does. What page breaks leave in the text of an RFC is blanked out.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let (text, encoding) = decode_lines(bytes);
    match pages::without_breaks(&text) {
        Some(text) => (Cow::Owned(text), encoding),
        None => (text, encoding),
    }
}

fn decode_lines(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    if let Some(text) = utf16(bytes) {
        return (Cow::Owned(with_line_feeds(&text).unwrap_or(text)), Encoding::Utf16);
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            (text, Encoding::Windows1252)
        }
    };
    (with_line_feeds(&text).map_or(text, Cow::Owned), encoding)
}

/// Decodes a file as [`decode`] does, without a copy where its octets are owned and are the text.
pub(crate) fn decode_owned(bytes: Cow<'static, [u8]>) -> (String, Encoding) {
    let owned = match bytes {
        Cow::Owned(bytes) if !bytes.starts_with(BYTE_ORDER_MARK) && !looks_like_utf16(&bytes) => bytes,
        bytes => {
            let (text, encoding) = decode(&bytes);
            return (text.into_owned(), encoding);
        }
    };
    match String::from_utf8(owned) {
        Ok(text) => {
            let text = with_line_feeds(&text).unwrap_or(text);
            (pages::without_breaks(&text).unwrap_or(text), Encoding::Utf8)
        }
        Err(error) => {
            let (text, encoding) = decode(error.as_bytes());
            let mut text = text.into_owned();
            // The decoder makes room for three octets a character.
            text.shrink_to_fit();
            (text, encoding)
        }
    }
}

/// The text of a file in UTF-16. Editors write a byte order mark; without one, its ASCII shows in the zeros.
pub(crate) fn utf16(bytes: &[u8]) -> Option<String> {
    if !looks_like_utf16(bytes) {
        return None;
    }
    let little = match bytes {
        [0xFF, 0xFE, ..] => true,
        [0xFE, 0xFF, ..] => false,
        _ => bytes.first() != Some(&0),
    };
    let encoding = if little { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
    Some(encoding.decode_with_bom_removal(bytes).0.into_owned())
}

fn looks_like_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        // Four characters of ASCII, each with its zero.
        &[a, b, c, d, e, f, g, h, ..] => {
            let ascii = |first: [u8; 4], second: [u8; 4]| first.iter().all(|&b| b != 0) && second == [0; 4];
            let (even, odd) = ([a, c, e, g], [b, d, f, h]);
            ascii(even, odd) || ascii(odd, even)
        }
        _ => false,
    }
}

/// The text with LF for CR, where lines end in CR alone.
fn with_line_feeds(text: &str) -> Option<String> {
    let has = |octet| memchr::memchr(octet, text.as_bytes()).is_some();
    (!has(b'\n') && has(b'\r')).then(|| text.replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_borrowed_and_loses_its_mark() {
        let (text, encoding) = decode("\u{FEFF}A-MIB é".as_bytes());
        assert!(matches!(text, Cow::Borrowed("A-MIB é")));
        assert_eq!(encoding, Encoding::Utf8);
    }

    #[test]
    fn anything_else_is_windows_1252() {
        let (text, encoding) = decode(b"dash \x96, \xE9, undefined \x81");
        assert_eq!(text, "dash \u{2013}, é, undefined \u{81}");
        assert_eq!(encoding, Encoding::Windows1252);
    }

    #[test]
    fn utf16_is_known_by_its_mark_or_its_zeros() {
        for mark in ["\u{FEFF}", ""] {
            let text = format!("{mark}A-MIB \u{2013} é");
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [little, big] {
                assert_eq!(decode(&bytes), (Cow::from("A-MIB \u{2013} é"), Encoding::Utf16));
                assert_eq!(decode_owned(Cow::Owned(bytes)).0, "A-MIB \u{2013} é");
            }
        }
        assert_eq!(decode(b"\0\0\0\0A-MIB\0").1, Encoding::Utf8);
    }

    #[test]
    fn owned_octets_read_the_same() {
        for bytes in
            [&b"A-MIB"[..], b"\xFF\xFEA\0\r\0", b"\xEF\xBB\xBFA", b"\xE9\r", b"a\rb\r", b"a\r\n", b""]
        {
            let (text, encoding) = decode(bytes);
            assert_eq!(decode_owned(Cow::Owned(bytes.to_vec())), (text.into_owned(), encoding));
        }
    }

    #[test]
    fn lone_carriage_returns_end_lines() {
        assert_eq!(decode(b"a\rb\r").0, "a\nb\n");
        assert_eq!(decode(b"a\r\nb\r").0, "a\r\nb\r");
    }
}
