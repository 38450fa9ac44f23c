//! DEFVALs in octets.

use super::cursor::{Cursor, put_number, put_signed};
use crate::{
    oid::Oid,
    syntax::BaseType,
    value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value},
};

/// The octets that stand for a value; `None` for a value that no object can have.
pub(super) fn write(value: &Value) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match value {
        Value::Integer(number) => put_signed(&mut out, (*number).into()),
        Value::OctetString(octets) => out.extend_from_slice(octets),
        Value::ObjectIdentifier(oid) => out.extend_from_slice(oid.as_ber()),
        Value::IpAddress(address) => out.extend(address.0),
        Value::Opaque(octets) => out.extend_from_slice(octets),
        Value::Counter32(Counter32(number))
        | Value::Gauge32(Gauge32(number))
        | Value::TimeTicks(TimeTicks(number)) => put_number(&mut out, (*number).into()),
        Value::Counter64(Counter64(number)) => put_number(&mut out, *number),
        _ => return None,
    }
    Some(out)
}

/// The value of an object of this type that the octets stand for.
pub(super) fn read(base: BaseType, octets: &[u8]) -> Option<Value> {
    let number = || Cursor::at(octets, 0)?.number();
    let short = || u32::try_from(number()?).ok();
    Some(match base {
        BaseType::Integer32 => Value::Integer(i32::try_from(Cursor::at(octets, 0)?.signed()?).ok()?),
        BaseType::Unsigned32 | BaseType::Gauge32 => Value::Gauge32(Gauge32(short()?)),
        BaseType::Counter32 => Value::Counter32(Counter32(short()?)),
        BaseType::TimeTicks => Value::TimeTicks(TimeTicks(short()?)),
        BaseType::Counter64 => Value::Counter64(Counter64(number()?)),
        BaseType::OctetString | BaseType::Bits => Value::OctetString(octets.into()),
        BaseType::Opaque => Value::Opaque(Opaque(octets.into())),
        BaseType::ObjectIdentifier => Value::ObjectIdentifier(Oid::from_ber(octets).ok()?),
        BaseType::IpAddress => Value::IpAddress(IpAddress(octets.try_into().ok()?)),
    })
}
