//! Octets to text: UTF-8 or UTF-16 if the file is that, otherwise windows-1252, which maps every octet
//! to something.

use std::borrow::Cow;

use super::{Encoding, pages};

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

const MARK: char = '\u{FEFF}';

/// Stands for half a character at the end of a file in UTF-16.
const LONE_SURROGATE: u16 = 0xD800;

/// What windows-1252 has where Unicode has control characters, 0x80 to 0x9F; the rest of it is Latin-1.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Decodes a file. Never fails; the text of ASCII and UTF-8 files is borrowed.
///
/// A byte order mark is dropped. Lines that end in a CR without LF are made to end in LF, so that positions count
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
        Err(_) => (Cow::Owned(windows_1252(bytes)), Encoding::Windows1252),
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
            (text.into_owned(), encoding)
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
    let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let (pairs, rest) = bytes.as_chunks();
    let units = pairs.iter().map(unit).chain((!rest.is_empty()).then_some(LONE_SURROGATE));
    let mut text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    text.shrink_to_fit();
    Some(text)
}

/// The text of octets in windows-1252, as in the Encoding Standard of WHATWG.
fn windows_1252(bytes: &[u8]) -> String {
    let mut text =
        String::with_capacity(bytes.len() + bytes.iter().filter(|octet| !octet.is_ascii()).count());
    for run in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        match std::str::from_utf8(run) {
            Ok(ascii) if ascii.is_ascii() => text.push_str(ascii),
            _ => text.extend(run.iter().map(|octet| match octet {
                0x80..=0x9F => {
                    C1.get(usize::from(octet - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER)
                }
                octet => char::from(*octet),
            })),
        }
    }
    text
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

/// The text with LF instead of CR, if lines end in a CR without LF.
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
        let high: Vec<u8> = (0x80..=0xFF).collect();
        let text = decode(&high).0.into_owned();
        assert!(
            text.starts_with("€\u{81}‚ƒ") && text.contains("ž\u{178}\u{A0}¡") && text.ends_with("þÿ"),
            "{text}"
        );
        assert_eq!(text.chars().count(), 128);
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
        // Half a pair, half a unit.
        assert_eq!(decode(b"\xFF\xFEA\0\x3D\xD8B\0C").0, "A\u{FFFD}B\u{FFFD}");
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
