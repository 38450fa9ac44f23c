//! OBJECT IDENTIFIERs, kept as the octets that go on the wire.
//!
//! An [`Oid`] holds its BER content octets (X.690 §8.19) and is always canonical, so that equality, hashing,
//! prefix tests and order all work on the octets without decoding. OIDs of up to [`INLINE_OCTETS`] octets, which
//! is nearly every column instance, live inside the value; longer ones on the heap. [`OidRef`] is the borrowed
//! form, straight from a datagram.

mod arcs;
mod borrowed;
mod builder;
mod encoding;
#[cfg(feature = "protocol")]
mod numbers;
mod owned;
mod short;
#[cfg(test)]
mod tests;

pub use arcs::Arcs;
pub use borrowed::OidRef;
pub use builder::OidBuilder;
#[cfg(feature = "agent")]
pub(crate) use builder::OidMark;
pub use encoding::compare;
pub use owned::{INLINE_OCTETS, Oid};
pub(crate) use short::ShortOid;

/// Sub-identifiers an OID may have (RFC 2578 §3.5).
pub const MAX_ARCS: usize = 128;

/// Octets that the BER content of an OID of [`MAX_ARCS`] sub-identifiers can take: the first two share one
/// encoded number, each takes at most five octets.
pub const MAX_OCTETS: usize = (MAX_ARCS - 1) * 5;

/// Why something is not an OBJECT IDENTIFIER.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OidError {
    /// Fewer than two sub-identifiers, which BER cannot express.
    #[error("an OID has at least 2 sub-identifiers, found {found}")]
    TooFewArcs {
        /// How many there were.
        found: usize,
    },
    /// More than [`MAX_ARCS`] sub-identifiers.
    #[error("an OID has at most 128 sub-identifiers (RFC 2578 section 3.5)")]
    TooManyArcs,
    /// A first sub-identifier above 2.
    #[error("the first sub-identifier of an OID is 0, 1 or 2, found {found}")]
    FirstArc {
        /// The first sub-identifier.
        found: u32,
    },
    /// A second sub-identifier above 39 under 0 or 1.
    #[error("the second sub-identifier of an OID under {first} is at most 39, found {found}")]
    SecondArc {
        /// The first sub-identifier.
        first: u32,
        /// The second sub-identifier.
        found: u32,
    },
    /// A sub-identifier of 2^32 or more.
    #[error("sub-identifier {position} of the OID is above 4294967295")]
    ArcTooLarge {
        /// Which one, counted from 1.
        position: usize,
    },
    /// A part of a dotted OID that is not a decimal number.
    #[error("sub-identifier {position} of the OID is not a decimal number: `{found}`")]
    NotANumber {
        /// Which one, counted from 1.
        position: usize,
        /// The text in its place.
        found: String,
    },
    /// BER content without octets.
    #[error("the OID has no octets; 0.0 is encoded as one octet of zero")]
    Empty,
    /// BER content whose last octet announces another.
    #[error("the last sub-identifier of the OID is cut short")]
    Unterminated,
    /// A sub-identifier in BER that begins with 0x80.
    #[error("sub-identifier {position} of the OID is padded with 0x80, which X.690 section 8.19.2 forbids")]
    Padded {
        /// Which encoded sub-identifier, counted from 1 (the first holds two arcs).
        position: usize,
    },
}
