//! Identifier octets of everything that SNMP sends.

/// INTEGER, also Integer32 and enumerations.
pub const INTEGER: u8 = 0x02;
/// OCTET STRING, primitive; also BITS.
pub const OCTET_STRING: u8 = 0x04;
/// OCTET STRING in its constructed form, which RFC 3417 §8(2) forbids.
pub const CONSTRUCTED_OCTET_STRING: u8 = 0x24;
/// NULL, the `unSpecified` value of a request.
pub const NULL: u8 = 0x05;
/// OBJECT IDENTIFIER.
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// SEQUENCE and SEQUENCE OF.
pub const SEQUENCE: u8 = 0x30;

/// IpAddress, `[APPLICATION 0]` (RFC 2578 §7.1.5).
pub const IP_ADDRESS: u8 = 0x40;
/// Counter32, `[APPLICATION 1]`.
pub const COUNTER32: u8 = 0x41;
/// Gauge32 and Unsigned32, `[APPLICATION 2]`.
pub const GAUGE32: u8 = 0x42;
/// TimeTicks, `[APPLICATION 3]`.
pub const TIME_TICKS: u8 = 0x43;
/// Opaque, `[APPLICATION 4]`.
pub const OPAQUE: u8 = 0x44;
/// Counter64, `[APPLICATION 6]`.
pub const COUNTER64: u8 = 0x46;
/// UInteger32, `[APPLICATION 7]`, which SMI had only in RFC 1442.
pub const UINTEGER32: u8 = 0x47;

/// The exception noSuchObject, `[0]` in a varbind (RFC 3416 §3).
pub const NO_SUCH_OBJECT: u8 = 0x80;
/// The exception noSuchInstance, `[1]`.
pub const NO_SUCH_INSTANCE: u8 = 0x81;
/// The exception endOfMibView, `[2]`.
pub const END_OF_MIB_VIEW: u8 = 0x82;

/// Low five bits of an identifier octet whose tag number continues in further octets. SNMP has none.
pub(crate) const HIGH_NUMBER: u8 = 0x1f;

/// True for an identifier octet whose tag number continues in further octets.
pub(crate) const fn is_high(tag: u8) -> bool {
    tag & HIGH_NUMBER == HIGH_NUMBER
}
