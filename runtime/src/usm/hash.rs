//! The hashes behind the authentication protocols, chosen at run time.

use super::{Auth, Key};
use sha2::digest::Digest;
use zeroize::Zeroizing;

/// Octets that a password is repeated to before it is hashed (RFC 3414 §2.6).
const STRETCH: usize = 1 << 20;

/// A multiple of the block length of each hash: input in such pieces is hashed where it lies.
const BLOCKS: usize = 128;

/// Most octets of a buffer with copies of a password in it.
const MAX_BUFFER: usize = 1 << 16;

/// Calls a function that is generic over the hash.
macro_rules! with_hash {
    ($auth:expr, $function:ident($($argument:expr),*)) => {
        match $auth {
            Auth::Md5 => $function::<md5::Md5>($($argument),*),
            Auth::Sha1 => $function::<sha1::Sha1>($($argument),*),
            Auth::Sha224 => $function::<sha2::Sha224>($($argument),*),
            Auth::Sha256 => $function::<sha2::Sha256>($($argument),*),
            Auth::Sha384 => $function::<sha2::Sha384>($($argument),*),
            Auth::Sha512 => $function::<sha2::Sha512>($($argument),*),
        }
    };
}

/// The digest of all `parts`, one after the other.
pub(super) fn digest(auth: Auth, parts: &[&[u8]]) -> Key {
    with_hash!(auth, digest_with(parts))
}

/// The digest of the first 1,048,576 octets of `password` repeated without end (RFC 3414 A.2). An empty password,
/// which no caller accepts, gives the digest of nothing.
pub(super) fn stretch(auth: Auth, password: &[u8]) -> Key {
    with_hash!(auth, stretch_with(password))
}

fn digest_with<D: Digest>(parts: &[&[u8]]) -> Key {
    let mut hash = D::new();
    for part in parts {
        hash.update(part);
    }
    Key::new(&hash.finalize())
}

fn stretch_with<D: Digest>(password: &[u8]) -> Key {
    let mut hash = D::new();
    if password.is_empty() {
        return Key::new(&hash.finalize());
    }
    // With a multiple of the block length in the buffer no octet is copied on its way into the hash.
    let copies = if password.len() * BLOCKS <= MAX_BUFFER { BLOCKS } else { 1 };
    let buffer = Zeroizing::new(password.repeat(copies));
    let mut left = STRETCH;
    while left > 0 {
        let piece = buffer.get(..left).unwrap_or(&buffer);
        hash.update(piece);
        left -= piece.len();
    }
    Key::new(&hash.finalize())
}
