//! Names as parts of subjects.

use std::fmt::Write;

/// A name as one part of a subject: letters, digits, `-` and `_` stay, all other octets become `=` and two digits.
pub(super) fn token(name: &str) -> String {
    let mut token = String::with_capacity(name.len());
    for octet in name.bytes() {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_') {
            token.push(char::from(octet));
        } else {
            // Writing to a text does not fail.
            let _ = write!(token, "={octet:02X}");
        }
    }
    token
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn no_name_can_be_more_than_one_part() {
        assert_eq!(token("switch-1_a"), "switch-1_a");
        assert_eq!(token("a.b > *"), "a=2Eb=20=3E=20=2A");
        assert_ne!(token("a=2Eb"), token("a.b"));
        assert_eq!(token("ä"), "=C3=A4");
    }
}
