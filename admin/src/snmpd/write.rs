//! The TOML of what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use mibc_runtime::access::{ContextMatch, Model};
use mibc_runtime::message::{Level, Version};

use super::LeftOut;
use super::proxies::Proxy;
use super::scripts::Program;
use super::settle::{Settled, settle, users};
use super::state::{
    ALL, Access, AsWhom, Community, Families, Family, Means, NOTHING, Secret, Sink, State, View,
};
use crate::config::{self, NotifyType};

/// Where the store is kept unless somebody chooses another folder.
const PERSISTENCE: &str = "/var/lib/mibc";

/// Longest name of a view.
const MAX_NAME: usize = 32;

pub(super) fn toml(mut state: State, left_out: &[LeftOut]) -> String {
    settle(&mut state);
    let users = users(&state);
    let mut writer = Writer::new(&state);
    writer.top(&state, !users.is_empty());
    for (number, community) in state.communities.iter().enumerate() {
        writer.community(community, number + 1);
    }
    for user in &users {
        writer.user(user);
    }
    writer.groups(&state);
    for row in &state.access {
        writer.access(row);
    }
    for (number, sink) in state.sinks.iter().enumerate() {
        writer.sink(sink, number + 1, &state);
    }
    for (number, proxy) in state.proxies.iter().enumerate() {
        writer.proxy(proxy, number + 1);
    }
    for (tag, kind) in std::mem::take(&mut writer.notify) {
        writer.table("notify");
        let name = if kind == NotifyType::Inform { format!("{tag}-inform") } else { tag.clone() };
        writer.text("name", &name);
        writer.text("tag", &tag);
        writer.text("type", kind_text(kind));
    }
    for program in &state.programs {
        writer.program(program);
    }
    for (name, families) in &state.filters {
        writer.families("filter", name, families);
    }
    writer.views(&state);
    let mut out = String::from("# Configuration of an agent of mibc, made of the configuration of snmpd.\n");
    if !left_out.is_empty() {
        out += "#\n# Left out:\n";
        for line in left_out.iter() {
            let _ = writeln!(out, "#   {}", comment(&line.to_string()));
        }
    }
    out + &writer.out
}

struct Writer {
    out: String,
    /// Whether `all` is something else in the file.
    all_is_taken: bool,
    /// Names of views that are defined in the file.
    defined: BTreeSet<String>,
    /// Those that are only named.
    wanted: BTreeSet<String>,
    /// Subtrees that need a view of their own.
    subtrees: BTreeMap<String, String>,
    notify: BTreeSet<(String, NotifyType)>,
    sink_names: BTreeSet<String>,
}

impl Writer {
    fn new(state: &State) -> Self {
        let named = |view: &Option<View>| matches!(view, Some(View::Named(name)) if name == config::ALL);
        let of_rows =
            state.access.iter().any(|row| named(&row.read) || named(&row.write) || named(&row.notify));
        let of_users = state.user_grants.iter().any(|grant| named(&Some(grant.view.clone())));
        let of_communities = state.communities.iter().any(
            |community| matches!(&community.means, Means::Grant { view, .. } if named(&Some(view.clone()))),
        );
        let defined: BTreeSet<String> = state.views.keys().cloned().collect();
        Self {
            out: String::new(),
            all_is_taken: defined.contains(config::ALL) || of_rows || of_users || of_communities,
            defined,
            wanted: BTreeSet::new(),
            subtrees: BTreeMap::new(),
            notify: BTreeSet::new(),
            sink_names: BTreeSet::new(),
        }
    }

    fn table(&mut self, name: &str) {
        let _ = write!(self.out, "\n[[{name}]]\n");
    }

