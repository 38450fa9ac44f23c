//! Memory of requests, used again.

/// Most buffers that are kept.
const MAX_SPARE: usize = 64;

/// Largest buffer that is kept, in octets.
const MAX_CAPACITY: usize = 4096;

/// Buffers that are free. At most [`MAX_SPARE`] of at most [`MAX_CAPACITY`] octets each.
#[derive(Debug, Default)]
pub(super) struct Buffers(Vec<Vec<u8>>);

impl Buffers {
    /// An empty buffer.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.0.pop().unwrap_or_default()
    }

    /// A buffer with these octets.
    pub(super) fn copy(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut buffer = self.take();
        buffer.extend_from_slice(octets);
        buffer
    }

    /// Takes a buffer back.
    pub(super) fn give(&mut self, mut buffer: Vec<u8>) {
        if self.0.len() < MAX_SPARE && (1..=MAX_CAPACITY).contains(&buffer.capacity()) {
            buffer.clear();
            self.0.push(buffer);
        }
    }
}
