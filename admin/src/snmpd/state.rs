//! What the lines have said so far: snmpd's own tables.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use mibc_runtime::access::{ContextMatch, Mask, Model};
use mibc_runtime::message::{Level, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{Auth, EngineId, Privacy};

use crate::config::{Hidden, Names, NotifyType, family, oid};

/// snmpd's names of the views that show all and nothing.
pub(super) const ALL: &str = "_all_";
pub(super) const NOTHING: &str = "_none_";

#[derive(Default)]
pub(crate) struct State {
    pub(super) listen: Vec<String>,
    pub(super) engine: Engine,
    pub(super) authentication_traps: Option<bool>,
    pub(super) sub_agents: SubAgents,
    /// Directive to value, in the words of the TOML.
    pub(super) system: BTreeMap<&'static str, String>,
    pub(super) services: Option<u8>,
    pub(super) object_id: Option<String>,
    pub(super) communities: Vec<Community>,
    /// Their strings and sources.
    community_index: HashSet<(String, String)>,
    pub(crate) users: Vec<User>,
    pub(super) user_index: HashMap<(Option<EngineId>, String), usize>,
    /// What `rouser` and its kin say.
    pub(super) user_grants: Vec<UserGrant>,
    /// Group of a model and a security name; the first one counts.
    pub(super) groups: Vec<(Model, String, String)>,
    group_index: HashMap<(Model, String), usize>,
    pub(super) access: Vec<Access>,
    access_index: HashMap<(String, String, Model, Level), usize>,
    pub(super) views: BTreeMap<String, Families>,
    pub(super) filters: BTreeMap<String, Families>,
    pub(super) trap_community: Option<String>,
    pub(super) sinks: Vec<Sink>,
    pub(super) proxies: Vec<super::proxies::Proxy>,
    pub(super) programs: Vec<super::scripts::Program>,
    /// Views that were made for OIDs that are not known.
    pub(super) made_views: usize,
}

/// What snmpd does about sub-agents.
#[derive(Default)]
pub(super) struct SubAgents {
    pub(super) is_master: bool,
    pub(super) sockets: Vec<String>,
    pub(super) timeout: Option<u8>,
}

#[derive(Default)]
pub(super) struct Engine {
    pub(super) exact: Option<EngineId>,
    pub(super) text: Option<EngineId>,
    pub(super) old: Option<EngineId>,
    pub(super) boots: Option<u32>,
}

impl Engine {
    /// The ID that snmpd has with these lines, as far as they say it.
    pub(super) fn id(&self) -> Option<EngineId> {
        self.exact.or(self.text).or(self.old)
    }
}

pub(super) struct Community {
    pub(super) name: Hidden,
    pub(super) sources: Vec<String>,
    pub(super) context: String,
    pub(super) means: Means,
}

/// What a community leads to.
pub(super) enum Means {
    /// `com2sec`: a security name.
    SecurityName(String),
    /// `rocommunity` and its kin: a view, and whether it may be written.
    Grant { view: View, read: bool, write: bool },
}

/// A view that a line names.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum View {
    All,
    Named(String),
    Subtree(Oid),
}

pub(crate) struct User {
    /// Of another engine than snmpd's own, or written for it by its ID.
    pub(crate) engine_id: Option<EngineId>,
    pub(crate) name: String,
    pub(crate) auth: Option<(Auth, Secret)>,
    pub(crate) privacy: Option<(Privacy, Secret)>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Secret {
    Passphrase(Hidden),
    Master(Hidden),
    Localized(Hidden),
}

pub(super) struct UserGrant {
    pub(super) model: Model,
    pub(super) user: String,
    pub(super) level: Level,
    pub(super) view: View,
    pub(super) read: bool,
    pub(super) write: bool,
    pub(super) context: String,
    pub(super) context_match: ContextMatch,
}

#[derive(Clone)]
pub(super) struct Access {
    pub(super) group: String,
    pub(super) context: String,
    pub(super) context_match: ContextMatch,
    pub(super) model: Model,
    pub(super) level: Level,
    pub(super) read: Option<View>,
    pub(super) write: Option<View>,
    pub(super) notify: Option<View>,
}

/// A subtree with its mask. Its OID is in numbers where its name is known.
pub(super) struct Family {
    pub(super) text: String,
    pub(super) included: bool,
}

/// The families of a view.
#[derive(Default)]
pub(super) struct Families {
    pub(super) list: Vec<Family>,
    subtrees: HashSet<String>,
}

impl Families {
    /// The first line about a subtree counts.
    pub(super) fn add(&mut self, family: Family) {
        let subtree = family.text.split('/').next().unwrap_or_default();
        if self.subtrees.insert(subtree.to_owned()) {
            self.list.push(family);
        }
    }
}

pub(super) struct Sink {
    pub(super) name: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) address: String,
    pub(super) kind: NotifyType,
    /// In seconds.
    pub(super) timeout: Option<f64>,
    pub(super) retries: Option<u8>,
    pub(super) as_whom: AsWhom,
    /// The user that the line itself describes.
    pub(super) user: Option<User>,
    /// Where it stands.
    pub(super) place: (PathBuf, u32),
}

