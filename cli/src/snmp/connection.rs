//! Whom to ask and with which credentials: options, environment, profile.

use super::conf::{Settings, SnmpConf};
use super::keys::Keys;
use super::output::Format;
use super::profile::{self, Profile};
use super::{Failure, address, protocols, words};
use crate::tool::Tool;
use clap::Args;
use mibc_runtime::manager::{Address, Target};
use mibc_runtime::usm::{Auth, EngineId, Privacy, Secret, User, UserError};
use std::borrow::Cow;
use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Longest timeout and number of retries that are taken.
const MAX_TIMEOUT: f64 = 86_400.0;
const MAX_RETRIES: u32 = 1000;

/// How often net-snmp's tools ask again.
const TOOL_RETRIES: u32 = 5;

/// Credentials. An option counts more than the environment, and that more than the profile.
#[derive(Args)]
#[command(next_help_heading = "Credentials")]
pub(super) struct Identity {
    /// Version of SNMP: 1, 2c or 3. By default 3 with a user, and 2c with a community.
    #[arg(short = 'v', long = "snmp-version", value_name = "1|2c|3")]
    version: Option<String>,
    /// Community (versions 1 and 2c); also from MIBC_COMMUNITY. There is no default.
    #[arg(short = 'c', long, value_name = "COMMUNITY")]
    community: Option<String>,
    /// User (version 3); also from MIBC_USER.
    #[arg(short = 'u', long, value_name = "USER")]
    user: Option<String>,
    /// Security level: noAuthNoPriv, authNoPriv or authPriv; or 1, 2, 3; or nanp, anp, ap. By default the
    /// highest that the passphrases allow.
    #[arg(short = 'l', long, value_name = "LEVEL")]
    level: Option<String>,
    /// Authentication protocol: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512. SHA by default.
    #[arg(short = 'a', long, value_name = "PROTOCOL")]
    auth: Option<String>,
    /// Authentication passphrase; better in MIBC_AUTH_PASSPHRASE or a profile.
    ///
    /// Others on this machine can see a command line.
    #[arg(short = 'A', long, value_name = "PASSPHRASE")]
    auth_passphrase: Option<String>,
    /// Privacy protocol: DES, 3DES, AES, AES-192, AES-256, AES-192-Reeder or AES-256-Reeder. AES by default.
    ///
    /// For AES-192 and AES-256 there are two ways to make long keys: Cisco's agents and some others have that of
    /// Reeder.
    #[arg(short = 'x', long = "privacy", value_name = "PROTOCOL")]
    privacy: Option<String>,
    /// Privacy passphrase; better in MIBC_PRIV_PASSPHRASE or a profile.
    #[arg(short = 'X', long, value_name = "PASSPHRASE")]
    priv_passphrase: Option<String>,
    #[command(flatten)]
    keys: Keys,
    /// The file with profiles; mibc/profiles.toml in the configuration folder unless given.
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
}

/// Agents, and how to ask them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Agents")]
pub(super) struct Connection {
    #[command(flatten, next_help_heading = "Credentials")]
    identity: Identity,
    /// Engine ID of the agent, in hexadecimal. Unless given it is found out.
    #[arg(short = 'e', long, value_name = "HEX", help_heading = "Agents")]
    engine_id: Option<String>,
    /// Engine ID of the context, in hexadecimal; the agent's unless given.
    #[arg(short = 'E', long, value_name = "HEX", help_heading = "Agents")]
    context_engine_id: Option<String>,
    /// Name of the context (version 3).
    #[arg(short = 'n', long, value_name = "NAME", help_heading = "Agents")]
    context: Option<String>,
    /// Seconds to wait for an answer, with fractions. 1 unless given.
    ///
    /// The first attempt waits so long, each further one twice as long as the one before.
    #[arg(short = 't', long, value_name = "SECONDS", help_heading = "Agents")]
    timeout: Option<f64>,
    /// How often to ask again. 3 unless given.
    #[arg(short = 'r', long, value_name = "COUNT", help_heading = "Agents")]
    retries: Option<u32>,
    /// Take answers also from other addresses than the one that was asked.
    ///
    /// Agents with several interfaces may send such. It makes forging answers easier.
    #[arg(long, help_heading = "Agents")]
    any_source: bool,
    /// Take answers also with another community than that of the request (versions 1 and 2c).
    ///
    /// Some agents send none, or another one. It makes forging answers easier.
    #[arg(long, help_heading = "Agents")]
    any_community: bool,
    /// Speak also with agents whose engine ID is not of 5 to 32 octets, or all 00 or FF (version 3).
    #[arg(long, help_heading = "Agents")]
    any_engine_id: bool,
    /// An agent; may be given more than once.
    ///
    /// With this option, or with targets in the profile, no agent stands before the names. All are asked at once.
    #[arg(long = "target", value_name = "AGENT", help_heading = "Agents")]
    targets: Vec<String>,
    /// Take agents and credentials from this profile.
    #[arg(long, value_name = "NAME", help_heading = "Agents")]
    profile: Option<String>,
}

