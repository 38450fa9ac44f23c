//! Reads the value of a varbind.

use super::reader::count;
use super::{Anomaly, ErrorKind, Failed, Ledger, Reader, Rules, tag};
use crate::oid::OidRef;
use crate::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, ValueRef};

/// Takes `content` as the value that `tag` announces. Under lenient rules a value that cannot be read
/// becomes [`ValueRef::Undecodable`] and costs its neighbours nothing.
///
/// Each arm returns its own value, so that it is written once, if it is wanted.
#[inline]
pub(super) fn read<'a>(tag: u8, content: Reader<'a>, ledger: &mut Ledger) -> Result<ValueRef<'a>, Failed> {
    match tag {
        tag::INTEGER => {
            if let Ok(number) = content.into_integer(ledger) {
                return Ok(ValueRef::Integer(number));
            }
        }
        tag::OCTET_STRING => return Ok(ValueRef::OctetString(content.rest())),
        tag::OBJECT_IDENTIFIER => {
            if let Ok(oid) = content.into_oid(ledger) {
                return Ok(ValueRef::ObjectIdentifier(OidRef::trusted(oid)));
            }
        }
        tag::COUNTER32 => {
            if let Ok(number) = content.into_unsigned(ledger) {
                return Ok(ValueRef::Counter32(Counter32(number)));
            }
        }
        tag::GAUGE32 => {
            if let Ok(number) = content.into_unsigned(ledger) {
                return Ok(ValueRef::Gauge32(Gauge32(number)));
            }
        }
        tag::TIME_TICKS => {
            if let Ok(number) = content.into_unsigned(ledger) {
                return Ok(ValueRef::TimeTicks(TimeTicks(number)));
            }
        }
        tag::COUNTER64 => {
            if let Ok(number) = content.into_counter64(ledger) {
                return Ok(ValueRef::Counter64(Counter64(number)));
            }
        }
        tag::IP_ADDRESS => match content.rest().try_into() {
            Ok(octets) => return Ok(ValueRef::IpAddress(IpAddress(octets))),
            Err(_) => wrong_length(content, 4, ledger),
        },
        tag::OPAQUE => return Ok(ValueRef::Opaque(content.rest())),
        tag::NULL | tag::NO_SUCH_OBJECT | tag::NO_SUCH_INSTANCE | tag::END_OF_MIB_VIEW => {
            if content.is_empty() {
                return Ok(match tag {
                    tag::NULL => ValueRef::Null,
                    tag::NO_SUCH_OBJECT => ValueRef::NoSuchObject,
                    tag::NO_SUCH_INSTANCE => ValueRef::NoSuchInstance,
                    _ => ValueRef::EndOfMibView,
                });
            }
            wrong_length(content, 0, ledger);
        }
        other => {
            ledger.fail(content.offset(), ErrorKind::ValueType(other));
        }
    }
    undecodable(tag, content, ledger)
}

/// Whatever has failed: keeps the octets, unless the rules are strict.
#[cold]
fn undecodable<'a>(tag: u8, content: Reader<'a>, ledger: &mut Ledger) -> Result<ValueRef<'a>, Failed> {
    if ledger.rules() == Rules::Strict {
        return Err(Failed);
    }
    ledger.note(Anomaly::UndecodableValue, content.offset())?;
    match tag {
        tag::INTEGER | tag::COUNTER32 | tag::GAUGE32 | tag::TIME_TICKS | tag::COUNTER64 => {
            ledger.note(Anomaly::OutOfRange, content.offset())?;
        }
        tag::UINTEGER32 => ledger.note(Anomaly::ObsoleteType, content.offset())?,
        _ => {}
    }
    Ok(ValueRef::Undecodable { tag, bytes: content.rest() })
}

#[cold]
fn wrong_length(content: Reader<'_>, expected: u32, ledger: &mut Ledger) {
    let kind = ErrorKind::WrongLength { expected, found: count(content.rest().len()) };
    ledger.fail(content.offset(), kind);
}
