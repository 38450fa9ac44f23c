//! Walking over the sub-identifiers of an OID.

use std::iter::FusedIterator;

use super::encoding;

/// The sub-identifiers of an OID, or of the rest of one behind a prefix, decoded one by one.
#[derive(Clone, Debug, Default)]
pub struct Arcs<'a> {
    /// Encoded numbers not yet touched.
    rest: &'a [u8],
    /// Whether the number at the front of `rest` holds the first two arcs.
    start: bool,
    /// The second arc, once only the first has been given out.
    second: Option<u32>,
}

impl<'a> Arcs<'a> {
    /// All arcs of checked content.
    pub(super) const fn whole(content: &'a [u8]) -> Self {
        Self { rest: content, start: true, second: None }
    }

    /// Whether none is left; cheaper than to count them.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty() && self.second.is_none()
    }

    /// The arcs of checked content that stands behind a prefix.
    #[inline]
    pub(super) const fn suffix(content: &'a [u8]) -> Self {
        Self { rest: content, start: false, second: None }
    }
}

impl Iterator for Arcs<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if let Some(second) = self.second.take() {
            return Some(second);
        }
        let (number, rest) = encoding::take(self.rest)?;
        self.rest = rest;
        if self.start {
            self.start = false;
            let (first, second) = encoding::split(number);
            self.second = Some(second);
            return Some(first);
        }
        u32::try_from(number).ok()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let numbers = self.rest.iter().filter(|octet| **octet < 0x80).count();
        let arcs = numbers + usize::from(self.start && numbers > 0) + usize::from(self.second.is_some());
        (arcs, Some(arcs))
    }
}

impl ExactSizeIterator for Arcs<'_> {}
impl FusedIterator for Arcs<'_> {}
