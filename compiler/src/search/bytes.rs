//! Numbers and strings in a cache file. Everything is checked when read: the file may be of anyone.

/// Writes little-endian numbers and strings behind their length.
#[derive(Debug, Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn u8(&mut self, number: u8) {
        self.0.push(number);
    }

    pub(super) fn u32(&mut self, number: usize) {
        self.0.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn octets(&mut self, octets: &[u8]) {
        self.u32(octets.len());
        self.0.extend_from_slice(octets);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.octets(text.as_bytes());
    }
}

/// Reads them back; `None` if the bytes end early or are of another kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn u32(&mut self) -> Option<usize> {
        let octets: [u8; 4] = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(octets)).ok()
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(super) fn octets(&mut self) -> Option<&'a [u8]> {
        let count = self.u32()?;
        self.take(count)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.octets()?).ok()
    }

    /// How many items of at least `size` octets follow: a damaged number must not reserve memory.
    pub(super) fn count(&mut self, size: usize) -> Option<usize> {
        let count = self.u32()?;
        (count <= self.0.len() / size.max(1)).then_some(count)
    }
}
