//! A stream of octets, cut into PDUs.

use super::error::FrameError;
use super::header::{HEADER, Header};

/// What has come of a stream and has not been looked at. It holds at most one PDU and what came with it.
#[derive(Debug, Default)]
pub struct Frames {
    octets: Vec<u8>,
    /// Octets that have been looked at.
    done: usize,
}

impl Frames {
    /// A stream that begins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what has come.
    pub fn push(&mut self, octets: &[u8]) {
        if self.done > 0 {
            self.octets.drain(..self.done);
            self.done = 0;
        }
        self.octets.extend_from_slice(octets);
    }

    /// The next PDU that is there as a whole.
    ///
    /// # Errors
    ///
    /// What comes next is not a PDU, so the beginning of the one after it is unknown. This stays so.
    pub fn next_frame(&mut self) -> Result<Option<(Header, &[u8])>, FrameError> {
        let rest = self.octets.get(self.done..).unwrap_or_default();
        let Some((header, rest)) = rest.split_first_chunk::<HEADER>() else { return Ok(None) };
        let header = Header::read(header)?;
        let length = header.payload_length as usize;
        let Some(payload) = rest.get(..length) else { return Ok(None) };
        self.done += HEADER + length;
        Ok(Some((header, payload)))
    }
}
