//! Numbers, texts and lists as Kafka writes them, in the versions of its protocol without tags.

use bytes::{Buf, Bytes};

/// Writes them.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn with_capacity(octets: usize) -> Self {
        Self(Vec::with_capacity(octets))
    }

    pub(super) fn int8(&mut self, number: i8) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    pub(super) fn int16(&mut self, number: i16) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    pub(super) fn int32(&mut self, number: i32) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    pub(super) fn uint32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    pub(super) fn int64(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    /// How many follow. Nobody has more than fit.
    pub(super) fn count(&mut self, count: usize) {
        self.int32(i32::try_from(count).unwrap_or(i32::MAX));
    }

    /// A text. Kafka's names are shorter than what fits, and the configuration is checked for it.
    pub(super) fn text(&mut self, text: &str) {
        self.int16(i16::try_from(text.len()).unwrap_or(i16::MAX));
        self.0.extend_from_slice(&text.as_bytes()[..text.len().min(i16::MAX as usize)]);
    }

    pub(super) fn no_text(&mut self) {
        self.int16(-1);
    }

    pub(super) fn octets(&mut self, octets: &[u8]) {
        self.count(octets.len());
        self.0.extend_from_slice(octets);
    }

    pub(super) fn raw(&mut self, octets: &[u8]) {
        self.0.extend_from_slice(octets);
    }

    /// A number in as many octets as it needs, as protobuf's `sint64`.
    pub(super) fn varint(&mut self, number: i64) {
        let mut rest = ((number << 1) ^ (number >> 63)) as u64;
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
    }

    /// Octets with their length in that form; without any, an absent value.
    pub(super) fn short_octets(&mut self, octets: Option<&[u8]>) {
        match octets {
            Some(octets) => {
                self.varint(octets.len() as i64);
                self.raw(octets);
            }
            None => self.varint(-1),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

/// Reads them. An answer that ends too early gives `None`.
#[derive(Debug)]
pub(super) struct Reader(Bytes);

impl Reader {
    pub(super) fn new(octets: Bytes) -> Self {
        Self(octets)
    }

    pub(super) fn boolean(&mut self) -> Option<bool> {
        self.0.try_get_u8().ok().map(|octet| octet != 0)
    }

    pub(super) fn int16(&mut self) -> Option<i16> {
        self.0.try_get_i16().ok()
    }

    pub(super) fn int32(&mut self) -> Option<i32> {
        self.0.try_get_i32().ok()
    }

    pub(super) fn int64(&mut self) -> Option<i64> {
        self.0.try_get_i64().ok()
    }

    /// A text; one that is absent is empty.
    pub(super) fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.int16()?.max(0)).ok()?;
        let octets = self.take(length)?;
        Some(String::from_utf8_lossy(&octets).into_owned())
    }

    pub(super) fn octets(&mut self) -> Option<Bytes> {
        let length = usize::try_from(self.int32()?.max(0)).ok()?;
        self.take(length)
    }

    /// A list. Each of its members has at least one octet, so the answer is at least as long.
    pub(super) fn list<T>(&mut self, mut member: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.int32()?.max(0)).ok()?;
        if count > self.0.len() {
            return None;
        }
        (0..count).map(|_| member(self)).collect()
    }

    fn take(&mut self, length: usize) -> Option<Bytes> {
        (length <= self.0.len()).then(|| self.0.split_to(length))
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Writer};
    use bytes::Bytes;

    #[test]
    fn numbers_in_as_many_octets_as_they_need() {
        for (number, octets) in [
            (0, &[0][..]),
            (-1, &[1]),
            (1, &[2]),
            (63, &[0x7e]),
            (64, &[0x80, 1]),
            (-65, &[0x81, 1]),
            (i64::MAX, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
            (i64::MIN, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
        ] {
            let mut writer = Writer::default();
            writer.varint(number);
            assert_eq!(writer.as_slice(), octets, "{number}");
        }
    }

    #[test]
    fn answers_that_end_too_early() {
        let mut writer = Writer::default();
        writer.count(2);
        writer.text("one");
        writer.text("two");
        let whole = writer.into_vec();
        let read = |octets: &[u8]| Reader::new(Bytes::copy_from_slice(octets)).list(Reader::text);
        assert_eq!(read(&whole), Some(vec!["one".to_owned(), "two".to_owned()]));
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length]), None, "{length}");
        }
        assert_eq!(read(&[0x7f, 0xff, 0xff, 0xff, 0, 0]), None, "more members than octets");
        assert_eq!(read(&[0xff; 4]), Some(Vec::new()), "an absent list");
    }
}
