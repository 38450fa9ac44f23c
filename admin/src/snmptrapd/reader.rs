//! The lines of snmptrapd.conf.

use mibc_runtime::message::Level;
use mibc_runtime::oid::Oid;
use std::path::PathBuf;

use super::handlers::{Action, Groups, command, target};
use super::known;
use super::senders::{Sender, Who};
use crate::config::{Hidden, Names};
use crate::snmpd::LeftOut;
use crate::snmpd::line::word;
use crate::snmpd::settle::level_of;
use crate::snmpd::sinks::{Losses, address};
use crate::snmpd::state::{Secret, State, User};
use crate::snmpd::walk::{Directives, Here};

/// SNMPv2-MIB::authenticationFailure.
const AUTHENTICATION_FAILURE: (&str, &[u32]) =
    ("SNMPv2-MIB::authenticationFailure", &[1, 3, 6, 1, 6, 3, 1, 1, 5, 5]);

/// Most senders, users and handlers, each.
const MOST: usize = 2_000;

/// Most senders times handlers: who is limited has rules of its own for each handler.
const MOST_RULES: usize = 20_000;

type Place = (PathBuf, u32);

pub(super) struct Reader<'r> {
    names: &'r dyn Names,
    parts: Parts,
    /// Those of `createUser`.
    users: State,
    created: Vec<Place>,
    sent_by: Vec<Place>,
    forwards: Vec<Place>,
    ignores: bool,
}

/// What the lines have said.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) listen: Vec<String>,
    /// Everybody may send.
    pub(super) is_open: bool,
    /// Notifications are not logged.
    pub(super) is_silent: bool,
    pub(super) senders: Vec<Sender>,
    /// Users with the least level of their messages.
    pub(super) users: Vec<(User, Level)>,
    pub(super) groups: Groups,
    /// What notifications are forwarded with.
    pub(super) community: Option<Hidden>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(names: &'r dyn Names) -> Self {
        Self {
            names,
            parts: Parts::default(),
            users: State::default(),
            created: Vec::new(),
            sent_by: Vec::new(),
            forwards: Vec::new(),
            ignores: false,
        }
    }

    /// What only shows when all lines are read.
    pub(super) fn finish(mut self, left_out: &mut Vec<LeftOut>) -> Parts {
        let mut leave_out = |place: &Place, directive: &str, reason: String| {
            let (file, line) = place.clone();
            left_out.push(LeftOut { file, line, directive: directive.to_owned(), reason });
        };
        let users = std::mem::take(&mut self.users.users);
        for (user, place) in users.into_iter().zip(&self.created) {
            let told = self.parts.senders.iter().find_map(|sender| match &sender.who {
                Who::User(name, level) if *name == user.name => Some(*level),
                _ => None,
            });
            let most = level_of(&user);
            let result = match told.or(self.parts.is_open.then_some(Level::NoAuthNoPriv)) {
                _ if self.parts.users.iter().any(|(known, _)| known.name == user.name) => {
                    Err("a line above makes a user of the same name, who counts on every engine in mibc")
                }
                _ if has_key(&user) => {
                    Err("it has keys, and mibc makes them from passphrases: write it as `createUser`")
                }
                None => Err("no `authUser` is for this user, so snmptrapd takes nothing from it"),
                Some(level) if level > most => Err(
                    "`authUser` wants a higher level than the user has passphrases for, so snmptrapd takes nothing from it",
                ),
                Some(level) => Ok(level),
            };
            match result {
                Ok(level) => {
                    if user.engine_id.is_some() {
                        let reason = "-e is not needed: a user counts on every engine in mibc";
                        leave_out(place, "createUser", reason.to_owned());
                    }
                    self.parts.users.push((user, level));
                }
                Err(reason) => leave_out(place, "createUser", reason.to_owned()),
            }
        }
        let mut kept: Vec<Sender> = Vec::new();
        for (sender, place) in std::mem::take(&mut self.parts.senders).into_iter().zip(&self.sent_by) {
            if let Who::User(name, _) = &sender.who {
                let reason = if !self.parts.users.iter().any(|(user, _)| user.name == *name) {
                    "no `createUser` that is taken over makes this user: name the file that does, such as /var/lib/snmp/snmptrapd.conf, or write a [[user]]"
                } else if kept.iter().any(|known| known.is_same(&sender)) {
                    "a line above is for the same user"
                } else {
                    ""
                };
                if !reason.is_empty() {
                    leave_out(place, "authUser", reason.to_owned());
                    continue;
                }
            }
            kept.push(sender);
        }
        let community = |sender: &Sender| match &sender.who {
            Who::Community(name, _) => Some(name.clone()),
            Who::User(..) => None,
        };
        self.parts.community = kept.iter().find_map(community);
        self.parts.senders = kept;
        for place in &self.forwards {
            let reason = match &self.parts.community {
                Some(_) => {
                    "snmptrapd keeps version and community of what it forwards; here it goes as SNMPv2c with the first community"
                }
                None => {
                    "there is no community to forward with: write an [[output]] of type forward with `community` or `user`"
                }
            };
            leave_out(place, "forward", reason.to_owned());
        }
        if self.parts.community.is_none() {
            for group in &mut self.parts.groups.0 {
                group.actions.retain(|action| !matches!(action, Action::Forward(_)));
            }
        }
        self.parts.groups.settle();
        let (text, arcs) = AUTHENTICATION_FAILURE;
        if let (true, Ok(oid)) = (self.ignores, Oid::from_arcs(arcs)) {
            self.parts.groups.ignore(text, &oid);
        }
        self.parts
    }
}

