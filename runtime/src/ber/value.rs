//! Reads the value of a varbind.

use super::{Anomaly, Error, ErrorKind, Ledger, Reader, Rules, tag};
use crate::oid::OidRef;
use crate::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, ValueRef};

/// Takes `content` as the value that `tag` announces. Under lenient rules a value that cannot be read
/// becomes [`ValueRef::Undecodable`] and costs its neighbours nothing.
#[inline]
pub(super) fn read<'a>(tag: u8, content: Reader<'a>, ledger: &mut Ledger) -> Result<ValueRef<'a>, Error> {
    match interpret(tag, content, ledger) {
        Ok(value) => Ok(value),
        Err(error) if ledger.rules() == Rules::Strict => Err(error),
        Err(error) => {
            ledger.note(Anomaly::UndecodableValue, error.offset)?;
            Ok(ValueRef::Undecodable { tag, bytes: content.rest() })
        }
    }
}

#[inline]
fn interpret<'a>(tag: u8, content: Reader<'a>, ledger: &mut Ledger) -> Result<ValueRef<'a>, Error> {
    Ok(match tag {
        tag::INTEGER => ValueRef::Integer(content.into_integer(ledger)?),
        tag::OCTET_STRING => ValueRef::OctetString(content.rest()),
        tag::NULL => empty(content, ValueRef::Null)?,
        tag::OBJECT_IDENTIFIER => ValueRef::ObjectIdentifier(OidRef::trusted(content.into_oid(ledger)?)),
        tag::IP_ADDRESS => ValueRef::IpAddress(IpAddress(four(content)?)),
        tag::COUNTER32 => ValueRef::Counter32(Counter32(content.into_unsigned(ledger)?)),
        tag::GAUGE32 => ValueRef::Gauge32(Gauge32(content.into_unsigned(ledger)?)),
        tag::TIME_TICKS => ValueRef::TimeTicks(TimeTicks(content.into_unsigned(ledger)?)),
        tag::OPAQUE => ValueRef::Opaque(content.rest()),
        tag::COUNTER64 => ValueRef::Counter64(Counter64(content.into_counter64(ledger)?)),
        tag::NO_SUCH_OBJECT => empty(content, ValueRef::NoSuchObject)?,
        tag::NO_SUCH_INSTANCE => empty(content, ValueRef::NoSuchInstance)?,
        tag::END_OF_MIB_VIEW => empty(content, ValueRef::EndOfMibView)?,
        other => return Err(Error { offset: content.offset(), kind: ErrorKind::ValueType(other) }),
    })
}

fn empty<'a>(content: Reader<'a>, value: ValueRef<'a>) -> Result<ValueRef<'a>, Error> {
    if content.is_empty() { Ok(value) } else { Err(length_error(content, 0)) }
}

fn four(content: Reader<'_>) -> Result<[u8; 4], Error> {
    content.rest().try_into().map_err(|_| length_error(content, 4))
}

fn length_error(content: Reader<'_>, expected: usize) -> Error {
    let kind = ErrorKind::WrongLength { expected, found: content.rest().len() };
    Error { offset: content.offset(), kind }
}
