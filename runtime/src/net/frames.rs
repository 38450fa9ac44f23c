//! Messages in a stream: each is as long as its BER says (RFC 3430 §2.1).

use crate::ber::MAX_MESSAGE;
use std::fmt;
use std::io;

/// Octets that are read at a time at most.
const CHUNK: usize = 8 << 10;

/// The tag that every message begins with.
const SEQUENCE: u8 = 0x30;

/// Cuts what is read from a stream into messages. Holds one message and a chunk at most.
#[derive(Debug, Default)]
pub(super) struct Frames {
    buffer: Vec<u8>,
    /// Octets before this belong to messages that were given out.
    start: usize,
}

/// Why a stream cannot be cut into messages any more. The connection is useless from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FramingError {
    /// Where a message should begin there is something else, such as octets that trail the one before.
    Tag(u8),
    /// Its length has no definite form of at most four octets.
    Length(u8),
    /// It is longer than any message.
    TooLong(usize),
}

impl Frames {
    /// Takes in what `read` writes into the buffer that it gets; gives how many octets that were.
    pub(super) fn read_with(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let end = self.buffer.len();
        self.buffer.resize(end + CHUNK, 0);
        let result = read(self.buffer.get_mut(end..).unwrap_or_default());
        let octets = result.as_ref().map_or(0, |octets| (*octets).min(CHUNK));
        self.buffer.truncate(end + octets);
        result
    }

    /// The next message; `None` when more has to be read for it.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, FramingError> {
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        let Some(length) = message_length(rest)? else { return Ok(None) };
        let Some(message) = rest.get(..length) else { return Ok(None) };
        self.start += length;
        Ok(Some(message))
    }
}

/// The length of the message that begins here, header included, as soon as it can be known.
fn message_length(octets: &[u8]) -> Result<Option<usize>, FramingError> {
    let Some((&tag, rest)) = octets.split_first() else { return Ok(None) };
    if tag != SEQUENCE {
        return Err(FramingError::Tag(tag));
    }
    let Some((&first, rest)) = rest.split_first() else { return Ok(None) };
    let (header, content) = match first {
        0..=0x7f => (2, usize::from(first)),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7f);
            let Some(length) = rest.get(..count) else { return Ok(None) };
            (2 + count, length.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)))
        }
        _ => return Err(FramingError::Length(first)),
    };
    match content.saturating_add(header) {
        length if length > MAX_MESSAGE => Err(FramingError::TooLong(length)),
        length => Ok(Some(length)),
    }
}

impl fmt::Display for FramingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FramingError::Tag(tag) => {
                write!(f, "a message begins with the octet {SEQUENCE:02x}, and {tag:02x} is found")
            }
            FramingError::Length(octet) => {
                write!(f, "the length of a message begins with {octet:02x}, which is not a definite length")
            }
            FramingError::TooLong(length) => {
                write!(f, "a message has {length} octets, and {MAX_MESSAGE} is the limit")
            }
        }
    }
}

impl From<FramingError> for io::Error {
    fn from(error: FramingError) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(frames: &mut Frames, octets: &[u8]) {
        let read = frames.read_with(|buffer| {
            buffer[..octets.len()].copy_from_slice(octets);
            Ok(octets.len())
        });
        assert_eq!(read.expect("no error"), octets.len());
    }

    #[test]
    fn messages_come_in_pieces_and_together() {
        let mut frames = Frames::default();
        assert_eq!(frames.next(), Ok(None));
        for octet in [0x30, 0x02, 0x05] {
            feed(&mut frames, &[octet]);
            assert_eq!(frames.next(), Ok(None));
        }
        feed(&mut frames, &[0x00, 0x30, 0x81, 0x01, 0xff, 0x30]);
        assert_eq!(frames.next(), Ok(Some(&[0x30, 0x02, 0x05, 0x00][..])));
        assert_eq!(frames.next(), Ok(Some(&[0x30, 0x81, 0x01, 0xff][..])));
        assert_eq!(frames.next(), Ok(None));
        feed(&mut frames, &[0x00]);
        assert_eq!(frames.next(), Ok(Some(&[0x30, 0x00][..])));
        assert_eq!(frames.next(), Ok(None));
    }

    /// W10: what trails a message is an error of framing.
    #[test]
    fn trailing_octets() {
        let mut frames = Frames::default();
        feed(&mut frames, &[0x30, 0x00, 0x00]);
        assert_eq!(frames.next(), Ok(Some(&[0x30, 0x00][..])));
        assert_eq!(frames.next(), Err(FramingError::Tag(0)));
    }

    #[test]
    fn lengths() {
        assert_eq!(message_length(&[0x30, 0x84, 0, 0, 0]), Ok(None));
        assert_eq!(message_length(&[0x30, 0x84, 0, 0, 0, 7]), Ok(Some(13)));
        assert_eq!(message_length(&[0x30, 0x80]), Err(FramingError::Length(0x80)));
        assert_eq!(message_length(&[0x30, 0x85]), Err(FramingError::Length(0x85)));
        let longest = MAX_MESSAGE - 5;
        let [.., a, b, c] = longest.to_be_bytes();
        assert_eq!(message_length(&[0x30, 0x83, a, b, c]), Ok(Some(MAX_MESSAGE)));
        let [.., a, b, c] = (longest + 1).to_be_bytes();
        assert_eq!(message_length(&[0x30, 0x83, a, b, c]), Err(FramingError::TooLong(MAX_MESSAGE + 1)));
        let huge = message_length(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]);
        assert!(matches!(huge, Err(FramingError::TooLong(_))), "{huge:?}");
    }
}
