//! One type of a module.

use std::fmt;

use super::{DisplayValue, Meta, cursor::Cursor, type_mark};
use crate::{
    syntax::BaseType,
    value::{Bits, ValueRef},
};

/// A type, read in place.
#[derive(Clone, Copy)]
pub struct TypeMeta<'a> {
    meta: Meta<'a>,
    base: BaseType,
    name: Option<&'a str>,
    hint: Option<&'a str>,
    ranges: (usize, Cursor<'a>),
    labels: (usize, Cursor<'a>),
}

impl<'a> TypeMeta<'a> {
    pub(super) fn read(meta: Meta<'a>, mut cursor: Cursor<'a>) -> Option<Self> {
        let head = cursor.octet()?;
        let base = BaseType::from_code(head & 0x0f)?;
        let name = if head & type_mark::NAME != 0 { Some(cursor.text()?) } else { None };
        let hint = if head & type_mark::HINT != 0 { Some(meta.pooled_text(cursor.size()?)?) } else { None };
        let mut ranges = (0, cursor);
        if head & type_mark::RANGES != 0 {
            let count = cursor.size()?;
            ranges = (count, cursor);
            for _ in 0..count {
                cursor.number()?;
                cursor.number()?;
            }
        }
        let count = if head & type_mark::LABELS != 0 { cursor.size()? } else { 0 };
        Some(Self { meta, base, name, hint, ranges, labels: (count, cursor) })
    }

    /// The type underneath.
    pub const fn base(&self) -> BaseType {
        self.base
    }

    /// The name, such as `DisplayString`; none if the type is inline in an object.
    pub const fn name(&self) -> Option<&'a str> {
        self.name
    }

    /// The DISPLAY-HINT.
    pub const fn hint(&self) -> Option<&'a str> {
        self.hint
    }

    /// Range of a number, or SIZE of a string in octets: inclusive pairs. None means no restriction.
    pub const fn ranges(&self) -> Ranges<'a> {
        let (rest, cursor) = self.ranges;
        Ranges { rest, cursor }
    }

    /// Labels and numbers of an enumeration or of bits, in the order of the MIB.
    pub const fn labels(&self) -> Labels<'a> {
        let (rest, cursor) = self.labels;
        Labels { meta: self.meta, rest, cursor, before: 0 }
    }

    /// The label of a number, or of a bit.
    pub fn label(&self, number: i32) -> Option<&'a str> {
        self.labels().find(|(_, n)| *n == number).map(|(label, _)| label)
    }

    /// The number of a label.
    pub fn number(&self, label: &str) -> Option<i32> {
        self.labels().find(|(l, _)| *l == label).map(|(_, number)| number)
    }

    /// The octets that all named bits take, if this type has any: what RFC 3417 §8 sends.
    pub fn bit_octets(&self) -> Option<usize> {
        let highest = self.labels().filter_map(|(_, number)| u32::try_from(number).ok()).max()?;
        Some(highest.min(Bits::MAX_POSITION) as usize / 8 + 1)
    }

    /// A value of this type for people: by its labels or DISPLAY-HINT.
    pub const fn display<'v>(&self, value: ValueRef<'v>) -> DisplayValue<'v>
    where
        'a: 'v,
    {
        DisplayValue::new(*self, value)
    }

    /// Whether the number, or the length of the string, is within the ranges.
    pub fn admits(&self, number: i64) -> bool {
        let mut ranges = self.ranges().peekable();
        ranges.peek().is_none() || ranges.any(|(low, high)| low <= number && number <= high)
    }
}

impl fmt::Debug for TypeMeta<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name.unwrap_or("inline type"), self.base)
    }
}

/// The types of a module, by number.
#[derive(Clone, Debug)]
pub struct Types<'a> {
    meta: Meta<'a>,
    next: usize,
    end: usize,
}

impl<'a> Types<'a> {
    pub(super) const fn new(meta: Meta<'a>, end: usize) -> Self {
        Self { meta, next: 0, end }
    }
}

impl<'a> Iterator for Types<'a> {
    type Item = TypeMeta<'a>;

    fn next(&mut self) -> Option<TypeMeta<'a>> {
        if self.next >= self.end {
            return None;
        }
        let found = u32::try_from(self.next).ok().and_then(|number| self.meta.type_at(number));
        // A record that cannot be read ends the iteration: the bytes are wrong.
        self.next = if found.is_some() { self.next + 1 } else { self.end };
        found
    }
}

/// Inclusive ranges.
#[derive(Clone, Debug)]
pub struct Ranges<'a> {
    rest: usize,
    cursor: Cursor<'a>,
}

impl Iterator for Ranges<'_> {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<(i64, i64)> {
        self.rest = self.rest.checked_sub(1)?;
        let low = self.cursor.signed()?;
        Some((low, low.wrapping_add(self.cursor.number()? as i64)))
    }
}

/// Labels with their numbers.
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    meta: Meta<'a>,
    rest: usize,
    cursor: Cursor<'a>,
    before: i64,
}

impl<'a> Labels<'a> {
    fn read(&mut self) -> Option<(&'a str, i32)> {
        self.before = self.before.checked_add(self.cursor.signed()?)?;
        let label = self.meta.pooled_text(self.cursor.size()?)?;
        Some((label, i32::try_from(self.before).ok()?))
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = (&'a str, i32);

    fn next(&mut self) -> Option<(&'a str, i32)> {
        self.rest = self.rest.checked_sub(1)?;
        let label = self.read();
        if label.is_none() {
            self.rest = 0;
        }
        label
    }
}
