//! Encodes back to front into one reused buffer.
//!
//! Content is written before the header that announces it, so each length is known when it is due
//! and nothing is ever moved or measured twice. Fields therefore go in reverse order: the last
//! varbind of a message first, its version last, and [`Writer::wrap`] closes a SEQUENCE by putting
//! the header in front of everything written since a [`Mark`].

use super::size::{integer_len, unsigned_len};
use super::{MAX_MESSAGE, tag};
use crate::copy::copy;
use crate::value::ValueRef;

/// Octets of a fresh buffer: what RFC 3417 §3.2 recommends that every entity accepts.
const INITIAL: usize = 1472;

/// The message would be longer than the writer's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is longer than {limit} octets")]
pub struct TooLarge {
    /// The limit of the writer.
    pub limit: usize,
}

/// A place in what has been written, counted from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(usize);

/// A buffer that fills from its end. Going past the limit is remembered and told by
/// [`finish`](Self::finish), so that the calls in between need no error path.
#[derive(Clone, Debug)]
pub struct Writer {
    buffer: Vec<u8>,
    /// Index of the first octet written.
    start: usize,
    /// What `start` does not go below: the beginning of the buffer, or where the message would have
    /// `limit` octets. Beyond every index once something did not fit.
    floor: usize,
    limit: usize,
    overflowed: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// A writer for messages of up to [`MAX_MESSAGE`] octets.
    pub fn new() -> Self {
        Self::with_limit(MAX_MESSAGE)
    }

    /// A writer for messages of up to `limit` octets.
    pub fn with_limit(limit: usize) -> Self {
        let size = INITIAL.min(limit);
        Self { buffer: vec![0; size], start: size, floor: 0, limit, overflowed: false }
    }

    /// Empties the buffer and keeps its memory.
    pub fn clear(&mut self) {
        self.start = self.buffer.len();
        self.set_overflowed(false);
    }

