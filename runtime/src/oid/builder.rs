//! Putting an OID together piece by piece.

use super::{INLINE_OCTETS, MAX_ARCS, Oid, OidError, OidRef, ShortOid, encoding};

/// Collects sub-identifiers into an OID: a prefix, then the arcs of an index. Takes no memory from the heap
/// while the OID stays within [`INLINE_OCTETS`].
///
/// ```
/// use mibc_runtime::oid::OidBuilder;
///
/// let mut builder = OidBuilder::new();
/// builder.extend([1, 3, 6, 1])?;
/// builder.push(2)?;
/// assert_eq!(builder.finish()?.to_string(), "1.3.6.1.2");
/// # Ok::<(), mibc_runtime::oid::OidError>(())
/// ```
#[derive(Clone, Debug)]
pub struct OidBuilder {
    short: [u8; INLINE_OCTETS],
    /// Octets of `short` in use.
    used: usize,
    /// All octets, once they are more than `short` holds.
    long: Vec<u8>,
    arcs: usize,
    /// The first arc, until the second comes: both share one encoded number.
    first: Option<u32>,
}

/// A place in what has been added.
#[cfg(feature = "agent")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct OidMark {
    used: usize,
    long: usize,
    arcs: usize,
}

impl OidBuilder {
    /// Without any sub-identifier.
    pub const fn new() -> Self {
        Self { short: [0; INLINE_OCTETS], used: 0, long: Vec::new(), arcs: 0, first: None }
    }

    /// Sub-identifiers so far.
    pub const fn len(&self) -> usize {
        self.arcs
    }

    /// Whether it is still empty.
    pub const fn is_empty(&self) -> bool {
        self.arcs == 0
    }

    /// Adds one sub-identifier.
    ///
    /// # Errors
    /// The 129th; a first above 2; a second above 39 under 0 or 1. The builder is then as before.
    #[inline]
    pub fn push(&mut self, arc: u32) -> Result<(), OidError> {
        if (2..MAX_ARCS).contains(&self.arcs) {
            self.number(u64::from(arc));
            self.arcs += 1;
            return Ok(());
        }
        self.push_first(arc)
    }

    /// One of the first two, or one too many.
    fn push_first(&mut self, arc: u32) -> Result<(), OidError> {
        if self.arcs == MAX_ARCS {
            return Err(OidError::TooManyArcs);
        }
        match (self.arcs, self.first) {
            (0, _) => {
                encoding::join(arc, 0)?;
                self.first = Some(arc);
            }
            (_, Some(first)) => {
                let joined = encoding::join(first, arc)?;
                self.first = None;
                self.number(joined);
            }
            (_, None) => self.number(u64::from(arc)),
        }
        self.arcs += 1;
        Ok(())
    }

    /// Adds sub-identifiers.
    ///
    /// # Errors
    /// As [`OidBuilder::push`]; what came before the wrong one stays.
    #[inline]
    pub fn extend(&mut self, arcs: impl IntoIterator<Item = u32>) -> Result<(), OidError> {
        arcs.into_iter().try_for_each(|arc| self.push(arc))
    }

    /// The OID.
    ///
    /// # Errors
    /// [`OidError::TooFewArcs`] if fewer than two were added.
    #[inline]
    pub fn finish(self) -> Result<Oid, OidError> {
        if self.arcs < 2 {
            return Err(OidError::TooFewArcs { found: self.arcs });
        }
        if self.long.is_empty() {
            return Ok(Oid::inline(self.used, self.short));
        }
        Ok(Oid::trusted(&self.long))
    }

    /// Where it is, for [`rewind`](Self::rewind).
    #[cfg(feature = "agent")]
    pub(crate) fn mark(&self) -> OidMark {
        OidMark { used: self.used, long: self.long.len(), arcs: self.arcs }
    }

    /// Forgets what was added since `mark`, at which there were at least two sub-identifiers.
    #[cfg(feature = "agent")]
    #[inline]
    pub(crate) fn rewind(&mut self, mark: OidMark) {
        self.long.truncate(mark.long);
        (self.used, self.arcs) = (mark.used, mark.arcs);
    }

    /// The OID so far, without a copy.
    #[cfg(feature = "agent")]
    #[inline]
    pub(crate) fn as_oid(&self) -> Option<OidRef<'_>> {
        let octets = if self.long.is_empty() { self.short.get(..self.used)? } else { &self.long };
        (self.arcs >= 2).then(|| OidRef::trusted(octets))
    }

    /// Adds one encoded number.
    #[inline]
    fn number(&mut self, number: u64) {
        if number < 0x80
            && self.long.is_empty()
            && let Some(space) = self.short.get_mut(self.used)
        {
            *space = number as u8;
            self.used += 1;
            return;
        }
        let (octets, from) = encoding::octets(number);
        self.octets(octets.get(from..).unwrap_or_default());
    }

    fn octets(&mut self, octets: &[u8]) {
        if self.long.is_empty() {
            if let Some(space) = self.short.get_mut(self.used..self.used + octets.len()) {
                space.copy_from_slice(octets);
                self.used += octets.len();
                return;
            }
            self.long.reserve(2 * INLINE_OCTETS);
            self.long.extend(self.short.iter().take(self.used));
        }
        self.long.extend_from_slice(octets);
    }
}

impl Default for OidBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl From<ShortOid> for OidBuilder {
    #[inline]
    fn from(prefix: ShortOid) -> Self {
        let (short, used) = prefix.content();
        Self { short, used, long: Vec::new(), arcs: prefix.arcs(), first: None }
    }
}

impl From<OidRef<'_>> for OidBuilder {
    fn from(prefix: OidRef<'_>) -> Self {
        let mut builder = Self::new();
        builder.octets(prefix.as_ber());
        builder.arcs = prefix.len();
        builder
    }
}
