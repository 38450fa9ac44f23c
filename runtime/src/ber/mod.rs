//! The subset of BER that SNMP uses (X.690 as narrowed by RFC 3417 §8).
//!
//! Reading borrows from the datagram and allocates nothing: a [`Reader`] is a cursor over a slice.
//! Writing goes [back to front](Writer) into one reused buffer, so that every length is known when its
//! header is written. Nothing recurses: the message formats have a fixed depth, so
//! nesting in the input cannot cost stack.
//!
//! Equipment in the field bends the encoding rules in a handful of known ways. Under
//! [`Rules::Lenient`], the default, those are read by their evident meaning and noted in
//! [`Anomalies`]; [`Rules::Strict`] turns each into an error. Lengths that leave no evident meaning
//! (indefinite, past the end) are errors under both, but for the value of a varbind: that ends where its varbind ends,
//! so under lenient rules it is kept as it is, and its neighbours are read.

mod anomaly;
#[cfg(feature = "agent")]
mod append;
mod error;
mod ledger;
mod oid;
mod plain;
mod reader;
mod size;
pub use crate::value::tag;
mod value;
mod varbinds;
mod writer;

pub use anomaly::{Anomalies, Anomaly};
#[cfg(feature = "agent")]
pub(crate) use append::append_varbind;
pub use error::{Error, ErrorKind, OidFault, V3Field};
pub use ledger::{Failed, Ledger, Rules};
pub(crate) use oid::{readable as readable_oid, unpad as unpad_oid};
pub use reader::Reader;
pub use size::{header_len, oid_len, tlv_len, value_len, varbind_len};
pub(crate) use varbinds::RawForm;
pub use varbinds::{VarBinds, VarBindsIter};
pub use writer::{Mark, TooLarge, Writer};

/// Longest message read or written, in octets: the largest UDP payload over IPv4 (RFC 3417 §3.2).
pub const MAX_MESSAGE: usize = 65_507;

/// Most varbinds read from one message. RFC 3416 §3 allows 2147483647; a UDP datagram has room for
/// about 10,000.
pub const MAX_VARBINDS: usize = 65_535;

/// Most octets of a long-form length that are read, after the one that announces them.
pub const MAX_LENGTH_OCTETS: usize = 4;

/// Most content octets of an INTEGER or an unsigned type. Nine hold every Counter64; padded integers
/// may use the rest.
pub const MAX_INTEGER_OCTETS: usize = 9;

#[cfg(test)]
mod tests;
