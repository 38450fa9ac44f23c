//! Receivers of notifications.

use mibc_runtime::message::{Level, Version};
use mibc_runtime::usm::UnknownProtocol;

use std::path::PathBuf;

use super::line::word;
use super::state::{AsWhom, Secret, Sink, State, User, level};
use super::users::{engine, key, passphrase};
use crate::config::{Hidden, NotifyType};

/// What is lost of a line that is taken otherwise.
pub(crate) type Losses = Vec<String>;

#[derive(Default)]
struct Common {
    name: Option<String>,
    tag: Option<String>,
    profile: Option<String>,
}

impl State {
    /// `trapsink`, `trap2sink` and `informsink`: `[-profile P] [-name N] [-tag T] [-s SRC] HOST [COMMUNITY [PORT]]`.
    pub(super) fn sink(
        &mut self,
        mut rest: &str,
        version: Version,
        kind: NotifyType,
    ) -> Result<Losses, String> {
        let mut losses = Losses::new();
        let mut common = Common::default();
        let mut host = word(&mut rest).ok_or("there is no host")?;
        while let Some(option) = host.strip_prefix('-') {
            common.take(option, &mut rest, &mut losses)?;
            host = word(&mut rest).ok_or("there is no host")?;
        }
        let community = word(&mut rest);
        let port = word(&mut rest);
        let community = community.or_else(|| self.trap_community.clone());
        // Without a trapcommunity above snmpd sends with this one.
        let community = community.unwrap_or_else(|| "public".to_owned());
        let address = address(&host, port.as_deref(), 162)?;
        let as_whom = AsWhom::Community(version, Hidden::new(community));
        self.add_sink(common, address, kind, (None, None), (as_whom, None));
        Ok(losses)
    }

    fn add_sink(
        &mut self,
        common: Common,
        address: String,
        kind: NotifyType,
        (timeout, retries): (Option<f64>, Option<u8>),
        (as_whom, user): (AsWhom, Option<User>),
    ) {
        let Common { name, tag, profile } = common;
        let place = Default::default();
        self.sinks.push(Sink { name, tag, profile, address, kind, timeout, retries, as_whom, user, place });
    }

    /// `trapsess [-profile P] [-name N] [-tag T] [-s SRC] [OPTIONS OF SNMPTRAP] HOST`.
    pub(super) fn session(&mut self, mut rest: &str) -> Result<Losses, String> {
        let mut losses = Losses::new();
        let mut common = Common::default();
        let mut session = Session::default();
        let host = loop {
            let text = word(&mut rest).ok_or("there is no host")?;
            let Some(option) = text.strip_prefix('-').filter(|option| !option.is_empty()) else { break text };
            if matches!(option, "profile" | "name" | "tag" | "s") {
                common.take(option, &mut rest, &mut losses)?;
            } else {
                session.take(option, &mut rest, &mut losses)?;
            }
        };
        let address = address(&host, word(&mut rest).as_deref(), 162)?;
        let version = session.version.ok_or("there is no version (-v)")?;
        let kind = if session.inform { NotifyType::Inform } else { NotifyType::Trap };
        let (as_whom, user) = match version {
            Version::V3 => self.session_user(&mut session, kind, &mut losses)?,
            Version::V1 if session.inform => return Err("there are no informs in SNMPv1".to_owned()),
            version => {
                let community = session.community.take().or_else(|| self.trap_community.clone());
                let community = community.ok_or("there is no community (-c)")?;
                (AsWhom::Community(version, Hidden::new(community)), None)
            }
        };
        self.add_sink(common, address, kind, (session.timeout, session.retries), (as_whom, user));
        Ok(losses)
    }

    /// The user of a session.
    pub(super) fn session_user(
        &self,
        session: &mut Session,
        kind: NotifyType,
        losses: &mut Losses,
    ) -> Result<(AsWhom, Option<User>), String> {
        let name = session.user.take().filter(|user| !user.is_empty()).ok_or("there is no user (-u)")?;
        let engine_id = match session.engine_id.take() {
            Some(text) if kind == NotifyType::Inform => Some(engine(&text)?),
            Some(_) => {
                losses.push("-e: traps are of this agent's own engine".to_owned());
                None
            }
            None => None,
        };
        let level = session.level;
        let (auth, privacy) = (session.auth_secret.take(), session.privacy_secret.take());
        let user = User {
            engine_id,
            name: name.clone(),
            auth: match auth.filter(|_| level.has_auth()) {
                None => None,
                Some(secret) => {
                    let text = session.auth.take().unwrap_or_else(|| "MD5".to_owned());
                    Some((text.parse().map_err(|error: UnknownProtocol| error.to_string())?, secret))
                }
            },
            privacy: match privacy.filter(|_| level.has_privacy()) {
                None => None,
                Some(secret) => {
                    let text = session.privacy.take().unwrap_or_else(|| "DES".to_owned());
                    Some((text.parse().map_err(|error: UnknownProtocol| error.to_string())?, secret))
                }
            },
        };
        Ok((AsWhom::User(name, level), Some(user)))
    }

