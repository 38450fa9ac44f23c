//! Encodes varbinds one behind the other, for those who do not know yet what comes last.

use super::size::{integer_len, oid_len, unsigned_len, value_len};
use super::tag;
use super::writer::frame_varbind;
use crate::copy::copy;
use crate::value::ValueRef;

/// Octets of a varbind with short lengths beside its name and its value: three headers.
const HEADERS: usize = 6;

/// Appends a varbind to `out`; `name` is the content of a canonical OBJECT IDENTIFIER. Returns how many octets of it
/// come before the content of the name.
#[inline]
pub(crate) fn append_varbind(out: &mut Vec<u8>, name: &[u8], value: ValueRef<'_>) -> usize {
    let (tag, number, length) = match value {
        ValueRef::Integer(v) => (tag::INTEGER, i64::from(v) as u64, integer_len(v)),
        ValueRef::Counter32(v) => (tag::COUNTER32, v.0.into(), unsigned_len(v.0.into())),
        ValueRef::Gauge32(v) => (tag::GAUGE32, v.0.into(), unsigned_len(v.0.into())),
        ValueRef::TimeTicks(v) => (tag::TIME_TICKS, v.0.into(), unsigned_len(v.0.into())),
        ValueRef::Counter64(v) if v.0 < 1 << 63 => (tag::COUNTER64, v.0, unsigned_len(v.0)),
        ValueRef::OctetString(v) => return append_octets(out, name, tag::OCTET_STRING, v),
        _ => return append_any(out, name, value),
    };
    let octets = number.to_be_bytes();
    append_octets(out, name, tag, octets.get(8_usize.saturating_sub(length)..).unwrap_or_default())
}

/// A varbind whose value has this tag and content.
#[inline]
fn append_octets(out: &mut Vec<u8>, name: &[u8], tag: u8, content: &[u8]) -> usize {
    let total = HEADERS - 2 + name.len() + content.len();
    if total >= 0x80 {
        append_header(out, tag::SEQUENCE, oid_len(name) + super::tlv_len(content.len()));
        let before = append_name(out, name);
        append_header(out, tag, content.len());
        out.extend_from_slice(content);
        return super::header_len(oid_len(name) + super::tlv_len(content.len())) + before;
    }
    // In one piece, where it is short: each piece takes a call.
    let mut short = [0; 64];
    if let Some(value) = short.get_mut(..2 + total).and_then(|room| frame_varbind(room, name, tag))
        && copy(value, content).is_some()
    {
        out.extend_from_slice(short.get(..2 + total).unwrap_or_default());
        return 4;
    }
    out.reserve(HEADERS + name.len() + content.len());
    // None of these lengths reaches 128.
    out.extend_from_slice(&[tag::SEQUENCE, total as u8, tag::OBJECT_IDENTIFIER, name.len() as u8]);
    out.extend_from_slice(name);
    out.extend_from_slice(&[tag, content.len() as u8]);
    out.extend_from_slice(content);
    4
}

fn append_any(out: &mut Vec<u8>, name: &[u8], value: ValueRef<'_>) -> usize {
    let (tag, content): (u8, &[u8]) = match &value {
        ValueRef::ObjectIdentifier(v) => (tag::OBJECT_IDENTIFIER, v.as_ber()),
        ValueRef::IpAddress(v) => (tag::IP_ADDRESS, &v.0),
        ValueRef::Opaque(v) => (tag::OPAQUE, v),
        ValueRef::Null => (tag::NULL, &[]),
        ValueRef::NoSuchObject => (tag::NO_SUCH_OBJECT, &[]),
        ValueRef::NoSuchInstance => (tag::NO_SUCH_INSTANCE, &[]),
        ValueRef::EndOfMibView => (tag::END_OF_MIB_VIEW, &[]),
        ValueRef::Undecodable { tag, bytes } if !tag::is_high(*tag) => (*tag, bytes),
        _ => {
            let total = oid_len(name) + value_len(value);
            append_header(out, tag::SEQUENCE, total);
            let before = append_name(out, name);
            append_value(out, value);
            return super::header_len(total) + before;
        }
    };
    append_octets(out, name, tag, content)
}

/// What is left: numbers of nine octets, and values whose tag has several.
fn append_value(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Counter64(v) => {
            append_header(out, tag::COUNTER64, 9);
            out.push(0);
            out.extend_from_slice(&v.0.to_be_bytes());
        }
        ValueRef::Undecodable { tag, bytes } => {
            // The rest of the tag and the length are among the octets.
            out.push(tag);
            out.extend_from_slice(bytes);
        }
        _ => append_header(out, tag::NULL, 0),
    }
}

/// Octets of the name's header.
fn append_name(out: &mut Vec<u8>, name: &[u8]) -> usize {
    append_header(out, tag::OBJECT_IDENTIFIER, name.len());
    out.extend_from_slice(name);
    super::header_len(name.len())
}

fn append_header(out: &mut Vec<u8>, tag: u8, length: usize) {
    let octets = (length as u32).to_be_bytes();
    out.push(tag);
    match length {
        ..0x80 => out.push(length as u8),
        _ => {
            let from = octets.iter().take_while(|octet| **octet == 0).count();
            out.push(0x80 | (octets.len() - from) as u8);
            out.extend_from_slice(octets.get(from..).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Writer;
    use super::*;
    use crate::oid::OidRef;
    use crate::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// Both ways of encoding give the same octets, and the name is where it is said to be.
        #[test]
        fn it_is_what_the_writer_writes(
            name in prop::collection::vec(0..0x80_u8, 1..140),
            octets in prop::collection::vec(any::<u8>(), 0..400),
            number: u64,
            shift in 0..64_u32,
        ) {
            let number = number >> shift;
            let values = [
                ValueRef::Integer(number as i32),
                ValueRef::Integer(-(number as i32 >> 1)),
                ValueRef::Counter32(Counter32(number as u32)),
                ValueRef::Gauge32(Gauge32(number as u32)),
                ValueRef::TimeTicks(TimeTicks(number as u32)),
                ValueRef::Counter64(Counter64(number)),
                ValueRef::OctetString(&octets),
                ValueRef::ObjectIdentifier(OidRef::trusted(&name)),
                ValueRef::IpAddress(IpAddress([192, 0, 2, 1])),
                ValueRef::Opaque(&octets),
                ValueRef::Null,
                ValueRef::NoSuchObject,
                ValueRef::NoSuchInstance,
                ValueRef::EndOfMibView,
                ValueRef::Undecodable { tag: 0x47, bytes: &octets },
                ValueRef::Undecodable { tag: 0x5f, bytes: &octets },
            ];
            for value in values {
                let (mut out, mut writer) = (vec![1, 2, 3], Writer::new());
                let before = append_varbind(&mut out, &name, value);
                writer.varbind(&name, value);
                prop_assert_eq!(out.get(3..).unwrap_or_default(), writer.finish().expect("fits"));
                prop_assert_eq!(out.get(3 + before..3 + before + name.len()), Some(&*name));
            }
        }
    }
}
