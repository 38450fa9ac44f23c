//! `mibc listen`: prints notifications.

mod ending;
mod hosts;
mod trapd;

use super::connection::Identity;
use super::output::{Format, Presentation};
use super::printer::{csv_line, line};
use super::{Failure, Text, address, log, protocols};
use crate::output::{WriteError, reader_is_gone, to_stdout};
use crate::tool::Tool;
use ending::Ending;
use hosts::Hosts;
use mibc_compiler::query::Renderer;
use mibc_compiler::query::json::varbind as varbind_json;
use mibc_runtime::ber::Anomaly;
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::message::Version;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::usm::User;
use mibc_runtime::value::{DateAndTime, ValueRef, VarBind};
use serde_json::{Value as Json, json};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};
use tokio::time::timeout;

/// Where to listen by default, and the port of addresses without one.
const ADDRESS: &str = "udp:0.0.0.0:162";
const PORT: u16 = 162;

/// Notifications that wait to be printed at most, and octets of their messages: for a while more may come than can be
/// printed. When so many wait, the system keeps what comes, as far as its buffer goes.
const QUEUE: usize = 250_000;
const QUEUE_OCTETS: usize = 64 << 20;

/// Size of that buffer, in octets. If the system's limit is lower, the command gets that, unless it may exceed it.
const RECEIVE_BUFFER: usize = 32 << 20;

/// Octets of output that are written together while more notifications wait.
const WRITTEN_TOGETHER: usize = 64 << 10;

/// How often to look what was lost while notifications come, and how long after the last one.
const SOMETIMES: Duration = Duration::from_secs(1);
const QUIET: Duration = Duration::from_millis(200);

/// What `mibc listen` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct ListenArguments {
    #[command(flatten)]
    identity: Identity,
    /// Take communities and users from this profile; may be given more than once.
    #[arg(help_heading = None, long = "profile", value_name = "NAME")]
    profile: Vec<String>,
    /// Further communities.
    #[arg(long, value_name = "COMMUNITY", hide = true)]
    also_community: Vec<String>,
    /// Further users: name, authentication protocol and passphrase, privacy protocol and passphrase, a line for each.
    #[arg(long, value_name = "USER", hide = true)]
    also_user: Vec<String>,
    /// Take notifications of SNMPv1 and SNMPv2c with any community, from anyone who can send a datagram.
    #[arg(help_heading = None, long)]
    any_community: bool,
    #[command(flatten)]
    text: Text,
    /// Where messages about errors go, as in net-snmp: e (standard error), o (standard output), n (nowhere), f FILE,
    /// s FACILITY (syslog: d, u or 0 to 7).
    #[arg(help_heading = None, short = 'L', long = "log-to", value_name = "PLACE")]
    log_to: Vec<String>,
    /// Print traps of SNMPv1 in this format of snmptrapd's.
    #[arg(long, value_name = "FORMAT", hide = true, allow_hyphen_values = true)]
    format1: Option<String>,
    /// Print others in this format of snmptrapd's.
    #[arg(long, value_name = "FORMAT", hide = true, allow_hyphen_values = true)]
    format2: Option<String>,
    /// Do not look up names of hosts.
    #[arg(long, hide = true)]
    numeric_hosts: bool,
    /// End after this many notifications.
    #[arg(help_heading = None, long, value_name = "COUNT")]
    count: Option<u64>,
    /// Where to listen: HOST, HOST:PORT or [IPV6]:PORT, with udp:, udp6:, tcp: or tcp6: in front; unix:PATH or
    /// unixgram:PATH. udp:0.0.0.0:162 unless given.
    #[arg(help_heading = None, value_name = "ADDRESS")]
    addresses: Vec<String>,
}

impl ListenArguments {
    /// snmptrapd's way to print, where the command stands for it or its formats are given.
    fn layout(&self) -> Option<trapd::Layout> {
        let (v1, v2) = (self.format1.as_deref(), self.format2.as_deref());
        let wanted = Tool::current() == Some(Tool::Trapd) || v1.is_some() || v2.is_some();
        let hosts = || (!self.numeric_hosts).then(Hosts::of_this_machine);
        wanted.then(|| trapd::Layout::new(v1, v2, hosts()))
    }
}

