//! A user's keys: computed once, then localized for each engine.

use super::user::Form;
use super::{Auth, AuthKey, EngineId, Key, KeyCache, Privacy, PrivacyKey, Secret, User, UserError};
use crate::message::Level;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many engines of a user, the first that are met, have key schedules that are kept: some 45 KB.
pub(crate) const KEPT_SCHEDULES: usize = 64;

/// A user whose passphrases have become master keys. From here an engine costs a few short hashes,
/// but for keys that are extended in Reeder's way, which cost another mebibyte of hashing.
#[derive(Clone, Debug)]
pub struct Credentials {
    name: Vec<u8>,
    auth: Option<(Auth, Material)>,
    privacy: Option<(Privacy, Material)>,
    /// Engines whose key schedules are kept.
    kept_schedules: Arc<AtomicUsize>,
}

#[derive(Clone, Debug)]
enum Material {
    Master(Key),
    Localized(Key),
}

/// The keys of one user on one engine, ready for use.
#[derive(Clone, Debug, Default)]
pub struct LocalKeys {
    /// Signs and verifies, for users with authentication.
    pub auth: Option<AuthKey>,
    /// Encrypts and decrypts, for users with privacy.
    pub privacy: Option<PrivacyKey>,
}

impl Credentials {
    /// Checks the user and computes its master keys, or takes them from `cache`. A passphrase that is
    /// not in there costs about half a millisecond.
    ///
    /// # Errors
    /// What [`User::check`] reports.
    pub fn new(user: &User, cache: &KeyCache) -> Result<Self, UserError> {
        user.check()?;
        let auth = user.auth_secret();
        let material = |secret: &Secret| match &secret.0 {
            Form::Passphrase(passphrase) => {
                // A privacy key is made with the hash of the authentication protocol (RFC 3414 §2.6).
                let hash = auth.map_or(Auth::Md5, |(auth, _)| auth);
                Material::Master(cache.master(hash, passphrase))
            }
            form @ Form::Master(_) => Material::Master(form.key()),
            form @ Form::Localized(_) => Material::Localized(form.key()),
        };
        Ok(Self {
            name: user.name().to_vec(),
            auth: auth.map(|(auth, secret)| (auth, material(secret))),
            privacy: user.privacy_secret().map(|(privacy, secret)| (privacy, material(secret))),
            kept_schedules: Arc::default(),
        })
    }

    /// The user's name.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// The level that the keys allow.
    pub fn level(&self) -> Level {
        match (&self.auth, &self.privacy) {
            (None, _) => Level::NoAuthNoPriv,
            (Some(_), None) => Level::AuthNoPriv,
            (Some(_), Some(_)) => Level::AuthPriv,
        }
    }

    /// The same user without the keys that this level does not use; `None` if it lacks some that it does.
    #[must_use]
    pub fn at_level(&self, level: Level) -> Option<Self> {
        let auth = self.auth.clone().filter(|_| level.has_auth());
        let privacy = self.privacy.clone().filter(|_| level.has_privacy());
        let lowered = Self { name: self.name.clone(), auth, privacy, kept_schedules: Arc::default() };
        (lowered.level() == level).then_some(lowered)
    }

    /// The privacy protocol.
    pub fn privacy(&self) -> Option<Privacy> {
        self.privacy.as_ref().map(|(privacy, _)| *privacy)
    }

    /// The keys for one engine.
    pub fn localize(&self, engine_id: &EngineId) -> LocalKeys {
        self.localize_with(engine_id, PrivacyKey::new)
    }

    /// The same in less memory, for those who keep the keys of many engines: see [`PrivacyKey::compact`].
    pub fn localize_compact(&self, engine_id: &EngineId) -> LocalKeys {
        self.localize_with(engine_id, PrivacyKey::compact)
    }

    /// In little memory for many engines; the first [`KEPT_SCHEDULES`] are ready for speed. An engine that is
    /// forgotten does not make room for another.
    pub(crate) fn localize_as_met(&self, engine_id: &EngineId) -> LocalKeys {
        let one_more = |kept: usize| (kept < KEPT_SCHEDULES).then_some(kept + 1);
        match self.kept_schedules.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more) {
            Ok(_) => self.localize(engine_id),
            Err(_) => self.localize_compact(engine_id),
        }
    }

    fn localize_with(
        &self,
        engine_id: &EngineId,
        ready: impl FnOnce(Privacy, &Key) -> Option<PrivacyKey>,
    ) -> LocalKeys {
        let Some((auth, material)) = &self.auth else { return LocalKeys::default() };
        let key = material.localize(*auth, engine_id);
        let privacy = self.privacy.as_ref().and_then(|(privacy, material)| {
            let key = material.localize(*auth, engine_id);
            // A key that was given in the protocol's own length is used as it is.
            let key = match material {
                Material::Localized(key) if key.len() == privacy.key_len() => key.clone(),
                _ => key.for_privacy(*auth, *privacy, engine_id),
            };
            ready(*privacy, &key)
        });
        LocalKeys { auth: Some(AuthKey::new(*auth, &key)), privacy }
    }
}

impl Material {
    fn localize(&self, auth: Auth, engine_id: &EngineId) -> Key {
        match self {
            Material::Master(key) => key.localize(auth, engine_id),
            Material::Localized(key) => key.clone(),
        }
    }
}
