//! Listeners and users of a configuration.

use super::raw::{RawCommunity, RawListener, RawUser};
use super::{Reading, address, listed};
use crate::FileError;
use crate::network::Network;
use mibc_runtime::message::Level;
use mibc_runtime::usm::User;
use std::collections::BTreeMap;
use std::str::FromStr;
use toml::Spanned;
use zeroize::Zeroizing;

/// Octets that the system is asked to keep of what has arrived and has not been read.
const RECEIVE_BUFFER: usize = 32 << 20;

/// How many it may be asked for: its own numbers for that have 31 bits, and it doubles them.
const BUFFERS: std::ops::RangeInclusive<usize> = 4_096..=1 << 29;

/// Where to listen, and to whom.
#[derive(Clone, PartialEq)]
pub(in crate::trapd) struct ListenerPlan {
    pub(in crate::trapd) addresses: Vec<String>,
    pub(in crate::trapd) communities: Vec<CommunityPlan>,
    pub(in crate::trapd) any_community: bool,
    pub(in crate::trapd) users: Vec<UserPlan>,
    pub(in crate::trapd) receive_buffer: usize,
}

/// A community, and where it is accepted from: everywhere without networks.
#[derive(Clone, PartialEq)]
pub(in crate::trapd) struct CommunityPlan {
    pub(in crate::trapd) name: Zeroizing<Vec<u8>>,
    pub(in crate::trapd) sources: Vec<Network>,
}

/// A user, and the level that its messages have at least.
#[derive(Clone, PartialEq)]
pub(in crate::trapd) struct UserPlan {
    pub(in crate::trapd) user: User,
    pub(in crate::trapd) level: Level,
}

