//! From a file to a configuration.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use mibc_runtime::access::{ContextMatch, Model};
use mibc_runtime::message::{Level, Version};
use mibc_runtime::net::{ListenAddressError, listen_address};
use mibc_runtime::usm::{self, Auth, Privacy};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{self, Many, Text};
use super::names::Names;
use super::place::{Lines, Place, Problem};
use super::state_folder;
use super::types::{
    Access, AgentX, Community, Config, Filter, Grant, GroupMember, LogLevel, Notify, NotifyType, Parameters,
    Proxy, ProxyType, RemoteSubtree, Send, System, Target, User, View,
};
use super::values::{MAX_PROBLEMS, Permission, Reader};

const KEYS: &str = "`listen`, `engine-id`, `engine-boots`, `persistence`, `log`, `authentication-traps`, `abandoned-rows`, `http`, `web-config`, `contexts`, \
                    `[system]`, `[agentx]`, `[[community]]`, `[[user]]`, `[[group]]`, `[[access]]`, `[[view]]`, `[[target]]`, \
                    `[[parameters]]`, `[[notify]]`, `[[filter]]`, `[[pass]]`, `[[extend]]`, `[[proxy]]`, \
                    `[[subtree]]`";

/// Where sub-agents look for their master agent (RFC 2741 §8.2.1).
const AGENTX_SOCKET: &str = "unix:/var/agentx/master";

/// Seconds: agentxDefaultTimeout (RFC 2742).
const AGENTX_TIMEOUT: u64 = 5;

const LEVELS: [(&str, Level); 6] = [
    ("noAuthNoPriv", Level::NoAuthNoPriv),
    ("authNoPriv", Level::AuthNoPriv),
    ("authPriv", Level::AuthPriv),
    ("noauth", Level::NoAuthNoPriv),
    ("auth", Level::AuthNoPriv),
    ("priv", Level::AuthPriv),
];
pub(super) const MODELS: [(&str, Model); 5] =
    [("any", Model::ANY), ("v1", Model::V1), ("v2c", Model::V2C), ("usm", Model::USM), ("tsm", Model::TSM)];
const MATCHES: [(&str, ContextMatch); 2] = [("exact", ContextMatch::Exact), ("prefix", ContextMatch::Prefix)];
const VERSIONS: [(&str, Version); 4] =
    [("1", Version::V1), ("2c", Version::V2c), ("3", Version::V3), ("v2c", Version::V2c)];
const PROXIES: [(&str, ProxyType); 4] = [
    ("read", ProxyType::Read),
    ("write", ProxyType::Write),
    ("trap", ProxyType::Trap),
    ("inform", ProxyType::Inform),
];
const KINDS: [(&str, NotifyType); 2] = [("trap", NotifyType::Trap), ("inform", NotifyType::Inform)];

const PERMISSIONS: [(&str, Permission); 3] =
    [("read-only", Permission::Read), ("read-write", Permission::Write), ("none", Permission::None)];

/// Reads all of a text, and tells all that is wrong with what it says by itself.
///
/// The last of what is returned is whether the rest can be checked: nothing of it is missing.
pub(super) fn config(text: &str, folder: &Path, names: &dyn Names) -> (Config, Vec<Problem>, bool) {
    let mut reader = Reader {
        lines: Lines::of(text),
        folder,
        names,
        config: Config::default(),
        problems: Vec::new(),
        view_names: Default::default(),
        lost: false,
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        reader.document(table.into_inner());
    } else {
        for error in errors.iter().take(MAX_PROBLEMS) {
            reader.syntax(error);
        }
    }
    let whole = errors.is_empty() && !reader.lost;
    (reader.config, reader.problems, whole)
}

