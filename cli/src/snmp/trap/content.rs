//! What a notification says: from operands to varbinds.

use super::super::input::Input;
use super::super::{Failure, names, value, words};
use super::engine::machine_up_time;
use crate::tool::Tool;
use mibc_compiler::model::{Kind, Ref};
use mibc_compiler::query::{Library, Renderer};
use mibc_runtime::message::{GenericTrap, TrapV1, trap_oid};
use mibc_runtime::oid::Oid;
use mibc_runtime::trap_sender::{TrapError, TrapSender, notification};
use mibc_runtime::value::{IpAddress, TimeTicks, VarBind};
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};

/// The enterprise that net-snmp's tool takes where none is given.
const ENTERPRISE: [u32; 9] = [1, 3, 6, 1, 4, 1, 3, 1, 1];

/// The letters of types.
const TYPES: &str = "=iucCtaosxdbnFDIU";

/// What operands are read with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'r> {
    pub(super) library: &'r Library,
    pub(super) renderer: &'r Renderer<'r>,
    pub(super) input: &'r Input,
    /// Values need not be of the types of their objects.
    pub(super) force: bool,
}

/// A notification of either form.
#[derive(Debug)]
pub(super) enum Content {
    V1 {
        enterprise: Oid,
        /// That of the sender, unless it is given.
        agent: Option<Ipv4Addr>,
        generic: i32,
        specific: i32,
        up_time: TimeTicks,
        own: Vec<VarBind>,
    },
    V2 {
        up_time: TimeTicks,
        identity: Oid,
        own: Vec<VarBind>,
    },
}

impl Content {
    /// From the operands behind the receiver.
    pub(super) fn read(reading: Reading<'_>, v1: bool, operands: &[String]) -> Result<Content, Failure> {
        let renderer = reading.renderer;
        let mut operands = operands.iter().map(String::as_str);
        let mut next = |theirs: &str, ours: &str| operands.next().ok_or_else(|| words::misuse(theirs, ours));
        if !v1 {
            let up_time =
                next("Missing up-time parameter", "expected the time that the sender is up, or '' for now")?;
            let up_time = time(up_time)?;
            let identity =
                next("Missing trap-oid parameter", "expected the notification, such as IF-MIB::linkDown")?;
            let identity = names::any(renderer, identity)?;
            let own = reading.varbinds(operands.collect())?;
            return Ok(Content::V2 { up_time, identity, own });
        }
        let enterprise = next("No enterprise oid", "expected the enterprise of the trap, or ''")?;
        let enterprise = match enterprise {
            "" => Oid::from_arcs(&ENTERPRISE)?,
            name => names::any(renderer, name)?,
        };
        let agent = next("Missing agent parameter", "expected the IPv4 address of the sender, or ''")?;
        let agent = (!agent.is_empty()).then(|| address(agent)).transpose()?;
        let generic = next(
            "Missing generic-trap parameter",
            "expected the number of a generic trap, 0 to 5, or 6 for one of the enterprise",
        )?;
        let generic = number(generic, "the number of a generic trap")?;
        let specific = next(
            "Missing specific-trap parameter",
            "expected the number of the enterprise's trap, 0 for generic ones",
        )?;
        let specific = number(specific, "the number of an enterprise's trap")?;
        let up_time =
            next("Missing uptime parameter", "expected the time that the sender is up, or '' for now")?;
        let up_time = time(up_time)?;
        let own = reading.varbinds(operands.collect())?;
        Ok(Content::V1 { enterprise, agent, generic, specific, up_time, own })
    }

    /// As SNMPv2 has it.
    pub(super) fn varbinds(&self) -> Result<Vec<VarBind>, Failure> {
        let (Content::V1 { up_time, own, .. } | Content::V2 { up_time, own, .. }) = self;
        Ok(notification(*up_time, self.identity()?, own.iter().cloned())?)
    }

    fn identity(&self) -> Result<Oid, Failure> {
        Ok(match self {
            Content::V1 { enterprise, generic, specific, .. } => {
                trap_oid(enterprise, GenericTrap(*generic), *specific)?
            }
            Content::V2 { identity, .. } => identity.clone(),
        })
    }

    /// Sends it as a trap.
    pub(super) async fn send(&self, sender: &TrapSender) -> Result<(), Failure> {
        match self {
            Content::V2 { .. } => sender.send(&self.varbinds()?).await?,
            Content::V1 { enterprise, agent, generic, specific, up_time, own } => {
                let trap = TrapV1 {
                    enterprise: enterprise.clone(),
                    agent_addr: IpAddress(agent.unwrap_or_else(|| sender.own_address()).octets()),
                    generic_trap: GenericTrap(*generic),
                    specific_trap: *specific,
                    time_stamp: *up_time,
                    varbinds: own.clone(),
                };
                match sender.send_v1(trap).await {
                    // Receivers that speak other versions beside this one.
                    Err(TrapError::OnlyV1) => sender.send(&self.varbinds()?).await?,
                    sent => sent?,
                }
            }
        }
        Ok(())
    }

