//! How simulated devices behave, in TOML and in Rust.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{EngineId, Secret, UnknownProtocol, User};
use serde::Deserialize;

use crate::variation::fault_status;

/// What a whole simulation is told.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where it listens, such as `127.0.0.1:1161`; by default a port of loopback that the system chooses.
    pub listen: Vec<String>,
    /// What random numbers begin with: the same seed gives the same devices.
    pub seed: u64,
    /// The users of SNMPv3.
    pub users: Vec<User>,
    /// The engine ID of all devices; random unless given.
    pub engine_id: Option<EngineId>,
    /// How devices behave that no rule names.
    pub behaviour: Behaviour,
    /// How others behave. The first rule that fits a device counts.
    pub rules: Vec<Rule>,
    /// Where devices keep what is written to them, if they do.
    pub state: Option<PathBuf>,
}

/// A behaviour, and for which devices.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The name of a device; `*` stands for any characters.
    pub devices: String,
    /// How they behave.
    pub behaviour: Behaviour,
}

/// How a device behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Behaviour {
    /// How long an answer takes.
    pub delay: Duration,
    /// By how much more or less.
    pub jitter: Duration,
    /// The share of requests that get no answer, from 0 to 1.
    pub loss: f64,
    /// The share of requests that fail, from 0 to 1.
    pub errors: f64,
    /// How they fail.
    pub error: ErrorStatus,
    /// A request for more variables than this is tooBig.
    pub max_variables: Option<usize>,
    /// Behind the last name below this OID comes its first one again: a walk never ends.
    pub endless: Option<Oid>,
    /// Counters count, times pass, gauges wander.
    pub lively: bool,
    /// What managers may write.
    pub writable: Writable,
}

/// What managers may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writable {
    /// Nothing, except what a recording says.
    #[default]
    No,
    /// All variables; the end of the process ends it.
    Memory,
    /// All variables, kept in the folder for state.
    Kept,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            loss: 0.0,
            errors: 0.0,
            error: ErrorStatus::GEN_ERR,
            max_variables: None,
            endless: None,
            lively: false,
            writable: Writable::No,
        }
    }
}

/// What is wrong with options.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionsError(pub(crate) String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    listen: Vec<String>,
    #[serde(default)]
    seed: u64,
    engine_id: Option<String>,
    state: Option<PathBuf>,
    #[serde(default, alias = "user")]
    users: Vec<UserEntry>,
    #[serde(default)]
    all: Entry,
    #[serde(default, alias = "device")]
    devices: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct UserEntry {
    #[serde(alias = "username")]
    name: String,
    #[serde(alias = "auth-protocol", alias = "auth_protocol")]
    auth: Option<String>,
    #[serde(alias = "auth_passphrase", alias = "password")]
    auth_passphrase: Option<String>,
    #[serde(alias = "priv-protocol", alias = "priv_protocol")]
    privacy: Option<String>,
    #[serde(
        alias = "privacy_passphrase",
        alias = "priv-passphrase",
        alias = "priv-password",
        alias = "priv_password"
    )]
    privacy_passphrase: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    name: Option<String>,
    delay: Option<String>,
    jitter: Option<String>,
    loss: Option<f64>,
    errors: Option<f64>,
    error: Option<String>,
    max_variables: Option<usize>,
    endless: Option<String>,
    lively: Option<bool>,
    writable: Option<Writable>,
}

impl Options {
    /// Reads options in TOML.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its place.
    pub fn parse(text: &str) -> Result<Self, OptionsError> {
        let file: File = toml::from_str(text).map_err(|error| OptionsError(error.to_string()))?;
        let behaviour = file.all.behaviour(&Behaviour::default())?;
        let rules = file.devices.iter().map(|entry| {
            let name =
                entry.name.as_ref().ok_or_else(|| OptionsError("a [[devices]] has no `name`".into()))?;
            Ok(Rule { devices: name.clone(), behaviour: entry.behaviour(&behaviour)? })
        });
        let options = Self {
            rules: rules.collect::<Result<_, OptionsError>>()?,
            listen: file.listen,
            seed: file.seed,
            users: file.users.iter().map(UserEntry::user).collect::<Result<_, _>>()?,
            engine_id: file.engine_id.as_deref().map(engine_id).transpose()?,
            state: file.state,
            behaviour,
        };
        options.check()?;
        Ok(options)
    }

