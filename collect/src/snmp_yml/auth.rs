//! `auths`: how to ask.

use super::scalar::converted;
use mibc_runtime::manager::Target;
use mibc_runtime::message::Level;
use mibc_runtime::usm::{self, EngineId, Privacy, UnknownProtocol, User};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// A text that is not shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How to ask: version, community or user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Auth {
    /// 1, 2 or 3.
    pub version: u8,
    /// For versions 1 and 2.
    pub community: Secret,
    /// For version 3.
    pub user: Option<User>,
    /// The context of version 3.
    pub context: String,
    /// What the file says, for variables of the environment.
    raw: Raw,
}

/// The keys of snmp_exporter, also as other files of ours spell them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Raw {
    #[serde(default = "version")]
    pub(crate) version: i64,
    #[serde(default = "community")]
    pub(crate) community: Secret,
    #[serde(default, alias = "security-level", alias = "level")]
    pub(crate) security_level: Option<String>,
    #[serde(default, alias = "name")]
    pub(crate) username: String,
    #[serde(default, alias = "auth-passphrase", alias = "auth_passphrase")]
    pub(crate) password: Secret,
    #[serde(default, alias = "auth-protocol", alias = "auth")]
    pub(crate) auth_protocol: Option<String>,
    #[serde(default, alias = "priv-protocol", alias = "privacy")]
    pub(crate) priv_protocol: Option<String>,
    #[serde(default, alias = "priv-password", alias = "privacy-passphrase", alias = "privacy_passphrase")]
    pub(crate) priv_password: Secret,
    #[serde(default, alias = "context-name")]
    pub(crate) context_name: String,
}

#[cfg(feature = "poll")]
impl Default for Raw {
    fn default() -> Self {
        Self {
            version: version(),
            community: community(),
            security_level: None,
            username: String::new(),
            password: Secret::default(),
            auth_protocol: None,
            priv_protocol: None,
            priv_password: Secret::default(),
            context_name: String::new(),
        }
    }
}

fn version() -> i64 {
    2
}

fn community() -> Secret {
    Secret::from("public".to_owned())
}

impl<'de> Deserialize<'de> for Auth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        converted(deserializer, |raw: Raw| Self::try_from(raw))
    }
}

impl TryFrom<Raw> for Auth {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let version = match raw.version {
            version @ 1..=3 => version as u8,
            other => return Err(format!("`version` is {other}; expected 1, 2 or 3")),
        };
        let user = if version == 3 { Some(user(&raw)?) } else { None };
        let (community, context) = (raw.community.clone(), raw.context_name.clone());
        Ok(Auth { version, community, user, context, raw })
    }
}

fn user(raw: &Raw) -> Result<User, String> {
    let level = raw.security_level.as_deref().unwrap_or("noAuthNoPriv");
    let (auth, privacy) = match level.parse() {
        Ok(Level::NoAuthNoPriv) => (false, false),
        Ok(Level::AuthNoPriv) => (true, false),
        Ok(Level::AuthPriv) => (true, true),
        Err(_) => {
            return Err(format!(
                "`security_level` is `{level}`; expected noAuthNoPriv, authNoPriv or authPriv"
            ));
        }
    };
    if raw.username.is_empty() {
        return Err("version 3 needs a `username`".to_owned());
    }
    let mut user = User::new(raw.username.as_str());
    if auth {
        if raw.password.reveal().is_empty() {
            return Err(format!("`security_level: {level}` needs a `password`"));
        }
        user = user.auth(
            protocol("auth_protocol", raw.auth_protocol.as_deref(), usm::Auth::Md5)?,
            raw.password.reveal(),
        );
    }
    if privacy {
        if raw.priv_password.reveal().is_empty() {
            return Err(format!("`security_level: {level}` needs a `priv_password`"));
        }
        let cipher = protocol("priv_protocol", raw.priv_protocol.as_deref(), Privacy::Des)?;
        user = user.privacy(cipher, raw.priv_password.reveal());
    }
    // Whether a variable of the environment fits is seen when it is known.
    if ![&raw.password, &raw.priv_password].iter().any(|secret| secret.reveal().contains('$')) {
        user.check().map_err(|error| error.to_string())?;
    }
    Ok(user)
}

/// The protocol of a name, which may be spelled as in other files: `SHA256` or `SHA-256`.
fn protocol<P: FromStr<Err = UnknownProtocol>>(
    key: &str,
    name: Option<&str>,
    unless: P,
) -> Result<P, String> {
    name.map_or(Ok(unless), |name| name.parse().map_err(|error| format!("`{key}`: {error}")))
}

/// `$NAME` and `${NAME}` as what they stand for.
#[cfg(feature = "exporter")]
fn expanded(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let in_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let after = &tail[1..];
        let (name, next) = match after.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
            Some(found) => found,
            None => after.split_at(after.find(|letter| !in_name(letter)).unwrap_or(after.len())),
        };
        if name.is_empty() || !name.chars().all(in_name) {
            out.push('$');
            rest = after;
            continue;
        }
        out += &variable(name).ok_or_else(|| format!("the environment has no variable `{name}`"))?;
        rest = next;
    }
    Ok(out + rest)
}

impl Auth {
    /// The same with variables of the environment in community, user and passwords.
    ///
    /// # Errors
    /// A variable that is not there, or a value that does not fit.
    #[cfg(feature = "exporter")]
    pub(crate) fn expanded(&self, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut raw = self.raw.clone();
        raw.username = expanded(&raw.username, variable)?;
        for secret in [&mut raw.community, &mut raw.password, &mut raw.priv_password] {
            *secret = Secret::from(expanded(secret.reveal(), variable)?);
        }
        let auth = Self::try_from(raw)?;
        auth.check()?;
        Ok(auth)
    }

    /// Whether the passwords can be used.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.user.as_ref().map_or(Ok(()), |user| user.check().map_err(|error| error.to_string()))
    }

    /// An agent to ask like this. An empty context is that of the file.
    pub fn target(&self, address: &str, context: &str, engine_id: Option<EngineId>) -> Target {
        let context = if context.is_empty() { &self.context } else { context };
        match (self.version, &self.user) {
            (_, Some(user)) => {
                let target = Target::v3(address, user.clone()).context_name(context.as_bytes());
                match engine_id {
                    Some(engine_id) => target.context_engine_id(engine_id),
                    None => target,
                }
            }
            (1, None) => Target::v1(address, self.community.reveal()),
            (_, None) => Target::v2c(address, self.community.reveal()),
        }
    }
}