    /// Finds or makes the users of sessions, once all lines are read: those that other lines make have their keys from
    /// there. What is left out, with its place.
    pub(super) fn settle_sinks(&mut self) -> Vec<((PathBuf, u32), String)> {
        let mut lost = Vec::new();
        for mut sink in std::mem::take(&mut self.sinks) {
            let result = sink.user.take().map_or(Ok(()), |user| self.session_of(user, &sink.as_whom));
            match result {
                Ok(()) => self.sinks.push(sink),
                Err(reason) => lost.push((sink.place, reason)),
            }
        }
        lost
    }

    pub(super) fn session_of(&mut self, user: User, as_whom: &AsWhom) -> Result<(), String> {
        let name = &user.name;
        let needs_auth = matches!(as_whom, AsWhom::User(_, level) if level.has_auth());
        let index = (user.engine_id, user.name.clone());
        // A line of the file that snmpd keeps names snmpd's own engine.
        let own = (user.engine_id.or(self.engine.id()), user.name.clone());
        let known = self.user_index.get(&index).or_else(|| self.user_index.get(&own));
        match known.and_then(|at| self.users.get(*at)) {
            Some(known) if user.auth.is_none() => match as_whom {
                AsWhom::User(_, level) if *level > super::settle::level_of(known) => {
                    Err(format!("the user `{name}` has no keys for {level}"))
                }
                _ => Ok(()),
            },
            Some(known) if known.auth == user.auth && known.privacy == user.privacy => Ok(()),
            Some(_) => Err(format!(
                "there is a user `{name}` with other secrets: in mibc a user has one set of them for each engine"
            )),
            None if needs_auth && user.auth.is_none() => {
                Err(format!("the user `{name}` has no passphrase, and no line makes it"))
            }
            None => self.insert_user(user),
        }
    }
}

impl Common {
    fn take(&mut self, option: &str, rest: &mut &str, losses: &mut Losses) -> Result<(), String> {
        let value = word(rest).ok_or_else(|| format!("there is nothing behind -{option}"))?;
        match option {
            "profile" => self.profile = Some(value),
            "name" => self.name = Some(value),
            "tag" => self.tag = Some(value),
            "s" => losses.push("-s: the source address is not chosen".to_owned()),
            _ => return Err(format!("-{option} is no option that is known")),
        }
        Ok(())
    }
}

/// The options of snmptrap and snmpget.
#[derive(Default)]
pub(super) struct Session {
    pub(super) version: Option<Version>,
    pub(super) community: Option<String>,
    user: Option<String>,
    level: Level,
    auth: Option<String>,
    privacy: Option<String>,
    auth_secret: Option<Secret>,
    privacy_secret: Option<Secret>,
    engine_id: Option<String>,
    inform: bool,
    pub(super) timeout: Option<f64>,
    pub(super) retries: Option<u8>,
}