    fn text(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.out, "{key} = {}", quoted(value));
    }

    fn list<T: AsRef<str>>(&mut self, key: &str, values: &[T]) {
        match values {
            [] => {}
            [only] => self.text(key, only.as_ref()),
            several => {
                let _ = writeln!(self.out, "{key} = [");
                for value in several {
                    let _ = writeln!(self.out, "    {},", quoted(value.as_ref()));
                }
                self.out += "]\n";
            }
        }
    }

    fn program(&mut self, program: &Program) {
        match program {
            Program::Pass { root, persistent, priority, command } => {
                self.table("pass");
                self.text("oid", root);
                self.list("command", command);
                if *persistent {
                    self.out += "persistent = true\n";
                }
                if let Some(priority) = priority {
                    let _ = writeln!(self.out, "priority = {priority}");
                }
            }
            Program::Extend { name, cache, command } => {
                self.table("extend");
                self.text("name", name);
                self.list("command", command);
                if let Some(cache) = cache {
                    let _ = writeln!(self.out, "cache = {cache}");
                }
            }
        }
    }

    fn top(&mut self, state: &State, has_users: bool) {
        self.out += "\n";
        self.list("listen", &state.listen);
        if let Some(id) = state.engine.id() {
            self.text("engine-id", &id.to_string());
            // Boots are counted for an ID.
            let same = state.engine.old.is_none_or(|old| old == id);
            if let Some(boots) = state.engine.boots.filter(|boots| same && *boots <= 0x7fff_ffff) {
                let _ = writeln!(self.out, "engine-boots = {boots}");
            }
        }
        if has_users || state.engine.id().is_some() {
            self.text("persistence", PERSISTENCE);
        }
        if let Some(on) = state.authentication_traps {
            let _ = writeln!(self.out, "authentication-traps = {on}");
        }
        let sub_agents = &state.sub_agents;
        if sub_agents.is_master {
            self.out += "\n[agentx]\n";
            self.list("listen", &sub_agents.sockets);
            if let Some(timeout) = sub_agents.timeout {
                let _ = writeln!(self.out, "timeout = {timeout}");
            }
        }
        if state.system.is_empty() && state.services.is_none() && state.object_id.is_none() {
            return;
        }
        self.out += "\n[system]\n";
        for (key, value) in &state.system {
            self.text(key, value);
        }
        if let Some(id) = &state.object_id {
            self.text("object-id", id);
        }
        if let Some(services) = state.services {
            let _ = writeln!(self.out, "services = {services}");
        }
    }

    fn community(&mut self, community: &Community, number: usize) {
        self.table("community");
        self.text("name", community.name.reveal());
        self.list("source", &community.sources);
        if !community.context.is_empty() {
            self.text("context", &community.context);
        }
        match &community.means {
            Means::SecurityName(name) => self.text("security-name", name),
            Means::Grant { view, read: true, write } => {
                self.text("access", if *write { "read-write" } else { "read-only" });
                let view = self.view(view);
                self.text("view", &view);
            }
            Means::Grant { view, write, .. } => {
                // No short form has a community that only writes.
                let own = format!("writer-{number}");
                self.text("security-name", &own);
                self.table("group");
                self.text("name", &own);
                self.list("model", &["v1", "v2c"]);
                self.text("members", &own);
                self.access(&Access {
                    group: own,
                    context: community.context.clone(),
                    context_match: ContextMatch::Exact,
                    model: Model::ANY,
                    level: Level::NoAuthNoPriv,
                    read: None,
                    write: Some(view.clone()).filter(|_| *write),
                    notify: None,
                });
            }
        }
    }

    fn user(&mut self, settled: &Settled<'_>) {
        let user = settled.user;
        self.table("user");
        self.text("name", &user.name);
        if let Some(id) = settled.engine_id {
            self.text("engine-id", &id.to_string());
        }
        if let Some((auth, secret)) = &user.auth {
            self.text("auth", auth.as_str());
            self.secret("auth", secret);
        }
        if let Some((privacy, secret)) = &user.privacy {
            self.text("privacy", privacy.as_str());
            self.secret("privacy", secret);
        }
        if let Some(grant) = settled.grant {
            self.text("access", if grant.write { "read-write" } else { "read-only" });
            self.text("level", grant.level.as_str());
            self.context(&grant.context, grant.context_match);
            let view = self.view(&grant.view);
            self.text("view", &view);
        }
        if settled.notify {
            let view = self.view(&View::All);
            self.text("notify", &view);
        }
    }

    fn secret(&mut self, key: &str, secret: &Secret) {
        let (form, secret) = match secret {
            Secret::Passphrase(secret) => ("passphrase", secret),
            Secret::Master(secret) => ("master-key", secret),
            Secret::Localized(secret) => ("key", secret),
        };
        self.text(&format!("{key}-{form}"), secret.reveal());
    }

    fn context(&mut self, context: &str, context_match: ContextMatch) {
        if !context.is_empty() {
            self.text("context", context);
        }
        if context_match == ContextMatch::Prefix {
            self.text("context-match", "prefix");
        }
    }

    /// Groups: members that are there with the same models stand together.
    fn groups(&mut self, state: &State) {
        let mut models: BTreeMap<(&str, &str), BTreeSet<Model>> = BTreeMap::new();
        for (model, member, group) in &state.groups {
            models.entry((group, member)).or_default().insert(*model);
        }
        let mut blocks: BTreeMap<(&str, Vec<&str>), Vec<&str>> = BTreeMap::new();
        for ((group, member), models) in models {
            blocks.entry((group, models.into_iter().map(model_text).collect())).or_default().push(member);
        }
        for ((group, models), members) in blocks {
            self.table("group");
            self.text("name", group);
            self.list("model", &models);
            self.list("members", &members);
        }
    }

    fn access(&mut self, row: &Access) {
        self.table("access");
        self.text("group", &row.group);
        self.context(&row.context, row.context_match);
        self.text("model", model_text(row.model));
        // A community has only this level; a row with a higher one never counts, in snmpd or here.
        self.text("level", row.level.as_str());
        for (key, view) in [("read", &row.read), ("write", &row.write), ("notify", &row.notify)] {
            if let Some(view) = view {
                let name = self.view(view);
                self.text(key, &name);
            }
        }
    }

    fn sink(&mut self, sink: &Sink, number: usize, state: &State) {
        let given = sink.name.clone().unwrap_or_else(|| format!("sink-{number}"));
        self.target(given, number);
        self.text("address", &sink.address);
        match &sink.tag {
            Some(tag) => {
                self.text("tags", tag);
                self.notify.insert((tag.clone(), sink.kind));
            }
            None => self.text("type", kind_text(sink.kind)),
        }
        self.patience(sink.timeout, sink.retries);
        self.as_whom(&sink.as_whom);
        // A profile without filters lets everything through.
        if let Some(profile) = sink.profile.as_ref().filter(|profile| state.filters.contains_key(*profile)) {
            self.text("filter", profile);
        }
    }

    /// Begins a target, with a name that no other has.
    fn target(&mut self, wanted: String, number: usize) -> String {
        let name = if self.sink_names.contains(&wanted) { format!("{wanted}-{number}") } else { wanted };
        self.sink_names.insert(name.clone());
        self.table("target");
        self.text("name", &name);
        name
    }

    fn as_whom(&mut self, as_whom: &AsWhom) {
        match as_whom {
            AsWhom::Community(version, community) => {
                self.text("version", if *version == Version::V1 { "1" } else { "2c" });
                self.text("community", community.reveal());
            }
            AsWhom::User(user, level) => {
                self.text("user", user);
                self.text("level", level.as_str());
            }
        }
    }

    fn patience(&mut self, timeout: Option<f64>, retries: Option<u8>) {
        if let Some(seconds) = timeout {
            let _ = writeln!(self.out, "timeout = {seconds:?}");
        }
        if let Some(retries) = retries {
            let _ = writeln!(self.out, "retries = {retries}");
        }
    }

    fn proxy(&mut self, proxy: &Proxy, number: usize) {
        let name = self.target(format!("proxy-{number}"), number);
        self.text("address", &proxy.address);
        self.out += "tags = []\n";
        self.patience(proxy.timeout, proxy.retries);
        self.as_whom(&proxy.as_whom);
        self.table("subtree");
        self.text("root", &proxy.root.to_string());
        if let Some(root) = &proxy.remote_root {
            self.text("remote-root", &root.to_string());
        }
        for (key, context) in [("context", &proxy.context), ("remote-context", &proxy.remote_context)] {
            if !context.is_empty() {
                self.text(key, context);
            }
        }
        self.text("target", &name);
    }

    /// The name of a view.
    fn view(&mut self, view: &View) -> String {
        match view {
            View::All if self.all_is_taken => {
                self.wanted.insert(ALL.to_owned());
                ALL.to_owned()
            }
            View::All => config::ALL.to_owned(),
            View::Named(name) => {
                self.wanted.insert(name.clone());
                name.clone()
            }
            View::Subtree(oid) => {
                let text = oid.to_string();
                if text.len() <= MAX_NAME && !self.defined.contains(&text) && !self.wanted.contains(&text) {
                    return text;
                }
                let number = self.subtrees.len() + 1;
                self.subtrees.entry(text).or_insert_with(|| format!("subtree {number}")).clone()
            }
        }
    }

    fn views(&mut self, state: &State) {
        for (name, families) in &state.views {
            self.families("view", name, families);
        }
        for (oid, name) in std::mem::take(&mut self.subtrees) {
            self.table("view");
            self.text("name", &name);
            self.text("include", &oid);
        }
        for name in std::mem::take(&mut self.wanted) {
            if self.defined.contains(&name) {
                continue;
            }
            self.table("view");
            self.text("name", &name);
            if name == ALL {
                self.list("include", &["0.*", "1.*", "2.*"]);
            } else if name != NOTHING {
                self.out += "# No line of snmpd.conf defines it: it shows nothing.\n";
            }
        }
    }

    fn families(&mut self, table: &str, name: &str, families: &Families) {
        self.table(table);
        self.text("name", name);
        let of = |included: bool| -> Vec<&str> {
            let list = families.list.iter().filter(|family| family.included == included);
            list.map(|Family { text, .. }| text.as_str()).collect()
        };
        self.list("include", &of(true));
        self.list("exclude", &of(false));
    }
}

fn model_text(model: Model) -> &'static str {
    match model {
        Model::V1 => "v1",
        Model::V2C => "v2c",
        Model::USM => "usm",
        _ => "any",
    }
}

fn kind_text(kind: NotifyType) -> &'static str {
    match kind {
        NotifyType::Trap => "trap",
        NotifyType::Inform => "inform",
    }
}

/// A text as TOML has it in quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\t' => out += "\\t",
            c if c.is_control() => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text in a comment: on one line.
pub(crate) fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