impl std::fmt::Debug for ListenerPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListenerPlan").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Reading<'_> {
    pub(super) fn users(&mut self, raw: Vec<Spanned<RawUser>>) -> BTreeMap<String, UserPlan> {
        let mut users = BTreeMap::new();
        for raw in raw {
            let (span, raw) = (raw.span(), raw.into_inner());
            let name = raw.name.as_ref();
            let before = self.mistakes.len();
            let mut user = User::new(name.as_str());
            match (&raw.auth, &raw.auth_passphrase) {
                (Some(auth), Some(passphrase)) => {
                    let passphrase = self.read_secret(passphrase);
                    if let Some(protocol) = self.protocol("auth", auth) {
                        user = user.auth(protocol, passphrase.as_str());
                    }
                }
                (None, None) => {}
                (Some(auth), None) => self.wrong(auth.span(), "a user with `auth` needs `auth-passphrase`"),
                (None, Some(passphrase)) => self.wrong(
                    passphrase.span(),
                    "a user with `auth-passphrase` needs `auth`, such as `auth = \"SHA-256\"`",
                ),
            }
            match (&raw.privacy, raw.privacy_passphrase.as_ref().or(raw.auth_passphrase.as_ref())) {
                (Some(privacy), Some(passphrase)) => {
                    let passphrase = self.read_secret(passphrase);
                    if let Some(protocol) = self.protocol("privacy", privacy) {
                        user = user.privacy(protocol, passphrase.as_str());
                    }
                }
                (Some(privacy), None) => self.wrong(
                    privacy.span(),
                    "a user with `privacy` needs `auth` and `auth-passphrase` as well",
                ),
                (None, _) => {
                    if let Some(passphrase) = &raw.privacy_passphrase {
                        self.wrong(
                            passphrase.span(),
                            "a user with `privacy-passphrase` needs `privacy`, such as `privacy = \"AES\"`",
                        );
                    }
                }
            }
            if self.mistakes.len() == before
                && let Err(error) = user.check()
            {
                self.wrong(span, format!("the user `{name}` cannot be used: {error}"));
            }
            // What is wrong with its keys is not to be told twice.
            let told = raw.level.as_ref().filter(|_| self.mistakes.len() == before);
            let level = self.level(told, &user);
            if users.insert(name.clone(), UserPlan { user, level }).is_some() {
                self.wrong(raw.name.span(), format!("there are two users `{name}`"));
            }
        }
        users
    }

    /// The level that messages of a user have at least: what its keys make possible, unless it is told.
    fn level(&mut self, told: Option<&Spanned<String>>, user: &User) -> Level {
        let most = user.level();
        let Some(told) = told else { return most };
        match told.as_ref().parse::<Level>() {
            Ok(level) if level <= most => return level,
            Ok(level) => {
                let wrong = format!(
                    "`level` is {}, but the user has keys for {} only; expected `auth` and `privacy` for it, or a lower level",
                    level.as_str(),
                    most.as_str()
                );
                self.wrong(told.span(), wrong);
            }
            Err(_) => {
                let wrong =
                    format!("`level` is `{}`; expected noAuthNoPriv, authNoPriv or authPriv", told.as_ref());
                self.wrong(told.span(), wrong);
            }
        }
        most
    }

    fn protocol<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        key: &str,
        name: &Spanned<String>,
    ) -> Option<T> {
        match name.as_ref().parse() {
            Ok(protocol) => Some(protocol),
            Err(error) => {
                self.wrong(name.span(), format!("`{key}`: {error}"));
                None
            }
        }
    }

    pub(super) fn listeners(
        &mut self,
        raw: Vec<Spanned<RawListener>>,
        users: &BTreeMap<String, UserPlan>,
    ) -> Vec<ListenerPlan> {
        if raw.is_empty() {
            self.mistakes.push(FileError::new(
                "there is no [[listener]]: expected one with `communities`, `any-community` or `users`",
            ));
        }
        let mut plans = Vec::new();
        for raw in raw {
            let (span, raw) = (raw.span(), raw.into_inner());
            let place = raw.address.as_ref().map(Spanned::span);
            let addresses = raw.address.map(|address| address.into_inner().into_vec());
            let addresses = addresses.unwrap_or_else(|| vec!["udp:0.0.0.0:162".to_owned()]);
            let place = place.unwrap_or_else(|| span.clone());
            if addresses.is_empty() {
                self.wrong(
                    place.clone(),
                    "`address` is empty; expected at least one such as udp:0.0.0.0:162",
                );
            }
            for address in &addresses {
                if let Err(error) = address::check_own(address) {
                    self.wrong(place.clone(), error);
                }
            }
            let communities: Vec<_> = raw.communities.iter().map(|raw| self.community(raw)).collect();
            let users = match raw.users {
                None => users.values().cloned().collect(),
                Some(names) => {
                    let mut found = Vec::new();
                    for name in names {
                        match users.get(name.as_ref()) {
                            Some(user) => found.push(user.clone()),
                            None => {
                                let known: Vec<&str> = users.keys().map(String::as_str).collect();
                                let wrong = format!(
                                    "there is no [[user]] `{}`; expected {}",
                                    name.as_ref(),
                                    listed(&known)
                                );
                                self.wrong(name.span(), wrong);
                            }
                        }
                    }
                    found
                }
            };
            if communities.is_empty() && !raw.any_community && users.is_empty() {
                self.wrong(span.clone(), "the listener has nobody to listen to: expected `communities`, `any-community = true` or a [[user]]");
            }
            let receive_buffer = raw.receive_buffer.map_or(RECEIVE_BUFFER, |octets| {
                if !BUFFERS.contains(octets.as_ref()) {
                    let (least, most) = (BUFFERS.start(), BUFFERS.end());
                    let found = octets.as_ref();
                    self.wrong(
                        octets.span(),
                        format!("`receive-buffer` is {found}; expected {least} to {most} octets"),
                    );
                }
                octets.into_inner()
            });
            plans.push(ListenerPlan {
                addresses,
                communities,
                any_community: raw.any_community,
                users,
                receive_buffer,
            });
        }
        plans
    }
    fn community(&mut self, raw: &Spanned<RawCommunity>) -> CommunityPlan {
        let (secret, sources) = match raw.as_ref() {
            RawCommunity::Any(secret) => (secret, Vec::new()),
            RawCommunity::From(limited) => (&limited.community, limited.sources.clone().into_vec()),
        };
        let name = self.secret(secret).read().unwrap_or_else(|error| {
            self.wrong(raw.span(), error);
            Zeroizing::default()
        });
        let mut networks = Vec::new();
        if let (RawCommunity::From(_), true) = (raw.as_ref(), sources.is_empty()) {
            self.wrong(raw.span(), "`sources` is empty; expected at least one network such as 192.0.2.0/24");
        }
        for source in sources {
            match source.parse() {
                Ok(network) => networks.push(network),
                Err(error) => self.wrong(raw.span(), format!("`sources`: {error}")),
            }
        }
        CommunityPlan { name: Zeroizing::new(name.as_bytes().to_vec()), sources: networks }
    }
}
