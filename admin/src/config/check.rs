//! Whether the parts of a configuration fit together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::net::Ipv6Addr;
use std::path::Path;

use mibc_runtime::access::Model;
use mibc_runtime::message::{Level, Version};
use mibc_runtime::net::TransportAddress;
use mibc_runtime::usm::UserError;

use super::known::Known;
use super::names::Names;
use super::place::{Place, Problem, Problems};
use super::source::Source;
use super::types::{Config, Grant, Send};
use super::{ALL, MAX_FILE, read, secrets};

/// Most octets of names in tables: SnmpAdminString (SIZE (1..32)).
pub(super) const MAX_NAME: usize = 32;

/// Most sources of one community: each that is refused is taken out of all that are not.
const MAX_SOURCES: usize = 1_000;

/// Most octets of a DisplayString, of a tag and of a community.
const MAX_TEXT: usize = 255;

const TRANSPORTS: [&str; 6] = ["udp", "udp6", "tcp", "tcp6", "unix", "unixgram"];

impl Config {
    /// Reads a file. What it names relatively is in its folder.
    ///
    /// # Errors
    /// The file cannot be read, or an agent cannot be made of it; all problems are told, not only the first.
    pub fn load(path: &Path, names: &dyn Names) -> Result<Self, Problems> {
        let file = Some(path.to_path_buf());
        let refused =
            |what: String| Problems { file: file.clone(), list: vec![Problem::error(None, what, "")] };
        let opened = File::open(path).map_err(|error| refused(format!("cannot be read: {error}")))?;
        let about = opened.metadata().map_err(|error| refused(format!("cannot be read: {error}")))?;
        if about.len() > MAX_FILE {
            return Err(refused(format!("it is longer than {MAX_FILE} octets")));
        }
        let mut text = String::new();
        let read = opened.take(MAX_FILE).read_to_string(&mut text);
        read.map_err(|error| refused(format!("cannot be read: {error}")))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder, names).map_err(|problems| Problems { file, ..problems })
    }

    /// Reads a text. What it names relatively is in `folder`.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn parse(text: &str, folder: &Path, names: &dyn Names) -> Result<Self, Problems> {
        let (config, mut list, whole) = read::config(text, folder, names);
        if whole {
            list.extend(config.check());
        }
        list.sort_by_key(|problem| (problem.place.is_none(), problem.place));
        list.dedup();
        if list.iter().any(Problem::is_error) { Err(Problems { file: None, list }) } else { Ok(config) }
    }

    /// What others than its owner may read in a file, if that is too much.
    #[must_use]
    pub fn exposed(&self, path: &Path) -> Option<Problem> {
        let mode = secrets::open_mode(&std::fs::metadata(path).ok()?)?;
        let secret = !self.communities.is_empty() || self.users.iter().any(|user| user.auth.is_some());
        secret.then(|| {
            Problem::warning(
                None,
                format!("the file has mode {mode:03o}, and perhaps secrets"),
                "keep it from others (chmod 600), or give secrets in files of their own (`auth-passphrase-file`)",
            )
        })
    }

    /// All that is wrong with it: what an agent cannot be made of, and what looks like a mistake.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut check =
            Check { config: self, known: Known::of(self), problems: Vec::new(), used: BTreeSet::new() };
        check.top();
        check.communities();
        check.users();
        check.groups();
        check.access();
        check.targets();
        check.proxies();
        check.subtrees();
        check.views();
        check.anybody();
        check.problems.sort_by_key(|problem| (problem.place.is_none(), problem.place));
        check.problems
    }
}

pub(super) struct Check<'c> {
    pub(super) config: &'c Config,
    pub(super) known: Known<'c>,
    problems: Vec<Problem>,
    /// Views that something names.
    used: BTreeSet<&'c str>,
}