    /// Reads options of a file. Paths in it are beside it.
    ///
    /// # Errors
    ///
    /// It cannot be read, or something in it is wrong.
    pub fn load(path: &Path) -> Result<Self, OptionsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| OptionsError(format!("{} cannot be read: {error}", path.display())))?;
        let mut options =
            Self::parse(&text).map_err(|error| OptionsError(format!("{}: {error}", path.display())))?;
        if let (Some(state), Some(folder)) = (&mut options.state, path.parent()) {
            *state = folder.join(&*state);
        }
        Ok(options)
    }

    /// # Errors
    ///
    /// What does not fit together.
    pub(crate) fn check(&self) -> Result<(), OptionsError> {
        let behaviours = self.rules.iter().map(|rule| &rule.behaviour).chain([&self.behaviour]);
        let mut keeps = behaviours.filter(|behaviour| behaviour.writable == Writable::Kept);
        if self.state.is_none() && keeps.next().is_some() {
            return Err(OptionsError(
                "`writable = \"kept\"` needs `state`: the folder in which devices keep what is written"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// How a device behaves.
    pub(crate) fn of(&self, device: &str) -> &Behaviour {
        let rule = self.rules.iter().find(|rule| fits(&rule.devices, device));
        rule.map_or(&self.behaviour, |rule| &rule.behaviour)
    }
}

impl UserEntry {
    fn user(&self) -> Result<User, OptionsError> {
        let wrong = |message: String| OptionsError(format!("user `{}`: {message}", self.name));
        let mut user = User::new(&self.name);
        if let Some(name) = &self.auth {
            let auth = name.parse().map_err(|error: UnknownProtocol| wrong(error.to_string()))?;
            let passphrase =
                self.auth_passphrase.as_ref().ok_or_else(|| wrong("`auth-passphrase` is missing".into()))?;
            user = user.auth(auth, Secret::passphrase(passphrase));
        }
        if let Some(name) = &self.privacy {
            let privacy = name.parse().map_err(|error: UnknownProtocol| wrong(error.to_string()))?;
            // As in net-snmp, one passphrase may serve for both.
            let passphrase = self.privacy_passphrase.as_ref().or(self.auth_passphrase.as_ref());
            let passphrase = passphrase.ok_or_else(|| wrong("`privacy-passphrase` is missing".into()))?;
            user = user.privacy(privacy, Secret::passphrase(passphrase));
        }
        user.check().map_err(|error| wrong(error.to_string()))?;
        Ok(user)
    }
}

impl Entry {
    fn behaviour(&self, base: &Behaviour) -> Result<Behaviour, OptionsError> {
        let share = |name: &str, given: Option<f64>, base: f64| match given {
            Some(share) if !(0.0..=1.0).contains(&share) => {
                Err(OptionsError(format!("`{name} = {share}`: expected a share from 0 to 1")))
            }
            given => Ok(given.unwrap_or(base)),
        };
        let time = |given: &Option<String>, base: Duration| match given {
            Some(text) => duration(text).map_err(OptionsError),
            None => Ok(base),
        };
        let error = match &self.error {
            Some(name) => fault_status(name).map_err(OptionsError)?,
            None => base.error,
        };
        let endless = match &self.endless {
            Some(text) => Some(Oid::from_str(text).map_err(|error| {
                OptionsError(format!("`endless = \"{text}\"`: expected an OID in numbers: {error}"))
            })?),
            None => base.endless.clone(),
        };
        Ok(Behaviour {
            delay: time(&self.delay, base.delay)?,
            jitter: time(&self.jitter, base.jitter)?,
            loss: share("loss", self.loss, base.loss)?,
            errors: share("errors", self.errors, base.errors)?,
            error,
            max_variables: self.max_variables.or(base.max_variables),
            endless,
            lively: self.lively.unwrap_or(base.lively),
            writable: self.writable.unwrap_or(base.writable),
        })
    }
}

/// A time such as `20ms`, `1.5s` or `2m`.
///
/// # Errors
///
/// It is something else, or longer than an hour.
pub fn duration(text: &str) -> Result<Duration, String> {
    const MOST: f64 = 3_600.0;
    let wrong = || format!("`{text}` is not a time: expected such as 20ms, 1.5s or 2m, an hour at most");
    let text_end = text.trim().find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.trim().split_at_checked(text_end).ok_or_else(wrong)?;
    let unit = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" | "min" => 60.0,
        _ => return Err(wrong()),
    };
    let seconds = number.trim().parse::<f64>().map_err(|_| wrong())? * unit;
    if !(0.0..=MOST).contains(&seconds) {
        return Err(wrong());
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// Whether a pattern, in which `*` stands for any characters, is about a name.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.is_empty()
}

fn engine_id(text: &str) -> Result<EngineId, OptionsError> {
    let digits = text.trim_start_matches("0x");
    let octets: Option<Vec<u8>> =
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect();
    let octets = octets
        .ok_or_else(|| OptionsError(format!("`engine-id = \"{text}\"`: expected hexadecimal digits")))?;
    EngineId::new(&octets).map_err(|error| OptionsError(format!("`engine-id = \"{text}\"`: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys may be those of other files.
    #[test]
    fn users_are_spelled_as_elsewhere() {
        let ours = "[[users]]\nname = \"a\"\nauth = \"SHA-256\"\nauth-passphrase = \"maplesyrup\"\nprivacy = \"AES\"\nprivacy-passphrase = \"pancakes!\"\n";
        let others = "[[user]]\nusername = \"a\"\nauth_protocol = \"SHA256\"\npassword = \"maplesyrup\"\npriv_protocol = \"AES128\"\npriv_password = \"pancakes!\"\n";
        let users = |text| Options::parse(text).expect("options").users;
        assert_eq!(users(ours).len(), 1);
        assert_eq!(users(ours), users(others));
    }

    #[test]
    fn options_are_read() {
        let options = Options::parse(
            r#"
            listen = ["127.0.0.1:1161"]
            seed = 7
            state = "state"
            [[users]]
            name = "alice"
            auth = "SHA-256"
            auth-passphrase = "a long secret"
            privacy = "AES"
            [all]
            delay = "20ms"
            [[devices]]
            name = "lab/*"
            loss = 0.5
            writable = "kept"
            error = "noAccess"
            endless = "1.3.6.1.2.1.2"
            "#,
        )
        .expect("options");
        assert_eq!((options.seed, options.users.len()), (7, 1));
        let lab = options.of("lab/one");
        assert_eq!((lab.delay, lab.loss, lab.writable), (Duration::from_millis(20), 0.5, Writable::Kept));
        assert_eq!(lab.error, ErrorStatus::NO_ACCESS);
        assert_eq!(options.of("laboratory"), &options.behaviour);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, expected) in [
            ("sed = 1", "unknown field `sed`"),
            ("[all]\nloss = 2.0", "a share from 0 to 1"),
            ("[all]\ndelay = \"soon\"", "expected such as 20ms"),
            ("[all]\nwritable = \"kept\"", "needs `state`"),
            ("[[devices]]\nloss = 0.1", "has no `name`"),
            ("[all]\nerror = \"bad\"", "not an error-status"),
            ("[[users]]\nname = \"a\"\nauth = \"SHA\"", "`auth-passphrase` is missing"),
            ("[[users]]\nname = \"a\"\nauth = \"SHA\"\nauth-passphrase = \"short\"", "user `a`"),
            ("engine-id = \"0x8\"", "expected hexadecimal"),
        ] {
            let error = Options::parse(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, expected) in [
            ("*", "a/b", true),
            ("a*", "a/b", true),
            ("*b", "a/b", true),
            ("a*b*c", "a/b/c", true),
            ("a*b*c", "a/c/b", false),
            ("a", "ab", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} and {name}");
        }
    }
}
