//! Values of another type than one would expect, converted on request.
//!
//! Devices send numbers as text, text in whatever encoding, and fractions in Opaque. Nothing here is done unasked:
//! the typed API takes the types that the MIB says.

use super::{Value, ValueRef};
use std::borrow::Cow;

/// Longest text that is tried as a number, in octets.
const LONGEST_NUMBER: usize = 64;

impl<'a> ValueRef<'a> {
    /// The number that the value is or says: of a number type, or a decimal number as text, with white space and
    /// zero octets around it. Not of fractions: see [`to_f64`](Self::to_f64).
    ///
    /// Also of numbers that SMI does not have but some agents send: an INTEGER beyond 31 bits and other numbers
    /// beyond the range of their type, UInteger32, and the 64-bit integers that net-snmp puts into `Opaque`.
    ///
    /// ```
    /// use mibc_runtime::value::Value;
    ///
    /// assert_eq!(Value::from(" 42\0").to_number(), Some(42));
    /// assert_eq!(Value::from("42 dBm").to_number(), None);
    /// ```
    pub fn to_number(self) -> Option<i128> {
        self.as_i128().or_else(|| self.odd_number()).or_else(|| self.numeral()?.parse().ok())
    }

    /// As [`to_number`](Self::to_number), also of fractions: as text (`-21.50`, `1e3`), and in the form in which
    /// net-snmp puts numbers into `Opaque`. Integers beyond 2^53 lose digits.
    pub fn to_f64(self) -> Option<f64> {
        if let Some(number) = self.as_i128() {
            return Some(number as f64);
        }
        if let Some(number) = self.odd_float() {
            return Some(number);
        }
        // Rust also reads words such as "inf" and "nan"; devices that write them mean no number.
        let numeral = self.numeral().filter(|text| text.bytes().any(|octet| octet.is_ascii_digit()))?;
        numeral.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// The text of an `OCTET STRING`: UTF-8, and if it is not, ISO 8859-1, of which every octet is a character.
    /// Zero octets at the end, which some agents send, are left out.
    pub fn to_text(self) -> Option<Cow<'a, str>> {
        let ValueRef::OctetString(octets) = self else { return None };
        let length = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
        let octets = octets.get(..length).unwrap_or_default();
        Some(match std::str::from_utf8(octets) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => octets.iter().copied().map(char::from).collect(),
        })
    }

    /// Text that may be a number.
    fn numeral(self) -> Option<&'a str> {
        let ValueRef::OctetString(octets) = self else { return None };
        let text = std::str::from_utf8(octets).ok()?;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (text.len() <= LONGEST_NUMBER).then_some(text)
    }
}

impl Value {
    /// The number that the value is or says; see [`ValueRef::to_number`].
    pub fn to_number(&self) -> Option<i128> {
        self.as_ref().to_number()
    }

    /// As [`to_number`](Self::to_number), also of fractions; see [`ValueRef::to_f64`].
    pub fn to_f64(&self) -> Option<f64> {
        self.as_ref().to_f64()
    }

