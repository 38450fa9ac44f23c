//! The shape of nearly every varbind: short lengths and nothing to note.
//!
//! A varbind of this shape can be checked and read with a few comparisons and no cursor. Everything else, including
//! everything wrong, is left to the [`Reader`](super::Reader). Only that decides what is accepted and what is noted;
//! the two must agree on what is plain.

use super::{oid, tag};
use crate::oid::OidRef;
use crate::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, ValueRef};

/// The four octets before the name: SEQUENCE, a short length, OBJECT IDENTIFIER, a short length.
const HEADER: u32 = u32::from_le_bytes([tag::SEQUENCE, 0, tag::OBJECT_IDENTIFIER, 0]);
/// What of them must be so; the rest is the lengths.
const HEADER_MASK: u32 = u32::from_le_bytes([0xff, 0x80, 0xff, 0x80]);

/// A varbind all of whose lengths are short and fit.
#[derive(Clone, Copy)]
pub(super) struct PlainVarBind<'a> {
    /// The whole TLV.
    octets: &'a [u8],
    /// Content of the name.
    pub(super) name: &'a [u8],
    tag: u8,
    /// Content of the value.
    value: &'a [u8],
}

impl<'a> PlainVarBind<'a> {
    /// Takes the first varbind off a list; `None` if it has another shape.
    #[inline(always)]
    pub(super) fn split(list: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let header = u32::from_le_bytes(*list.first_chunk()?);
        if header & HEADER_MASK != HEADER {
            return None;
        }
        let [_, length, _, name] = header.to_le_bytes();
        let (octets, rest) = list.split_at_checked(2 + usize::from(length))?;
        let (name, value) = octets.get(4..)?.split_at_checked(usize::from(name))?;
        let [tag, length, value @ ..] = value else { return None };
        if usize::from(*length) != value.len() {
            return None; // a long length as well: no value here has 128 octets
        }
        Some((Self { octets, name, tag: *tag, value }, rest))
    }

    /// True when name and value are as they should be, which [`value`](Self::value) relies on.
    #[inline(always)]
    pub(super) fn is_right(&self) -> bool {
        oid::is_plainly_canonical(self.name)
            && match self.tag {
                tag::OCTET_STRING | tag::OPAQUE => true,
                tag::INTEGER => self.number().is_some_and(Number::is_integer),
                tag::COUNTER32 | tag::GAUGE32 | tag::TIME_TICKS => {
                    self.number().is_some_and(|number| number.is_unsigned() && number.unsigned32().is_some())
                }
                tag::COUNTER64 => self.number().is_some_and(Number::is_unsigned),
                tag::OBJECT_IDENTIFIER => oid::is_plainly_canonical(self.value),
                tag::IP_ADDRESS => self.value.len() == 4,
                tag::NULL | tag::NO_SUCH_OBJECT | tag::NO_SUCH_INSTANCE | tag::END_OF_MIB_VIEW => {
                    self.value.is_empty()
                }
                _ => false,
            }
    }

    /// The value of a varbind that has been checked, by this type or by the reader; `None` if the
    /// reader has to be asked.
    #[inline(always)]
    pub(super) fn value(&self) -> Option<ValueRef<'a>> {
        Some(match self.tag {
            tag::OCTET_STRING => ValueRef::OctetString(self.value),
            tag::INTEGER => ValueRef::Integer(self.number()?.integer()?),
            tag::COUNTER32 => ValueRef::Counter32(Counter32(self.number()?.unsigned32()?)),
            tag::GAUGE32 => ValueRef::Gauge32(Gauge32(self.number()?.unsigned32()?)),
            tag::TIME_TICKS => ValueRef::TimeTicks(TimeTicks(self.number()?.unsigned32()?)),
            tag::COUNTER64 => ValueRef::Counter64(Counter64(self.number()?.unsigned64())),
            // One that is no OID has been let pass as undecodable.
            tag::OBJECT_IDENTIFIER if oid::is_plainly_canonical(self.value) => {
                ValueRef::ObjectIdentifier(OidRef::trusted(self.value))
            }
            tag::IP_ADDRESS => ValueRef::IpAddress(IpAddress(self.value.try_into().ok()?)),
            tag::OPAQUE => ValueRef::Opaque(self.value),
            _ if !self.value.is_empty() => return None,
            tag::NULL => ValueRef::Null,
            tag::NO_SUCH_OBJECT => ValueRef::NoSuchObject,
            tag::NO_SUCH_INSTANCE => ValueRef::NoSuchInstance,
            tag::END_OF_MIB_VIEW => ValueRef::EndOfMibView,
            _ => return None,
        })
    }

    #[inline(always)]
    fn number(&self) -> Option<Number> {
        let length = self.value.len();
        if length.wrapping_sub(1) >= 8 {
            return None;
        }
        // The header, a name and a number are eight octets at least.
        let last = u64::from_be_bytes(*self.octets.last_chunk()?);
        let shift = 64 - 8 * length as u32;
        Some(Number { left: last << shift, shift })
    }
}

/// A number of one to eight octets, which stand at the left end.
#[derive(Clone, Copy)]
struct Number {
    left: u64,
    shift: u32,
}

impl Number {
    /// True for one of 32 bits in its shortest form.
    #[inline(always)]
    fn is_integer(self) -> bool {
        let signs = (self.left as i64) >> 55; // nine equal bits are one octet too many
        self.shift == 56 || (self.shift >= 32 && signs != 0 && signs != -1)
    }

    /// True for one that is not negative and in its shortest form.
    #[inline(always)]
    fn is_unsigned(self) -> bool {
        self.left >> 63 == 0 && (self.shift == 56 || self.left >> 55 != 0)
    }

    #[inline(always)]
    fn integer(self) -> Option<i32> {
        i32::try_from((self.left as i64) >> self.shift).ok()
    }

    #[inline(always)]
    fn unsigned32(self) -> Option<u32> {
        u32::try_from(self.unsigned64()).ok()
    }

    #[inline(always)]
    fn unsigned64(self) -> u64 {
        self.left >> self.shift
    }
}