/// Leaves out the secrets.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The agents of a command.
pub(super) struct Agents {
    /// As they were given.
    pub(super) names: Vec<String>,
    pub(super) targets: Vec<Target>,
    /// How each is asked.
    pub(super) plans: Vec<Plan>,
    /// How to ask them.
    pub(super) binding: mibc_runtime::manager::Settings,
}

impl Agents {
    /// For a command whose text is a picture for people.
    pub(super) fn plain_text_only(&self, format: Format) -> Result<(), Failure> {
        match format {
            Format::Text => Ok(()),
            Format::Json | Format::Csv => Err(
                "this command writes only text: leave --format out, or read its variables with `mibc get`"
                    .into(),
            ),
        }
    }
}

impl Connection {
    /// The agents, and the positional arguments that are left: the first is the agent where nothing else names one.
    pub(super) fn agents(
        &self,
        operands: &[String],
        conf: &SnmpConf,
    ) -> Result<(Agents, Vec<String>), Failure> {
        let profile = self.identity.profile(self.profile.as_deref())?;
        let mut names = if self.targets.is_empty() { profile.targets.clone() } else { self.targets.clone() };
        let mut rest = operands;
        if names.is_empty() {
            let Some((agent, behind)) = operands.split_first() else {
                return Err(words::mistake(
                    "No hostname specified.",
                    "no agent: give one before the names, with --target, or in a profile",
                ));
            };
            (names, rest) = (vec![agent.clone()], behind);
        } else if let Some(agent) = operands.first().filter(|operand| is_address(operand)) {
            let named = if self.targets.is_empty() { "the profile" } else { "--target" };
            return Err(format!(
                "`{agent}` is an agent, and {named} names the agents already: ask this one with --target {agent}"
            )
            .into());
        }
        let mut agents = Agents {
            names,
            targets: Vec::new(),
            plans: Vec::new(),
            binding: mibc_runtime::manager::Settings::default(),
        };
        for name in &agents.names {
            let settings = conf.of(name);
            // A profile says whom to ask, and with what: nothing is mixed into it.
            let settings = match self.profile {
                Some(_) => settings.without_credentials(),
                None => settings,
            };
            if agents.targets.is_empty() {
                agents.binding.local = settings.client();
            }
            let plan = self.plan(name, &profile, &settings)?;
            agents.targets.push(plan.target(plan.place.as_str()));
            agents.plans.push(plan);
        }
        Ok((agents, rest.to_vec()))
    }

    /// The authentication protocol that is given, or the usual one.
    pub(super) fn auth_protocol(&self) -> Result<Auth, Failure> {
        Ok(protocols::auth(self.identity.auth.as_deref().unwrap_or(usual(true)))?)
    }

    /// The privacy protocol that is given, or the usual one.
    pub(super) fn privacy_protocol(&self) -> Result<Privacy, Failure> {
        Ok(protocols::privacy(self.identity.privacy.as_deref().unwrap_or(usual(false)))?)
    }

