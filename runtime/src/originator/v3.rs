//! Notifications over SNMPv3: whose engine they are of, and what is remembered of the receivers'.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::compose::ip_of;
use super::error::NotifyError;
use super::lane::Letter;
use super::places::{Place, Places};
use super::receiver::{Security, Unusable, V3User};
use crate::engine::V3Peer;
use crate::message::Level;
use crate::security::Authority;
use crate::trap::Form;
use crate::usm::{Credentials, EngineId, LocalKeys, UserError};

/// Receivers whose engines are remembered. Of more, those that were not spoken to for the longest time are forgotten,
/// and found out about again.
const MAX_PEERS: usize = 4_096;

/// Users whose keys for the own engine are kept.
const MAX_KEYS: usize = 1_024;

/// Tells users apart that have one name. The user has to be kept beside it, so that no other can take its place.
type UserId = (usize, Level);

fn user_id(user: &V3User) -> UserId {
    (Arc::as_ptr(&user.known).addr(), user.credentials.level())
}

/// The entity's own engine, which traps are of (RFC 3414 §3.1 (6b)).
pub(super) struct OwnEngine {
    authority: Arc<Authority>,
    keys: HashMap<UserId, (Arc<Credentials>, LocalKeys)>,
}

impl OwnEngine {
    pub(super) fn new(authority: Arc<Authority>) -> Self {
        Self { authority, keys: HashMap::new() }
    }

    pub(super) fn id(&self) -> &EngineId {
        self.authority.engine_id()
    }

    /// How a trap is written.
    pub(super) fn form<'f>(
        &'f mut self,
        now: Instant,
        letter: &'f Letter,
        msg_id: i32,
    ) -> Result<Form<'f>, NotifyError> {
        let engine_id = *self.authority.engine_id();
        // The user of this engine comes before the one of all.
        let users: &[V3User] = match &letter.receiver.security {
            Security::V3(users) => users,
            _ => &[],
        };
        let of = |wanted: Option<EngineId>| users.iter().find(move |user| user.engine_id == wanted);
        let user = of(Some(engine_id)).or_else(|| of(None)).ok_or_else(|| NotifyError::Unusable {
            address: letter.receiver.address.clone(),
            reason: Unusable::NoUser,
        })?;
        if self.keys.len() >= MAX_KEYS && !self.keys.contains_key(&user_id(user)) {
            self.keys.clear();
        }
        let credentials = &user.credentials;
        let make = || (Arc::clone(&user.known), credentials.localize(&engine_id));
        let (_, keys) = self.keys.entry(user_id(user)).or_insert_with(make);
        let protection = keys.protection(credentials.level()).ok_or(UserError::PrivacyWithoutAuth)?;
        let state = self.authority.state(credentials.name(), self.authority.clock(now), protection);
        let (own, given) =
            (self.authority.engine_id().as_bytes(), letter.content.context_engine_id.as_slice());
        Ok(Form::V3 {
            state,
            msg_id,
            context_engine_id: if given.is_empty() { own } else { given },
            context_name: letter.content.context_for(&letter.receiver),
        })
    }
}

/// Receivers of informs. What is found out about an engine lasts until its receiver is not spoken to for long.
#[derive(Default)]
pub(super) struct Peers {
    by_key: HashMap<Key, Peer>,
    /// One of each user at each place: what it has found out is good for other contexts as well.
    one_of: HashMap<(Place, UserId), Weak<V3Peer<SocketAddr>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    place: Place,
    user: UserId,
    context_engine_id: Vec<u8>,
    context_name: Vec<u8>,
    timeout: Duration,
    retries: u32,
    limit: usize,
}

impl Key {
    /// And the user: the one for the engines of others comes before one for a single engine.
    fn of<'l>(place: Place, letter: &'l Letter, own: Option<&EngineId>) -> Option<(Self, &'l V3User)> {
        let receiver = &*letter.receiver;
        let Security::V3(users) = &receiver.security else { return None };
        let elsewhere = |user: &&V3User| user.engine_id.is_none_or(|id| Some(&id) != own);
        let user = users.iter().filter(elsewhere).min_by_key(|user| user.engine_id.is_some())?;
        let key = Self {
            place,
            user: user_id(user),
            context_engine_id: letter.content.context_engine_id.clone(),
            context_name: letter.content.context_for(receiver).to_vec(),
            timeout: receiver.retry.timeout,
            retries: receiver.retry.retries,
            limit: receiver.limit,
        };
        Some((key, user))
    }
}

struct Peer {
    peer: Arc<V3Peer<SocketAddr>>,
    _user: Arc<Credentials>,
    used: Instant,
}

impl Peers {
    /// Whether the receiver of an inform over SNMPv3 has yet to tell its engine ID.
    pub(super) fn is_unknown(&self, place: Place, letter: &Letter, own: Option<&EngineId>) -> bool {
        let Some((key, _)) = Key::of(place, letter, own) else { return false };
        let known = self.by_key.get(&key).map(|known| Arc::clone(&known.peer));
        known.or_else(|| self.sibling(&key)).is_none_or(|peer| peer.engine_id().is_none())
    }

    fn sibling(&self, key: &Key) -> Option<Arc<V3Peer<SocketAddr>>> {
        self.one_of.get(&(key.place, key.user))?.upgrade()
    }

    /// The receiver of an inform; `own` is the entity's own engine.
    pub(super) fn find(
        &mut self,
        now: Instant,
        places: &mut Places,
        place: Place,
        letter: &Letter,
        own: Option<&EngineId>,
    ) -> Option<Arc<V3Peer<SocketAddr>>> {
        let (key, user) = Key::of(place, letter, own)?;
        if let Some(known) = self.by_key.get_mut(&key) {
            known.used = now;
            return Some(Arc::clone(&known.peer));
        }
        if self.by_key.len() >= MAX_PEERS {
            self.forget_some(places);
        }
        let retry = letter.receiver.retry;
        let address = ip_of(&letter.receiver.address);
        let mut peer = V3Peer::new(address, Arc::clone(&user.credentials), retry).max_message(key.limit);
        peer = peer.context_name(key.context_name.clone());
        // The notification is of this entity's context, not of one of the receiver's (RFC 3413 §3.3).
        let given = EngineId::odd(&key.context_engine_id).ok();
        if let Some(context) = given.or(own.copied()) {
            peer = peer.context_engine_id(context);
        }
        if let Some(engine_id) = user.engine_id {
            peer = peer.known_engine_id(engine_id);
        }
        if let Some(sibling) = self.sibling(&key) {
            peer = peer.knowing(&sibling);
        }
        let peer = Arc::new(peer);
        self.one_of.insert((key.place, key.user), Arc::downgrade(&peer));
        places.stay(place);
        let entry = Peer { peer: Arc::clone(&peer), _user: Arc::clone(&user.known), used: now };
        self.by_key.insert(key, entry);
        Some(peer)
    }

    /// Forgets the half that has not been used for the longest time.
    fn forget_some(&mut self, places: &mut Places) {
        let mut times: Vec<Instant> = self.by_key.values().map(|peer| peer.used).collect();
        let middle = times.len() / 2;
        let (_, border, _) = times.select_nth_unstable(middle);
        let border = *border;
        // Where most were used at the same time, the half has to be found by counting.
        let mut left = middle;
        self.by_key.retain(|key, peer| {
            let goes = left > 0 && peer.used <= border;
            if goes {
                left -= 1;
                places.leave(key.place);
            }
            !goes
        });
        self.one_of.retain(|_, peer| peer.strong_count() > 0);
    }

    /// How many are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }
}
