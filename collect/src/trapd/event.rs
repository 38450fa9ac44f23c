//! An event: a notification with names, and what rules say about it.

use super::script;
use super::severity::Severity;
use super::time::Clock;
use crate::shorten::shorten;
use mibc_compiler::query::{Form, Library, Renderer, json};
use mibc_runtime::ber::Anomaly;
use mibc_runtime::listener::{ReceivedNotification, Sender};
use mibc_runtime::message::Version;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::oid::Oid;
use mibc_runtime::show::Style;
use mibc_runtime::value::{TimeTicks, VarBind};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::fmt::Display;
use std::time::SystemTime;

/// The version of the form of events. It changes when a member goes or means something else, not when one is added.
pub const SCHEMA: u32 = 1;

/// Most octets of a text of a key or a label, so that no notification makes keys without end, and receivers take the labels.
const MAX_KEY: usize = 1_024;

/// A notification with names, and what rules say about it. As JSON it is what outputs get; `docs/trapd.md` has its members.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Event<'n> {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Tells it from all others, also of other runs and other receivers.
    pub id: String,
    /// When it was received, as in RFC 3339.
    pub time: String,
    /// The same.
    #[serde(skip)]
    pub received: SystemTime,
    /// The IP address that it came from, or the name of a socket of the Unix domain.
    pub source: String,
    /// The port that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How it came: `udp`, `tcp`, `unix`.
    pub transport: &'static str,
    /// The agent that it speaks for: snmpTrapAddress.0 if that says something, otherwise the source.
    pub agent: String,
    /// `v1`, `v2c` or `v3`.
    pub version: &'static str,
    /// `trap` or `inform`.
    pub kind: &'static str,
    /// The user of SNMPv3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The context of SNMPv3, unless it is the one without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The engine of SNMPv3 that has sent it, in hexadecimal: of a trap the authoritative one, of an inform the one that has
    /// the context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The engine that has the context, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_engine: Option<String>,
    /// The name of the notification with its module, such as `IF-MIB::linkDown`; empty if it does not say what it is.
    pub notification: String,
    /// The same in numbers.
    pub oid: Option<String>,
    /// sysUpTime.0 of the sender, in hundredths of a second.
    pub up_time: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// The rule that has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What it begins or ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
    /// How many like it were left out since the last one, by the limit of its rule.
    #[serde(skip_serializing_if = "is_zero")]
    pub suppressed: u64,
    /// What is odd about it, against the rules of SNMP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<&'static str>,
    /// What it says, but for sysUpTime.0, snmpTrapOID.0 and snmpTrapCommunity.0.
    pub varbinds: Vec<Variable<'n>>,
    /// What scripts for snmptrapd read, if there are such.
    #[serde(skip)]
    pub(super) script: Option<String>,
}

/// A varbind with names. As JSON it has `oid` and `type` as well, those of the varbind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Variable<'n> {
    /// Its name with its module and its index, such as `IF-MIB::ifIndex.2`.
    pub name: String,
    /// Where the index begins in the name.
    index: Option<usize>,
    /// Whether it is of an object that a module defines.
    is_object: bool,
    /// Its value: a number, a text, `{"hex": "…"}` or null.
    pub value: Json,
    /// Its value as text, by the type of its object: `down`, `0:1:02:03.04`.
    pub text: String,
    /// The varbind itself.
    pub varbind: &'n VarBind,
}

impl Variable<'_> {
    /// The name without its module, and without its index where a module has the object.
    pub(super) fn short_name(&self) -> &str {
        let index = self.index.filter(|_| self.is_object);
        let end = index.map_or(self.name.len(), |at| at.saturating_sub(1));
        let name = self.name.get(..end).unwrap_or(&self.name);
        name.rsplit("::").next().unwrap_or(name)
    }

    /// The index on its own; the whole OID where no module has the object.
    pub fn index(&self) -> Cow<'_, str> {
        match self.index.and_then(|at| self.name.get(at..)) {
            Some(index) => index.into(),
            None => self.varbind.name.to_string().into(),
        }
    }
}

impl Serialize for Variable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_struct("Variable", 5)?;
        all.serialize_field("name", &self.name)?;
        all.serialize_field("oid", &Shown(&self.varbind.name))?;
        all.serialize_field("type", &Shown(self.varbind.value.as_ref().kind()))?;
        all.serialize_field("value", &self.value)?;
        all.serialize_field("text", &self.text)?;
        all.end()
    }
}

/// Written as it is shown.
struct Shown<T>(T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What an event begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Alert {
    /// Its name, which is that of the rule unless the rule gives it another.
    pub name: String,
    /// Tells it from others. An event ends what one with the same key has begun.
    pub key: String,
    /// Whether it begins or ends.
    pub state: State,
    /// How bad it is while it lasts.
    #[serde(skip)]
    pub severity: Severity,
}

/// Whether something begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It begins.
    Raise,
    /// It ends.
    Clear,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Gives notifications names.
pub(super) struct Namer<'l> {
    renderer: Renderer<'l>,
    /// For scripts.
    scripts: Option<Renderer<'l>>,
    clock: Clock,
    /// A number of this run, which no other run has, and how many events it has made.
    run: u64,
    made: u64,
}

impl<'l> Namer<'l> {
    pub(super) fn new(library: &'l Library, run: u64, made: u64) -> Self {
        let renderer = Renderer::new(library, Form::Module, Style::PLAIN);
        Self { renderer, scripts: None, clock: Clock::default(), run, made }
    }

