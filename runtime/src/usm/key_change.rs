//! The KeyChange textual convention: replacing a key without sending it (RFC 3414 §5).

pub use super::user::Purpose;
use super::{Auth, EngineId, Key, Secret, UserError, hash};

/// Most random octets that a change takes: those of the longest key.
pub const MAX_RANDOM: usize = 64;

/// The key that a secret is at an engine.
fn key(auth: Auth, purpose: Purpose, secret: &Secret, engine_id: &EngineId) -> Result<Key, UserError> {
    secret.check_for(auth, purpose)?;
    let localized = secret.localize(auth, engine_id);
    Ok(match purpose {
        Purpose::Privacy(privacy) if localized.len() != privacy.key_len() => {
            localized.for_privacy(auth, privacy, engine_id)
        }
        _ => localized,
    })
}

/// The value that replaces a user's secret by another one at an engine: what usmUserAuthKeyChange, usmUserPrivKeyChange and
/// their likes for one's own keys are set to. `random` has at least as many octets as the key, and is never used twice.
///
/// # Errors
/// A passphrase that is too short, or a key of a length that the protocol does not have.
pub fn between(
    auth: Auth,
    purpose: Purpose,
    old: &Secret,
    new: &Secret,
    engine_id: &EngineId,
    random: &[u8],
) -> Result<Vec<u8>, UserError> {
    let (old, new) = (key(auth, purpose, old, engine_id)?, key(auth, purpose, new, engine_id)?);
    Ok(compute(auth, &old, &new, random))
}

/// Why a KeyChange value changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a change of this key has {expected} octets, not {found}")]
pub struct KeyChangeError {
    /// Twice the length of the key.
    pub expected: usize,
    /// The length of the value.
    pub found: usize,
}

/// The value that turns `old` into `new`: `random`, then the difference behind a chain of digests. Both
/// are localized keys of one length, and `random` has that length too; what is missing there counts
/// as zero. For a privacy key, `auth` is the hash of the user's authentication protocol.
pub fn compute(auth: Auth, old: &Key, new: &Key, random: &[u8]) -> Vec<u8> {
    let len = old.len();
    let mut value: Vec<u8> = random.iter().copied().chain(core::iter::repeat(0)).take(len).collect();
    let delta = chain(auth, old, &value, new.as_bytes());
    value.extend_from_slice(delta.as_bytes());
    value
}

/// The new key that `value` makes of `old`.
///
/// # Errors
/// The value is not twice as long as the key.
pub fn apply(auth: Auth, old: &Key, value: &[u8]) -> Result<Key, KeyChangeError> {
    match value.split_at_checked(old.len()) {
        Some((random, delta)) if delta.len() == old.len() => Ok(chain(auth, old, random, delta)),
        _ => Err(KeyChangeError { expected: 2 * old.len(), found: value.len() }),
    }
}

/// XORs `input` with the digests that `old` and `random` give, one behind the other.
fn chain(auth: Auth, old: &Key, random: &[u8], input: &[u8]) -> Key {
    let mut temporary = old.clone();
    let mut output = zeroize::Zeroizing::new(Vec::with_capacity(input.len()));
    for piece in input.chunks(auth.key_len()) {
        temporary = hash::digest(auth, &[temporary.as_bytes(), random]);
        output.extend(piece.iter().zip(temporary.as_bytes()).map(|(a, b)| a ^ b));
    }
    Key::new(&output)
}
