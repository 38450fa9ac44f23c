//! Keys: from a password to a master key, and from there to one engine's (RFC 3414 §2.6, A.2).

use super::privacy::Extension;
use super::{Auth, EngineId, Privacy, hash};
use core::fmt;
use zeroize::Zeroize;

/// Octets of the longest key.
const MAX_KEY: usize = 64;

/// A secret key of up to 64 octets, wiped when it is dropped; `Debug` shows only its length.
#[derive(Clone)]
pub struct Key {
    octets: [u8; MAX_KEY],
    len: usize,
}

impl Key {
    /// A key of these octets. What is beyond 64, more than any protocol uses, is left out.
    pub fn new(octets: &[u8]) -> Self {
        let mut key = Self { octets: [0; MAX_KEY], len: 0 };
        key.append(octets);
        key
    }

    /// Ku, the master key of a password with `auth`: the digest of 1,048,576 octets of repetitions. It is the same
    /// for all engines, and takes about half a millisecond. See [`MIN_PASSPHRASE`](super::MIN_PASSPHRASE), which the
    /// functions that take passwords check.
    pub fn from_password(auth: Auth, password: &[u8]) -> Self {
        hash::stretch(auth, password)
    }

    /// Kul: this master key, localized to an engine.
    #[must_use]
    pub fn localize(&self, auth: Auth, engine_id: &EngineId) -> Self {
        hash::digest(auth, &[self.as_bytes(), engine_id.as_bytes(), self.as_bytes()])
    }

    /// The key of `privacy`, of exactly [`Privacy::key_len`] octets, from this localized key: cut, or
    /// extended in the way that the protocol names. Reeder's way hashes a mebibyte for each piece.
    #[must_use]
    pub fn for_privacy(&self, auth: Auth, privacy: Privacy, engine_id: &EngineId) -> Self {
        let wanted = privacy.key_len();
        let mut key = self.clone();
        let mut piece = self.clone();
        // Each turn adds a digest of at least 16 octets; two are enough for every pair.
        while key.len < wanted {
            piece = match privacy.extension() {
                Extension::Blumenthal => hash::digest(auth, &[key.as_bytes()]),
                Extension::Reeder => hash::stretch(auth, piece.as_bytes()).localize(auth, engine_id),
            };
            key.append(piece.as_bytes());
        }
        key.cut(wanted);
        key
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }

    /// How many octets.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True for a key without octets.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn append(&mut self, octets: &[u8]) {
        let room = self.octets.get_mut(self.len..).unwrap_or_default();
        for (to, from) in room.iter_mut().zip(octets) {
            *to = *from;
            self.len += 1;
        }
    }

    fn cut(&mut self, len: usize) {
        if let Some(rest) = self.octets.get_mut(len..) {
            rest.zeroize();
            self.len = self.len.min(len);
        }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.octets.zeroize();
    }
}

impl PartialEq for Key {
    /// In a time that does not tell where the keys differ.
    fn eq(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq;
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(*** {} octets)", self.len)
    }
}
