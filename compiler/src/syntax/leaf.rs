//! The leaves of a syntax tree: names, texts and numbers as they stand in their file.
//!
//! A tree has several of them for each definition, so they are small: a file and two positions. What they say is read
//! from the text when it is asked for.

use crate::source::{SourceFile, Span};
use std::fmt;

/// A name, keyword or number as written.
#[derive(Clone, Copy)]
pub struct Ident<'s> {
    source: &'s SourceFile,
    start: u32,
    end: u32,
}

impl<'s> Ident<'s> {
    /// The octets `start..end` of a file.
    pub(super) fn new(source: &'s SourceFile, start: u32, end: u32) -> Ident<'s> {
        Ident { source, start, end }
    }

    /// The spelling. Built-in types of two words are spelt `OCTET STRING` and `OBJECT IDENTIFIER`, whatever blanks
    /// stand between.
    pub fn text(&self) -> &'s str {
        let raw = self.raw();
        match raw.as_bytes() {
            [b'O' | b'o', b'C' | b'c', b'T' | b't', b'E' | b'e', b'T' | b't', b'\0'..=b' ', ..] => {
                "OCTET STRING"
            }
            [
                b'O' | b'o',
                b'B' | b'b',
                b'J' | b'j',
                b'E' | b'e',
                b'C' | b'c',
                b'T' | b't',
                b'\0'..=b' ',
                ..,
            ] => "OBJECT IDENTIFIER",
            _ => raw,
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        Span { file: self.source.id, start: self.start, end: self.end }
    }

    /// The text exactly as it stands there; empty if the positions do not fit the file.
    fn raw(&self) -> &'s str {
        self.source.text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

impl fmt::Debug for Ident<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}..{}", self.text(), self.start, self.end)
    }
}

/// A quoted string without its quotes.
#[derive(Clone, Copy)]
pub struct Text<'s>(Ident<'s>);

impl<'s> Text<'s> {
    /// A string that has these octets between its quotes.
    pub(super) fn new(inner: Ident<'s>) -> Text<'s> {
        Text(inner)
    }

    /// What stands between the quotes, exactly as written.
    pub fn raw(&self) -> &'s str {
        self.0.raw()
    }

    /// Where, without the quotes.
    pub fn span(&self) -> Span {
        self.0.span()
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}..{}", self.raw(), self.0.start, self.0.end)
    }
}

/// A number as written: decimal with its sign, hex or binary digits, MIN or MAX.
#[derive(Clone, Copy)]
pub struct Number<'s>(Ident<'s>);

/// The value of a number in a range, size or enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A number.
    Value(i128),
    /// `MIN`.
    Min,
    /// `MAX`.
    Max,
}

impl<'s> Number<'s> {
    /// A number that stands there.
    pub(super) fn new(written: Ident<'s>) -> Number<'s> {
        Number(written)
    }

    /// The spelling, with quotes and suffix where there are any.
    pub fn text(&self) -> &'s str {
        self.0.raw()
    }

    /// Where.
    pub fn span(&self) -> Span {
        self.0.span()
    }

    /// What it means; `None` beyond 128 bits or if the digits are wrong.
    pub fn value(&self) -> Option<Bound> {
        match self.text() {
            "MIN" => Some(Bound::Min),
            "MAX" => Some(Bound::Max),
            text => match text.strip_prefix('\'') {
                None => decimal(text).map(Bound::Value),
                Some(rest) => quoted(rest).map(Bound::Value),
            },
        }
    }
}

/// A decimal number; 64 bits, which nearly all have room in, are much faster to read than 128.
fn decimal(text: &str) -> Option<i128> {
    text.parse::<i64>().map(i128::from).ok().or_else(|| text.parse().ok())
}

/// Digits with their closing quote and suffix: `ff'H`, `01'B`.
fn quoted(rest: &str) -> Option<i128> {
    let (digits, suffix) = rest.split_once('\'')?;
    let radix = if matches!(suffix, "b" | "B") { 2 } else { 16 };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i128::from_str_radix(digits, radix).ok()
}

impl fmt::Debug for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Ident, Number};
    use crate::source::{Encoding, SourceMap};

    #[test]
    fn leaves_are_small() {
        assert_eq!(size_of::<Option<Ident<'_>>>(), 16);
        assert_eq!(size_of::<Number<'_>>(), 16);
    }

    #[test]
    fn numbers_mean_what_their_notation_says() {
        let value = |text: &str| {
            let mut sources = SourceMap::default();
            let id = sources.add("A-MIB", text, Encoding::Utf8);
            Number::new(Ident::new(sources.file(id), 0, text.len() as u32)).value()
        };
        assert_eq!(value("-5"), Some(Bound::Value(-5)));
        assert_eq!(value("18446744073709551615"), Some(Bound::Value(i128::from(u64::MAX))));
        assert_eq!(value(&"9".repeat(40)), None);
        assert_eq!(value("'ff'H"), Some(Bound::Value(255)));
        assert_eq!(value("'101'b"), Some(Bound::Value(5)));
        assert_eq!(value("'-1'H"), None);
        assert_eq!(value("MAX"), Some(Bound::Max));
    }

    #[test]
    fn types_of_two_words_have_one_spelling() {
        for (written, spelt) in [
            ("OCTET \t\n STRING", "OCTET STRING"),
            ("OBJECT\n IDENTIFIER", "OBJECT IDENTIFIER"),
            ("Octet string", "OCTET STRING"),
            ("OBJECT-TYPE", "OBJECT-TYPE"),
            ("OCTET", "OCTET"),
        ] {
            let mut sources = SourceMap::default();
            let id = sources.add("A-MIB", written, Encoding::Utf8);
            assert_eq!(Ident::new(sources.file(id), 0, written.len() as u32).text(), spelt);
        }
    }
}
