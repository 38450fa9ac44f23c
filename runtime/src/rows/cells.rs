//! Values as octets of a row: no tags, because the column knows the type; numbers in as few octets as they need.

use crate::oid::OidRef;
use crate::syntax::BaseType;
use crate::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, ValueRef};

/// Appends a value of this type; what is of another type is not written, and `false`.
pub(super) fn write(base: BaseType, value: ValueRef<'_>, out: &mut Vec<u8>) -> bool {
    use BaseType as B;
    match (base, value) {
        (B::Integer32, ValueRef::Integer(number)) => put_number(out, zigzag(number).into()),
        (B::Unsigned32 | B::Gauge32, ValueRef::Gauge32(Gauge32(number)))
        | (B::Counter32, ValueRef::Counter32(Counter32(number)))
        | (B::TimeTicks, ValueRef::TimeTicks(TimeTicks(number))) => put_number(out, number.into()),
        (B::Counter64, ValueRef::Counter64(Counter64(number))) => put_number(out, number),
        (B::OctetString | B::Bits, ValueRef::OctetString(octets)) | (B::Opaque, ValueRef::Opaque(octets)) => {
            put_octets(out, octets);
        }
        (B::ObjectIdentifier, ValueRef::ObjectIdentifier(oid)) => put_octets(out, oid.as_ber()),
        (B::IpAddress, ValueRef::IpAddress(address)) => out.extend(address.0),
        _ => return false,
    }
    true
}

/// Reads what [`write`] wrote from the front of `octets`.
#[inline]
pub(super) fn read<'a>(base: BaseType, octets: &mut &'a [u8]) -> Option<ValueRef<'a>> {
    let mut short = || take_number(octets).map(|number| number as u32);
    Some(match base {
        BaseType::Integer32 => ValueRef::Integer(unzigzag(short()?)),
        BaseType::Unsigned32 | BaseType::Gauge32 => ValueRef::Gauge32(Gauge32(short()?)),
        BaseType::Counter32 => ValueRef::Counter32(Counter32(short()?)),
        BaseType::TimeTicks => ValueRef::TimeTicks(TimeTicks(short()?)),
        BaseType::Counter64 => ValueRef::Counter64(Counter64(take_number(octets)?)),
        BaseType::OctetString | BaseType::Bits => ValueRef::OctetString(take_octets(octets)?),
        BaseType::Opaque => ValueRef::Opaque(take_octets(octets)?),
        BaseType::ObjectIdentifier => ValueRef::ObjectIdentifier(OidRef::trusted(take_octets(octets)?)),
        BaseType::IpAddress => ValueRef::IpAddress(IpAddress(take(octets, 4)?.try_into().ok()?)),
    })
}

/// Goes behind a value of this type.
#[inline]
pub(super) fn skip(base: BaseType, octets: &mut &[u8]) -> Option<()> {
    match base {
        BaseType::OctetString | BaseType::Bits | BaseType::Opaque | BaseType::ObjectIdentifier => {
            take_octets(octets).map(drop)
        }
        BaseType::IpAddress => take(octets, 4).map(drop),
        _ => {
            let length = octets.iter().position(|octet| *octet < 0x80)? + 1;
            take(octets, length).map(drop)
        }
    }
}

fn zigzag(number: i32) -> u32 {
    (number << 1 ^ number >> 31) as u32
}

fn unzigzag(number: u32) -> i32 {
    (number >> 1) as i32 ^ -((number & 1) as i32)
}

pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[inline]
pub(super) fn take_number(octets: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (octet, rest) = octets.split_first()?;
        *octets = rest;
        number |= u64::from(octet & 0x7f) << shift;
        if *octet < 0x80 {
            return Some(number);
        }
    }
    None
}

pub(super) fn put_octets(out: &mut Vec<u8>, octets: &[u8]) {
    put_number(out, octets.len() as u64);
    out.extend_from_slice(octets);
}

#[inline]
pub(super) fn take_octets<'a>(octets: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_number(octets)?).ok()?;
    take(octets, length)
}

#[inline]
pub(super) fn take<'a>(octets: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (front, rest) = octets.split_at_checked(count)?;
    *octets = rest;
    Some(front)
}