impl<'c> Check<'c> {
    pub(super) fn error(&mut self, place: Option<Place>, what: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem::error(place, what, advice));
    }

    pub(super) fn warn(&mut self, place: Option<Place>, what: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem::warning(place, what, advice));
    }

    /// A name in a table.
    pub(super) fn name(&mut self, name: &str, of: &str, place: Option<Place>) {
        let length = name.len();
        if !(1..=MAX_NAME).contains(&length) {
            self.error(
                place,
                format!("the name of {of} has {length} octets"),
                format!("expected 1 to {MAX_NAME}"),
            );
        }
    }

    pub(super) fn context(&mut self, name: &str, place: Option<Place>) {
        if name.len() > MAX_NAME {
            let length = name.len();
            self.error(
                place,
                format!("the name of a context has {length} octets"),
                format!("expected at most {MAX_NAME}"),
            );
        }
    }

    /// The master agent for sub-agents.
    fn agentx(&mut self) {
        let Some(agentx) = &self.config.agentx else { return };
        let expected = "expected unix:PATH, tcp:HOST or tcp:HOST:PORT";
        if agentx.listen.is_empty() {
            self.error(None, "[agentx] listens nowhere", expected);
        }
        for (endpoint, place) in &agentx.listen {
            let host = endpoint.strip_prefix("tcp:").filter(|host| !host.is_empty());
            let path =
                endpoint.strip_prefix("unix:").or_else(|| endpoint.starts_with('/').then_some(endpoint));
            match (host, path) {
                (None, None | Some("")) => {
                    self.error(*place, format!("sub-agents cannot connect to `{endpoint}`"), expected);
                }
                (Some(host), _)
                    if !["127.", "localhost", "[::1]"].iter().any(|own| host.starts_with(own)) =>
                {
                    self.warn(
                        *place,
                        format!("anybody who can connect to `{endpoint}` can answer for this agent"),
                        "AgentX has no authentication: use unix:PATH, or tcp:127.0.0.1",
                    );
                }
                _ => {}
            }
        }
    }

    fn top(&mut self) {
        if let Some((_, place)) = &self.config.web_config
            && self.config.http.is_empty()
        {
            let what = "`web-config` is there, but nothing listens for HTTP";
            self.problems.push(Problem::warning(*place, what, "add `http`, or take it out"));
        }
        for (address, place) in &self.config.listen {
            if let Err(error) = address_form(address) {
                self.error(
                    *place,
                    error,
                    "expected udp:HOST:PORT, udp6:[ADDRESS]:PORT, tcp:…, tcp6:…, unix:PATH or unixgram:PATH",
                );
            }
        }
        self.agentx();
        if self.config.persistence.is_none() {
            if self.config.engine_id.is_some() {
                self.error(
                    None,
                    "there is an `engine-id`, and no `persistence`",
                    "name a folder where the engine's boots are kept: what was sent before a restart could be sent again",
                );
            } else if !self.config.users.is_empty() {
                self.warn(
                    None,
                    "there are users, and no `persistence`",
                    "name a folder: without it the agent is another engine after each start, and what is set over SNMP is lost",
                );
            }
        }
        let contexts: Vec<&'c String> = self.config.contexts.iter().collect();
        contexts.into_iter().for_each(|context| self.context(context, None));
        let system = &self.config.system;
        let texts = [&system.description, &system.contact, &system.name, &system.location];
        for text in texts.into_iter().flatten().filter(|text| text.len() > MAX_TEXT) {
            let length = text.len();
            self.error(
                system.place,
                format!("a text of the system group has {length} octets"),
                format!("expected at most {MAX_TEXT}"),
            );
        }
    }

    fn grant(&mut self, grant: &'c Grant, place: Option<Place>) {
        self.context(&grant.context, place);
        for view in [&grant.read, &grant.write, &grant.notify] {
            self.view(view, place);
        }
    }

    fn view(&mut self, name: &'c str, place: Option<Place>) {
        if name.is_empty() {
            return;
        }
        self.used.insert(name);
        if !self.known.views.contains(name) {
            let known: Vec<String> =
                self.config.views.iter().map(|view| format!("`{}`", view.name)).collect();
            let known = if known.is_empty() { "there is none".to_owned() } else { known.join(", ") };
            self.error(
                place,
                format!("there is no view `{name}`"),
                format!("expected a view of the configuration ({known}) or `{ALL}`"),
            );
        }
    }

    fn communities(&mut self) {
        let mut seen: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
        for community in &self.config.communities {
            let (name, place) = (community.name.reveal(), community.place);
            if !(1..=MAX_TEXT).contains(&name.len()) {
                self.error(
                    place,
                    format!("the community has {} octets", name.len()),
                    format!("expected 1 to {MAX_TEXT}"),
                );
            }
            self.context(&community.context, place);
            if let Some(security_name) = &community.security_name {
                self.name(security_name, "a principal (`security-name`)", place);
                if security_name == name {
                    self.warn(
                        place,
                        "the security name is the community itself, which can then be read in vacmSecurityToGroupTable",
                        "give it another one",
                    );
                }
            }
            let before = seen.entry(name).or_default();
            before.sources += community.sources.len();
            if before.everybody {
                self.error(
                    place,
                    "an entry above is for the same community from anywhere, so that this one never counts",
                    "move it up, or give the entry above a `source`",
                );
            } else if !before.lists.insert(&community.sources) {
                self.error(
                    place,
                    "an entry above is for the same community and source",
                    "leave one of them out",
                );
            } else if before.sources > MAX_SOURCES {
                let what = format!("the community has more than {MAX_SOURCES} sources");
                self.error(place, what, "write networks instead of addresses");
            }
            before.everybody |= community.sources.is_empty();
            if let Some(grant) = &community.grant {
                self.grant(grant, place);
            } else {
                let member = community.security_name.as_deref().unwrap_or_default();
                let in_group = |model| self.is_in_group(model, member);
                if !in_group(Model::V1) && !in_group(Model::V2C) {
                    self.warn(
                        place,
                        "the community is not in any group, so that its requests are refused",
                        "give it `access`, or list its security name in a [[group]] with model = [\"v1\", \"v2c\"]",
                    );
                }
            }
        }
    }

    fn is_in_group(&self, model: Model, member: &str) -> bool {
        self.known.members.contains(&(model, member))
    }

    fn users(&mut self) {
        let mut seen = BTreeSet::new();
        for user in &self.config.users {
            let (name, place) = (String::from_utf8_lossy(user.user.name()), user.place);
            if let Err(error) = user.user.check() {
                let advice = match error {
                    UserError::KeyLength { .. } => {
                        "a localized key is as long as the protocol's keys, a master key as the digests of the authentication protocol"
                    }
                    UserError::ShortPassphrase { .. } => "choose a longer one",
                    UserError::PrivacyWithoutAuth => "write `auth` and its passphrase",
                    _ => "",
                };
                self.error(place, format!("the user `{name}` cannot be used: {error}"), advice);
            }
            if !seen.insert((user.engine_id, user.user.name())) {
                self.error(place, format!("there is a user `{name}` above"), "leave one of them out");
            }
            let engine_id = user.engine_id.or(self.config.engine_id);
            if user.localized && engine_id.is_none() {
                self.error(
                    place,
                    format!("the user `{name}` has a key that was localized to an engine, and there is no `engine-id`"),
                    "write the ID of that engine at the top of the file, or give a passphrase",
                );
            }
            let Some(grant) = &user.grant else {
                if user.engine_id.is_none()
                    && !self.is_in_group(Model::USM, &name)
                    && !self.known.senders.contains(&*name)
                {
                    self.warn(
                        place,
                        format!("the user `{name}` is not in any group, so that its requests are refused"),
                        "give it `access`, or list it in a [[group]]",
                    );
                }
                continue;
            };
            self.grant(grant, place);
            if user.engine_id.is_some() {
                self.error(
                    place,
                    format!("the user `{name}` of another engine asks that engine, not this one"),
                    "leave `access` out",
                );
            }
            if grant.level > user.user.level() {
                self.error(
                    place,
                    format!(
                        "the user `{name}` needs {} and has keys for {} only",
                        grant.level,
                        user.user.level()
                    ),
                    "lower the `level`, or give the user the missing protocols",
                );
            }
            if self.is_in_group(Model::USM, &name) {
                self.error(
                    place,
                    format!("the user `{name}` has `access` of its own and is in a group"),
                    "leave one of them out: a principal is in one group",
                );
            }
        }
    }

    fn groups(&mut self) {
        let mut seen: BTreeMap<(Model, &str), &str> = BTreeMap::new();
        let with_access: BTreeSet<&str> =
            self.config.access.iter().map(|access| access.group.as_str()).collect();
        for row in &self.config.groups {
            let place = row.place;
            self.name(&row.group, "a group", place);
            self.name(&row.member, "a member", place);
            if let Some(other) = seen.insert((row.model, &row.member), &row.group) {
                let what = format!("`{}` is in the group `{other}` already", row.member);
                self.error(place, what, "leave one of them out: with each model a principal is in one group");
            }
            if self.known.granted.contains(row.group.as_bytes()) {
                let what =
                    format!("the group `{}` has the name of a user with `access` of its own", row.group);
                self.error(
                    place,
                    what,
                    "rename the group: such a user is the one member of a group of its name",
                );
            }
            let known = match row.model {
                Model::V1 | Model::V2C => self.known.security_names.contains(row.member.as_str()),
                // Users can be made over SNMP.
                _ => true,
            };
            if !known {
                let what = format!("no community has the security name `{}`", row.member);
                self.warn(place, what, "give one `security-name`, or leave the member out");
            }
            if !with_access.contains(row.group.as_str()) {
                let what = format!("the group `{}` may do nothing", row.group);
                self.warn(place, what, "write an [[access]] for it");
            }
        }
    }

    fn access(&mut self) {
        let mut seen = BTreeSet::new();
        for access in &self.config.access {
            let place = access.place;
            self.name(&access.group, "a group", place);
            self.grant(&access.grant, place);
            let Grant { level, context, .. } = &access.grant;
            if !seen.insert((&access.group, context, access.model, *level)) {
                self.error(
                    place,
                    format!(
                        "an [[access]] above is for the same group `{}`, context, model and level",
                        access.group
                    ),
                    "leave one of them out",
                );
            }
            if matches!(access.model, Model::V1 | Model::V2C) && *level > Level::NoAuthNoPriv {
                self.error(
                    place,
                    "messages with communities have no authentication",
                    "write level = \"noAuthNoPriv\"",
                );
            }
            if !self.known.groups.contains(access.group.as_str()) {
                let what = format!("the group `{}` has no members", access.group);
                self.warn(place, what, "write a [[group]] for it");
            }
        }
    }

    fn targets(&mut self) {
        let config = self.config;
        let mut names = BTreeSet::new();
        for parameters in &config.parameters {
            let place = parameters.place;
            self.name(&parameters.name, "parameters", place);
            self.name(&parameters.security_name, "a principal (`security-name`)", place);
            if !names.insert(&parameters.name) {
                self.error(
                    place,
                    format!("there are parameters `{}` above", parameters.name),
                    "rename one of them",
                );
            }
            self.filter(parameters.filter.as_ref(), place);
            let name = &parameters.security_name;
            if parameters.version == Version::V3 {
                self.user(name, Some(parameters.level), place);
            } else if !self.known.security_names.contains(name.as_str()) {
                self.error(
                    place,
                    format!("no community has the security name `{name}`"),
                    "give one `security-name`",
                );
            }
        }
        let mut names = BTreeSet::new();
        for target in &config.targets {
            let place = target.place;
            self.name(&target.name, "a target", place);
            if !names.insert(&target.name) {
                self.error(place, format!("there is a target `{}` above", target.name), "rename one of them");
            }
            if let Err(error) = address_form(&target.address) {
                self.error(place, error, "expected HOST, HOST:PORT or [ADDRESS]:PORT with udp:, udp6:, tcp: or tcp6: in front, or unix:PATH");
            }
            for tag in &target.tags {
                self.tag(tag, place);
            }
            match &target.send {
                Send::Parameters(name) => {
                    if !self.known.parameters.contains_key(name.as_str()) {
                        self.error(
                            place,
                            format!("there are no parameters `{name}`"),
                            "write [[parameters]] of this name",
                        );
                    }
                }
                Send::Community { community, filter, .. } => {
                    let length = community.reveal().len();
                    if !(1..=MAX_TEXT).contains(&length) {
                        self.error(
                            place,
                            format!("the community has {length} octets"),
                            format!("expected 1 to {MAX_TEXT}"),
                        );
                    }
                    self.filter(filter.as_ref(), place);
                }
                Send::User { user, level, filter } => {
                    self.user(user, *level, place);
                    self.filter(filter.as_ref(), place);
                }
            }
            let version_1 = match &target.send {
                Send::Parameters(name) => self.known.parameters.get(name.as_str()) == Some(&Version::V1),
                Send::Community { version, .. } => *version == Version::V1,
                Send::User { .. } => false,
            };
            let informed = target.tags.iter().any(|tag| self.known.informed.contains(tag.as_str()));
            if version_1 && informed {
                self.error(
                    place,
                    "there are no informs in SNMPv1",
                    "use version 2c or 3, or type = \"trap\"",
                );
            }
        }
        let mut names = BTreeSet::new();
        for notify in &config.notify {
            let place = notify.place;
            self.name(&notify.name, "a [[notify]]", place);
            self.tag(&notify.tag, place);
            if !names.insert(&notify.name) {
                self.error(
                    place,
                    format!("there is a [[notify]] `{}` above", notify.name),
                    "rename one of them",
                );
            }
            if !self.known.tags.contains(notify.tag.as_str()) {
                self.warn(
                    place,
                    format!("no target has the tag `{}`", notify.tag),
                    "write it into the `tags` of a [[target]]",
                );
            }
        }
        let mut names = BTreeSet::new();
        for filter in &config.filters {
            self.name(&filter.name, "a filter", filter.place);
            if !names.insert(&filter.name) {
                let what = format!("there is a filter `{}` above", filter.name);
                self.error(filter.place, what, "put all its subtrees into one");
            }
            self.families(&filter.families);
        }
    }

    pub(super) fn tag(&mut self, tag: &str, place: Option<Place>) {
        let spaced = tag.contains([' ', '\t', '\r', '\n']);
        if spaced || !(1..=MAX_TEXT).contains(&tag.len()) {
            self.error(
                place,
                format!("`{tag}` is no tag"),
                format!("expected 1 to {MAX_TEXT} octets without spaces"),
            );
        }
    }

    fn filter(&mut self, filter: Option<&String>, place: Option<Place>) {
        let Some(name) = filter else { return };
        if !self.known.filters.contains(name.as_str()) {
            self.error(place, format!("there is no filter `{name}`"), "write a [[filter]] of this name");
        }
    }

    /// A user that notifications are sent in the name of.
    fn user(&mut self, name: &str, level: Option<Level>, place: Option<Place>) {
        let Some(highest) = self.known.levels.get(name.as_bytes()).copied() else {
            self.error(
                place,
                format!("there is no user `{name}`"),
                "write a [[user]] of this name, with its secrets",
            );
            return;
        };
        if let Some(level) = level.filter(|level| *level > highest) {
            self.error(
                place,
                format!("the user `{name}` has keys for {highest}, not for {level}"),
                "lower the `level`",
            );
        }
    }

    fn views(&mut self) {
        let mut names = BTreeSet::new();
        for view in &self.config.views {
            let place = view.place;
            self.name(&view.name, "a view", place);
            if !names.insert(&view.name) {
                let what = format!("there is a view `{}` above", view.name);
                self.error(place, what, "put all its subtrees into one");
            }
            self.families(&view.families);
            if !view.implied && !self.used.contains(view.name.as_str()) {
                self.warn(
                    place,
                    format!("nothing uses the view `{}`", view.name),
                    "name it somewhere, or leave it out",
                );
            }
        }
    }

    fn families(&mut self, families: &[super::Subtree]) {
        let mut seen = BTreeSet::new();
        for subtree in families {
            if !seen.insert(subtree.family.subtree()) {
                self.error(
                    subtree.place,
                    format!("the subtree {} is there twice", subtree.family.subtree()),
                    "leave one of them out: masks and `*` do not tell them apart",
                );
            }
        }
    }

    /// Whether anybody may ask anything.
    fn anybody(&mut self) {
        let config = self.config;
        let asks = |grant: &Grant| !grant.read.is_empty() || !grant.write.is_empty();
        // Groups that may ask something, with the model that it takes.
        let able: BTreeSet<(&str, Model)> = config
            .access
            .iter()
            .filter(|access| asks(&access.grant))
            .map(|access| (access.group.as_str(), access.model))
            .collect();
        let members: BTreeSet<(Model, &str)> = config
            .groups
            .iter()
            .filter(|row| [row.model, Model::ANY].iter().any(|model| able.contains(&(&row.group, *model))))
            .map(|row| (row.model, row.member.as_str()))
            .collect();
        let of_group = |model: Model, member: &str| members.contains(&(model, member));
        let community =
            config.communities.iter().any(|community| match (&community.grant, &community.security_name) {
                (Some(grant), _) => asks(grant),
                (None, Some(name)) => of_group(Model::V1, name) || of_group(Model::V2C, name),
                (None, None) => false,
            });
        // Users need not be in the file: they can be in the store.
        let user = config.users.iter().any(|user| user.grant.as_ref().is_some_and(asks))
            || members.iter().any(|(model, _)| *model == Model::USM);
        if !community && !user {
            self.error(
                None,
                "nobody may ask this agent: no community and no user has access",
                "there is no default one; write a [[user]] or a [[community]] with `access`, or a [[group]] and its [[access]]",
            );
        }
    }
}

/// What was seen of one community.
#[derive(Default)]
struct Seen<'c> {
    lists: BTreeSet<&'c [Source]>,
    sources: usize,
    everybody: bool,
}

/// Whether a text looks like an address.
fn address_form(text: &str) -> Result<(), String> {
    known_form(text)?;
    TransportAddress::check(text).map_err(|error| format!("`{text}`: {error}"))
}

fn known_form(text: &str) -> Result<(), String> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return Err(format!("`{text}` is no address"));
    }
    let Some((transport, rest)) = text.split_once(':') else { return Ok(()) };
    if TRANSPORTS.contains(&transport) {
        return if rest.is_empty() {
            Err(format!("`{text}` has no address behind its transport"))
        } else {
            Ok(())
        };
    }
    let is_port = rest.parse::<u16>().is_ok();
    let is_v6 =
        text.starts_with('[') || text.split('%').next().is_some_and(|text| text.parse::<Ipv6Addr>().is_ok());
    if is_port || is_v6 {
        Ok(())
    } else {
        Err(format!("`{text}` has no transport that is known, or no port"))
    }
}