pub(super) enum AsWhom {
    Community(Version, Hidden),
    User(String, Level),
}

impl State {
    /// Puts a principal into a group, unless it is in one.
    pub(super) fn put_into_group(&mut self, model: Model, member: &str, group: &str) {
        let models: &[Model] = match model {
            Model::ANY => &[Model::V1, Model::V2C, Model::USM],
            Model::V1 => &[Model::V1],
            Model::V2C => &[Model::V2C],
            _ => &[Model::USM],
        };
        for model in models {
            let next = self.groups.len();
            if *self.group_index.entry((*model, member.to_owned())).or_insert(next) == next {
                self.groups.push((*model, member.to_owned(), group.to_owned()));
            }
        }
    }

    pub(super) fn group(&self, model: Model, member: &str) -> Option<&str> {
        let found = self.group_index.get(&(model, member.to_owned())).and_then(|at| self.groups.get(*at));
        found.map(|(_, _, group)| group.as_str())
    }

    /// Adds a row of vacmAccessTable, unless there is one with its index; returns that which is there.
    pub(super) fn add_access(&mut self, access: Access) -> Option<&mut Access> {
        let index = (access.group.clone(), access.context.clone(), access.model, access.level);
        let next = self.access.len();
        let at = *self.access_index.entry(index).or_insert(next);
        if at == next {
            self.access.push(access);
        }
        self.access.get_mut(at)
    }

    /// Notes a source of a community.
    ///
    /// # Errors
    /// It is there already, and what comes first counts.
    pub(super) fn claim(&mut self, community: &Hidden, source: &str) -> Result<(), String> {
        match self.community_index.insert((community.reveal().to_owned(), source.to_owned())) {
            true => Ok(()),
            false => {
                Err("a line above is for the same community and source, and the first one counts".to_owned())
            }
        }
    }

    /// Adds a user.
    ///
    /// # Errors
    /// There is one of this name and engine.
    pub(super) fn insert_user(&mut self, user: User) -> Result<(), String> {
        let next = self.users.len();
        if *self.user_index.entry((user.engine_id, user.name.clone())).or_insert(next) != next {
            return Err("a line above makes the same user".to_owned());
        }
        self.users.push(user);
        Ok(())
    }

    /// The view of an OID; a name that is not known gets a view of its own, which nothing can be made of before
    /// somebody tells its OID.
    pub(super) fn subtree(&mut self, text: &str, names: &dyn Names) -> View {
        if let Ok(known) = oid(text, names) {
            return View::Subtree(known);
        }
        self.made_views += 1;
        let name = format!("unknown-{}", self.made_views);
        let family = Family { text: text.trim_start_matches('.').to_owned(), included: true };
        self.views.entry(name.clone()).or_default().add(family);
        View::Named(name)
    }
}

/// A family as the TOML has it.
pub(super) fn family_text(text: &str, mask: &[u8], names: &dyn Names) -> String {
    let digits: Vec<String> = mask.iter().map(|octet| format!("{octet:02x}")).collect();
    let masked = |text: &str| match digits.is_empty() {
        true => text.to_owned(),
        false => format!("{text}/{}", digits.join(":")),
    };
    // Names that are not known stay: the configuration is refused until somebody tells their OID.
    let Ok(known) = family(&masked(text), names) else { return masked(text.trim_start_matches('.')) };
    let length = known.subtree().len();
    let plain = Mask::new(mask).is_ok_and(|mask| (0..length).all(|position| !mask.is_wild(position)));
    if plain && oid(text, names).is_ok() {
        return known.subtree().to_string();
    }
    let octets: Vec<String> =
        known.mask_of().as_octets().iter().map(|octet| format!("{octet:02x}")).collect();
    if octets.is_empty() {
        known.subtree().to_string()
    } else {
        format!("{}/{}", known.subtree(), octets.join(":"))
    }
}

/// A security model by net-snmp's name.
pub(super) fn model(text: &str) -> Result<Model, String> {
    match text.to_ascii_lowercase().as_str() {
        "any" => Ok(Model::ANY),
        "v1" => Ok(Model::V1),
        "v2c" => Ok(Model::V2C),
        "usm" | "v3" => Ok(Model::USM),
        "tsm" | "ksm" => Err(format!("mibc has no security model `{text}`")),
        _ => Err(format!("`{text}` is no security model: expected v1, v2c or usm")),
    }
}

/// A level by net-snmp's name.
pub(crate) fn level(text: &str) -> Result<Level, String> {
    match text.to_ascii_lowercase().as_str() {
        "noauth" | "noauthnopriv" => Ok(Level::NoAuthNoPriv),
        "auth" | "authnopriv" => Ok(Level::AuthNoPriv),
        "priv" | "authpriv" => Ok(Level::AuthPriv),
        _ => Err(format!("`{text}` is no level: expected noauth, auth or priv")),
    }
}
