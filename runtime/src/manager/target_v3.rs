//! Targets that speak SNMPv3.

use super::{Address, Target};
use crate::engine::V3Peer;
use crate::message::Version;
use crate::usm::{Credentials, EngineId, KeyCache, User, UserError};
use std::hash::{Hash, Hasher};
use std::net::SocketAddr;
use std::sync::Arc;

/// Who asks a target, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Security {
    user: Identity,
    context_name: Vec<u8>,
    // Boxes: nearly all targets have neither.
    context_engine_id: Option<Box<EngineId>>,
    engine_id: Option<Box<EngineId>>,
    any_engine_id: bool,
}

/// A user, with passphrases or with its keys.
#[derive(Clone, Debug)]
enum Identity {
    User(Arc<User>),
    // Of whom a proxy asks for.
    #[cfg_attr(not(feature = "agent"), allow(dead_code))]
    Known(Arc<Credentials>),
}

impl Identity {
    fn name(&self) -> &[u8] {
        match self {
            Self::User(user) => user.name(),
            Self::Known(credentials) => credentials.name(),
        }
    }
}

/// Keys are compared by where they are: who has the same keys twice has two targets.
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::User(one), Self::User(other)) => one == other,
            (Self::Known(one), Self::Known(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Identity {}

impl Target {
    /// An agent that speaks SNMPv3, asked in the name of a user whose keys are known.
    #[cfg(feature = "agent")]
    pub(crate) fn v3_known(address: impl Into<Address>, credentials: Arc<Credentials>) -> Self {
        Self::of_identity(address.into(), Identity::Known(credentials))
    }

    fn of_identity(address: Address, user: Identity) -> Self {
        let v3 = Security {
            user,
            context_name: Vec::new(),
            context_engine_id: None,
            engine_id: None,
            any_engine_id: false,
        };
        Self { v3: Some(Box::new(v3)), ..Self::new(Version::V3, address, &[]) }
    }

    /// An agent that speaks SNMPv3, asked by this user at the highest level that the user has keys for.
    ///
    /// The agent's engine ID and clock are found out by the first request, and followed from then on.
    /// What is wrong with the user, such as a passphrase that is too short, is the error of the first
    /// request; [`User::check`] tells it beforehand.
    ///
    /// ```
    /// use mibc_runtime::manager::Target;
    /// use mibc_runtime::usm::{Auth, Privacy, User};
    ///
    /// let user = User::new("operator").auth(Auth::Sha256, "maplesyrup").privacy(Privacy::Aes128, "pancakes");
    /// let target = Target::v3("router.example.net", user).context_name("vlan-7");
    /// ```
    #[must_use]
    pub fn v3(address: impl Into<Address>, user: User) -> Self {
        Self::of_identity(address.into(), Identity::User(Arc::new(user)))
    }

    /// Asks for objects of this context. Without effect on targets of older versions, as are the three
    /// methods that follow.
    #[must_use]
    pub fn context_name(mut self, name: impl Into<Vec<u8>>) -> Self {
        if let Some(v3) = &mut self.v3 {
            v3.context_name = name.into();
        }
        self
    }

    /// Asks for a context of this engine, for which the target is a proxy. With [`EngineId::LOCAL`] it
    /// is whatever engine answers (RFC 5343). Unless set it is the target's own.
    #[must_use]
    pub fn context_engine_id(mut self, engine_id: EngineId) -> Self {
        if let Some(v3) = &mut self.v3 {
            v3.context_engine_id = Some(Box::new(engine_id));
        }
        self
    }

    /// The target's engine ID is known: it is not asked for, and no other is accepted.
    #[must_use]
    pub fn engine_id(mut self, engine_id: EngineId) -> Self {
        if let Some(v3) = &mut self.v3 {
            v3.engine_id = Some(Box::new(engine_id));
        }
        self
    }

    /// Accepts an engine ID that is not one by the standard, such as those of 1 to 4 octets and of more than 32 that
    /// some devices have ([`EngineId::odd`]).
    #[must_use]
    pub fn any_engine_id(mut self, any_engine_id: bool) -> Self {
        if let Some(v3) = &mut self.v3 {
            v3.any_engine_id = any_engine_id;
        }
        self
    }
}

impl Security {
    /// What tells it from others without being a secret.
    pub(super) fn hash_names(&self, state: &mut impl Hasher) {
        self.user.name().hash(state);
        self.context_name.hash(state);
        self.context_engine_id.hash(state);
    }

    /// The same with its user shared with all others that have an equal one.
    pub(super) fn share_user(&mut self, keys: &KeyCache) {
        if let Identity::User(user) = &mut self.user {
            *user = keys.share(user);
        }
    }

    /// The target as an engine knows it. Computes the user's keys, unless `keys` has them.
    pub(super) fn peer(
        &self,
        address: SocketAddr,
        target: &Target,
        keys: &KeyCache,
    ) -> Result<V3Peer<SocketAddr>, UserError> {
        let credentials = match &self.user {
            Identity::User(user) => keys.credentials(user)?,
            Identity::Known(credentials) => Arc::clone(credentials),
        };
        let mut peer = V3Peer::new(address, credentials, target.retry)
            .any_source(target.any_source)
            .any_engine_id(self.any_engine_id)
            .rules(target.rules)
            .max_message(target.max_message.into())
            .context_name(self.context_name.clone());
        if let Some(engine_id) = &self.context_engine_id {
            peer = peer.context_engine_id(**engine_id);
        }
        if let Some(engine_id) = &self.engine_id {
            peer = peer.known_engine_id(**engine_id);
        }
        Ok(peer)
    }
}