    /// How one agent is asked.
    fn plan(&self, name: &str, profile: &Profile, settings: &Settings) -> Result<Plan, Failure> {
        let credentials = self.identity.credentials(profile, settings)?;
        let any_engine_id = self.any_engine_id || profile.any_engine_id;
        let engine = |option: &Option<String>, profile: &Option<String>| {
            let text = option.as_ref().or(profile.as_ref());
            text.map(|text| protocols::engine_id(text, any_engine_id)).transpose()
        };
        let engine_id = engine(&self.engine_id, &profile.engine_id)?;
        let context_engine_id = engine(&self.context_engine_id, &profile.context_engine_id)?;
        // net-snmp's tools take them, and do without.
        if matches!(credentials, Credentials::Community { .. }) && Tool::current().is_none() {
            let contexts = [("-n", &self.context), ("-e", &self.engine_id), ("-E", &self.context_engine_id)];
            let given =
                |(_, text): &(&str, &Option<String>)| text.as_ref().is_some_and(|text| !text.is_empty());
            if let Some((option, _)) = contexts.into_iter().find(given) {
                return Err(
                    format!("{option}: contexts and engine IDs need SNMPv3; a community has none").into()
                );
            }
        }
        let context = self.context.as_ref().or(profile.context.as_ref()).or(settings.context.as_ref());
        let timeout = self.timeout.or(profile.timeout).or(settings.timeout);
        if timeout.is_some_and(|seconds| !(seconds > 0.0 && seconds <= MAX_TIMEOUT)) {
            return Err(
                format!("the timeout is a number of seconds above 0 and at most {MAX_TIMEOUT}").into()
            );
        }
        let retries = self.retries.or(profile.retries).or(settings.retries);
        if retries.is_some_and(|retries| retries > MAX_RETRIES) {
            return Err(format!("at most {MAX_RETRIES} retries").into());
        }
        let place = match address::agent(name) {
            Cow::Owned(place) => place,
            Cow::Borrowed(name) => settings.address(name),
        };
        Ok(Plan {
            credentials,
            place,
            context: context.cloned(),
            engine_id,
            context_engine_id,
            timeout,
            retries,
            any_source: self.any_source || profile.any_source,
            any_community: self.any_community || profile.any_community,
            any_engine_id,
        })
    }
}

/// How an agent is asked.
pub(super) struct Plan {
    pub(super) credentials: Credentials,
    /// Its address, in text.
    pub(super) place: String,
    pub(super) context: Option<String>,
    pub(super) engine_id: Option<EngineId>,
    pub(super) context_engine_id: Option<EngineId>,
    timeout: Option<f64>,
    retries: Option<u32>,
    any_source: bool,
    any_community: bool,
    any_engine_id: bool,
}

impl Plan {
    /// Whether it is in SNMPv1.
    pub(super) fn is_v1(&self) -> bool {
        matches!(self.credentials, Credentials::Community { v1: true, .. })
    }

    /// The user, in SNMPv3.
    pub(super) fn user(&self) -> Option<&User> {
        match &self.credentials {
            Credentials::User(user) => Some(user),
            Credentials::Community { .. } => None,
        }
    }

    /// The agent at this address.
    pub(super) fn target(&self, address: impl Into<Address>) -> Target {
        let mut target = self.credentials.target(address.into());
        if Tool::current().is_some() {
            // As net-snmp's tools ask: at even intervals, whatever happened before.
            target = target.steady(true).breaker(None).retries(TOOL_RETRIES);
        }
        if let Some(context) = self.context.as_ref().filter(|_| self.user().is_some()) {
            target = target.context_name(context.as_str());
        }
        if let Some(engine_id) = self.engine_id {
            target = target.engine_id(engine_id);
        }
        if let Some(engine_id) = self.context_engine_id {
            target = target.context_engine_id(engine_id);
        }
        if let Some(seconds) = self.timeout {
            target = target.timeout(Duration::from_secs_f64(seconds));
        }
        if let Some(retries) = self.retries {
            target = target.retries(retries);
        }
        target.any_source(self.any_source).any_community(self.any_community).any_engine_id(self.any_engine_id)
    }

    /// Why the agent may say nothing, as the end of a sentence.
    fn silence(&self) -> String {
        let unknown = match &self.context {
            _ if self.user().is_none() => "the community",
            Some(context) if !context.is_empty() => "the context",
            _ => return String::new(),
        };
        format!("; agents say nothing, too, if they do not know {unknown}")
    }
}

impl Agents {
    /// Whether an agent is asked in SNMPv1.
    pub(super) fn is_v1(&self, agent: usize) -> bool {
        self.plans.get(agent).is_some_and(Plan::is_v1)
    }

    /// Why an agent may say nothing, as the end of a sentence.
    pub(super) fn silence(&self, agent: usize) -> String {
        self.plans.get(agent).map(Plan::silence).unwrap_or_default()
    }
}

