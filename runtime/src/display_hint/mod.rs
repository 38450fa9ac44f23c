//! DISPLAY-HINT: how a value of a textual convention is shown and read (RFC 2579 §3.1).

mod format;
mod octets;
mod parse;
mod spec;
#[cfg(test)]
mod tests;

use std::fmt;

pub use spec::HintError;
use spec::{Integer, Spec, Specs};

/// Octets of a value: more than these are not read from text (RFC 2578 §7.1.2).
const MAX_OCTETS: usize = 65_535;

/// A DISPLAY-HINT, found to be right.
///
/// ```
/// use mibc_runtime::display_hint::Hint;
///
/// let mac = Hint::parse("1x:")?;
/// assert_eq!(mac.octets(&[0, 0x1b, 0x21]).to_string(), "00:1b:21");
/// assert_eq!(mac.parse_octets("0:1b:21")?, [0, 0x1b, 0x21]);
/// assert_eq!(Hint::parse("d-2")?.integer(1234).to_string(), "12.34");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Hint<'a>(Kind<'a>);

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Integer(Integer),
    Octets(Specs<'a>),
}

impl<'a> Hint<'a> {
    /// Reads the hint itself: an integer format (`d`, `d-2`, `x`, `o`, `b`) or octet formats (`1x:`,
    /// `2d-1d-1d`, `*1x:/1x:`).
    ///
    /// # Errors
    /// What is neither; the position tells where.
    pub fn parse(text: &'a str) -> Result<Self, HintError> {
        let kind = match text.chars().next() {
            Some('0'..='9' | '*') => Kind::Octets(Specs::parse(text)?),
            _ => Kind::Integer(Integer::parse(text)?),
        };
        Ok(Self(kind))
    }

    /// Whether this is an integer format.
    pub const fn is_integer(&self) -> bool {
        matches!(self.0, Kind::Integer(_))
    }

    /// A number by this hint; in plain decimal where the hint is for octets.
    pub const fn integer(self, number: i128) -> Shown<'a, 'static> {
        Shown { hint: self, value: Shape::Integer(number), padded: true }
    }

    /// Octets by this hint; as [`OctetString`](crate::value::OctetString) prints them where the hint is for
    /// integers.
    ///
    /// In hexadecimal every octet gives two digits; decimal and octal numbers have no leading zeros, and those of
    /// more than 16 octets are shown in hexadecimal behind `0x`. Octets of text that are not UTF-8 become U+FFFD.
    pub const fn octets<'v>(self, octets: &'v [u8]) -> Shown<'a, 'v> {
        Shown { hint: self, value: Shape::Octets(octets), padded: true }
    }

    /// The number that this text shows: the opposite of [`Hint::integer`].
    ///
    /// # Errors
    /// What the hint does not give, or no 64-bit number can hold.
    pub fn parse_integer(&self, text: &str) -> Result<i64, HintError> {
        let format = match self.0 {
            Kind::Integer(format) => format,
            Kind::Octets(_) => Integer::PLAIN,
        };
        parse::integer(format, text)
    }

    /// The octets that this text shows: the opposite of [`Hint::octets`], as far as the hint is unambiguous.
    /// Numbers of up to 8 octets may leave out leading zeros.
    ///
    /// # Errors
    /// What the hint does not give; a number too large for its octets; more than 65,535 octets in all.
    pub fn parse_octets(&self, text: &str) -> Result<Vec<u8>, HintError> {
        match self.0 {
            Kind::Integer(_) => Ok(text.into()),
            Kind::Octets(specs) => parse::octets(specs, text),
        }
    }
}

/// A value with its hint, for printing.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'h, 'v> {
    hint: Hint<'h>,
    value: Shape<'v>,
    padded: bool,
}

impl Shown<'_, '_> {
    /// Without leading zeros in hexadecimal, as net-snmp writes octets: `0:1b:21`.
    #[must_use]
    pub const fn unpadded(mut self) -> Self {
        self.padded = false;
        self
    }
}

#[derive(Clone, Copy, Debug)]
enum Shape<'v> {
    Integer(i128),
    Octets(&'v [u8]),
}

impl fmt::Display for Shown<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.hint.0, self.value) {
            (Kind::Integer(format), Shape::Integer(number)) => format::integer(format, number, f),
            (Kind::Octets(specs), Shape::Octets(octets)) => octets::write(specs, octets, self.padded, f),
            (Kind::Octets(_), Shape::Integer(number)) => write!(f, "{number}"),
            (Kind::Integer(_), Shape::Octets(octets)) => crate::value::fmt_octets(octets, f),
        }
    }
}
