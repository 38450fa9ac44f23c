//! SNMP messages of versions 1, 2c and 3 (RFC 1157, RFC 1901, RFC 3412, RFC 3416), without sockets or
//! state.
//!
//! Decoding borrows from the datagram: [`Decoder::decode`] checks a message from end to end once and
//! gives a [`MessageRef`], whose varbinds can then be gone through without failing. Encoding goes back
//! to front into a [`Writer`](crate::ber::Writer): a [`PduHeader`] closes over varbinds already
//! written, [`write_community`] closes over the PDU. The two steps are apart because the version and
//! its security sit around a PDU that is the same in all versions.
//!
//! A message of SNMPv3 is read in steps, with its security in between: [`Decoder::decode_v3`] takes it
//! apart as far as it is not encrypted, [`UsmRef::read`] reads the parameters of its security, and
//! [`Decoder::decode_scoped`] what it carries.

mod community;
mod convert;
mod decoder;
mod error_status;
mod level;
mod odd;
mod owned;
mod pdu;
mod trap_v1;
mod v3;
mod version;

pub use community::{Body, MessageRef, write_community};
#[cfg(feature = "listener")]
pub(crate) use convert::add_origin;
pub use convert::{NotConvertible, notification_from_trap, trap_from_notification, trap_oid};
pub use decoder::{Decoded, Decoder};
pub use error_status::ErrorStatus;
pub use level::{Level, UnknownLevel};
pub use owned::{Message, OwnedBody, Pdu, TrapV1};
pub use pdu::{PduHeader, PduKind, PduRef};
#[cfg(feature = "usm")]
pub(crate) use trap_v1::TAG as TRAP_V1;
pub use trap_v1::{GenericTrap, TrapV1Ref};
#[cfg(all(feature = "listener", feature = "usm"))]
pub(crate) use v3::ScopedTrapRef;
#[cfg(feature = "usm")]
pub(crate) use v3::SecurityParameters;
pub use v3::{MIN_MAX_SIZE, ScopedPduRef, USM, UsmRef, V3Flags, V3Header, V3Ref, is_v3, write_scoped};
pub use version::Version;

#[cfg(test)]
mod tests;
