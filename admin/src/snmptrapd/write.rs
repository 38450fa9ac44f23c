//! The TOML of what was read.

use std::fmt::Write;

use super::handlers::Action;
use super::reader::Parts;
use super::rules::{Rule, rules};
use super::senders::Who;
use crate::config::Hidden;
use crate::snmpd::LeftOut;
use crate::snmpd::settle::level_of;
use crate::snmpd::state::Secret;
use crate::snmpd::write::{comment, quoted};

/// Where the unit of systemd has its state.
const STATE: &str = "/var/lib/mibc-trapd";

pub(super) fn toml(parts: &Parts, left_out: &[LeftOut]) -> String {
    let mut out =
        String::from("# Configuration of the receiver of mibc, made of the configuration of snmptrapd.\n");
    if !left_out.is_empty() {
        out += "#\n# Left out:\n";
        for line in left_out {
            let _ = writeln!(out, "#   {}", comment(&line.to_string()));
        }
    }
    if !parts.users.is_empty() {
        out += "\n# The engine that informs of SNMPv3 are sent to.\n";
        text(&mut out, "state", STATE);
    }
    listener(&mut out, parts);
    for (user, level) in &parts.users {
        out += "\n[[user]]\n";
        text(&mut out, "name", &user.name);
        if let Some((protocol, passphrase)) = &user.auth {
            text(&mut out, "auth", protocol.as_str());
            secret(&mut out, "auth-passphrase", passphrase);
        }
        if let Some((protocol, passphrase)) = &user.privacy {
            text(&mut out, "privacy", protocol.as_str());
            secret(&mut out, "privacy-passphrase", passphrase);
        }
        if *level < level_of(user) {
            text(&mut out, "level", level.as_str());
        }
    }
    let rules = rules(parts);
    let outputs = Outputs::of(&rules);
    for one in &rules {
        rule(&mut out, one, &outputs);
    }
    outputs.write(&mut out, parts.community.as_ref());
    out
}

fn listener(out: &mut String, parts: &Parts) {
    *out += "\n[[listener]]\n";
    if !parts.listen.is_empty() {
        let _ = writeln!(out, "address = {}", list(&parts.listen));
    }
    if parts.is_open {
        *out += "any-community = true\n";
    }
    // Where all are accepted, one with its networks would be accepted from nowhere else.
    let named = parts.senders.iter().filter(|_| !parts.is_open);
    let communities: Vec<String> = named
        .filter_map(|sender| match &sender.who {
            Who::Community(name, None) => Some(quoted(name.reveal())),
            Who::Community(name, Some(source)) => {
                Some(format!("{{ community = {}, sources = [{}] }}", quoted(name.reveal()), quoted(source)))
            }
            Who::User(..) => None,
        })
        .collect();
    if !communities.is_empty() {
        *out += "communities = [\n";
        for community in communities {
            let _ = writeln!(out, "    {community},");
        }
        *out += "]\n";
    }
}

fn rule(out: &mut String, rule: &Rule<'_>, outputs: &Outputs<'_>) {
    *out += "\n[[rule]]\n";
    match rule.sender.map(|sender| &sender.who) {
        Some(Who::Community(name, source)) => {
            text(out, "community", name.reveal());
            if let Some(source) = source {
                text(out, "source", source);
            }
        }
        Some(Who::User(name, _)) => text(out, "user", name),
        None => {}
    }
    match rule.oid {
        Some((oid, true)) => text(out, "below", oid),
        Some((oid, false)) => text(out, "notification", oid),
        None => {}
    }
    let log = rule.is_logged.then(|| "log".to_owned());
    let names: Vec<String> = log.into_iter().chain(outputs.names(rule)).collect();
    if names.is_empty() {
        *out += "drop = true\n";
    } else {
        let _ = writeln!(out, "outputs = {}", list(&names));
    }
}

/// The outputs that rules name.
struct Outputs<'p> {
    is_logged: bool,
    actions: Vec<&'p Action>,
}

impl<'p> Outputs<'p> {
    fn of(rules: &[Rule<'p>]) -> Self {
        let mut actions: Vec<&Action> = Vec::new();
        for action in rules.iter().flat_map(|rule| &rule.actions) {
            if !actions.contains(action) {
                actions.push(action);
            }
        }
        Self { is_logged: rules.iter().any(|rule| rule.is_logged), actions }
    }

    fn name(&self, number: usize) -> String {
        match self.actions.get(number) {
            Some(Action::Forward(_)) => format!("forward-{}", number + 1),
            _ => format!("handler-{}", number + 1),
        }
    }

    /// Those of a rule. What stands twice in the file is done once.
    fn names(&self, rule: &Rule<'_>) -> impl Iterator<Item = String> {
        let wanted = |number: &usize| self.actions.get(*number).is_some_and(|own| rule.actions.contains(own));
        (0..self.actions.len()).filter(wanted).map(|number| self.name(number))
    }

    fn write(&self, out: &mut String, community: Option<&Hidden>) {
        if self.is_logged {
            *out += "\n# Lines of JSON on standard output; `path` has them in a file.\n[[output]]\n";
            text(out, "name", "log");
            text(out, "type", "lines");
        }
        for (number, action) in self.actions.iter().enumerate() {
            *out += "\n[[output]]\n";
            text(out, "name", &self.name(number));
            match action {
                Action::Execute(command) => {
                    text(out, "type", "traphandle");
                    let _ = writeln!(out, "command = {}", list(command));
                }
                Action::Forward(address) => {
                    text(out, "type", "forward");
                    text(out, "address", address);
                    text(out, "community", community.map_or("", Hidden::reveal));
                }
            }
        }
    }
}

fn text(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {}", quoted(value));
}

fn secret(out: &mut String, key: &str, secret: &Secret) {
    // Users with keys are left out.
    if let Secret::Passphrase(passphrase) = secret {
        text(out, key, passphrase.reveal());
    }
}

fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", values.join(", "))
}
