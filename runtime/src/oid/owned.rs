//! An OID that owns its octets.

use std::{cmp::Ordering, fmt, hash, str::FromStr};

use crate::copy::copy;

use super::{Arcs, OidBuilder, OidError, OidRef, ShortOid, encoding};

/// BER content octets that an [`Oid`] holds without the heap.
pub const INLINE_OCTETS: usize = 30;

/// An OBJECT IDENTIFIER of 2 to 128 sub-identifiers, each below 2^32 (RFC 2578 §3.5).
///
/// Ordered as SNMP walks: by sub-identifier, a prefix before what extends it. The default is `0.0`.
///
/// ```
/// use mibc_runtime::oid::Oid;
///
/// let column: Oid = "1.3.6.1.2.1.2.2.1.2".parse()?;
/// let instance = column.child(7)?;
/// assert_eq!(instance.to_string(), "1.3.6.1.2.1.2.2.1.2.7");
/// assert_eq!(instance.strip_prefix(&column).map(|rest| rest.collect()), Some(vec![7]));
/// # Ok::<(), mibc_runtime::oid::OidError>(())
/// ```
#[derive(Clone)]
pub struct Oid(Repr);

/// Canonical content octets; only their number decides whether they are inline.
#[derive(Clone)]
enum Repr {
    Inline { len: u8, octets: [u8; INLINE_OCTETS] },
    Heap(Box<[u8]>),
}

impl Oid {
    /// `0.0`, the OID that names nothing (`zeroDotZero`).
    pub const ZERO: Self = Self(Repr::Inline { len: 1, octets: [0; INLINE_OCTETS] });

    /// An OID of these sub-identifiers.
    ///
    /// # Errors
    /// Fewer than 2 or more than 128; a first above 2; a second above 39 under 0 or 1.
    pub fn from_arcs(arcs: &[u32]) -> Result<Self, OidError> {
        match Self::short(arcs) {
            Some(oid) => Ok(oid),
            None => {
                let mut builder = OidBuilder::new();
                builder.extend(arcs.iter().copied())?;
                builder.finish()
            }
        }
    }

    /// As [`Oid::from_arcs`], in constants: `None` if the arcs are not an OID or take more than
    /// [`INLINE_OCTETS`] octets.
    pub const fn short(arcs: &[u32]) -> Option<Self> {
        match ShortOid::new(arcs, None) {
            Some(short) => Some(short.oid()),
            None => None,
        }
    }

    /// An OID from BER content octets, without tag and length; strict as X.690 §8.19 is.
    ///
    /// # Errors
    /// As [`OidRef::from_ber`].
    pub fn from_ber(content: &[u8]) -> Result<Self, OidError> {
        OidRef::from_ber(content).map(Self::from)
    }

    /// An OID from BER content octets as careless peers write them: no octets at all is `0.0`, sub-identifiers
    /// may be padded with 0x80. Also tells whether anything had to be put right.
    ///
    /// # Errors
    /// More than 128 arcs, an arc of 2^32 or more, an arc cut short.
    pub fn from_ber_lenient(content: &[u8]) -> Result<(Self, bool), OidError> {
        match OidRef::from_ber(content) {
            Ok(oid) => Ok((oid.to_oid(), false)),
            Err(OidError::Empty) => Ok((Self::ZERO, true)),
            Err(OidError::Padded { .. }) => {
                let mut fresh = true;
                let mut kept = Vec::with_capacity(content.len());
                for &octet in content {
                    if !(fresh && octet == 0x80) {
                        kept.push(octet);
                        fresh = octet < 0x80;
                    }
                }
                Self::from_ber(&kept).map(|oid| (oid, true))
            }
            Err(error) => Err(error),
        }
    }

    /// Canonical content that is the first `len` octets of an array, whose others are zero.
    #[inline]
    pub(super) const fn inline(len: usize, octets: [u8; INLINE_OCTETS]) -> Self {
        let len = if len < INLINE_OCTETS { len } else { INLINE_OCTETS };
        Self(Repr::Inline { len: len as u8, octets })
    }

    /// Takes over octets that this crate made and that are canonical.
    #[inline]
    pub(super) fn trusted(content: &[u8]) -> Self {
        let mut octets = [0; INLINE_OCTETS];
        match octets.get_mut(..content.len()) {
            Some(start) => {
                let _ = copy(start, content); // of one length
                Self(Repr::Inline { len: content.len() as u8, octets })
            }
            None => Self(Repr::Heap(content.into())),
        }
    }

