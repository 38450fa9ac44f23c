//! How many octets the encoding of something takes, without encoding it.

use super::tag;
use crate::value::ValueRef;

/// Octets of the header of a TLV with `length` content octets.
pub fn header_len(length: usize) -> usize {
    match length {
        ..0x80 => 2,
        0x80..0x100 => 3,
        0x100..0x1_0000 => 4,
        0x1_0000..0x100_0000 => 5,
        _ => 6,
    }
}

/// Octets of a TLV with `length` content octets.
pub fn tlv_len(length: usize) -> usize {
    header_len(length) + length
}

/// Octets of the TLV of an OBJECT IDENTIFIER with this content.
pub fn oid_len(content: &[u8]) -> usize {
    tlv_len(content.len())
}

/// Octets of the TLV of a value.
pub fn value_len(value: ValueRef<'_>) -> usize {
    let content = match value {
        ValueRef::Integer(v) => integer_len(v),
        ValueRef::OctetString(v) | ValueRef::Opaque(v) => v.len(),
        ValueRef::ObjectIdentifier(v) => v.as_ber().len(),
        ValueRef::IpAddress(_) => 4,
        ValueRef::Counter32(v) => unsigned_len(v.0.into()),
        ValueRef::Gauge32(v) => unsigned_len(v.0.into()),
        ValueRef::TimeTicks(v) => unsigned_len(v.0.into()),
        ValueRef::Counter64(v) => unsigned_len(v.0),
        ValueRef::Null | ValueRef::NoSuchObject | ValueRef::NoSuchInstance | ValueRef::EndOfMibView => 0,
        // As the writer has it: the octets behind such a tag have their length in them.
        ValueRef::Undecodable { tag, bytes } if tag::is_high(tag) => return 1 + bytes.len(),
        ValueRef::Undecodable { bytes, .. } => bytes.len(),
    };
    tlv_len(content)
}

/// Octets of a whole varbind; `name` is the content of its OBJECT IDENTIFIER.
pub fn varbind_len(name: &[u8], value: ValueRef<'_>) -> usize {
    tlv_len(oid_len(name) + value_len(value))
}

/// Content octets of an INTEGER, 1 to 4.
pub(super) fn integer_len(value: i32) -> usize {
    // Of the sign bits at the top, all but one say nothing.
    let sign_bits = if value < 0 { value.leading_ones() } else { value.leading_zeros() };
    (32 - sign_bits) as usize / 8 + 1
}

/// Content octets of an unsigned type, 1 to 9: the top bit is always clear.
pub(super) fn unsigned_len(value: u64) -> usize {
    (64 - value.leading_zeros()) as usize / 8 + 1
}
