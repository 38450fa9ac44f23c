//! Values as their type shows them.

use std::fmt::{self, Display, Write};

use super::TypeMeta;
use crate::{display_hint::Hint, syntax::BaseType, value::ValueRef};

/// A value with its type, for printing: the label of an enumeration or `unknown(17)` (a revision may add labels, RFC
/// 2578 §10), the labels of bits as `{low, high}`, numbers and octets by their DISPLAY-HINT. Values of other types,
/// such as exceptions, print as they do without a type. Obeys width and alignment.
#[derive(Clone, Copy, Debug)]
pub struct DisplayValue<'a> {
    syntax: TypeMeta<'a>,
    value: ValueRef<'a>,
}

impl<'a> DisplayValue<'a> {
    pub(super) const fn new(syntax: TypeMeta<'a>, value: ValueRef<'a>) -> Self {
        Self { syntax, value }
    }

    fn hint(&self) -> Option<Hint<'a>> {
        self.syntax.hint().and_then(|hint| Hint::parse(hint).ok())
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.syntax.base(), self.value) {
            (BaseType::Integer32, ValueRef::Integer(number)) if self.syntax.labels().next().is_some() => {
                match self.syntax.label(number) {
                    Some(label) => f.write_str(label),
                    None => write!(f, "unknown({number})"),
                }
            }
            (BaseType::Bits, ValueRef::OctetString(octets)) => self.bits(octets, f),
            (base, value) if base.is_number() && base != BaseType::TimeTicks => {
                match (value.as_i128(), self.hint()) {
                    (Some(number), Some(hint)) => hint.integer(number).fmt(f),
                    _ => value.fmt(f),
                }
            }
            (BaseType::OctetString, ValueRef::OctetString(octets)) => match self.hint() {
                Some(hint) => hint.octets(octets).fmt(f),
                None => self.value.fmt(f),
            },
            _ => self.value.fmt(f),
        }
    }

    fn bits(&self, octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "{";
        let ones = (0..).zip(octets).flat_map(|(at, octet)| {
            (0..8).filter(move |bit| octet & 0x80 >> bit != 0).map(move |bit| at * 8 + bit)
        });
        for position in ones {
            f.write_str(before)?;
            before = ", ";
            match self.syntax.label(position) {
                Some(label) => f.write_str(label)?,
                None => write!(f, "unknown({position})")?,
            }
        }
        f.write_str(if before == "{" { "{}" } else { "}" })
    }
}

impl Display for DisplayValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.width().is_none() && f.precision().is_none() {
            return self.write(f);
        }
        let (mut text, plain) = (String::new(), *self);
        write!(text, "{plain}")?;
        f.pad(&text)
    }
}