impl Identity {
    /// The profile of this name, or an empty one.
    pub(super) fn profile(&self, name: Option<&str>) -> Result<Profile, Failure> {
        match name {
            Some(name) => profile::load(name, self.profiles.as_deref()),
            None if self.profiles.is_some() => {
                Err("--profiles names a file; name a profile in it, too, with --profile".into())
            }
            None => Ok(Profile::default()),
        }
    }

    fn community(&self, profile: &Profile) -> Option<String> {
        given(&self.community, "MIBC_COMMUNITY", &profile.community)
    }

    fn user_name(&self, profile: &Profile) -> Option<String> {
        given(&self.user, "MIBC_USER", &profile.user)
    }

    /// What to ask agents with. `settings` counts less than all else.
    fn credentials(&self, profile: &Profile, settings: &Settings) -> Result<Credentials, Failure> {
        let (community, user) = (self.community(profile), self.user_name(profile));
        let said = self.version.as_ref().or(profile.version.as_ref()).map(String::as_str);
        let set_up = settings.version.as_deref();
        let version = match said {
            Some(version) => version,
            None if Tool::current().is_some() => set_up.unwrap_or("3"),
            // A community on the command line means more than a user that is merely around.
            None if self.community.is_some() && self.user.is_none() => "2c",
            None if user.is_some() => "3",
            None if community.is_some() => "2c",
            None => match set_up {
                Some(version) => version,
                None if settings.user.is_some() && settings.community.is_none() => "3",
                None => "2c",
            },
        };
        // A community says nothing of which of the two versions it is for.
        let version = if said.is_none() && version == "2c" && set_up == Some("1") { "1" } else { version };
        match version.to_ascii_lowercase().as_str() {
            "1" | "2c" => {
                let community = community.or_else(|| settings.community.clone());
                let community = community.ok_or_else(|| {
                    words::misuse(
                        "No community name specified.",
                        "no community: give it with -c, in MIBC_COMMUNITY or in a profile (or a user: -u)",
                    )
                })?;
                Ok(Credentials::Community { v1: version == "1", community })
            }
            "3" => {
                let user = user.or_else(|| settings.user.clone());
                let user = user.ok_or_else(|| {
                    words::mistake(
                        format!("{}: No securityName specified", words::program()),
                        "no user: give it with -u, in MIBC_USER or in a profile",
                    )
                })?;
                Ok(Credentials::User(Box::new(self.user_of(user, profile, settings)?)))
            }
            _ => Err(words::mistake(
                format!("Invalid version specified after -v flag: {version}"),
                format!("`{version}` is not a version of SNMP; expected 1, 2c or 3"),
            )),
        }
    }

    /// For a command that goes by the version of what it receives.
    pub(super) fn of_every_version(&self) -> Result<(), Failure> {
        match self.version {
            Some(_) => Err(
                "listening takes no version: a community (-c) is for SNMPv1 and SNMPv2c, a user (-u) for \
                            SNMPv3; leave -v out"
                    .into(),
            ),
            None => Ok(()),
        }
    }

    /// Whom to listen to: the community and the user, as far as they are given.
    pub(super) fn senders(&self, profile: &Profile) -> Result<(Option<String>, Option<User>), Failure> {
        let user = self
            .user_name(profile)
            .map(|user| self.user_of(user, profile, &Settings::default()))
            .transpose()?;
        Ok((self.community(profile), user))
    }

