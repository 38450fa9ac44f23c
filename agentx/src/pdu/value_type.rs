//! v.type (RFC 2741 §5.4).

use mibc_runtime::value::ValueRef;

pub(super) const INTEGER: u16 = 2;
pub(super) const OCTET_STRING: u16 = 4;
pub(super) const NULL: u16 = 5;
pub(super) const OBJECT_IDENTIFIER: u16 = 6;
pub(super) const IP_ADDRESS: u16 = 64;
pub(super) const COUNTER32: u16 = 65;
pub(super) const GAUGE32: u16 = 66;
pub(super) const TIME_TICKS: u16 = 67;
pub(super) const OPAQUE: u16 = 68;
pub(super) const COUNTER64: u16 = 70;
pub(super) const NO_SUCH_OBJECT: u16 = 128;
pub(super) const NO_SUCH_INSTANCE: u16 = 129;
pub(super) const END_OF_MIB_VIEW: u16 = 130;

/// The type of a value.
pub(super) fn of(value: ValueRef<'_>) -> u16 {
    match value {
        ValueRef::Integer(_) => INTEGER,
        ValueRef::OctetString(_) => OCTET_STRING,
        ValueRef::ObjectIdentifier(_) => OBJECT_IDENTIFIER,
        ValueRef::IpAddress(_) => IP_ADDRESS,
        ValueRef::Counter32(_) => COUNTER32,
        ValueRef::Gauge32(_) => GAUGE32,
        ValueRef::TimeTicks(_) => TIME_TICKS,
        ValueRef::Opaque(_) => OPAQUE,
        ValueRef::Counter64(_) => COUNTER64,
        ValueRef::NoSuchObject => NO_SUCH_OBJECT,
        ValueRef::NoSuchInstance => NO_SUCH_INSTANCE,
        ValueRef::EndOfMibView => END_OF_MIB_VIEW,
        _ => NULL,
    }
}
