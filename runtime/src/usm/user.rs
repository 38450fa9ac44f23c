//! Users, as their owners describe them: a name and secrets.

use super::{Auth, EngineId, Key, Privacy};
use crate::message::Level;
use core::fmt;
use zeroize::Zeroizing;

/// Fewest octets of a passphrase (RFC 3414 §11.2).
pub const MIN_PASSPHRASE: usize = 8;

/// Most octets of a user name (RFC 3414 §2.4).
pub const MAX_USER_NAME: usize = 32;

/// A user of the user-based security model: a name, and what it proves itself and keeps secrets with.
///
/// ```
/// use mibc_runtime::usm::{Auth, Privacy, User};
///
/// let user = User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes");
/// assert!(user.check().is_ok());
/// ```
///
/// What is wrong with it, such as a passphrase that is too short, is reported by [`check`](Self::check), and
/// by anyone who is given the user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    name: Vec<u8>,
    auth: Option<(Auth, Secret)>,
    privacy: Option<(Privacy, Secret)>,
}

/// What a key is made from. Text is a passphrase. Wiped when it is dropped, not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(super) Form);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Form {
    Passphrase(Zeroizing<Vec<u8>>),
    Master(Zeroizing<Vec<u8>>),
    Localized(Zeroizing<Vec<u8>>),
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Proving who one is.
    Auth,
    /// Keeping secrets with this protocol.
    Privacy(Privacy),
}

/// Why a user cannot be worked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// The name is empty or too long.
    #[error("a user name has 1 to {MAX_USER_NAME} octets, not {0}")]
    Name(usize),
    /// The passphrase is too short.
    #[error("the {purpose} passphrase has {length} octets: at least {MIN_PASSPHRASE} are needed")]
    ShortPassphrase {
        /// Of which key: `authentication` or `privacy`.
        purpose: &'static str,
        /// Its octets.
        length: usize,
    },
    /// A master or localized key of a length that does not fit the protocol.
    #[error("the {purpose} key has {found} octets, but the protocol needs {expected}")]
    KeyLength {
        /// Of which key: `authentication` or `privacy`.
        purpose: &'static str,
        /// What the protocol has.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// Privacy without authentication, which there is not (RFC 3411 §3.4.3).
    #[error("privacy needs authentication: give the user an authentication protocol")]
    PrivacyWithoutAuth,
}

impl User {
    /// A user without secrets (noAuthNoPriv).
    pub fn new(name: impl AsRef<[u8]>) -> Self {
        Self { name: name.as_ref().to_vec(), auth: None, privacy: None }
    }

    /// Proves itself with this protocol and secret.
    #[must_use]
    pub fn auth(mut self, protocol: Auth, secret: impl Into<Secret>) -> Self {
        self.auth = Some((protocol, secret.into()));
        self
    }

    /// Encrypts with this protocol and secret.
    #[must_use]
    pub fn privacy(mut self, protocol: Privacy, secret: impl Into<Secret>) -> Self {
        self.privacy = Some((protocol, secret.into()));
        self
    }

    /// The name.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The highest level that its protocols allow, which is the one it is used at.
    pub fn level(&self) -> Level {
        match (&self.auth, &self.privacy) {
            (None, _) => Level::NoAuthNoPriv,
            (Some(_), None) => Level::AuthNoPriv,
            (Some(_), Some(_)) => Level::AuthPriv,
        }
    }

    /// What is wrong with the user, if anything.
    ///
    /// # Errors
    /// The length of the name, of a passphrase or of a key is wrong, or there is privacy without authentication.
    pub fn check(&self) -> Result<(), UserError> {
        if !(1..=MAX_USER_NAME).contains(&self.name.len()) {
            return Err(UserError::Name(self.name.len()));
        }
        let Some((auth, secret)) = &self.auth else {
            return if self.privacy.is_none() { Ok(()) } else { Err(UserError::PrivacyWithoutAuth) };
        };
        secret.check("authentication", auth.key_len(), auth.key_len())?;
        match &self.privacy {
            Some((privacy, secret)) => secret.check("privacy", auth.key_len(), privacy.key_len()),
            None => Ok(()),
        }
    }

