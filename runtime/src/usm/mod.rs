//! The user-based security model of SNMPv3: keys, digests, ciphers (RFC 3414, RFC 3826, RFC 7860, and
//! the drafts for 3DES and for AES with longer keys). No sockets, no clock, no source of randomness.
//!
//! A [`User`] is what people configure. [`Credentials`] are its master keys, one set for all engines;
//! [`LocalKeys`] are what they become on one engine. Keys wipe themselves and never show up in `Debug`.
//!
//! [`seal`](fn@seal) writes a message, encrypts and signs it in place; [`AuthKey::verify`] and
//! [`PrivacyKey::decrypt`] are the way back.

mod auth;
mod auth_key;
mod credentials;
mod engine_id;
mod hash;
mod key;
mod key_cache;
pub mod key_change;
mod privacy;
mod privacy_key;
mod seal;
mod user;

pub use auth::{Auth, UnknownProtocol};
pub use auth_key::{AuthKey, MAX_MAC, WrongDigest};
pub use credentials::{Credentials, LocalKeys};
pub use engine_id::{EngineId, EngineIdError, MAX_ENGINE_ID, MAX_ODD_ENGINE_ID, MIN_ENGINE_ID};
pub use key::Key;
pub use key_cache::{KeyCache, MAX_KEYS, MAX_USERS};
pub use privacy::Privacy;
pub use privacy_key::{DecryptionError, EngineClock, MAX_BOOTS, PrivacyKey, SALT, TIME_WINDOW};
pub use seal::{Envelope, Protection, seal};
pub use user::{MAX_USER_NAME, MIN_PASSPHRASE, Secret, User, UserError};

/// Upper case without hyphens and underscores: how names of protocols are compared.
fn plain_name(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests;