fn has_key(user: &User) -> bool {
    let is_key = |secret: &Secret| !matches!(secret, Secret::Passphrase(_));
    user.auth.as_ref().is_some_and(|(_, secret)| is_key(secret))
        || user.privacy.as_ref().is_some_and(|(_, secret)| is_key(secret))
}

/// `yes` and `no`, as net-snmp reads them.
fn is_yes(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" | "on" => Ok(true),
        "0" | "no" | "false" | "off" => Ok(false),
        _ => Err("expected yes or no".to_owned()),
    }
}

impl Reader<'_> {
    /// Whether there is room for one more of a kind. Where there is none, there is none for all that follow either, so that
    /// no line counts in the place of one before it.
    fn room(&self, name: &str) -> Result<(), String> {
        let parts = &self.parts;
        let (senders, handlers) = (parts.senders.len(), parts.groups.count());
        let (kind, number) = match name {
            "authcommunity" | "authuser" => ("senders", senders),
            "traphandle" | "forward" => ("handlers", handlers),
            "createuser" | "usmuser" => ("users", self.created.len()),
            _ => return Ok(()),
        };
        if number >= MOST {
            return Err(format!("there are more than {MOST} {kind}"));
        }
        if kind != "users" && (senders + 1).saturating_mul(handlers + 1) > MOST_RULES {
            return Err(format!("{senders} senders and {handlers} handlers are too many together"));
        }
        Ok(())
    }
}

impl Directives for Reader<'_> {
    fn directive(&mut self, name: &str, mut rest: &str, here: &Here<'_>) -> Result<Losses, String> {
        self.room(name)?;
        let place = (here.file.to_path_buf(), here.line);
        let names = self.names;
        let parts = &mut self.parts;
        match name {
            "snmptrapdaddr" => {
                let mut losses = Losses::new();
                for text in rest.split(',').map(str::trim).filter(|text| !text.is_empty()) {
                    match address(text, None, 162) {
                        Ok(address) => parts.listen.push(address),
                        Err(reason) => losses.push(format!("`{text}`: {reason}")),
                    }
                }
                return Ok(losses);
            }
            "disableauthorization" => parts.is_open = is_yes(rest)?,
            "donotlogtraps" => parts.is_silent = is_yes(rest)?,
            "ignoreauthfailure" => self.ignores = is_yes(rest)?,
            "authcommunity" => {
                parts.senders.push(Sender::community(rest, names)?);
                self.sent_by.push(place);
            }
            "authuser" => {
                parts.senders.push(Sender::user(rest, names)?);
                self.sent_by.push(place);
            }
            "createuser" => {
                self.users.create_user(rest)?;
                self.created.push(place);
            }
            "usmuser" => {
                self.users.usm_user(rest)?;
                self.created.push(place);
            }
            "traphandle" => {
                let oid = target(&mut rest)?;
                parts.groups.add(&oid, Action::Execute(command(rest)?), names);
            }
            "forward" => {
                let oid = target(&mut rest)?;
                let receiver = word(&mut rest).ok_or("there is no destination")?;
                parts.groups.add(&oid, Action::Forward(address(&receiver, None, 162)?), names);
                self.forwards.push(place);
            }
            name => return Err(known::reason(name).to_owned()),
        }
        Ok(Losses::new())
    }
}
