//! The parts of a configuration.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use mibc_runtime::access::{ContextMatch, Family, Model};
use mibc_runtime::message::{Level, Version};
use mibc_runtime::oid::Oid;
pub use mibc_runtime::originator::ProxyType;
use mibc_runtime::rows::ABANDONED;
use mibc_runtime::usm::{self, EngineId};

use super::hidden::Hidden;
use super::place::Place;
use super::source::Source;

/// What an agent is configured with. Places say where in a file something stands; they are `None` for what is made in
/// Rust.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where to listen: `[TRANSPORT:]ADDRESS`.
    pub listen: Vec<(String, Option<Place>)>,
    /// snmpEngineID; a random one that is kept unless given.
    pub engine_id: Option<EngineId>,
    /// The engine counts its boots from at least this number. For an engine ID that was another agent's before, whose
    /// managers know its boots.
    pub engine_boots: u32,
    /// The folder for what has to survive a restart.
    pub persistence: Option<PathBuf>,
    /// What is logged.
    pub log: LogLevel,
    /// snmpEnableAuthenTraps.
    pub authentication_traps: bool,
    /// How long rows stay that managers leave notReady or notInService; `None`: for ever.
    pub abandoned_rows: Option<Duration>,
    /// Where `/metrics` and `/healthz` are served; nowhere if there is nothing.
    pub http: Vec<(SocketAddr, Option<Place>)>,
    /// The file with passwords and certificates for that.
    pub web_config: Option<(PathBuf, Option<Place>)>,
    /// Contexts that no community names, besides the default one.
    pub contexts: Vec<String>,
    /// The system group.
    pub system: System,
    /// Communities. The first one whose name and source match a request counts.
    pub communities: Vec<Community>,
    /// Users of the user-based security model.
    pub users: Vec<User>,
    /// Who is in which group.
    pub groups: Vec<GroupMember>,
    /// What groups may do.
    pub access: Vec<Access>,
    /// Views.
    pub views: Vec<View>,
    /// Receivers of notifications.
    pub targets: Vec<Target>,
    /// How notifications are sent.
    pub parameters: Vec<Parameters>,
    /// Which receivers get traps, and which get informs.
    pub notify: Vec<Notify>,
    /// Which notifications are sent.
    pub filters: Vec<Filter>,
    /// The master agent for sub-agents; there is none unless it is asked for.
    pub agentx: Option<AgentX>,
    /// Programs that answer for objects.
    pub scripts: Vec<Script>,
    /// Which messages for other engines are passed on.
    pub proxies: Vec<Proxy>,
    /// Subtrees of other agents that are served as the agent's own.
    pub subtrees: Vec<RemoteSubtree>,
}

/// A program that answers for objects, as net-snmp's `pass`, `pass_persist` and `extend` run them. No shell reads its command.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// What it answers for.
    pub kind: ScriptKind,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Of two subtrees that are the same, the one with the lower priority is served.
    pub priority: Option<u8>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What a program answers for.
#[derive(Clone, Debug, PartialEq)]
pub enum ScriptKind {
    /// All below an OID.
    Pass {
        /// The OID.
        root: Oid,
        /// It stays, and is asked by lines.
        persistent: bool,
    },
    /// A row in the tables of NET-SNMP-EXTEND-MIB.
    Extend {
        /// nsExtendToken.
        name: String,
        /// How long what it has printed counts.
        cache: Duration,
    },
}

/// As an empty file is read, which is refused: nobody may ask.
impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Vec::new(),
            engine_id: None,
            engine_boots: 0,
            persistence: None,
            log: LogLevel::Info,
            authentication_traps: false,
            abandoned_rows: Some(ABANDONED),
            http: Vec::new(),
            web_config: None,
            contexts: Vec::new(),
            system: System::default(),
            communities: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            access: Vec::new(),
            views: Vec::new(),
            targets: Vec::new(),
            parameters: Vec::new(),
            notify: Vec::new(),
            filters: Vec::new(),
            agentx: None,
            scripts: Vec::new(),
            proxies: Vec::new(),
            subtrees: Vec::new(),
        }
    }
}

/// The master agent of AgentX (RFC 2741).
#[derive(Clone, Debug, PartialEq)]
pub struct AgentX {
    /// Where it listens for sub-agents: `unix:/PATH`, `tcp:HOST` or `tcp:HOST:PORT`.
    pub listen: Vec<(String, Option<Place>)>,
    /// How long sub-agents may take to answer that say nothing else; agentxDefaultTimeout.
    pub timeout: Duration,
    /// Subtrees that sub-agents may not register.
    pub deny: Vec<Oid>,
}

/// What is logged: this and all that is more serious.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// What ends the agent or loses data.
    Error,
    /// What deserves a look.
    Warn,
    /// Starts, stops, reloads.
    #[default]
    Info,
    /// Each message that is dropped, and why.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// All, the most serious first.
    pub const ALL: [LogLevel; 5] =
        [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = LogLevel::ALL.into_iter().find(|level| level.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is not error, warn, info, debug or trace"))
    }
}

/// The scalars of the system group that an administrator gives (RFC 3418).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// sysDescr.
    pub description: Option<String>,
    /// sysObjectID.
    pub object_id: Option<Oid>,
    /// sysContact.
    pub contact: Option<String>,
    /// sysName.
    pub name: Option<String>,
    /// sysLocation.
    pub location: Option<String>,
    /// sysServices.
    pub services: Option<u8>,
    /// Where the first of them stands.
    pub place: Option<Place>,
}