pub(crate) fn listen(arguments: &ListenArguments) -> Result<ExitCode, Failure> {
    arguments.identity.of_every_version()?;
    log::to(&arguments.log_to)?;
    let (library, presentation) = arguments.text.prepare(&arguments.text.conf())?;
    let mut writer = Writer {
        renderer: presentation.renderer(&library),
        quick: presentation.quick(&library),
        presentation,
        layout: arguments.layout(),
        headed: false,
    };
    // One thread receives while this one prints.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let mut builder = Listener::builder();
        if arguments.any_community {
            builder = builder.any_community();
        }
        let mut named: Vec<Option<&str>> = arguments.profile.iter().map(|name| Some(name.as_str())).collect();
        if named.is_empty() {
            named.push(None);
        }
        let mut any = arguments.any_community;
        for name in named {
            let profile = arguments.identity.profile(name)?;
            let (community, user) = arguments.identity.senders(&profile)?;
            any |= community.is_some() || user.is_some();
            builder = community.into_iter().fold(builder, |builder, community| builder.community(community));
            builder = user.into_iter().fold(builder, |builder, user| builder.user(user));
        }
        any |= !arguments.also_community.is_empty() || !arguments.also_user.is_empty();
        builder = arguments
            .also_community
            .iter()
            .fold(builder, |builder, community| builder.community(community.as_str()));
        for lines in &arguments.also_user {
            builder = builder.user(user_of(lines)?);
        }
        if !any {
            return Err(
                "there is nobody to listen to: give a community (-c) or a user (-u), in the environment or a profile"
                    .into(),
            );
        }
        let addresses = match arguments.addresses.as_slice() {
            [] => vec![ADDRESS.to_owned()],
            given => given.to_vec(),
        };
        let mut sockets = Vec::new();
        for address in &addresses {
            let found = TransportAddress::lookup(&address::listening(address), PORT).await;
            sockets.extend(found.map_err(|error| format!("`{address}`: {error}"))?);
        }
        let builder = builder.queue(QUEUE).queue_octets(QUEUE_OCTETS).receive_buffer(RECEIVE_BUFFER);
        let listener = builder.bind_to(sockets)?;
        for address in listener.local_addresses() {
            eprintln!("listening on {address}");
        }
        print(listener, &mut writer, arguments.count.unwrap_or(u64::MAX)).await
    })
}

/// A user from its lines: the passphrase for privacy is that for authentication unless it has its own.
fn user_of(lines: &str) -> Result<User, Failure> {
    let mut lines = lines.lines();
    let mut user = User::new(lines.next().unwrap_or_default());
    if let (Some(protocol), Some(passphrase)) = (lines.next(), lines.next()) {
        user = user.auth(protocols::auth(protocol)?, passphrase);
        if let Some(protocol) = lines.next() {
            user = user.privacy(protocols::privacy(protocol)?, lines.next().unwrap_or(passphrase));
        }
    }
    user.check()?;
    Ok(user)
}

/// Prints so many notifications. Those that wait already are written together.
async fn print(mut listener: Listener, writer: &mut Writer<'_>, count: u64) -> Result<ExitCode, Failure> {
    let mut text = String::new();
    let mut losses = Losses::new();
    let mut ending = Ending::watch()?;
    let mut left = count;
    while left > 0 && !reader_is_gone() {
        ending.look(&mut listener);
        let notification = match listener.try_next() {
            Some(notification) => notification,
            None => {
                write(&std::mem::take(&mut text))?;
                match losses.next(&mut listener, &mut ending).await {
                    Some(notification) => notification,
                    None if ending.is_told() => break,
                    None => return Err("a socket is broken".into()),
                }
            }
        };
        text += &writer.notification(&notification);
        if text.len() >= WRITTEN_TOGETHER {
            write(&text)?;
            text.clear();
        }
        losses.look_now_and_then(&listener);
        left -= 1;
    }
    write(&text)?;
    losses.look(&listener);
    Ok(ExitCode::SUCCESS)
}

/// Writes notifications. snmptrapd's go where its messages go.
fn write(text: &str) -> Result<(), WriteError> {
    match Tool::current() {
        Some(_) if log::print(text) => Ok(()),
        _ => to_stdout(text),
    }
}

/// Says what has been lost.
struct Losses {
    said: u64,
    looked: Instant,
    /// Something has come since it was looked the last time.
    due: bool,
}

impl Losses {
    fn new() -> Self {
        Self { said: 0, looked: Instant::now(), due: false }
    }

    /// The next notification. If none comes for a while, a look shows what was lost at the end.
    async fn next(&mut self, listener: &mut Listener, ending: &mut Ending) -> Option<ReceivedNotification> {
        if self.due {
            if let Ok(next) = timeout(QUIET, ending.next(listener)).await {
                return next;
            }
            self.look(listener);
        }
        ending.next(listener).await
    }

    fn look_now_and_then(&mut self, listener: &Listener) {
        self.due = true;
        if self.looked.elapsed() >= SOMETIMES {
            self.look(listener);
        }
    }

    fn look(&mut self, listener: &Listener) {
        (self.due, self.looked) = (false, Instant::now());
        let lost = listener.overflows();
        if lost > self.said {
            let new = lost - self.said;
            self.said = lost;
            log::say(&format!(
                "{new} messages lost, {lost} in all: they came faster than they could be taken, and the system's buffer \
                 for them was full (a larger one, on Linux: net.core.rmem_max)"
            ));
        }
    }
}

struct Writer<'l> {
    renderer: Renderer<'l>,
    quick: Renderer<'l>,
    presentation: Presentation,
    /// How snmptrapd's are printed, in place of text.
    layout: Option<trapd::Layout>,
    headed: bool,
}