    fn user_of(&self, name: String, profile: &Profile, settings: &Settings) -> Result<User, Failure> {
        let auth = given(&self.auth_passphrase, "MIBC_AUTH_PASSPHRASE", &profile.auth_passphrase);
        let private = given(&self.priv_passphrase, "MIBC_PRIV_PASSPHRASE", &profile.priv_passphrase);
        let secret = |key: Option<Secret>, passphrase: Option<String>, set_up: Option<Secret>| {
            key.or_else(|| passphrase.map(Secret::from)).or(set_up)
        };
        let auth = secret(self.keys.auth()?, auth, settings.auth_secret());
        let private = secret(self.keys.privacy()?, private, settings.priv_secret());
        let level = self.level.as_ref().or(profile.level.as_ref()).or(settings.level.as_ref());
        let small = level.map(|level| level.to_ascii_lowercase());
        let (wants_auth, wants_privacy) = match small.as_deref() {
            None if Tool::current().is_some() => (false, false),
            None => (auth.is_some(), private.is_some()),
            Some("noauthnopriv" | "noauth" | "nanp" | "1") => (false, false),
            Some("authnopriv" | "auth" | "anp" | "2") => (true, false),
            Some("authpriv" | "priv" | "ap" | "3") => (true, true),
            Some(_) => {
                let other = level.map(String::as_str).unwrap_or_default();
                let expected = "noAuthNoPriv, authNoPriv or authPriv";
                return Err(words::mistake(
                    format!("Invalid security level specified after -3l flag: {other}"),
                    format!("`{other}` is not a security level; expected {expected}"),
                ));
            }
        };
        let mut user = User::new(name);
        if wants_auth {
            let protocol = self.auth.as_ref().or(profile.auth.as_ref()).or(settings.auth.as_ref());
            let secret = auth.ok_or_else(|| no_auth(wants_privacy, private.is_some(), protocol.is_some()))?;
            let protocol = protocol.map_or(usual(true), String::as_str);
            user = user.auth(protocols::auth(protocol)?, secret);
        }
        if wants_privacy {
            let protocol = self.privacy.as_ref().or(profile.privacy.as_ref()).or(settings.privacy.as_ref());
            let protocol = protocol.map_or(usual(false), String::as_str);
            let secret = private.ok_or_else(|| {
                words::mistake(
                    format!("{}: USM generic error", words::program()),
                    "no privacy passphrase: give it in MIBC_PRIV_PASSPHRASE, a profile or with -X",
                )
            })?;
            user = user.privacy(protocols::privacy(protocol)?, secret);
        }
        user.check().map_err(|error| match error {
            UserError::ShortPassphrase { purpose, .. } => words::mistake(
                format!(
                    "Error: passphrase chosen is below the length requirements of the USM (min=8).\n\
                     {}:  (The supplied password length is too short.)\n\
                     Error generating a key (Ku) from the supplied {purpose} pass phrase. ",
                    words::program()
                ),
                error.to_string(),
            ),
            other => other.into(),
        })?;
        Ok(user)
    }
}

/// The protocol where none is given, for authentication or for privacy.
fn usual(auth: bool) -> &'static str {
    match (auth, Tool::current()) {
        (true, Some(_)) => "MD5",
        (true, None) => "SHA",
        (false, Some(_)) => "DES",
        (false, None) => "AES",
    }
}

/// The level takes an authentication passphrase, and there is none. What net-snmp's tools say goes by what they come to
/// first: they make the key for privacy with the authentication protocol.
fn no_auth(wants_privacy: bool, has_private: bool, has_protocol: bool) -> Failure {
    let program = words::program();
    let theirs = match (has_private, has_protocol) {
        (true, false) => {
            format!("{program}: \nError generating a key (Ku) from the supplied privacy pass phrase. ")
        }
        (false, _) if wants_privacy => format!("{program}: USM generic error"),
        _ => format!("{program}: USM authentication failure (incorrect password or key)"),
    };
    words::mistake(
        theirs,
        "no authentication passphrase: give it in MIBC_AUTH_PASSPHRASE, a profile or with -A",
    )
}

/// Whether a text can only be an address: four numbers may be an OID as well.
fn is_address(text: &str) -> bool {
    let transports = ["udp:", "udp6:", "tcp:", "tcp6:", "unix:", "unixgram:"];
    text.parse::<SocketAddr>().is_ok() || transports.iter().any(|transport| text.starts_with(transport))
}

/// What an option says, else the environment, else the profile.
fn given(option: &Option<String>, variable: &str, profile: &Option<String>) -> Option<String> {
    let environment = || env::var(variable).ok().filter(|value| !value.is_empty());
    option.clone().or_else(environment).or_else(|| profile.clone())
}

/// What an agent is asked with.
pub(super) enum Credentials {
    Community { v1: bool, community: String },
    User(Box<User>),
}

impl Credentials {
    fn target(&self, address: Address) -> Target {
        match self {
            Credentials::Community { v1: true, community } => Target::v1(address, community),
            Credentials::Community { v1: false, community } => Target::v2c(address, community),
            Credentials::User(user) => Target::v3(address, User::clone(user)),
        }
    }
}
