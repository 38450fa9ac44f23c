//! Subtrees of other agents: `proxy`.

use std::path::PathBuf;

use mibc_runtime::message::{Level, Version};
use mibc_runtime::oid::Oid;

use super::line::word;
use super::settle::level_of;
use super::sinks::{Losses, Session, remote_agent};
use super::state::{AsWhom, State, User};
use crate::config::{Hidden, Names, NotifyType};

/// A subtree of another agent, as the TOML has it.
pub(super) struct Proxy {
    pub(super) root: Oid,
    /// The root there, if it is another one.
    pub(super) remote_root: Option<Oid>,
    pub(super) context: String,
    pub(super) remote_context: String,
    pub(super) address: String,
    /// In seconds.
    pub(super) timeout: Option<f64>,
    pub(super) retries: Option<u8>,
    pub(super) as_whom: AsWhom,
    /// The user that the line itself describes.
    pub(super) user: Option<User>,
    /// Where it stands.
    pub(super) place: (PathBuf, u32),
}

impl State {
    /// `proxy [-Cn CONTEXT] [OPTIONS OF SNMPGET] HOST OID [REMOTE-OID]`.
    pub(super) fn proxy_line(&mut self, mut rest: &str, names: &dyn Names) -> Result<Losses, String> {
        let mut losses = Losses::new();
        let mut session = Session::default();
        let (mut context, mut remote_context) = (String::new(), String::new());
        let host = loop {
            let text = word(&mut rest).ok_or("there is no host")?;
            let Some(option) = text.strip_prefix('-').filter(|option| !option.is_empty()) else { break text };
            let mut behind = |attached: &str| match attached {
                "" => word(&mut rest).ok_or_else(|| format!("there is nothing behind -{option}")),
                attached => Ok(attached.to_owned()),
            };
            if let Some(attached) = option.strip_prefix('C') {
                match behind(attached)?.as_str() {
                    "n" => context = word(&mut rest).ok_or("there is no context behind -Cn")?,
                    other => return Err(format!("-C{other} is no option that is known")),
                }
            } else if let Some(attached) = option.strip_prefix('n') {
                remote_context = behind(attached)?;
            } else if option.starts_with('e') || option.starts_with('E') {
                behind(option.get(1..).unwrap_or_default())?;
                let letter = option.get(..1).unwrap_or_default();
                losses.push(format!("-{letter}: the other agent's engine ID is found out"));
            } else {
                session.take(option, &mut rest, &mut losses)?;
            }
        };
        let root = word(&mut rest).ok_or("there is no OID")?;
        let root = crate::config::oid(&root, names)?;
        let remote_root = word(&mut rest).map(|text| crate::config::oid(&text, names)).transpose()?;
        if self.proxies.iter().any(|known| known.root == root && known.context == context) {
            return Err(format!("there is a `proxy` for {root} above"));
        }
        // What snmpd takes unless its snmp.conf says something else.
        let (as_whom, user) = match session.version.unwrap_or(Version::V3) {
            Version::V3 => self.session_user(&mut session, NotifyType::Inform, &mut losses)?,
            version => {
                if !remote_context.is_empty() {
                    losses.push("-n: only SNMPv3 has contexts".to_owned());
                    remote_context.clear();
                }
                let community = session.community.take().ok_or("there is no community (-c)")?;
                (AsWhom::Community(version, Hidden::new(community)), None)
            }
        };
        self.proxies.push(Proxy {
            remote_root: remote_root.filter(|remote| *remote != root),
            root,
            context,
            remote_context,
            address: remote_agent(&host)?,
            timeout: session.timeout,
            retries: session.retries,
            as_whom,
            user,
            place: Default::default(),
        });
        Ok(losses)
    }

    /// Finds or makes the users of proxies, once all lines are read. What is left out, with its place.
    pub(super) fn settle_proxies(&mut self) -> Vec<((PathBuf, u32), String)> {
        let mut lost = Vec::new();
        for mut proxy in std::mem::take(&mut self.proxies) {
            let result = proxy.user.take().map_or(Ok(()), |user| self.session_of(user, &proxy.as_whom));
            match result.and_then(|()| self.same_level(&proxy.as_whom)) {
                Ok(()) => self.proxies.push(proxy),
                Err(reason) => lost.push((proxy.place, reason)),
            }
        }
        lost
    }

    /// A user asks at one level.
    fn same_level(&self, as_whom: &AsWhom) -> Result<(), String> {
        let AsWhom::User(name, level) = as_whom else { return Ok(()) };
        let mut users = self.users.iter().filter(|user| user.name == *name);
        let keys: Level = users.next().map(level_of).unwrap_or_default();
        if keys == *level {
            return Ok(());
        }
        Err(format!("the user `{name}` has keys for {keys}, which is how mibc asks, and not for {level}"))
    }
}
