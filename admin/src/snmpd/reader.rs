//! Reads files, line by line, with those that they include.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use mibc_runtime::message::Version;

use super::access::Sockets;
use super::files::{Files, MAX_FILE};
use super::known;
use super::line::{Section, word};
use super::sinks::{Losses, address};
use super::state::State;
use super::users::engine;
use super::{LeftOut, MAX_DEPTH, MAX_FILES, MAX_TOTAL};
use crate::config::{Names, NotifyType};
use mibc_runtime::usm::EngineId;

/// The enterprise number of net-snmp, of which its engine IDs are made.
const NET_SNMP: u32 = 8_072;

/// Longest line, in octets.
const MAX_LINE: usize = 64 << 10;

pub(super) struct Reader<'r> {
    pub(super) files: &'r dyn Files,
    pub(super) names: &'r dyn Names,
    pub(super) state: State,
    pub(super) left_out: Vec<LeftOut>,
    /// Those that are being read: a file that includes itself ends there.
    open: Vec<PathBuf>,
    read: usize,
    octets: u64,
}

/// Where a directive stands.
struct Here<'h> {
    file: &'h Path,
    line: u32,
}

impl<'r> Reader<'r> {
    pub(super) fn new(files: &'r dyn Files, names: &'r dyn Names) -> Self {
        Self {
            files,
            names,
            state: State::default(),
            left_out: Vec::new(),
            open: Vec::new(),
            read: 0,
            octets: 0,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Why it is not read.
    pub(super) fn file(&mut self, path: &Path) -> Result<(), String> {
        if self.open.iter().any(|open| open == path) {
            return Err("the file includes itself".to_owned());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("files include each other more than {MAX_DEPTH} deep"));
        }
        if self.read >= MAX_FILES {
            return Err(format!("there are more than {MAX_FILES} files"));
        }
        let octets = self.files.read(path)?;
        let length = octets.len() as u64;
        if length > MAX_FILE {
            return Err(format!("it is longer than {MAX_FILE} octets"));
        }
        self.octets += length;
        if self.octets > MAX_TOTAL {
            return Err(format!("all files together are longer than {MAX_TOTAL} octets"));
        }
        self.read += 1;
        self.open.push(path.to_path_buf());
        let mut section = Section::default();
        for (number, line) in octets.split(|octet| *octet == b'\n').enumerate() {
            let here = Here { file: path, line: u32::try_from(number + 1).unwrap_or(u32::MAX) };
            self.line(&here, line, &mut section);
        }
        self.open.pop();
        Ok(())
    }

    fn line(&mut self, here: &Here<'_>, line: &[u8], section: &mut Section) {
        if line.len() > MAX_LINE {
            return self.leave_out(here, "", format!("the line is longer than {MAX_LINE} octets"));
        }
        // Without the name of the directive: what is not text may be anything.
        let Ok(line) = std::str::from_utf8(line) else {
            return self.leave_out(here, "", "the line is not UTF-8".to_owned());
        };
        let directive = match section.directive(line) {
            Ok(Some(directive)) => directive,
            Ok(None) => return,
            Err(reason) => return self.leave_out(here, "[", reason),
        };
        if let Some(section) = directive.section {
            return self.leave_out(
                here,
                &directive.name,
                format!("it is for `{section}`, not for the agent"),
            );
        }
        let name = directive.name.to_ascii_lowercase();
        if directive.rest.is_empty() {
            return self.leave_out(here, &directive.name, "there is nothing behind it".to_owned());
        }
        let sinks = self.state.sinks.len();
        let result = self.directive(&name, directive.rest, here);
        if let Some(sink) = self.state.sinks.get_mut(sinks) {
            // An included file has set the places of its own.
            if sink.place.1 == 0 {
                sink.place = (here.file.to_path_buf(), here.line);
            }
        }
        match result {
            Ok(losses) => losses.into_iter().for_each(|loss| self.leave_out(here, &directive.name, loss)),
            Err(reason) => self.leave_out(here, &directive.name, reason),
        }
    }

    /// What only shows when all lines are read.
    pub(super) fn finish(&mut self) {
        let sinks = self.state.settle_sinks().into_iter().map(|lost| ("trapsess", lost));
        let proxies = self.state.settle_proxies().into_iter().map(|lost| ("proxy", lost));
        for (directive, ((file, line), reason)) in sinks.chain(proxies) {
            self.left_out.push(LeftOut { file, line, directive: directive.to_owned(), reason });
        }
    }

    fn leave_out(&mut self, here: &Here<'_>, directive: &str, reason: String) {
        let directive = directive.chars().take(64).collect();
        self.left_out.push(LeftOut { file: here.file.to_path_buf(), line: here.line, directive, reason });
    }

    /// One directive. What is lost of it, if it is taken otherwise.
    fn directive(&mut self, name: &str, rest: &str, here: &Here<'_>) -> Result<Losses, String> {
        let names = self.names;
        let state = &mut self.state;
        let done = |result: Result<(), String>| result.map(|()| Losses::new());
        match name {
            "includefile" | "include" => done(self.include(rest, here)),
            "includedir" => self.include_folder(rest),
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
            "proxy" => {
                let proxies = state.proxies.len();
                let losses = state.proxy_line(rest, names);
                if let Some(proxy) = state.proxies.get_mut(proxies) {
                    proxy.place = (here.file.to_path_buf(), here.line);
                }
                losses
            }
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

    fn include(&mut self, mut rest: &str, here: &Here<'_>) -> Result<(), String> {
        let name = word(&mut rest).ok_or("there is no file")?;
        let path = here.file.parent().unwrap_or(Path::new("")).join(name);
        self.file(&path).map_err(|reason| format!("`{}` is not read: {reason}", path.display()))
    }

    /// The files of a folder whose names end with `.conf`, sorted.
    fn include_folder(&mut self, mut rest: &str) -> Result<Losses, String> {
        let folder = PathBuf::from(word(&mut rest).ok_or("there is no folder")?);
        if !folder.has_root() {
            return Err("the folder has to be an absolute path".to_owned());
        }
        let found = self.files.list(&folder);
        let found = found.map_err(|reason| format!("`{}` is not read: {reason}", folder.display()))?;
        // Twice the same file says nothing more.
        let unique: HashSet<PathBuf> =
            found.into_iter().filter(|path| path.extension().is_some_and(|name| name == "conf")).collect();
        let mut paths: Vec<PathBuf> = unique.into_iter().collect();
        paths.sort();
        let mut losses = Losses::new();
        for path in paths {
            if let Err(reason) = self.file(&path) {
                losses.push(format!("`{}` is not read: {reason}", path.display()));
            }
        }
        Ok(losses)
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