    /// Events have the text for scripts as well.
    pub(super) fn for_scripts(mut self, library: &'l Library) -> Self {
        // A value with line breaks would be lines of its own, which say what its sender wants.
        let mut style = Style::QUICK;
        style.one_line = true;
        self.scripts = Some(Renderer::new(library, Form::Module, style));
        self
    }

    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// The next event gets the number after this one: it is the same again.
    pub(super) fn go_back(&mut self, made: u64) {
        self.made = made;
    }

    /// The event of a notification that was received then.
    pub(super) fn event<'n>(
        &mut self,
        notification: &'n ReceivedNotification,
        received: SystemTime,
    ) -> Event<'n> {
        self.made += 1;
        let (transport, source, port) = place(&notification.source);
        let agent = notification.agent_addr().filter(|address| address.0 != [0; 4]);
        let (mut user, mut context, mut engine, mut context_engine) = (None, None, None, None);
        if let Sender::User(sender) = &notification.sender {
            let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
            user = Some(text(&sender.name));
            context = Some(text(&sender.context_name)).filter(|name| !name.is_empty());
            let of_context = sender.context_engine_id.as_slice();
            // An inform is for our own engine.
            let own = if notification.is_inform { of_context } else { sender.engine_id.as_bytes() };
            engine = Some(hexadecimal(own));
            context_engine = (own != of_context).then(|| hexadecimal(of_context));
        }
        let varbinds: Vec<&VarBind> = visible(notification).collect();
        let variables = varbinds.iter().map(|varbind| self.variable(varbind, &varbinds)).collect();
        let odd = match notification.anomalies.is_conforming() {
            true => Vec::new(),
            false => notification.anomalies.iter().map(Anomaly::as_str).collect(),
        };
        Event {
            schema: SCHEMA,
            id: format!("{:016x}-{}", self.run, self.made),
            time: self.clock.rfc3339(received),
            received,
            agent: agent.map_or_else(|| source.clone(), |agent| agent.to_string()),
            source,
            port,
            transport,
            version: match notification.version {
                Version::V1 => "v1",
                Version::V2c => "v2c",
                _ => "v3",
            },
            kind: if notification.is_inform { "inform" } else { "trap" },
            user,
            context,
            engine,
            context_engine,
            notification: notification
                .trap_oid
                .as_ref()
                .map_or_else(String::new, |oid| self.renderer.name(oid.as_ref())),
            oid: notification.trap_oid.as_ref().map(ToString::to_string),
            up_time: notification.up_time.map(|TimeTicks(ticks)| ticks),
            severity: Severity::default(),
            rule: None,
            alert: None,
            suppressed: 0,
            odd,
            varbinds: variables,
            script: self.scripts.as_ref().map(|names| script::text(names, notification)),
        }
    }

    fn variable<'n>(&self, varbind: &'n VarBind, others: &[&VarBind]) -> Variable<'n> {
        let shown = self.renderer.varbind_beside(varbind, others);
        Variable {
            name: shown.name,
            index: shown.index,
            is_object: shown.is_object,
            value: json::value(varbind.value.as_ref()),
            text: shown.value,
            varbind,
        }
    }
}

impl Event<'_> {
    /// The first varbind that is an instance of an object.
    pub(super) fn find(&self, object: &Oid) -> Option<&Variable<'_>> {
        self.varbinds.iter().find(|variable| variable.varbind.name.starts_with(object))
    }

    /// On one line, for people: its name and what it says.
    pub(super) fn line(&self) -> String {
        let mut line = match (self.notification.as_str(), &self.oid) {
            ("", None) => "a notification without snmpTrapOID.0".to_owned(),
            ("", Some(oid)) => oid.clone(),
            (name, _) => name.to_owned(),
        };
        for (place, variable) in self.varbinds.iter().enumerate() {
            line += if place == 0 { ": " } else { ", " };
            line += &variable.name;
            line += " = ";
            line += &variable.text;
        }
        line
    }

    /// The name of the notification without its module.
    pub(super) fn short_name(&self) -> &str {
        self.notification.rsplit("::").next().unwrap_or_default()
    }

    /// Writes it as JSON, on one line, in place of what is there.
    pub(super) fn write_json(&self, out: &mut Vec<u8>) {
        out.clear();
        // All its members can be written.
        let _ = serde_json::to_writer(out, self);
    }
}

impl Alert {
    pub(super) fn new(name: String, key: String, state: State, severity: Severity) -> Self {
        Self { name, key: bounded(key), state, severity }
    }
}

/// The text of a key or a label, cut where it is too long.
pub(super) fn bounded(mut text: String) -> String {
    shorten(&mut text, MAX_KEY);
    text
}

/// All varbinds but snmpTrapCommunity.0, which conversion from SNMPv1 adds: it is a secret.
pub(super) fn visible(notification: &ReceivedNotification) -> impl Iterator<Item = &VarBind> {
    const SECRET: [u32; 10] = [1, 3, 6, 1, 6, 3, 18, 1, 4, 0];
    notification.varbinds.iter().filter(|varbind| !varbind.name.arcs().eq(SECRET))
}

fn place(address: &TransportAddress) -> (&'static str, String, Option<u16>) {
    let ip = |address: &std::net::SocketAddr| (address.ip().to_canonical().to_string(), Some(address.port()));
    match address {
        TransportAddress::Udp(address) => {
            let (ip, port) = ip(address);
            ("udp", ip, port)
        }
        TransportAddress::Tcp(address) => {
            let (ip, port) = ip(address);
            ("tcp", ip, port)
        }
        other => (
            "unix",
            other.to_string().split_once(':').map_or_else(String::new, |(_, path)| path.to_owned()),
            None,
        ),
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