    /// What may be a mistake, by the MIB: it is not a notification, or variables that it lists are not there.
    pub(super) fn doubts(&self, renderer: &Renderer<'_>) -> Vec<String> {
        let (Content::V1 { own, .. } | Content::V2 { own, .. }) = self;
        let Ok(identity) = self.identity() else { return Vec::new() };
        let Some(answer) = renderer.object(identity.as_ref()) else { return Vec::new() };
        let (model, definition) = (answer.model(), answer.definition());
        if definition.oid.as_ref() != Some(&identity) {
            return Vec::new();
        }
        let name = renderer.name(identity.as_ref());
        let Kind::Notification(data) = &definition.kind else {
            return vec![format!("{name} is {}, not a notification", definition.kind.noun())];
        };
        let is_there = |oid: &Oid| own.iter().any(|varbind| varbind.name.starts_with(oid));
        let missing: Vec<&str> = data
            .objects
            .iter()
            .filter_map(|object| match object {
                Ref::Bound(id) => Some(&model[*id]),
                Ref::Unresolved(_) => None,
            })
            .filter(|object| object.oid.as_ref().is_some_and(|oid| !is_there(oid)))
            .map(|object| model.spelling(object.name))
            .collect();
        match missing.as_slice() {
            [] => Vec::new(),
            [one] => vec![format!("{name} lists {one}, which is not there")],
            many => vec![format!("{name} lists {}, which are not there", many.join(", "))],
        }
    }
}

impl Reading<'_> {
    /// Groups of three, or NAME=VALUE.
    fn varbinds(self, operands: Vec<&str>) -> Result<Vec<VarBind>, Failure> {
        let mut groups = Vec::new();
        let mut rest = operands.as_slice();
        while let Some((first, behind)) = rest.split_first() {
            // net-snmp's tools have only groups of three.
            let pair =
                first.split_once('=').filter(|(name, _)| !name.is_empty() && Tool::current().is_none());
            rest = match (pair, behind) {
                (Some((name, text)), _) => {
                    groups.push((name, "=", text));
                    behind
                }
                (None, [kind, text, behind @ ..]) => {
                    groups.push((*first, *kind, *text));
                    behind
                }
                (None, _) => {
                    return Err(words::mistake(
                        format!("{first}: Missing type/value for variable"),
                        format!(
                            "`{first}`: expected NAME TYPE VALUE, such as `ifIndex.7 i 7`, or NAME=VALUE"
                        ),
                    ));
                }
            };
        }
        words::all(groups.into_iter().map(|group| self.varbind(group)))
    }

    fn varbind(self, (name, kind, text): (&str, &str, &str)) -> Result<VarBind, Failure> {
        let Reading { library, renderer, input, force } = self;
        let name = input.name(library, name)?;
        let oid = match Tool::current() {
            Some(_) => names::any(renderer, &name)?,
            None => names::instance(renderer, &name)?,
        };
        // The first letter counts in net-snmp's.
        let first = kind.char_indices().nth(1).and_then(|(end, _)| kind.get(..end)).unwrap_or(kind);
        let kind = if Tool::current().is_some() { first } else { kind };
        if !TYPES.contains(kind) || kind.len() != 1 {
            return Err(words::mistake(
                format!("{name}: Bad variable type (\"{kind}\")"),
                format!("{name}: `{kind}` is not a type: expected one letter of {TYPES}"),
            ));
        }
        let answer = renderer.object(oid.as_ref());
        let object = value::object(answer.as_ref());
        let value = value::of(renderer, input, &name, object.as_ref(), (kind, text), force)?;
        Ok(VarBind { name: oid, value })
    }
}

/// A time in hundredths of a second.
fn time(text: &str) -> Result<TimeTicks, Failure> {
    match text {
        "" => Ok(TimeTicks(machine_up_time())),
        text => text.parse().map(TimeTicks).map_err(|_| {
            words::mistake(
                format!("{text}: Bad value notation ({text})"),
                format!("`{text}` is not a time in hundredths of a second, 0 to {}", u32::MAX),
            )
        }),
    }
}

fn number(text: &str, what: &str) -> Result<i32, Failure> {
    // Numbers of traps are 32 bits, whichever way their sign is read.
    let read = text.parse::<i32>().ok().or_else(|| text.parse::<u32>().ok().map(u32::cast_signed));
    read.ok_or_else(|| format!("`{text}` is not {what}").into())
}

/// The IPv4 address of a host.
fn address(text: &str) -> Result<Ipv4Addr, Failure> {
    let unknown = |why: String| {
        words::mistake(format!("unknown host: {text}"), format!("`{text}` is not an IPv4 address: {why}"))
    };
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let mut found = (text, 0).to_socket_addrs().map_err(|error| unknown(error.to_string()))?;
    let v4 = found.find_map(|address| match address {
        SocketAddr::V4(address) => Some(*address.ip()),
        SocketAddr::V6(_) => None,
    });
    v4.ok_or_else(|| unknown("the host has none".to_owned()))
}
