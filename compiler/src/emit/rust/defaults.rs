//! DEFVALs as values of their objects.

use crate::model::{DefaultValue, Model, Name, Object};
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::BaseType;
use mibc_runtime::value::{Bits, Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value};

/// The DEFVAL of an object; none if it is not a value of the object's type.
pub(super) fn value(model: &Model, object: &Object) -> Option<Value> {
    let written = object.default.as_deref()?;
    let number = || number(object, written);
    let short = || u32::try_from(number()?).ok();
    Some(match object.syntax.base? {
        BaseType::Integer32 => Value::Integer(i32::try_from(number()?).ok()?),
        BaseType::Unsigned32 | BaseType::Gauge32 => Value::Gauge32(Gauge32(short()?)),
        BaseType::Counter32 => Value::Counter32(Counter32(short()?)),
        BaseType::TimeTicks => Value::TimeTicks(TimeTicks(short()?)),
        BaseType::Counter64 => Value::Counter64(Counter64(u64::try_from(number()?).ok()?)),
        BaseType::OctetString => Value::OctetString(octets(model, written)?.into()),
        BaseType::Opaque => Value::Opaque(Opaque(octets(model, written)?)),
        BaseType::IpAddress => Value::IpAddress(IpAddress(octets(model, written)?.try_into().ok()?)),
        BaseType::Bits => Value::OctetString(bits(object, written)?.into()),
        BaseType::ObjectIdentifier => Value::ObjectIdentifier(oid(model, written)?),
    })
}

fn number(object: &Object, written: &DefaultValue) -> Option<i128> {
    match written {
        DefaultValue::Int(number) => Some(*number),
        DefaultValue::Label(label) => {
            object.syntax.enums.iter().find(|(name, _)| name == label).map(|(_, number)| (*number).into())
        }
        DefaultValue::Bytes(octets) if octets.len() <= 8 => {
            Some(octets.iter().fold(0, |number, octet| number << 8 | i128::from(*octet)))
        }
        _ => None,
    }
}

fn octets(model: &Model, written: &DefaultValue) -> Option<Vec<u8>> {
    match written {
        DefaultValue::Text(text) => Some(model.text(*text).as_bytes().into()),
        DefaultValue::Bytes(octets) => Some(octets.clone()),
        _ => None,
    }
}

/// As RFC 3417 §8 sends them: all octets that named bits take.
fn bits(object: &Object, written: &DefaultValue) -> Option<Vec<u8>> {
    let named = &object.syntax.bits;
    let highest = named.iter().map(|(_, position)| *position).max().unwrap_or(0);
    let mut octets = match written {
        DefaultValue::Bits(names) => {
            let position =
                |name: &Name| named.iter().find(|(label, _)| label == name).map(|(_, position)| *position);
            let set: Bits = names.iter().map(position).collect::<Option<Vec<u32>>>()?.into_iter().collect();
            set.as_octets().to_vec()
        }
        DefaultValue::Bytes(octets) => octets.clone(),
        _ => return None,
    };
    let size = highest.min(Bits::MAX_POSITION) as usize / 8 + 1;
    if octets.len() < size {
        octets.resize(size, 0);
    }
    Some(octets)
}

fn oid(model: &Model, written: &DefaultValue) -> Option<Oid> {
    let DefaultValue::Oid(names, arcs) = written else { return None };
    match names.as_slice() {
        [] => Oid::from_arcs(arcs).ok(),
        [name] => model[name.bound()?].oid.as_ref()?.extend(arcs.iter().copied()).ok(),
        _ => None,
    }
}
