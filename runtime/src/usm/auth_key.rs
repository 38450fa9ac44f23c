//! An authentication key, ready to sign and to verify.

use super::{Auth, Key};
use core::fmt;
use core::ops::Range;
use hmac::{Hmac, KeyInit, Mac};
use subtle::ConstantTimeEq;

/// Octets of the longest msgAuthenticationParameters.
pub const MAX_MAC: usize = 48;

/// Octets at the head of a message that are copied at most: a multiple of the block length of each hash.
const COPIED: usize = 256;

/// Zeros instead of the digest while it is computed.
const PLACEHOLDER: [u8; MAX_MAC] = [0; MAX_MAC];

/// The localized key of one user on one engine, as the states that HMAC has after the first block of
/// its inner and its outer hash: a message costs its own octets only. Wiped when it is dropped.
#[derive(Clone)]
pub struct AuthKey {
    auth: Auth,
    state: State,
}

#[derive(Clone)]
enum State {
    Md5(Hmac<md5::Md5>),
    Sha1(Hmac<sha1::Sha1>),
    Sha224(Hmac<sha2::Sha224>),
    Sha256(Hmac<sha2::Sha256>),
    // Boxes: twice as large as the others.
    Sha384(Box<Hmac<sha2::Sha384>>),
    Sha512(Box<Hmac<sha2::Sha512>>),
}

/// The message has no place for a digest of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wrong digest")]
pub struct WrongDigest;

impl AuthKey {
    /// A key that is localized already.
    pub fn new(auth: Auth, localized: &Key) -> Self {
        // HMAC takes keys of every length.
        fn keyed<M: Mac + KeyInit>(key: &Key) -> M {
            M::new_from_slice(key.as_bytes()).unwrap_or_else(|_| M::new(&Default::default()))
        }
        let state = match auth {
            Auth::Md5 => State::Md5(keyed(localized)),
            Auth::Sha1 => State::Sha1(keyed(localized)),
            Auth::Sha224 => State::Sha224(keyed(localized)),
            Auth::Sha256 => State::Sha256(keyed(localized)),
            Auth::Sha384 => State::Sha384(Box::new(keyed(localized))),
            Auth::Sha512 => State::Sha512(Box::new(keyed(localized))),
        };
        Self { auth, state }
    }

    /// The protocol.
    pub fn protocol(&self) -> Auth {
        self.auth
    }

    /// Signs a message: computes the digest with zeros at `place`, and writes it there.
    ///
    /// # Errors
    /// The message has no place for a digest of this protocol at `place`.
    pub fn sign(&self, message: &mut [u8], place: Range<usize>) -> Result<(), WrongDigest> {
        let mac = self.mac(message, &place)?;
        let to = message.get_mut(place).ok_or(WrongDigest)?;
        to.copy_from_slice(mac.get(..to.len()).ok_or(WrongDigest)?);
        Ok(())
    }

    /// Checks the digest that a message has at `place`, in a time that does not tell where it is wrong.
    /// A digest of another length than the protocol's is wrong whatever its octets (RFC 3414 §6.3.2).
    ///
    /// # Errors
    /// The digest is wrong, or has another length than the protocol's.
    pub fn verify(&self, message: &[u8], place: Range<usize>) -> Result<(), WrongDigest> {
        let mac = self.mac(message, &place)?;
        let found = message.get(place).ok_or(WrongDigest)?;
        let expected = mac.get(..found.len()).ok_or(WrongDigest)?;
        if equal(expected, found) { Ok(()) } else { Err(WrongDigest) }
    }

    fn mac(&self, message: &[u8], place: &Range<usize>) -> Result<[u8; 64], WrongDigest> {
        let zeros = PLACEHOLDER.get(..self.auth.mac_len()).ok_or(WrongDigest)?;
        if place.len() != zeros.len() {
            return Err(WrongDigest);
        }
        let before = message.get(..place.start).ok_or(WrongDigest)?;
        let after = message.get(place.end..).ok_or(WrongDigest)?;
        // In one piece the blocks are hashed where they lie, which is worth a copy of a short head.
        let (head, rest) = message.split_at(message.len().min(COPIED));
        let mut copy = [0; COPIED];
        let copy = copy.get_mut(..head.len()).ok_or(WrongDigest)?;
        copy.copy_from_slice(head);
        if let Some(digest) = copy.get_mut(place.clone()) {
            digest.fill(0);
            return Ok(self.hash(&[copy, rest]));
        }
        Ok(self.hash(&[before, zeros, after]))
    }

    fn hash(&self, parts: &[&[u8]]) -> [u8; 64] {
        match &self.state {
            State::Md5(state) => finish(state, parts),
            State::Sha1(state) => finish(state, parts),
            State::Sha224(state) => finish(state, parts),
            State::Sha256(state) => finish(state, parts),
            State::Sha384(state) => finish(&**state, parts),
            State::Sha512(state) => finish(&**state, parts),
        }
    }
}

/// Whether two digests of one length are the same. All octets are looked at, and their differences
/// gathered before the one decision: octet by octet, the barriers of `subtle` would cost more than a block
/// of the hash.
fn equal(a: &[u8], b: &[u8]) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    a.len() == b.len() && difference.ct_eq(&0u8).into()
}

fn finish<M: Mac + Clone>(state: &M, parts: &[&[u8]]) -> [u8; 64] {
    let mut state = state.clone();
    for part in parts {
        state.update(part);
    }
    let digest = state.finalize().into_bytes();
    let mut mac = [0; 64];
    // No digest is longer than 64 octets.
    if let Some(place) = mac.get_mut(..digest.len()) {
        place.copy_from_slice(&digest);
    }
    mac
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthKey({}, ***)", self.auth)
    }
}
