//! `createUser`, and `usmUser` of the file that snmpd keeps.

use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{Auth, EngineId, MIN_PASSPHRASE, Privacy, UnknownProtocol};

use super::line::{word, words};
use super::state::{Secret, State, User};
use crate::config::Hidden;
use crate::hex;

impl State {
    /// `createUser [-e ENGINEID] NAME [AUTH (PASSPHRASE | -m KEY | -l KEY) [PRIV [PASSPHRASE | -m KEY | -l KEY]]]`.
    pub(crate) fn create_user(&mut self, mut rest: &str) -> Result<(), String> {
        let mut name = word(&mut rest).ok_or("there is no name")?;
        let mut engine_id = None;
        if name == "-e" {
            let text = word(&mut rest).ok_or("there is no engine ID behind -e")?;
            engine_id = Some(engine(&text)?);
            name = word(&mut rest).ok_or("there is no name")?;
        }
        let mut user = User { engine_id, name, auth: None, privacy: None };
        if let Some(text) = word(&mut rest) {
            let auth: Auth = text.parse().map_err(|error: UnknownProtocol| error.to_string())?;
            let secret = secret(&mut rest)?.ok_or("there is no passphrase for authentication")?;
            user.auth = Some((auth, secret.clone()));
            if let Some(text) = word(&mut rest) {
                let privacy: Privacy = text.parse().map_err(|error: UnknownProtocol| error.to_string())?;
                // Without one of its own privacy has that of authentication.
                user.privacy = Some((privacy, self::secret(&mut rest)?.unwrap_or(secret)));
            }
        }
        self.add_user(user)
    }

    /// `usmUser STATUS STORAGE ENGINEID NAME SECNAME CLONEFROM AUTH KEY PRIV KEY PUBLIC`: keys are localized.
    pub(crate) fn usm_user(&mut self, rest: &str) -> Result<(), String> {
        let words = words(rest);
        let [status, _, engine_id, name, security_name, _, auth, auth_key, privacy, privacy_key, ..] =
            &words[..]
        else {
            return Err(
                "expected STATUS STORAGE ENGINEID NAME SECNAME CLONEFROM AUTH KEY PRIV KEY PUBLIC".to_owned()
            );
        };
        if status != "1" {
            return Err("the row is not active".to_owned());
        }
        let name = octets_text(name)?;
        if octets_text(security_name)? != name {
            return Err("the security name is not the name of the user, which it is in mibc".to_owned());
        }
        let key = |text: &str| match text {
            "" => None,
            text => Some(Secret::Localized(Hidden::new(text.trim_start_matches("0x")))),
        };
        let auth = match (auth_of(auth)?, key(auth_key)) {
            (Some(auth), Some(key)) => Some((auth, key)),
            (Some(_), None) => return Err("there is no key for authentication".to_owned()),
            (None, _) => None,
        };
        let privacy = match (privacy_of(privacy)?, key(privacy_key)) {
            (Some(privacy), Some(key)) => Some((privacy, key)),
            (Some(_), None) => return Err("there is no key for privacy".to_owned()),
            (None, _) => None,
        };
        self.add_user(User { engine_id: Some(engine(engine_id)?), name, auth, privacy })
    }

    fn add_user(&mut self, user: User) -> Result<(), String> {
        if !(1..=32).contains(&user.name.len()) {
            return Err(format!("the name has {} octets, and may have 1 to 32", user.name.len()));
        }
        self.insert_user(user)
    }
}

/// `PASSPHRASE | -m KEY | -l KEY`.
pub(super) fn secret(rest: &mut &str) -> Result<Option<Secret>, String> {
    let Some(text) = word(rest) else { return Ok(None) };
    let form: fn(Hidden) -> Secret = match text.as_str() {
        "-m" => Secret::Master,
        "-l" => Secret::Localized,
        _ => return passphrase(text).map(Some),
    };
    let key = word(rest).ok_or_else(|| format!("there is no key behind {text}"))?;
    Ok(Some(form(self::key(&key)?)))
}

pub(super) fn passphrase(text: String) -> Result<Secret, String> {
    if text.len() < MIN_PASSPHRASE {
        return Err(format!(
            "the passphrase has {} octets: at least {MIN_PASSPHRASE} are needed",
            text.len()
        ));
    }
    Ok(Secret::Passphrase(Hidden::new(text)))
}

/// The digits of a key.
pub(super) fn key(text: &str) -> Result<Hidden, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    // The key itself does not belong into a message.
    hex::octets(digits).ok_or("the key is not pairs of hexadecimal digits")?;
    Ok(Hidden::new(digits))
}

pub(super) fn engine(text: &str) -> Result<EngineId, String> {
    text.parse().map_err(|error| format!("the engine ID cannot be used: {error}"))
}

/// A text that may be in hexadecimal.
fn octets_text(text: &str) -> Result<String, String> {
    if !text.starts_with("0x") {
        return Ok(text.to_owned());
    }
    let octets = hex::octets(text).ok_or("a name is not pairs of hexadecimal digits")?;
    // A zero at the end belongs to the form of the file.
    let octets = octets.strip_suffix(&[0]).unwrap_or(&octets);
    String::from_utf8(octets.to_vec()).map_err(|_| "a name is not UTF-8".to_owned())
}

/// The last numbers of usmNoAuthProtocol and its siblings (snmpAuthProtocols).
fn auth_of(text: &str) -> Result<Option<Auth>, String> {
    let [number] = below(text, &[1, 3, 6, 1, 6, 3, 10, 1, 1])[..] else { return Err(unknown(text)) };
    Ok(Some(match number {
        1 => return Ok(None),
        2 => Auth::Md5,
        3 => Auth::Sha1,
        4 => Auth::Sha224,
        5 => Auth::Sha256,
        6 => Auth::Sha384,
        7 => Auth::Sha512,
        _ => return Err(unknown(text)),
    }))
}

/// The same for snmpPrivProtocols, and those of the drafts for longer keys as net-snmp has them.
fn privacy_of(text: &str) -> Result<Option<Privacy>, String> {
    if let [number] = below(text, &[1, 3, 6, 1, 6, 3, 10, 1, 2])[..] {
        return Ok(Some(match number {
            1 => return Ok(None),
            2 => Privacy::Des,
            3 => Privacy::TripleDes,
            4 => Privacy::Aes128,
            _ => return Err(unknown(text)),
        }));
    }
    if let [number] = below(text, &[1, 3, 6, 1, 4, 1, 14832, 1])[..] {
        return Ok(Some(match number {
            1 => Privacy::TripleDes,
            2 => Privacy::Aes128,
            3 => Privacy::Aes192,
            4 => Privacy::Aes256,
            _ => return Err(unknown(text)),
        }));
    }
    match below(text, &[1, 3, 6, 1, 4, 1, 9, 12, 6, 1])[..] {
        [1] => Ok(Some(Privacy::Aes192Reeder)),
        [2] => Ok(Some(Privacy::Aes256Reeder)),
        _ => Err(unknown(text)),
    }
}

fn below(text: &str, prefix: &[u32]) -> Vec<u32> {
    let oid: Option<Oid> = text.trim_start_matches('.').parse().ok();
    oid.and_then(|oid| oid.strip_prefix_arcs(prefix).map(|rest| rest.collect())).unwrap_or_default()
}

fn unknown(text: &str) -> String {
    format!("`{text}` is no protocol that mibc has")
}
