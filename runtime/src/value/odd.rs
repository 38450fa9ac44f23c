//! Numbers in forms that SMI does not have, or that SNMP does not look into.

use super::{ValueRef, tag};

/// Most octets of a number that is read by value.
const LONGEST: usize = 15;

/// What net-snmp puts into `Opaque`: numbers with their own tags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Special {
    Float(f32),
    Double(f64),
    Counter64(u64),
    Int64(i64),
    Uint64(u64),
}

impl Special {
    /// All tags begin with this octet.
    const TAG: u8 = 0x9f;

    /// Of the octets of an `Opaque`, which must be one such number and nothing else.
    pub(crate) fn of_opaque(octets: &[u8]) -> Option<Special> {
        Self::behind_tag(octets.strip_prefix(&[Self::TAG])?)
    }

    /// Of the octets behind the first one of the tag.
    fn behind_tag(octets: &[u8]) -> Option<Special> {
        let [kind, length, content @ ..] = octets else { return None };
        if usize::from(*length) != content.len() {
            return None;
        }
        Some(match kind {
            0x76 => Self::Counter64(unsigned(content)?.try_into().ok()?),
            0x78 => Self::Float(f32::from_be_bytes(content.try_into().ok()?)),
            0x79 => Self::Double(f64::from_be_bytes(content.try_into().ok()?)),
            0x7a => Self::Int64(signed(content)?.try_into().ok()?),
            0x7b => Self::Uint64(unsigned(content)?.try_into().ok()?),
            _ => return None,
        })
    }

    fn number(self) -> Option<i128> {
        match self {
            Self::Float(_) | Self::Double(_) => None,
            Self::Counter64(number) | Self::Uint64(number) => Some(number.into()),
            Self::Int64(number) => Some(number.into()),
        }
    }

    fn float(self) -> f64 {
        match self {
            Self::Float(number) => number.into(),
            Self::Double(number) => number,
            Self::Counter64(number) | Self::Uint64(number) => number as f64,
            Self::Int64(number) => number as f64,
        }
    }
}

impl ValueRef<'_> {
    /// The number that net-snmp has put into an `Opaque`, or that some agents send without the `Opaque` around it.
    pub(crate) fn special(self) -> Option<Special> {
        match self {
            ValueRef::Opaque(octets) => Special::of_opaque(octets),
            ValueRef::Undecodable { tag: Special::TAG, bytes } => Special::behind_tag(bytes),
            _ => None,
        }
    }

    /// The number of a value that does not belong to the SMI although it is plainly a number: beyond the range of its
    /// type, or a UInteger32.
    pub(crate) fn odd_integer(self) -> Option<i128> {
        let ValueRef::Undecodable { tag, bytes } = self else { return None };
        number(tag, bytes)
    }

    /// As [`to_number`](Self::to_number), of forms that SMI does not have.
    pub(super) fn odd_number(self) -> Option<i128> {
        self.odd_integer().or_else(|| self.special()?.number())
    }

    /// As [`to_f64`](Self::to_f64), of forms that SMI does not have.
    pub(super) fn odd_float(self) -> Option<f64> {
        self.odd_integer().map(|number| number as f64).or_else(|| self.special().map(Special::float))
    }
}

/// The number in the content octets of a number type, whatever its size; none of other types.
pub(crate) fn number(tag: u8, content: &[u8]) -> Option<i128> {
    match tag {
        tag::INTEGER => signed(content),
        tag::COUNTER32 | tag::GAUGE32 | tag::TIME_TICKS | tag::COUNTER64 | tag::UINTEGER32 => {
            unsigned(content)
        }
        _ => None,
    }
}

fn unsigned(content: &[u8]) -> Option<i128> {
    let fits = (1..=LONGEST).contains(&content.len());
    fits.then(|| content.iter().fold(0, |number, octet| number << 8 | i128::from(*octet)))
}

fn signed(content: &[u8]) -> Option<i128> {
    let negative = content.first()? & 0x80 != 0;
    let number = unsigned(content)?;
    Some(if negative { number - (1 << (8 * content.len())) } else { number })
}