    /// The text of an `OCTET STRING`; see [`ValueRef::to_text`].
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        self.as_ref().to_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Counter64, OctetString, Opaque};

    fn octets(octets: &[u8]) -> Value {
        Value::OctetString(OctetString(octets.into()))
    }

    /// §3 row 19: numbers as text, and nothing else for a number.
    #[test]
    fn numbers() {
        let good: [(Value, i128); 6] = [
            (Value::Integer(-5), -5),
            (Counter64(u64::MAX).into(), u64::MAX.into()),
            (Value::from("-7"), -7),
            (Value::from("+7\r\n"), 7),
            (Value::from("\0 18446744073709551615 \0\0"), u64::MAX.into()),
            (Value::from("007"), 7),
        ];
        for (value, number) in good {
            assert_eq!(value.to_number(), Some(number), "{value:?}");
            assert_eq!(value.to_f64(), Some(number as f64), "{value:?}");
        }
        let long = "9".repeat(100_000);
        for text in ["", " ", "0x10", "1,000", "12 C", "--1", "-", "nan", "inf", &long] {
            assert_eq!(Value::from(text).to_number(), None, "{text:?}");
            assert_eq!(Value::from(text).to_f64(), None, "{text:?}");
        }
        for value in [Value::Null, Value::NoSuchObject, octets(&[0xff, b'1'])] {
            assert_eq!((value.to_number(), value.to_f64()), (None, None), "{value:?}");
        }
    }

    #[test]
    fn fractions() {
        assert_eq!(Value::from("-21.50").to_f64(), Some(-21.5));
        assert_eq!(Value::from("-21.50").to_number(), None);
        let opaque = |octets: &[u8]| Value::Opaque(Opaque(octets.into()));
        assert_eq!(opaque(&[0x9f, 0x78, 4, 0x41, 0x20, 0, 0]).to_f64(), Some(10.0));
        assert_eq!(opaque(&[0x9f, 0x79, 8, 0x40, 0x24, 0, 0, 0, 0, 0, 0]).to_f64(), Some(10.0));
        for bad in [&[][..], &[0x9f, 0x78, 4, 0x41], &[0x9f, 0x78, 4, 0, 0, 0, 0, 0], &[0x9f, 0x7c, 1, 1]] {
            assert_eq!(opaque(bad).to_f64(), None, "{bad:?}");
        }
    }

    /// Numbers that SMI does not have are numbers all the same.
    #[test]
    fn odd_numbers() {
        let odd = |tag, bytes: &[u8]| Value::Undecodable { tag, bytes: bytes.into() };
        let opaque = |octets: &[u8]| Value::Opaque(Opaque(octets.into()));
        let good: [(Value, i128); 12] = [
            (odd(2, &[0, 0x80, 0, 0, 0]), 1 << 31),
            (odd(2, &[0xff, 0x7f, 0xff, 0xff, 0xff]), -(1 << 31) - 1),
            (odd(2, &[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), (1 << 72) - 1),
            (odd(0x41, &[1, 0, 0, 0, 0]), 1 << 32),
            (odd(0x47, &[5]), 5),
            (odd(0x47, &[0xff, 0xff, 0xff, 0xff]), u32::MAX.into()),
            (opaque(&[0x9f, 0x76, 2, 1, 2]), 258),
            (opaque(&[0x9f, 0x7a, 1, 0xfb]), -5),
            (opaque(&[0x9f, 0x7a, 8, 0x80, 0, 0, 0, 0, 0, 0, 0]), i64::MIN.into()),
            (opaque(&[0x9f, 0x7b, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), u64::MAX.into()),
            (opaque(&[0x9f, 0x7b, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), u64::MAX.into()),
            (odd(0x9f, &[0x7b, 1, 7]), 7),
        ];
        for (value, number) in good {
            assert_eq!(value.to_number(), Some(number), "{value:?}");
            assert_eq!(value.to_f64(), Some(number as f64), "{value:?}");
        }
        assert_eq!(odd(0x9f, &[0x78, 4, 0x40, 0x20, 0, 0]).to_f64(), Some(2.5));
        let none = [
            odd(4, &[1]),
            odd(0x45, &[1]),
            odd(2, &[]),
            odd(2, &[1; 16]),
            odd(0x9f, &[0x78, 4, 0x40]),
            opaque(&[0x9f, 0x7a, 0]),
            opaque(&[0x9f, 0x7a, 2, 1]),
            opaque(&[0x9f, 0x7a, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
            opaque(&[0x9f, 0x7b, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
            opaque(&[2, 1, 5]),
        ];
        for value in none {
            assert_eq!((value.to_number(), value.to_f64()), (None, None), "{value:?}");
        }
    }

    /// §3 row 19: text in other encodings.
    #[test]
    fn text() {
        assert_eq!(Value::from("Zürich").to_text().as_deref(), Some("Zürich"));
        assert_eq!(octets(b"Z\xfcrich\0\0").to_text().as_deref(), Some("Zürich"));
        assert_eq!(octets(b"a\0b\0").to_text().as_deref(), Some("a\0b"));
        assert_eq!(octets(&[0, 0]).to_text().as_deref(), Some(""));
        assert_eq!(Value::Integer(1).to_text(), None);
    }
}