/// What a community or user may do without being in a group of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// At least this level of security.
    pub level: Level,
    /// In this context, or in those whose name begins so.
    pub context: String,
    /// Which of the two.
    pub context_match: ContextMatch,
    /// The view for GET, GETNEXT and GETBULK; empty for none.
    pub read: String,
    /// The view for SET; empty for none.
    pub write: String,
    /// The view for notifications; empty for none.
    pub notify: String,
}

/// A community (RFC 3584, snmpCommunityTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    /// The community string.
    pub name: Hidden,
    /// Where requests may come from: the first source that matches counts. From anywhere if there is none.
    pub sources: Vec<Source>,
    /// The name under which access control knows it; `None` for one that says nothing about the string.
    pub security_name: Option<String>,
    /// The context that its requests are about.
    pub context: String,
    /// The engine that has the context, if it is not this agent: what comes with the community is for a [`Proxy`].
    pub engine_id: Option<EngineId>,
    /// What it may do; `None` if groups say it.
    pub grant: Option<Grant>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its name, protocols and secrets.
    pub user: usm::User,
    /// Its protocols, as far as it has any.
    pub auth: Option<usm::Auth>,
    /// The same for privacy.
    pub privacy: Option<usm::Privacy>,
    /// Whether a secret is a key that was localized to one engine.
    pub localized: bool,
    /// Of another engine than this agent's: for informs to that engine.
    pub engine_id: Option<EngineId>,
    /// What it may do; `None` if groups say it.
    pub grant: Option<Grant>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// That a principal is in a group (vacmSecurityToGroupTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// The group.
    pub group: String,
    /// The security model.
    pub model: Model,
    /// The security name.
    pub member: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What a group may do (vacmAccessTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The group.
    pub group: String,
    /// With this model; [`Model::ANY`] for all.
    pub model: Model,
    /// Level, context and views.
    pub grant: Grant,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A view (vacmViewTreeFamilyTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its families of subtrees.
    pub families: Vec<Subtree>,
    /// Whether it is only there because something names it: `all`, or a subtree.
    pub implied: bool,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A family of subtrees, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtree {
    /// The family.
    pub family: Family,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A receiver of notifications (snmpTargetAddrTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its address: `[TRANSPORT:]ADDRESS`, port 162 unless given.
    pub address: String,
    /// What `[[notify]]` chooses it by.
    pub tags: Vec<String>,
    /// How long an inform waits for its response.
    pub timeout: Duration,
    /// How often an inform is sent again.
    pub retries: u8,
    /// How it is sent there.
    pub send: Send,
    /// Where it stands.
    pub place: Option<Place>,
}

/// How notifications are sent to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Send {
    /// As these [`Parameters`] say.
    Parameters(String),
    /// With a community, SNMPv1 or SNMPv2c.
    Community {
        /// The version.
        version: Version,
        /// The community.
        community: Hidden,
        /// The profile of filters, if any.
        filter: Option<String>,
    },
    /// In the name of a user.
    User {
        /// The user.
        user: String,
        /// At this level; the highest that the user has keys for unless given.
        level: Option<Level>,
        /// The profile of filters, if any.
        filter: Option<String>,
    },
}

/// How notifications are sent (snmpTargetParamsTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Their name.
    pub name: String,
    /// The version of the messages.
    pub version: Version,
    /// In whose name.
    pub security_name: String,
    /// The level.
    pub level: Level,
    /// The profile of filters, if any.
    pub filter: Option<String>,
    /// Where they stand.
    pub place: Option<Place>,
}

/// Which targets get notifications in which form (snmpNotifyTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// Its name.
    pub name: String,
    /// The targets with this tag.
    pub tag: String,
    /// The form.
    pub kind: NotifyType,
    /// Where it stands.
    pub place: Option<Place>,
}

/// The form of a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotifyType {
    /// Without acknowledgement.
    #[default]
    Trap,
    /// With acknowledgement.
    Inform,
}

/// A profile of filters (snmpNotifyFilterTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The profile.
    pub name: String,
    /// Its families of subtrees.
    pub families: Vec<Subtree>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// Messages for another engine that are passed on (snmpProxyTable).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Its name.
    pub name: String,
    /// What is passed on.
    pub proxy_type: ProxyType,
    /// contextEngineID of the messages.
    pub engine_id: EngineId,
    /// Their context.
    pub context: String,
    /// How they come: the name of [`Parameters`].
    pub parameters: String,
    /// Where they go: the name of a [`Target`] for requests, a tag of targets for notifications.
    pub out: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A subtree of another agent that is served as one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteSubtree {
    /// Its root here.
    pub root: Oid,
    /// Its root there.
    pub remote_root: Oid,
    /// The context that it is served in.
    pub context: String,
    /// The context that the other agent is asked for, over SNMPv3.
    pub remote_context: String,
    /// The other agent: the name of a [`Target`].
    pub target: String,
    /// Where it stands.
    pub place: Option<Place>,
}

impl Config {
    /// The community that a request with this string from this address is of: the first one that matches, unless a
    /// source that is refused comes before.
    #[must_use]
    pub fn community(&self, name: &str, from: std::net::IpAddr) -> Option<&Community> {
        for community in self.communities.iter().filter(|community| community.name.reveal() == name) {
            if community.sources.is_empty() {
                return Some(community);
            }
            if let Some(source) = community.sources.iter().find(|source| source.matches(from)) {
                return (!source.refused).then_some(community);
            }
        }
        None
    }

    /// The view of this name.
    #[must_use]
    pub fn view(&self, name: &str) -> Option<&View> {
        self.views.iter().find(|view| view.name == name)
    }

    /// The user of this name on the agent's own engine.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.engine_id.is_none() && user.user.name() == name.as_bytes())
    }
}
