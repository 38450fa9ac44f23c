//! Octets to text: UTF-8 where the file is UTF-8, else windows-1252, which maps every octet to something.

use std::borrow::Cow;

use super::Encoding;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Decodes a file. Never fails; the text of ASCII and UTF-8 files is borrowed.
///
/// A byte order mark is dropped, and lines that end in CR alone are made to end in LF, so that positions count
/// lines and columns as an editor does.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            (text, Encoding::Windows1252)
        }
    };
    if ends_lines_in_cr(&text) {
        return (Cow::Owned(text.replace('\r', "\n")), encoding);
    }
    (text, encoding)
}

/// Decodes a file as [`decode`] does, without a copy where its octets are owned and are the text.
pub(crate) fn decode_owned(bytes: Cow<'static, [u8]>) -> (String, Encoding) {
    let owned = match bytes {
        Cow::Owned(bytes) if !bytes.starts_with(BYTE_ORDER_MARK) => bytes,
        bytes => {
            let (text, encoding) = decode(&bytes);
            return (text.into_owned(), encoding);
        }
    };
    match String::from_utf8(owned) {
        Ok(text) if !ends_lines_in_cr(&text) => (text, Encoding::Utf8),
        Ok(text) => (text.replace('\r', "\n"), Encoding::Utf8),
        Err(error) => {
            let (text, encoding) = decode(error.as_bytes());
            let mut text = text.into_owned();
            // The decoder makes room for three octets a character.
            text.shrink_to_fit();
            (text, encoding)
        }
    }
}

/// Whether lines end in CR alone.
fn ends_lines_in_cr(text: &str) -> bool {
    memchr::memchr(b'\n', text.as_bytes()).is_none() && memchr::memchr(b'\r', text.as_bytes()).is_some()
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
    fn owned_octets_read_the_same() {
        for bytes in [&b"A-MIB"[..], b"\xEF\xBB\xBFA", b"\xE9\r", b"a\rb\r", b"a\r\n", b""] {
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
