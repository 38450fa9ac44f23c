//! The lines of snmpd.conf.

use mibc_runtime::message::Version;

use super::LeftOut;
use super::access::Sockets;
use super::known;
use super::line::word;
use super::sinks::{Losses, address};
use super::state::State;
use super::users::engine;
use super::walk::{Directives, Here};
use crate::config::{Names, NotifyType};
use mibc_runtime::usm::EngineId;

/// The enterprise number of net-snmp, of which its engine IDs are made.
const NET_SNMP: u32 = 8_072;

pub(super) struct Reader<'r> {
    names: &'r dyn Names,
    pub(super) state: State,
}

impl<'r> Reader<'r> {
    pub(super) fn new(names: &'r dyn Names) -> Self {
        Self { names, state: State::default() }
    }

    /// What only shows when all lines are read.
    pub(super) fn finish(&mut self) -> Vec<LeftOut> {
        let sinks = self.state.settle_sinks().into_iter().map(|lost| ("trapsess", lost));
        let proxies = self.state.settle_proxies().into_iter().map(|lost| ("proxy", lost));
        let left_out = |(directive, ((file, line), reason)): (&str, _)| LeftOut {
            file,
            line,
            directive: directive.to_owned(),
            reason,
        };
        sinks.chain(proxies).map(left_out).collect()
    }
}

impl Directives for Reader<'_> {
    fn directive(&mut self, name: &str, rest: &str, here: &Here<'_>) -> Result<Losses, String> {
        let (sinks, proxies) = (self.state.sinks.len(), self.state.proxies.len());
        let losses = self.directive_of(name, rest);
        let place = (here.file.to_path_buf(), here.line);
        if let Some(sink) = self.state.sinks.get_mut(sinks) {
            sink.place.clone_from(&place);
        }
        if let Some(proxy) = self.state.proxies.get_mut(proxies) {
            proxy.place = place;
        }
        losses
    }
}