impl<'t> Reader<'t> {
    fn document(&mut self, table: DeTable<'t>) {
        let mut keys: BTreeMap<String, (std::ops::Range<usize>, Spanned<DeValue<'t>>)> = BTreeMap::new();
        for (key, value) in table {
            keys.insert(key.get_ref().to_string(), (key.span(), value));
        }
        let mut take = |key: &str| keys.remove(key).map(|(_, value)| value);
        // Views first: others name them.
        for (entry, place) in self.entries::<document::View>(take("view"), "view") {
            let families = self.families(&entry);
            let name = entry.name.into_inner();
            self.view_names.insert(name.clone());
            self.config.views.push(View { name, families, implied: false, place });
        }
        for (entry, place) in self.entries::<document::View>(take("filter"), "filter") {
            let families = self.families(&entry);
            self.config.filters.push(Filter { name: entry.name.into_inner(), families, place });
        }
        if let Some(Many(listen)) = self.value(take("listen")) {
            self.config.listen =
                listen.into_iter().map(|text| (text.get_ref().clone(), Some(self.place(&text)))).collect();
        }
        if let Some(text) = self.value::<Text>(take("engine-id")) {
            self.config.engine_id = self.engine_id(&text);
        }
        if let Some(boots) = self.value::<Spanned<i64>>(take("engine-boots")) {
            self.config.engine_boots = self.number(&boots, 0..=i64::from(usm::MAX_BOOTS)).unwrap_or_default();
        }
        if let Some(text) = self.value::<Text>(take("persistence")) {
            let state = std::env::var_os("STATE_DIRECTORY");
            self.config.persistence = Some(state_folder::place(text.get_ref(), self.folder, state));
        }
        if let Some(text) = self.value::<Text>(take("log")) {
            let words = LogLevel::ALL.map(|level| (level.as_str(), level));
            self.config.log = self.one_of(&text, &words).unwrap_or_default();
        }
        if let Some(on) = self.value::<bool>(take("authentication-traps")) {
            self.config.authentication_traps = on;
        }
        if let Some(seconds) = self.value::<Spanned<i64>>(take("abandoned-rows"))
            && let Some(seconds) = self.number::<u32>(&seconds, 0..=i64::from(u32::MAX))
        {
            self.config.abandoned_rows = (seconds > 0).then(|| Duration::from_secs(seconds.into()));
        }
        if let Some(Many(addresses)) = self.value(take("http")) {
            for text in addresses {
                let place = Some(self.place(&text));
                match listen_address(text.get_ref()) {
                    Ok(address) => self.config.http.push((address, place)),
                    Err(error) => self.error(place, error.to_string(), ListenAddressError::EXPECTED),
                }
            }
        }
        if let Some(text) = self.value::<Text>(take("web-config")) {
            self.config.web_config = Some((self.folder.join(text.get_ref()), Some(self.place(&text))));
        }
        if let Some(Many(contexts)) = self.value(take("contexts")) {
            self.config.contexts = contexts.into_iter().map(Spanned::into_inner).collect();
        }
        if let Some(value) = take("system") {
            self.system(value);
        }
        if let Some(value) = take("agentx") {
            self.agentx(value);
        }
        for (entry, place) in self.entries(take("community"), "community") {
            self.community(entry, place);
        }
        for (entry, place) in self.entries(take("user"), "user") {
            self.user(entry, place);
        }
        for (entry, place) in self.entries(take("group"), "group") {
            self.group(entry, place);
        }
        for (entry, place) in self.entries(take("access"), "access") {
            self.access(entry, place);
        }
        for (entry, place) in self.entries(take("parameters"), "parameters") {
            self.parameters(entry, place);
        }
        for (entry, place) in self.entries(take("notify"), "notify") {
            self.notify(entry, place);
        }
        for (entry, place) in self.entries(take("target"), "target") {
            self.target(entry, place);
        }
        for (entry, place) in self.entries::<document::Pass>(take("pass"), "pass") {
            self.pass(entry, place);
        }
        for (entry, place) in self.entries::<document::Extend>(take("extend"), "extend") {
            self.extend(entry, place);
        }
        for (entry, place) in self.entries(take("proxy"), "proxy") {
            self.proxy(entry, place);
        }
        for (entry, place) in self.entries::<document::Subtree>(take("subtree"), "subtree") {
            let Some(root) = self.oid(&entry.root) else { continue };
            let remote_root = match &entry.remote_root {
                Some(text) => self.oid(text),
                None => Some(root.clone()),
            };
            let Some(remote_root) = remote_root else { continue };
            let context = entry.context.map(Spanned::into_inner).unwrap_or_default();
            let remote_context = entry.remote_context.map(Spanned::into_inner).unwrap_or_default();
            let target = entry.target.into_inner();
            let subtree = RemoteSubtree { root, remote_root, context, remote_context, target, place };
            self.config.subtrees.push(subtree);
        }
        for (key, (span, _)) in keys {
            let place = Some(self.lines.place(span.start));
            self.error(place, format!("unknown key `{key}`"), format!("expected one of {KEYS}"));
        }
    }

    fn system(&mut self, value: Spanned<DeValue<'t>>) {
        let place = Some(self.lines.place(value.span().start));
        let Some(entry) = self.entry::<document::System>(value) else { return };
        let plain = |text: Option<Text>| text.map(Spanned::into_inner);
        let object_id = entry.object_id.and_then(|text| self.oid(&text));
        let services = entry.services.and_then(|services| self.number(&services, 0..=127));
        self.config.system = System {
            description: plain(entry.description),
            object_id,
            contact: plain(entry.contact),
            name: plain(entry.name),
            location: plain(entry.location),
            services,
            place,
        };
    }

    fn agentx(&mut self, value: Spanned<DeValue<'t>>) {
        let place = self.lines.place(value.span().start);
        let Some(entry) = self.entry::<document::AgentX>(value) else { return };
        let listen = match entry.listen {
            Some(Many(listen)) => {
                listen.iter().map(|text| (text.get_ref().clone(), Some(self.place(text)))).collect()
            }
            None => vec![(AGENTX_SOCKET.to_owned(), Some(place))],
        };
        let timeout = entry.timeout.and_then(|seconds| self.number(&seconds, 1..=255));
        let Many(deny) = entry.deny.unwrap_or(Many(Vec::new()));
        let deny = deny.iter().filter_map(|text| self.oid(text)).collect();
        let timeout = Duration::from_secs(timeout.unwrap_or(AGENTX_TIMEOUT));
        self.config.agentx = Some(AgentX { listen, timeout, deny });
    }

    fn community(&mut self, entry: document::Community, place: Option<Place>) {
        let name = self.secret(entry.name, entry.name_file, "name", place);
        let Many(sources) = entry.source.unwrap_or(Many(Vec::new()));
        let sources = sources.iter().filter_map(|text| match text.get_ref().parse() {
            Ok(source) => Some(source),
            Err(error) => {
                self.problems.push(Problem::error(
                    Some(self.lines.place(text.span().start)),
                    format!("{error}"),
                    "",
                ));
                None
            }
        });
        let sources = sources.collect();
        let context = entry.context.map(Spanned::into_inner).unwrap_or_default();
        let says = [&entry.access, &entry.view, &entry.notify].iter().any(|key| key.is_some());
        let engine_id = entry.engine_id.and_then(|text| self.engine_id(&text));
        // What is for another engine is passed on, and access control is not asked.
        let grant = if !says && (entry.security_name.is_some() || engine_id.is_some()) {
            None
        } else {
            let access = entry.access.as_ref();
            let permission = access
                .map_or(Some(Permission::Read), |text| self.one_of(text, &PERMISSIONS))
                .unwrap_or(Permission::Read);
            let views = self.views(permission, entry.view.as_ref(), entry.notify.as_ref());
            views.map(|views| views.grant(Level::NoAuthNoPriv, context.clone(), ContextMatch::Exact))
        };
        let security_name = entry.security_name.map(Spanned::into_inner);
        if let Some(name) = name {
            let community = Community { name, sources, security_name, context, engine_id, grant, place };
            self.config.communities.push(community);
        }
    }

    fn user(&mut self, entry: document::User, place: Option<Place>) {
        let mut user = usm::User::new(entry.name.get_ref());
        let auth = entry.auth.as_ref().and_then(|text| self.protocol::<Auth>(text));
        let privacy = entry.privacy.as_ref().and_then(|text| self.protocol::<Privacy>(text));
        let forms = [
            (entry.auth_passphrase, entry.auth_passphrase_file),
            (entry.auth_key, entry.auth_key_file),
            (entry.auth_master_key, entry.auth_master_key_file),
        ];
        let auth_secret = self.key("auth", entry.auth.is_some(), forms, place);
        let forms = [
            (entry.privacy_passphrase, entry.privacy_passphrase_file),
            (entry.privacy_key, entry.privacy_key_file),
            (entry.privacy_master_key, entry.privacy_master_key_file),
        ];
        let privacy_secret = self.key("privacy", entry.privacy.is_some(), forms, place);
        let localized = auth_secret.iter().chain(&privacy_secret).any(|(_, localized)| *localized);
        if let (Some(protocol), Some((secret, _))) = (auth, auth_secret) {
            user = user.auth(protocol, secret);
        }
        if let (Some(protocol), Some((secret, _))) = (privacy, privacy_secret) {
            user = user.privacy(protocol, secret);
        }
        let engine_id = entry.engine_id.as_ref().and_then(|text| self.engine_id(text));
        let others = [&entry.view, &entry.level, &entry.context, &entry.context_match];
        let grant = match &entry.access {
            None => {
                if let Some(other) = others.into_iter().flatten().next() {
                    let place = Some(self.place(other));
                    self.error(
                        place,
                        "the user has no `access`",
                        "write access = \"read-only\" or \"read-write\" beside it, or put the user into a [[group]]",
                    );
                }
                let views = self.views(Permission::None, None, entry.notify.as_ref());
                views.map(|views| views.grant(user.level(), String::new(), ContextMatch::Exact))
            }
            Some(access) => {
                let permission = self.one_of(access, &PERMISSIONS).unwrap_or(Permission::Read);
                let own = user.level();
                let level =
                    entry.level.as_ref().map_or(Some(own), |text| self.one_of(text, &LEVELS)).unwrap_or(own);
                let context_match = entry.context_match.as_ref().and_then(|text| self.one_of(text, &MATCHES));
                let context = entry.context.map(Spanned::into_inner).unwrap_or_default();
                let views = self.views(permission, entry.view.as_ref(), entry.notify.as_ref());
                views.map(|views| views.grant(level, context, context_match.unwrap_or_default()))
            }
        };
        self.config.users.push(User { user, auth, privacy, localized, engine_id, grant, place });
    }

    fn group(&mut self, entry: document::Group, place: Option<Place>) {
        let models: Vec<Model> = match &entry.model {
            None => vec![Model::USM],
            Some(Many(models)) => models.iter().filter_map(|model| self.one_of(model, &MODELS)).collect(),
        };
        if let Some(Many(texts)) = &entry.model
            && models.contains(&Model::ANY)
        {
            let place = texts.first().map(|text| self.place(text));
            self.error(
                place,
                "`any` is not a model that a group has members of",
                "list the models: [\"v1\", \"v2c\", \"usm\"]",
            );
        }
        for member in &entry.members.0 {
            for model in &models {
                self.config.groups.push(GroupMember {
                    group: entry.name.get_ref().clone(),
                    model: *model,
                    member: member.get_ref().clone(),
                    place: Some(self.place(member)),
                });
            }
        }
        if entry.members.0.is_empty() {
            self.problems.push(Problem::warning(
                place,
                "the group has no members",
                "list their security names",
            ));
        }
    }

    fn access(&mut self, entry: document::Access, place: Option<Place>) {
        let model = entry.model.as_ref().and_then(|text| self.one_of(text, &MODELS)).unwrap_or(Model::ANY);
        let community = matches!(model, Model::V1 | Model::V2C);
        let level = entry.level.as_ref().and_then(|text| self.one_of(text, &LEVELS));
        if level.is_none() && !community && entry.level.is_none() {
            self.error(
                place,
                "the access has no `level`",
                "write level = \"authPriv\", \"authNoPriv\" or \"noAuthNoPriv\": the least that a message needs",
            );
        }
        let context_match = entry.context_match.as_ref().and_then(|text| self.one_of(text, &MATCHES));
        let mut view = |text: &Option<Text>| text.as_ref().map(|text| self.view(text)).unwrap_or_default();
        let (read, write, notify) = (view(&entry.read), view(&entry.write), view(&entry.notify));
        let grant = Grant {
            level: level.unwrap_or_default(),
            context: entry.context.map(Spanned::into_inner).unwrap_or_default(),
            context_match: context_match.unwrap_or_default(),
            read,
            write,
            notify,
        };
        self.config.access.push(Access { group: entry.group.into_inner(), model, grant, place });
    }

    fn parameters(&mut self, entry: document::Parameters, place: Option<Place>) {
        let Some(version) = self.one_of(&entry.version, &VERSIONS) else { return };
        let level = entry.level.as_ref().and_then(|text| self.one_of(text, &LEVELS)).unwrap_or_default();
        self.config.parameters.push(Parameters {
            name: entry.name.into_inner(),
            version,
            security_name: entry.security_name.into_inner(),
            level,
            filter: entry.filter.map(Spanned::into_inner),
            place,
        });
    }

    fn notify(&mut self, entry: document::Notify, place: Option<Place>) {
        let kind = entry.r#type.as_ref().and_then(|text| self.one_of(text, &KINDS)).unwrap_or_default();
        let tag = entry.tag.into_inner();
        let name = entry.name.map_or_else(|| tag.clone(), Spanned::into_inner);
        self.config.notify.push(Notify { name, tag, kind, place });
    }

    fn proxy(&mut self, entry: document::Proxy, place: Option<Place>) {
        let number = self.config.proxies.len() + 1;
        let name = entry.name.map_or_else(|| format!("proxy-{number}"), Spanned::into_inner);
        let Some(engine_id) = self.engine_id(&entry.engine_id) else { return };
        let types = entry.r#type.map_or_else(Vec::new, |Many(types)| types);
        let mut kinds: Vec<ProxyType> = types.iter().filter_map(|text| self.one_of(text, &PROXIES)).collect();
        if types.is_empty() {
            kinds.push(ProxyType::Read);
        }
        let is_one = kinds.len() == 1;
        let (target, tag) = (entry.target.map(Spanned::into_inner), entry.tag.map(Spanned::into_inner));
        for proxy_type in kinds {
            let (out, key, of) = match proxy_type {
                ProxyType::Read | ProxyType::Write => (&target, "target", "requests"),
                ProxyType::Trap | ProxyType::Inform => (&tag, "tag", "notifications"),
            };
            let Some(out) = out.clone() else {
                self.error(
                    place,
                    format!("the proxy passes on {of} and has no `{key}`"),
                    format!("write `{key}`"),
                );
                continue;
            };
            let word = PROXIES.iter().find(|(_, kind)| *kind == proxy_type).map_or("", |(word, _)| word);
            self.config.proxies.push(Proxy {
                // Each type is a row of its own.
                name: if is_one { name.clone() } else { format!("{name}-{word}") },
                proxy_type,
                engine_id,
                context: entry.context.as_ref().map(|text| text.get_ref().clone()).unwrap_or_default(),
                parameters: entry.parameters.get_ref().clone(),
                out,
                place,
            });
        }
    }

    fn target(&mut self, entry: document::Target, place: Option<Place>) {
        let number = self.config.targets.len() + 1;
        let name = entry.name.map_or_else(|| format!("target-{number}"), Spanned::into_inner);
        let kind = entry.r#type.as_ref().map(|text| self.one_of(text, &KINDS));
        let tags: Vec<String> = match (entry.tags, kind) {
            (Some(Many(tags)), None) => tags.into_iter().map(Spanned::into_inner).collect(),
            (tags, kind) => {
                if tags.is_some() {
                    let advice = "leave `tags` out, or write the type at the [[notify]] with one of the tags";
                    self.error(place, "the target has both `tags` and `type`", advice);
                }
                let kind = kind.flatten().unwrap_or_default();
                self.config.notify.push(Notify { name: name.clone(), tag: name.clone(), kind, place });
                vec![name.clone()]
            }
        };
        let timeout = match &entry.timeout {
            // snmpTargetAddrTimeout is an INTEGER in hundredths of a second.
            Some(seconds) if !(0.01..=21_474_836.0).contains(seconds.get_ref()) => {
                let place = Some(self.lines.place(seconds.span().start));
                self.error(
                    place,
                    format!("`{}` is no timeout", seconds.get_ref()),
                    "expected seconds from 0.01 on",
                );
                Duration::from_millis(1_500)
            }
            seconds => Duration::from_secs_f64(seconds.as_ref().map_or(1.5, |seconds| *seconds.get_ref())),
        };
        let retries = entry.retries.and_then(|retries| self.number(&retries, 0..=255)).unwrap_or(3);
        let version = entry.version.as_ref().and_then(|text| self.one_of(text, &VERSIONS));
        let level = entry.level.as_ref().map(|text| self.one_of(text, &LEVELS));
        let filter = entry.filter.map(Spanned::into_inner);
        let has_community = entry.community.is_some() || entry.community_file.is_some();
        let ways = [has_community, entry.user.is_some(), entry.parameters.is_some()];
        if ways.iter().filter(|way| **way).count() != 1 {
            self.error(
                place,
                "the target does not say how to send to it, or says it twice",
                "expected one of `community`, `user` and `parameters`",
            );
            return;
        }
        let send = if let Some(parameters) = entry.parameters {
            if entry.version.is_some() || level.is_some() || filter.is_some() {
                let advice = "write them at the [[parameters]]";
                self.error(place, "`version`, `level` and `filter` belong to `parameters`", advice);
            }
            Send::Parameters(parameters.into_inner())
        } else if let Some(user) = entry.user {
            if version.is_some_and(|version| version != Version::V3) {
                self.error(place, "a user sends in version 3", "leave `version` out, or give a `community`");
            }
            Send::User { user: user.into_inner(), level: level.flatten(), filter }
        } else {
            let version = version.unwrap_or(Version::V2c);
            if version == Version::V3 || level.is_some() {
                self.error(
                    place,
                    "a community sends in version 1 or 2c, without a level",
                    "give a `user` for version 3",
                );
            }
            let Some(community) = self.secret(entry.community, entry.community_file, "community", place)
            else {
                return;
            };
            Send::Community { version, community, filter }
        };
        self.config.targets.push(Target {
            name,
            address: entry.address.into_inner(),
            tags,
            timeout,
            retries,
            send,
            place,
        });
    }
}
