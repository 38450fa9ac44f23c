//! Positions: a file and a range of octets in its decoded text.

use std::num::NonZeroU32;

/// Names one file of a [`SourceMap`](super::SourceMap).
// One more than the place, so that an absent `Span` takes no more memory than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(NonZeroU32);

impl FileId {
    /// The file at that place in its map; `None` beyond 2^32.
    pub(crate) fn new(place: usize) -> Option<FileId> {
        NonZeroU32::new(u32::try_from(place.checked_add(1)?).ok()?).map(FileId)
    }

    /// Its place in its map.
    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A range of octets in the decoded text of one file, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range lies in.
    pub file: FileId,
    /// First octet.
    pub start: u32,
    /// One past the last octet.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// The smallest range that covers both; `self` where they lie in different files.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The range as an index into the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