    /// Sets the longest message, in octets, of this one and those that follow.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.set_overflowed(self.overflowed || self.len() > limit);
    }

    /// Octets written so far.
    pub fn len(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// True when nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The octets written, in the order in which they are sent.
    ///
    /// # Errors
    /// What was written is longer than the limit of the writer.
    pub fn finish(&self) -> Result<&[u8], TooLarge> {
        match self.buffer.get(self.start..) {
            Some(message) if !self.overflowed => Ok(message),
            _ => Err(TooLarge { limit: self.limit }),
        }
    }

    /// Overwrites the whole buffer, for what has secrets in it.
    #[cfg(feature = "agent")]
    pub(crate) fn wipe(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.buffer);
        self.start = 0;
        self.floor = 0;
    }

    /// The present place, for [`wrap`](Self::wrap) and [`truncate`](Self::truncate).
    pub fn mark(&self) -> Mark {
        Mark(self.len())
    }

    /// Forgets what was written since `mark`, also that it did not fit.
    pub fn truncate(&mut self, mark: Mark) {
        if mark.0 <= self.len() {
            self.start = self.buffer.len() - mark.0;
            self.set_overflowed(mark.0 > self.limit);
        }
    }

    /// Puts a header in front of everything written since `mark`.
    #[inline]
    pub fn wrap(&mut self, tag: u8, mark: Mark) {
        self.header(tag, self.len().saturating_sub(mark.0));
    }

    /// How many octets were written after `mark` was taken, which is where in the message what lies
    /// behind it begins.
    pub fn since(&self, mark: Mark) -> usize {
        self.len().saturating_sub(mark.0)
    }

    /// The octets written since `mark`, for changing them in place.
    pub fn written_mut(&mut self, mark: Mark) -> &mut [u8] {
        let end = self.buffer.len() - mark.0.min(self.len());
        self.buffer.get_mut(self.start..end).unwrap_or_default()
    }

    /// Puts `count` zeros behind what was written since `mark`, which is moved for that.
    pub fn pad(&mut self, mark: Mark, count: usize) {
        let moved = self.since(mark);
        if count > 0 && self.reserve(count) {
            self.start -= count;
            let octets = self.written_mut(mark);
            octets.copy_within(count.., 0);
            octets.get_mut(moved..).unwrap_or_default().fill(0);
        }
    }

    /// A whole TLV.
    #[inline]
    pub fn tlv(&mut self, tag: u8, content: &[u8]) {
        self.octets(content);
        self.header(tag, content.len());
    }

    /// An INTEGER, or another type with its encoding.
    #[inline]
    pub fn integer(&mut self, value: i32) {
        let bits = value.to_be_bytes();
        let content = &bits[4 - integer_len(value)..];
        self.tlv(tag::INTEGER, content);
    }

    /// An unsigned type: Counter32, Gauge32 and TimeTicks as well as Counter64. A leading zero octet
    /// keeps the top bit clear (RFC 2578 §7.1.6).
    #[inline]
    pub fn unsigned(&mut self, tag: u8, value: u64) {
        let mut bits = [0; 9];
        for (to, from) in bits[1..].iter_mut().zip(value.to_be_bytes()) {
            *to = from;
        }
        self.tlv(tag, &bits[9 - unsigned_len(value)..]);
    }

    /// A value with its tag.
    #[inline]
    pub fn value(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Integer(v) => self.integer(v),
            ValueRef::OctetString(v) => self.tlv(tag::OCTET_STRING, v),
            ValueRef::ObjectIdentifier(v) => self.tlv(tag::OBJECT_IDENTIFIER, v.as_ber()),
            ValueRef::IpAddress(v) => self.tlv(tag::IP_ADDRESS, &v.0),
            ValueRef::Counter32(v) => self.unsigned(tag::COUNTER32, v.0.into()),
            ValueRef::Gauge32(v) => self.unsigned(tag::GAUGE32, v.0.into()),
            ValueRef::TimeTicks(v) => self.unsigned(tag::TIME_TICKS, v.0.into()),
            ValueRef::Opaque(v) => self.tlv(tag::OPAQUE, v),
            ValueRef::Counter64(v) => self.unsigned(tag::COUNTER64, v.0),
            ValueRef::Null => self.header(tag::NULL, 0),
            ValueRef::NoSuchObject => self.header(tag::NO_SUCH_OBJECT, 0),
            ValueRef::NoSuchInstance => self.header(tag::NO_SUCH_INSTANCE, 0),
            ValueRef::EndOfMibView => self.header(tag::END_OF_MIB_VIEW, 0),
            ValueRef::Undecodable { tag, bytes } if tag::is_high(tag) => {
                // The rest of the tag and the length are among the octets.
                self.octets(bytes);
                self.octets(&[tag]);
            }
            ValueRef::Undecodable { tag, bytes } => self.tlv(tag, bytes),
        }
    }

    /// A varbind: `name` is the content of a canonical OBJECT IDENTIFIER.
    #[inline]
    pub fn varbind(&mut self, name: &[u8], value: ValueRef<'_>) {
        let written = match value {
            ValueRef::Integer(v) => {
                self.number_varbind(name, tag::INTEGER, i64::from(v) as u64, integer_len(v))
            }
            ValueRef::Counter32(v) => self.unsigned_varbind(name, tag::COUNTER32, v.0.into()),
            ValueRef::Gauge32(v) => self.unsigned_varbind(name, tag::GAUGE32, v.0.into()),
            ValueRef::TimeTicks(v) => self.unsigned_varbind(name, tag::TIME_TICKS, v.0.into()),
            ValueRef::Counter64(v) => self.unsigned_varbind(name, tag::COUNTER64, v.0),
            ValueRef::OctetString(v) => self.octets_varbind(name, tag::OCTET_STRING, v),
            ValueRef::Null => self.octets_varbind(name, tag::NULL, &[]),
            _ => None,
        };
        if written.is_none() {
            self.any_varbind(name, value);
        }
    }

    /// Any varbind, piece by piece.
    fn any_varbind(&mut self, name: &[u8], value: ValueRef<'_>) {
        let mark = self.mark();
        self.value(value);
        self.tlv(tag::OBJECT_IDENTIFIER, name);
        self.wrap(tag::SEQUENCE, mark);
    }

    #[inline(always)]
    fn unsigned_varbind(&mut self, name: &[u8], tag: u8, value: u64) -> Option<()> {
        match unsigned_len(value) {
            length @ ..=8 => self.number_varbind(name, tag, value, length),
            _ => None,
        }
    }

    /// A varbind with a number of up to eight octets. Gives `None`, and writes nothing, if its lengths are not short
    /// or the room does not suffice.
    #[inline(always)]
    fn number_varbind(&mut self, name: &[u8], tag: u8, value: u64, length: usize) -> Option<()> {
        let room = self.varbind_room(name, length)?;
        // All eight octets: what is before the number is written over.
        *room.last_chunk_mut()? = value.to_be_bytes();
        let written = frame_varbind(room, name, tag)?.len() == length;
        written.then(|| self.start -= VARBIND_HEADERS + name.len() + length)
    }

    /// The same with octets as they are.
    #[inline(always)]
    fn octets_varbind(&mut self, name: &[u8], tag: u8, value: &[u8]) -> Option<()> {
        let room = self.varbind_room(name, value.len())?;
        copy(frame_varbind(room, name, tag)?, value)?;
        self.start -= VARBIND_HEADERS + name.len() + value.len();
        Some(())
    }

    /// Where a varbind with short lengths goes.
    #[inline(always)]
    fn varbind_room(&mut self, name: &[u8], value: usize) -> Option<&mut [u8]> {
        let content = (VARBIND_HEADERS - 2).checked_add(name.len())?.checked_add(value)?;
        if content >= 0x80 || !self.reserve(2 + content) {
            return None;
        }
        self.buffer.get_mut(self.start.checked_sub(2 + content)?..self.start)
    }

    /// Octets as they are, without a header.
    #[inline]
    pub fn octets(&mut self, octets: &[u8]) {
        if self.reserve(octets.len())
            && let Some(room) = self.buffer.get_mut(self.start - octets.len()..self.start)
        {
            room.copy_from_slice(octets);
            self.start -= octets.len();
        }
    }

    /// The header of a TLV whose content of `length` octets has just been written.
    #[inline]
    pub fn header(&mut self, tag: u8, length: usize) {
        if length < 0x80 {
            self.octets(&[tag, length as u8]);
        } else {
            self.long_header(tag, length);
        }
    }

    fn long_header(&mut self, tag: u8, length: usize) {
        // Whatever the buffer holds fits 32 bits.
        let [a, b, c, d] = (length as u32).to_be_bytes();
        match length {
            0..0x100 => self.octets(&[tag, 0x81, d]),
            0x100..0x1_0000 => self.octets(&[tag, 0x82, c, d]),
            0x1_0000..0x100_0000 => self.octets(&[tag, 0x83, b, c, d]),
            _ => self.octets(&[tag, 0x84, a, b, c, d]),
        }
    }

    /// Makes room for `count` octets in front; false when the limit forbids it.
    #[inline(always)]
    fn reserve(&mut self, count: usize) -> bool {
        self.start.checked_sub(count).is_some_and(|start| start >= self.floor) || self.grow(count)
    }

    fn set_overflowed(&mut self, overflowed: bool) {
        self.overflowed = overflowed;
        self.floor = if overflowed { usize::MAX } else { self.buffer.len().saturating_sub(self.limit) };
    }

    #[cold]
    fn grow(&mut self, count: usize) -> bool {
        let needed = self.len().saturating_add(count);
        if self.overflowed || needed > self.limit {
            self.set_overflowed(true);
            return false;
        }
        if count <= self.start {
            return true;
        }
        let size = (self.buffer.len() * 2).max(needed);
        let mut buffer = vec![0; size];
        let start = size - self.len();
        if let (Some(to), Some(from)) = (buffer.get_mut(start..), self.buffer.get(self.start..)) {
            to.copy_from_slice(from);
        }
        self.buffer = buffer;
        self.start = start;
        self.set_overflowed(false);
        true
    }
}