    /// The authentication and the privacy key of the user at an engine, as far as it has them; each as long as its
    /// protocol says.
    ///
    /// # Errors
    /// What [`check`](Self::check) reports.
    pub fn local_keys(&self, engine_id: &EngineId) -> Result<(Option<Key>, Option<Key>), UserError> {
        self.check()?;
        let Some((auth, secret)) = &self.auth else { return Ok((None, None)) };
        let auth_key = secret.localize(*auth, engine_id);
        let privacy_key = self.privacy.as_ref().map(|(privacy, secret)| {
            let key = secret.localize(*auth, engine_id);
            if key.len() == privacy.key_len() { key } else { key.for_privacy(*auth, *privacy, engine_id) }
        });
        Ok((Some(auth_key), privacy_key))
    }

    pub(super) fn auth_secret(&self) -> Option<(Auth, &Secret)> {
        self.auth.as_ref().map(|(auth, secret)| (*auth, secret))
    }

    pub(super) fn privacy_secret(&self) -> Option<(Privacy, &Secret)> {
        self.privacy.as_ref().map(|(privacy, secret)| (*privacy, secret))
    }
}

impl Secret {
    /// A passphrase of at least eight octets.
    pub fn passphrase(passphrase: impl AsRef<[u8]>) -> Self {
        Self(Form::Passphrase(Zeroizing::new(passphrase.as_ref().to_vec())))
    }

    /// A master key (Ku): the digest of a passphrase, as long as the digests of the authentication
    /// protocol, also for privacy.
    pub fn master(key: impl AsRef<[u8]>) -> Self {
        Self(Form::Master(Zeroizing::new(key.as_ref().to_vec())))
    }

    /// A key localized to the one engine that it is used with (Kul). For privacy it is as long as the
    /// protocol's keys, or as the digests of the authentication protocol and then cut or extended.
    pub fn localized(key: impl AsRef<[u8]>) -> Self {
        Self(Form::Localized(Zeroizing::new(key.as_ref().to_vec())))
    }

    /// Whether it can be a key for this purpose.
    pub(super) fn check_for(&self, auth: Auth, purpose: Purpose) -> Result<(), UserError> {
        match purpose {
            Purpose::Auth => self.check("authentication", auth.key_len(), auth.key_len()),
            Purpose::Privacy(privacy) => self.check("privacy", auth.key_len(), privacy.key_len()),
        }
    }

    /// The localized key that it is at an engine, with the hash of this protocol.
    pub(super) fn localize(&self, auth: Auth, engine_id: &EngineId) -> Key {
        match &self.0 {
            Form::Passphrase(passphrase) => Key::from_password(auth, passphrase).localize(auth, engine_id),
            Form::Master(_) => self.0.key().localize(auth, engine_id),
            Form::Localized(_) => self.0.key(),
        }
    }

    fn check(&self, purpose: &'static str, digest: usize, key: usize) -> Result<(), UserError> {
        match &self.0 {
            Form::Passphrase(p) if p.len() < MIN_PASSPHRASE => {
                Err(UserError::ShortPassphrase { purpose, length: p.len() })
            }
            Form::Master(k) if k.len() != digest => {
                Err(UserError::KeyLength { purpose, expected: digest, found: k.len() })
            }
            Form::Localized(k) if k.len() != digest && k.len() != key => {
                Err(UserError::KeyLength { purpose, expected: key, found: k.len() })
            }
            _ => Ok(()),
        }
    }
}

impl Form {
    /// As a key, when it is one.
    pub(super) fn key(&self) -> Key {
        let (Form::Passphrase(octets) | Form::Master(octets) | Form::Localized(octets)) = self;
        Key::new(octets)
    }
}

impl From<&str> for Secret {
    fn from(passphrase: &str) -> Self {
        Self::passphrase(passphrase)
    }
}

impl From<&String> for Secret {
    fn from(passphrase: &String) -> Self {
        Self::passphrase(passphrase)
    }
}

impl From<String> for Secret {
    fn from(passphrase: String) -> Self {
        Self(Form::Passphrase(Zeroizing::new(passphrase.into_bytes())))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Form::Passphrase(_) => "Passphrase(***)",
            Form::Master(_) => "Master(***)",
            Form::Localized(_) => "Localized(***)",
        })
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &String::from_utf8_lossy(&self.name))
            .field("auth", &self.auth)
            .field("privacy", &self.privacy)
            .finish()
    }
}