impl Reader<'_> {
    fn directive_of(&mut self, name: &str, rest: &str) -> Result<Losses, String> {
        let names = self.names;
        let state = &mut self.state;
        let done = |result: Result<(), String>| result.map(|()| Losses::new());
        match name {
            "agentaddress" => Ok(state.listen_on(rest)),
            "rocommunity" => done(state.simple_community(rest, false, Sockets::V4, names)),
            "rwcommunity" => done(state.simple_community(rest, true, Sockets::V4, names)),
            "rocommunity6" => done(state.simple_community(rest, false, Sockets::V6, names)),
            "rwcommunity6" => done(state.simple_community(rest, true, Sockets::V6, names)),
            "authcommunity" => done(state.auth_community(rest, names)),
            "com2sec" => done(state.com2sec(rest, Sockets::V4)),
            "com2sec6" => done(state.com2sec(rest, Sockets::V6)),
            "com2secunix" => done(state.com2sec(rest, Sockets::Unix)),
            "rouser" => done(state.simple_user(rest, false, names)),
            "rwuser" => done(state.simple_user(rest, true, names)),
            "authuser" => done(state.auth_user(rest, names)),
            "authgroup" => done(state.auth_group(rest, names)),
            "createuser" => done(state.create_user(rest)),
            "usmuser" => done(state.usm_user(rest)),
            "group" => done(state.group_line(rest)),
            "view" => done(state.view_line(rest, names)),
            "access" => done(state.access_line(rest)),
            "setaccess" => done(state.set_access(rest)),
            "notificationfilter" => done(state.filter_line(rest, names)),
            "trapcommunity" => {
                state.trap_community = word(&mut { rest });
                Ok(Losses::new())
            }
            "trapsink" => state.sink(rest, Version::V1, NotifyType::Trap),
            "trap2sink" => state.sink(rest, Version::V2c, NotifyType::Trap),
            "informsink" => state.sink(rest, Version::V2c, NotifyType::Inform),
            "trapsess" => state.session(rest),
            "proxy" => state.proxy_line(rest, names),
            "pass" => done(state.pass_line(rest, false, names)),
            "pass_persist" => done(state.pass_line(rest, true, names)),
            "extend" => done(state.extend_line(rest)),
            "authtrapenable" => {
                state.authentication_traps = Some(match rest {
                    "1" => true,
                    "2" => false,
                    _ => return Err("expected 1 or 2".to_owned()),
                });
                Ok(Losses::new())
            }
            "master" => match rest.to_ascii_lowercase().as_str() {
                "agentx" | "all" | "yes" | "on" => {
                    state.sub_agents.is_master = true;
                    Ok(Losses::new())
                }
                _ => Err("expected agentx".to_owned()),
            },
            "agentxsocket" => done(state.sub_agent_sockets(rest)),
            "agentxtimeout" => match rest.trim_end_matches('s').parse() {
                Ok(seconds @ 1..=255) => {
                    state.sub_agents.timeout = Some(seconds);
                    Ok(Losses::new())
                }
                _ => Err("expected seconds, from 1 to 255".to_owned()),
            },
            "sysdescr" => done(state.system_text("description", rest)),
            "syscontact" => done(state.system_text("contact", rest)),
            "sysname" => done(state.system_text("name", rest)),
            "syslocation" => done(state.system_text("location", rest)),
            "sysservices" => {
                let number = rest.parse().ok().filter(|services| *services <= 127);
                state.services = Some(number.ok_or("expected a number of 0 to 127")?);
                Ok(Losses::new())
            }
            "sysobjectid" => {
                let text = word(&mut { rest }).unwrap_or_default();
                let oid = crate::config::oid(&text, names)?;
                state.object_id = Some(oid.to_string());
                Ok(Losses::new())
            }
            "engineid" => {
                let id = EngineId::from_text(NET_SNMP, rest);
                // Longer texts are cut there, and not here: another ID is another engine.
                if rest.len() > 27 {
                    return Err("the text is longer than an engine ID has room for".to_owned());
                }
                state.engine.text = Some(id.map_err(|error| error.to_string())?);
                Ok(Losses::new())
            }
            "exactengineid" => {
                state.engine.exact = Some(engine(rest)?);
                Ok(Losses::new())
            }
            "oldengineid" => {
                state.engine.old = Some(engine(rest)?);
                Ok(Losses::new())
            }
            "engineboots" => {
                state.engine.boots = Some(rest.parse().map_err(|_| "expected a number")?);
                Ok(Losses::new())
            }
            name => Err(known::reason(name).to_owned()),
        }
    }
}

impl State {
    /// `agentaddress ADDRESS[,ADDRESS …]`.
    fn listen_on(&mut self, rest: &str) -> Losses {
        let mut losses = Losses::new();
        for text in rest.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            match address(text, None, 161) {
                Ok(address) => self.listen.push(address),
                Err(reason) => losses.push(format!("`{text}`: {reason}")),
            }
        }
        losses
    }

    /// `agentxsocket SOCKET[,SOCKET …]`.
    fn sub_agent_sockets(&mut self, rest: &str) -> Result<(), String> {
        for text in rest.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            let path = text.strip_prefix("unix:").or_else(|| text.starts_with('/').then_some(text));
            self.sub_agents.sockets.push(match (path, text.strip_prefix("tcp:")) {
                (Some(path), _) => format!("unix:{path}"),
                // A port without a host is one of all addresses.
                (None, Some(port)) if port.parse::<u16>().is_ok() => format!("tcp:0.0.0.0:{port}"),
                (None, Some(host)) => format!("tcp:{host}"),
                (None, None) => return Err(format!("`{text}`: expected unix:PATH or tcp:HOST:PORT")),
            });
        }
        Ok(())
    }

    /// The rest of the line as it stands there, quotes and `#` too.
    fn system_text(&mut self, key: &'static str, text: &str) -> Result<(), String> {
        if text.len() > 255 {
            return Err(format!("the text has {} octets, and may have 255", text.len()));
        }
        self.system.insert(key, text.to_owned());
        Ok(())
    }
}