    /// An OID with numbers behind it that are part of a canonical OID. The caller sees to it that there are not too
    /// many.
    #[cfg(feature = "agent")]
    #[inline]
    pub(crate) fn followed_by(prefix: OidRef<'_>, numbers: &[u8]) -> Self {
        let (prefix, mut octets) = (prefix.as_ber(), [0; INLINE_OCTETS]);
        let length = prefix.len() + numbers.len();
        if let Some((start, end)) =
            octets.get_mut(..length).and_then(|whole| whole.split_at_mut_checked(prefix.len()))
        {
            let _ = (copy(start, prefix), copy(end, numbers)); // of one length
            return Self::inline(length, octets);
        }
        Self(Repr::Heap([prefix, numbers].concat().into()))
    }

    /// The BER content octets.
    #[inline]
    pub fn as_ber(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline { len, octets } => octets.get(..usize::from(*len)).unwrap_or_default(),
            Repr::Heap(octets) => octets,
        }
    }

    /// This OID, borrowed.
    #[inline]
    pub fn as_ref(&self) -> OidRef<'_> {
        OidRef::trusted(self.as_ber())
    }

    /// The sub-identifiers, first to last.
    pub fn arcs(&self) -> Arcs<'_> {
        self.as_ref().arcs()
    }

    /// How many sub-identifiers there are: at least 2, at most 128.
    #[expect(clippy::len_without_is_empty, reason = "an OID is never empty")]
    pub fn len(&self) -> usize {
        self.as_ref().len()
    }

    /// The last sub-identifier.
    pub fn last(&self) -> u32 {
        self.as_ref().last()
    }

    /// The OID without its last sub-identifier; `None` if that would leave fewer than two.
    pub fn parent(&self) -> Option<Oid> {
        self.as_ref().parent().map(OidRef::to_oid)
    }

    /// Whether `prefix` is this OID or one above it.
    pub fn starts_with<'b>(&self, prefix: impl Into<OidRef<'b>>) -> bool {
        self.as_ref().starts_with(prefix)
    }

    /// The sub-identifiers after `prefix`; `None` if the OID is not under it. The OID itself leaves none.
    pub fn strip_prefix<'b>(&self, prefix: impl Into<OidRef<'b>>) -> Option<Arcs<'_>> {
        self.as_ref().strip_prefix(prefix)
    }

    /// As [`Oid::strip_prefix`], with the prefix as a list of arcs, which generated code holds.
    pub fn strip_prefix_arcs(&self, prefix: &[u32]) -> Option<Arcs<'_>> {
        self.as_ref().strip_prefix_arcs(prefix)
    }

    /// This OID with one more sub-identifier.
    ///
    /// # Errors
    /// [`OidError::TooManyArcs`] beyond 128.
    pub fn child(&self, arc: u32) -> Result<Oid, OidError> {
        self.extend([arc])
    }

    /// This OID with more sub-identifiers.
    ///
    /// # Errors
    /// [`OidError::TooManyArcs`] beyond 128.
    pub fn extend(&self, arcs: impl IntoIterator<Item = u32>) -> Result<Oid, OidError> {
        let mut builder = OidBuilder::from(self.as_ref());
        builder.extend(arcs)?;
        builder.finish()
    }
}

impl Default for Oid {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<OidRef<'_>> for Oid {
    fn from(oid: OidRef<'_>) -> Self {
        Self::trusted(oid.as_ber())
    }
}

impl TryFrom<&[u32]> for Oid {
    type Error = OidError;

    fn try_from(arcs: &[u32]) -> Result<Self, OidError> {
        Self::from_arcs(arcs)
    }
}

impl<const N: usize> TryFrom<[u32; N]> for Oid {
    type Error = OidError;

    fn try_from(arcs: [u32; N]) -> Result<Self, OidError> {
        Self::from_arcs(&arcs)
    }
}

impl FromStr for Oid {
    type Err = OidError;

    /// Reads dotted decimal numbers; one leading dot is allowed.
    fn from_str(text: &str) -> Result<Self, OidError> {
        let mut builder = OidBuilder::new();
        for (at, part) in text.strip_prefix('.').unwrap_or(text).split('.').enumerate() {
            if part.is_empty() || !part.bytes().all(|octet| octet.is_ascii_digit()) {
                let found = part.chars().take(40).collect();
                return Err(OidError::NotANumber { position: at + 1, found });
            }
            // Only digits: what fails to parse is too large.
            builder.push(part.parse().map_err(|_| OidError::ArcTooLarge { position: at + 1 })?)?;
        }
        builder.finish()
    }
}

impl PartialEq for Oid {
    fn eq(&self, other: &Self) -> bool {
        self.as_ber() == other.as_ber()
    }
}

impl Eq for Oid {}

impl PartialOrd for Oid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Oid {
    fn cmp(&self, other: &Self) -> Ordering {
        encoding::compare(self.as_ber(), other.as_ber())
    }
}

impl hash::Hash for Oid {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_ref(), f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
