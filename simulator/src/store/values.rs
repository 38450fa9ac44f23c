//! Values in the order of their names, as tag, length and octets.

use mibc_runtime::ber::tag;
use mibc_runtime::oid::OidRef;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, Value, ValueRef};

use super::names::{BLOCK, push_number, take_number};

/// Stands in front of the number of a variation, in the place of a tag.
const VARIATION: u8 = 0xff;

/// What an entry has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// Always this value.
    Fixed(Value),
    /// The variation of this number says it.
    Varied(u32),
}

/// The same, borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum EntryRef<'v> {
    Fixed(ValueRef<'v>),
    Varied(u32),
}

/// Values, packed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Values {
    octets: Box<[u8]>,
    blocks: Box<[u32]>,
}

impl Values {
    pub(crate) fn pack<'v>(entries: impl Iterator<Item = &'v Entry>) -> Self {
        let (mut octets, mut blocks) = (Vec::new(), Vec::new());
        for (position, entry) in entries.enumerate() {
            if position % BLOCK == 0 {
                blocks.push(u32::try_from(octets.len()).unwrap_or(u32::MAX));
            }
            match entry {
                Entry::Fixed(value) => push_value(&mut octets, value.as_ref()),
                Entry::Varied(number) => {
                    octets.push(VARIATION);
                    push_number(&mut octets, *number as usize);
                }
            }
        }
        Self { octets: octets.into(), blocks: blocks.into() }
    }

    /// How many octets it takes.
    pub(crate) fn size(&self) -> usize {
        self.octets.len() + 4 * self.blocks.len()
    }

    pub(crate) fn at_block(&self, block: usize) -> ValueCursor<'_> {
        let at = self.blocks.get(block).map_or(self.octets.len(), |at| *at as usize);
        ValueCursor { octets: &self.octets, at }
    }
}

/// Goes through values.
pub(crate) struct ValueCursor<'v> {
    octets: &'v [u8],
    at: usize,
}

impl<'v> ValueCursor<'v> {
    /// Goes past a value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let tag = *self.octets.get(self.at)?;
        self.at += 1;
        let length = take_number(self.octets, &mut self.at)?;
        if tag != VARIATION {
            self.at += length;
        }
        Some(())
    }

    /// The next value.
    pub(crate) fn take(&mut self) -> Option<EntryRef<'v>> {
        let tag = *self.octets.get(self.at)?;
        self.at += 1;
        let length = take_number(self.octets, &mut self.at)?;
        if tag == VARIATION {
            return u32::try_from(length).ok().map(EntryRef::Varied);
        }
        let octets = self.octets.get(self.at..self.at + length)?;
        self.at += length;
        Some(EntryRef::Fixed(value_of(tag, octets)))
    }
}

fn value_of(tag: u8, octets: &[u8]) -> ValueRef<'_> {
    let unsigned = || octets.iter().fold(0_u64, |number, octet| number << 8 | u64::from(*octet));
    let unsigned32 = || unsigned() as u32;
    match tag {
        tag::INTEGER => ValueRef::Integer(unsigned32().cast_signed()),
        tag::OCTET_STRING => ValueRef::OctetString(octets),
        tag::OBJECT_IDENTIFIER => match OidRef::from_ber(octets) {
            Ok(oid) => ValueRef::ObjectIdentifier(oid),
            Err(_) => ValueRef::Undecodable { tag, bytes: octets },
        },
        tag::IP_ADDRESS => match <[u8; 4]>::try_from(octets) {
            Ok(address) => ValueRef::IpAddress(IpAddress(address)),
            Err(_) => ValueRef::Undecodable { tag, bytes: octets },
        },
        tag::COUNTER32 => ValueRef::Counter32(Counter32(unsigned32())),
        tag::GAUGE32 => ValueRef::Gauge32(Gauge32(unsigned32())),
        tag::TIME_TICKS => ValueRef::TimeTicks(TimeTicks(unsigned32())),
        tag::OPAQUE => ValueRef::Opaque(octets),
        tag::COUNTER64 => ValueRef::Counter64(Counter64(unsigned())),
        tag::NULL => ValueRef::Null,
        tag::NO_SUCH_OBJECT => ValueRef::NoSuchObject,
        tag::NO_SUCH_INSTANCE => ValueRef::NoSuchInstance,
        tag::END_OF_MIB_VIEW => ValueRef::EndOfMibView,
        tag => ValueRef::Undecodable { tag, bytes: octets },
    }
}

/// Numbers have as many octets as they need, without a sign: 32 bits of an INTEGER are 32 bits.
fn push_value(into: &mut Vec<u8>, value: ValueRef<'_>) {
    let number = |into: &mut Vec<u8>, tag: u8, number: u64| {
        let octets = number.to_be_bytes();
        let significant = octets.get(number.leading_zeros() as usize / 8..).unwrap_or_default();
        push_octets(into, tag, significant);
    };
    match value {
        ValueRef::Integer(value) => number(into, tag::INTEGER, u64::from(value.cast_unsigned())),
        ValueRef::OctetString(octets) => push_octets(into, tag::OCTET_STRING, octets),
        ValueRef::ObjectIdentifier(oid) => push_octets(into, tag::OBJECT_IDENTIFIER, oid.as_ber()),
        ValueRef::IpAddress(address) => push_octets(into, tag::IP_ADDRESS, &address.0),
        ValueRef::Counter32(value) => number(into, tag::COUNTER32, value.0.into()),
        ValueRef::Gauge32(value) => number(into, tag::GAUGE32, value.0.into()),
        ValueRef::TimeTicks(value) => number(into, tag::TIME_TICKS, value.0.into()),
        ValueRef::Opaque(octets) => push_octets(into, tag::OPAQUE, octets),
        ValueRef::Counter64(value) => number(into, tag::COUNTER64, value.0),
        ValueRef::NoSuchObject => push_octets(into, tag::NO_SUCH_OBJECT, &[]),
        ValueRef::NoSuchInstance => push_octets(into, tag::NO_SUCH_INSTANCE, &[]),
        ValueRef::EndOfMibView => push_octets(into, tag::END_OF_MIB_VIEW, &[]),
        ValueRef::Undecodable { tag, bytes } if tag != VARIATION => push_octets(into, tag, bytes),
        _ => push_octets(into, tag::NULL, &[]),
    }
}

fn push_octets(into: &mut Vec<u8>, tag: u8, octets: &[u8]) {
    into.push(tag);
    push_number(into, octets.len());
    into.extend_from_slice(octets);
}
