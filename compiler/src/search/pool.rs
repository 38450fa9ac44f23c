//! Strings behind their lengths, none of which goes over the end of a block of a [`Store`].

use super::store::{BLOCK, Store};

/// The longest string.
pub(super) const MAX: usize = BLOCK - 2;

/// Strings one behind the other.
#[derive(Debug, Default)]
pub(super) struct Pool(pub(super) Vec<u8>);

impl Pool {
    /// Adds a string, and says where it is. One that is too long is left empty.
    pub(super) fn add(&mut self, octets: &[u8]) -> usize {
        let octets = if octets.len() > MAX { &[] } else { octets };
        let size = 2 + octets.len();
        if self.0.len() % BLOCK + size > BLOCK {
            self.0.resize(self.0.len().next_multiple_of(BLOCK), 0);
        }
        let place = self.0.len();
        self.0.extend_from_slice(&(octets.len() as u16).to_le_bytes());
        self.0.extend_from_slice(octets);
        place
    }
}

/// The string at a place of a store.
pub(super) fn pooled(store: &Store, at: usize) -> Option<&[u8]> {
    let length: [u8; 2] = store.get(at, 2)?.try_into().ok()?;
    store.get(at.checked_add(2)?, u16::from_le_bytes(length).into())
}