/// Octets of a varbind with short lengths beside its name and its value: three headers.
const VARBIND_HEADERS: usize = 6;

/// Writes everything of a varbind with short lengths that fills `room`, but its value, whose place is
/// given.
#[inline(always)]
pub(super) fn frame_varbind<'r>(room: &'r mut [u8], name: &[u8], tag: u8) -> Option<&'r mut [u8]> {
    let content = room.len() - 2;
    let (header, room) = room.split_first_chunk_mut()?;
    *header = [tag::SEQUENCE, content as u8, tag::OBJECT_IDENTIFIER, name.len() as u8];
    let (to, room) = room.split_at_mut_checked(name.len())?;
    copy(to, name)?;
    let (header, value) = room.split_first_chunk_mut()?;
    *header = [tag, value.len() as u8];
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Counter32, Counter64, Gauge32, TimeTicks};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// A varbind in one go is a varbind piece by piece, and fits where that fits.
        #[test]
        fn both_ways_of_writing_agree(
            name in prop::collection::vec(any::<u8>(), 0..140),
            octets in prop::collection::vec(any::<u8>(), 0..140),
            number: u64,
            shift in 0..64u32,
            limit in 0..600usize,
        ) {
            let number = number >> shift;
            let values = [
                ValueRef::Integer(number as i32),
                ValueRef::Integer(-(number as i32 >> 1)),
                ValueRef::Counter32(Counter32(number as u32)),
                ValueRef::Gauge32(Gauge32(number as u32)),
                ValueRef::TimeTicks(TimeTicks(number as u32)),
                ValueRef::Counter64(Counter64(number)),
                ValueRef::OctetString(&octets),
                ValueRef::Opaque(&octets),
                ValueRef::Null,
                ValueRef::EndOfMibView,
            ];
            for value in values {
                let mut quick = Writer::with_limit(limit);
                let mut slow = Writer::with_limit(limit);
                quick.varbind(&name, value);
                quick.varbind(&name, value);
                slow.any_varbind(&name, value);
                slow.any_varbind(&name, value);
                prop_assert_eq!(quick.finish(), slow.finish());
            }
        }
    }
}