impl Writer<'_> {
    /// A notification in whole lines.
    fn notification(&mut self, notification: &ReceivedNotification) -> String {
        let waited = notification.received.elapsed();
        let now = SystemTime::now();
        let when = now.checked_sub(waited).unwrap_or(now);
        if let (Some(layout), Format::Text) = (&self.layout, self.presentation.format) {
            let line = |varbind: &VarBind| line(&self.renderer, self.presentation, varbind);
            return layout.text(&self.renderer, &line, notification, when);
        }
        let at = DateAndTime::from(when);
        let time = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{}Z",
            at.year, at.month, at.day, at.hour, at.minute, at.second, at.decisecond
        );
        match self.presentation.format {
            Format::Text => self.text(notification, &time),
            Format::Json => format!("{}\n", self.json(notification, &time)),
            Format::Csv => self.csv(notification, &time),
        }
    }

    fn name(&self, notification: &ReceivedNotification) -> String {
        notification.trap_oid.as_ref().map_or_else(String::new, |oid| self.renderer.name(oid.as_ref()))
    }

    fn text(&self, notification: &ReceivedNotification, time: &str) -> String {
        let kind = kind(notification);
        let mut out = format!("{time} {} {} {kind}", notification.source, version(notification.version));
        if let Some(user) = user(notification) {
            out += &format!(" of {user}");
        }
        match notification.trap_oid {
            Some(_) => out += &format!(": {}", self.name(notification)),
            None => out += ": no snmpTrapOID.0",
        }
        if let Some(up_time) = notification.up_time {
            let shown = mibc_runtime::show::value(
                ValueRef::TimeTicks(up_time),
                None,
                None,
                self.quick.style(),
                &|oid| oid.to_string(),
            );
            out += &format!(", up {shown}");
        }
        let odd = odd(notification);
        if !odd.is_empty() {
            out += &format!(" (odd: {})", odd.join("; "));
        }
        let varbinds: Vec<&VarBind> = visible(notification).collect();
        for varbind in &varbinds {
            let (name, value) = (varbind.name.as_ref(), varbind.value.as_ref());
            let value = self.renderer.value_beside(name, value, &varbinds);
            out += &format!("\n    {} = {value}", self.renderer.name(name));
        }
        out.push('\n');
        out
    }

    fn json(&self, notification: &ReceivedNotification, time: &str) -> Json {
        let varbinds: Vec<&VarBind> = visible(notification).collect();
        let varbinds: Vec<_> = varbinds
            .iter()
            .map(|varbind| varbind_json(&self.renderer, &self.quick, varbind, &varbinds))
            .collect();
        json!({
            "time": time,
            "source": notification.source.to_string(),
            "version": version(notification.version),
            "kind": kind(notification),
            "user": user(notification),
            "notification": self.name(notification),
            "oid": notification.trap_oid.as_ref().map(ToString::to_string),
            "up_time": notification.up_time.map(|ticks| ticks.0),
            "odd": odd(notification),
            "varbinds": varbinds,
        })
    }

    /// A line for each varbind, and one for a notification without any.
    fn csv(&mut self, notification: &ReceivedNotification, time: &str) -> String {
        let mut out = String::new();
        if !std::mem::replace(&mut self.headed, true) {
            out += "time,source,version,kind,notification,name,text\n";
        }
        let head = [
            time.to_owned(),
            notification.source.to_string(),
            version(notification.version).to_owned(),
            kind(notification).to_owned(),
            self.name(notification),
        ];
        let mut line = |name: String, text: String| {
            out += &csv_line(&[head.as_slice(), &[name, text]].concat());
            out.push('\n');
        };
        let varbinds: Vec<&VarBind> = visible(notification).collect();
        for varbind in &varbinds {
            let name = varbind.name.as_ref();
            let text = self.quick.value_beside(name, varbind.value.as_ref(), &varbinds);
            line(self.renderer.name(name), text);
        }
        if varbinds.is_empty() {
            line(String::new(), String::new());
        }
        out
    }
}

/// All varbinds but snmpTrapCommunity.0, which conversion from SNMPv1 adds: it is a secret.
fn visible(notification: &ReceivedNotification) -> impl Iterator<Item = &VarBind> {
    const SECRET: [u32; 10] = [1, 3, 6, 1, 6, 3, 18, 1, 4, 0];
    notification.varbinds.iter().filter(|varbind| !varbind.name.arcs().eq(SECRET))
}

/// What is odd about it, against the rules.
fn odd(notification: &ReceivedNotification) -> Vec<&'static str> {
    match notification.anomalies.is_conforming() {
        true => Vec::new(),
        false => notification.anomalies.iter().map(Anomaly::as_str).collect(),
    }
}

const fn kind(notification: &ReceivedNotification) -> &'static str {
    if notification.is_inform { "inform" } else { "trap" }
}

const fn version(version: Version) -> &'static str {
    match version {
        Version::V1 => "v1",
        Version::V2c => "v2c",
        _ => "v3",
    }
}

fn user(notification: &ReceivedNotification) -> Option<String> {
    match &notification.sender {
        Sender::User(user) => Some(String::from_utf8_lossy(&user.name).into_owned()),
        _ => None,
    }
}