impl Session {
    pub(super) fn take(&mut self, option: &str, rest: &mut &str, losses: &mut Losses) -> Result<(), String> {
        let mut letters = option.chars();
        let letter = letters.next().unwrap_or_default();
        let attached = letters.as_str();
        // Letters without a value.
        if matches!(letter, 'd' | 'V' | 'h' | 'H') {
            return Ok(());
        }
        let mut value = |attached: &str| match attached {
            "" => word(rest).ok_or_else(|| format!("there is nothing behind -{option}")),
            attached => Ok(attached.to_owned()),
        };
        if letter == '3' {
            let value = match attached.get(1..) {
                Some(more) if !more.is_empty() => more.to_owned(),
                _ => value("")?,
            };
            let key = key(&value)?;
            match attached.chars().next() {
                Some('m') => self.auth_secret = Some(Secret::Master(key)),
                Some('M') => self.privacy_secret = Some(Secret::Master(key)),
                Some('k') => self.auth_secret = Some(Secret::Localized(key)),
                Some('K') => self.privacy_secret = Some(Secret::Localized(key)),
                _ => return Err(format!("-{option} is no option that is known")),
            }
            return Ok(());
        }
        let text = value(attached)?;
        match letter {
            'v' => {
                self.version = Some(match text.to_ascii_lowercase().as_str() {
                    "1" => Version::V1,
                    "2c" => Version::V2c,
                    "3" => Version::V3,
                    _ => return Err(format!("`{text}` is no version: expected 1, 2c or 3")),
                });
            }
            'c' => self.community = Some(text),
            'u' => self.user = Some(text),
            'l' => self.level = level(&text)?,
            'a' => self.auth = Some(text),
            'x' => self.privacy = Some(text),
            'A' => self.auth_secret = Some(passphrase(text)?),
            'X' => self.privacy_secret = Some(passphrase(text)?),
            'e' => self.engine_id = Some(text),
            'C' => match text.as_str() {
                "i" => self.inform = true,
                _ => return Err(format!("-C{text} is no option that is known")),
            },
            't' => {
                let seconds = text.parse().ok().filter(|seconds| (0.01..=1e6).contains(seconds));
                self.timeout = Some(seconds.ok_or_else(|| format!("`{text}` is no timeout"))?);
            }
            'r' => {
                self.retries =
                    Some(text.parse().map_err(|_| format!("`{text}` is no number of retries up to 255"))?)
            }
            'n' if text.is_empty() => {}
            'n' => losses.push("-n: notifications are sent in the default context".to_owned()),
            'E' => losses.push("-E: notifications are of this agent's own engine".to_owned()),
            'Z' => losses.push("-Z: boots and time are found out".to_owned()),
            'T' => losses.push("-T: transports have no options".to_owned()),
            // What is shown, and where names are looked up.
            'm' | 'M' | 'D' | 'O' | 'I' | 'L' | 'P' => {}
            _ => return Err(format!("-{option} is no option that is known")),
        }
        Ok(())
    }
}

/// An address as the TOML has it.
pub(crate) fn address(text: &str, port: Option<&str>, default_port: u16) -> Result<String, String> {
    if text.is_empty() {
        return Err("there is no address".to_owned());
    }
    if text.starts_with('/') {
        return Ok(format!("unix:{text}"));
    }
    let (transport, rest) = match text.split_once(':') {
        Some((transport, rest)) if transport.chars().next().is_some_and(|c| c.is_ascii_alphabetic()) => {
            (Some(transport.to_ascii_lowercase()), rest)
        }
        _ => (None, text),
    };
    let transport = match transport.as_deref() {
        None => return Ok(with_port("udp", text, port)),
        Some("udp") => "udp",
        Some("udp6" | "udpv6" | "udpipv6") => "udp6",
        Some("tcp") => "tcp",
        Some("tcp6" | "tcpv6" | "tcpipv6") => "tcp6",
        Some("unix") => return Ok(format!("unix:{rest}")),
        Some(
            known @ ("ipx" | "ssh" | "dtlsudp" | "dtls" | "tlstcp" | "tls" | "aal5pvc" | "pvc" | "alias"
            | "callback" | "std" | "stdio"),
        ) => {
            return Err(format!("mibc has no transport `{known}`"));
        }
        // The name of a host, with its port behind it.
        Some(_) => return Ok(with_port("udp", text, port)),
    };
    if rest.is_empty() {
        return Ok(format!("{transport}:{default_port}"));
    }
    Ok(with_port(transport, rest, port))
}

/// The address of an agent. Without a port, the TOML would have that of notifications.
pub(super) fn remote_agent(text: &str) -> Result<String, String> {
    let (transport, host) = match text.split_once(':') {
        Some((transport, rest)) if rest.parse::<std::net::Ipv6Addr>().is_ok() => (transport, rest),
        _ => ("udp6", text),
    };
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        return address(&format!("{transport}:[{host}]"), Some("161"), 161);
    }
    address(text, Some("161"), 161)
}

fn with_port(transport: &str, host: &str, port: Option<&str>) -> String {
    let transport = if host.starts_with('[') && transport == "udp" { "udp6" } else { transport };
    match port {
        Some(port) if !host.contains(':') || host.ends_with(']') => format!("{transport}:{host}:{port}"),
        _ => format!("{transport}:{host}"),
    }
}
