//! `mibc listen`: prints notifications.

use super::connection::Identity;
use super::output::Format;
use super::printer::{csv_line, json};
use super::{Failure, Text, address, protocols};
use crate::output::{reader_is_gone, to_stdout};
use mibc_compiler::query::Renderer;
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::message::Version;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::usm::User;
use mibc_runtime::value::{DateAndTime, ValueRef, VarBind};
use serde_json::{Value as Json, json};
use std::process::ExitCode;
use std::time::SystemTime;

/// Where to listen unless said, and the port of addresses without one.
const ADDRESS: &str = "udp:0.0.0.0:162";
const PORT: u16 = 162;

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
    /// Take notifications of SNMPv1 and SNMPv2c with any community, from whoever can send a datagram.
    #[arg(help_heading = None, long)]
    any_community: bool,
    #[command(flatten)]
    text: Text,
    /// End after this many notifications.
    #[arg(help_heading = None, long, value_name = "COUNT")]
    count: Option<u64>,
    /// Where to listen: HOST, HOST:PORT or [IPV6]:PORT, with udp:, udp6:, tcp: or tcp6: in front; unix:PATH or
    /// unixgram:PATH. udp:0.0.0.0:162 unless given.
    #[arg(help_heading = None, value_name = "ADDRESS")]
    addresses: Vec<String>,
}

pub(crate) fn listen(arguments: &ListenArguments) -> Result<ExitCode, Failure> {
    arguments.identity.of_every_version()?;
    let (library, presentation) = arguments.text.prepare(&arguments.text.conf())?;
    let mut writer = Writer {
        renderer: presentation.renderer(&library),
        quick: presentation.quick(&library),
        format: presentation.format,
        headed: false,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
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
                "nobody to listen to: give a community (-c) or a user (-u), in the environment or a profile"
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
        let mut listener = builder.bind_to(sockets)?;
        for address in listener.local_addresses() {
            eprintln!("listening on {address}");
        }
        let mut left = arguments.count.unwrap_or(u64::MAX);
        while left > 0 && !reader_is_gone() {
            let Some(notification) = listener.next().await else {
                return Err("a socket is broken".into());
            };
            to_stdout(&writer.notification(&notification, SystemTime::now()))?;
            left -= 1;
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// A user from its lines: the passphrase for privacy is that for authentication unless there is one of its own.
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

struct Writer<'l> {
    renderer: Renderer<'l>,
    quick: Renderer<'l>,
    format: Format,
    headed: bool,
}

impl Writer<'_> {
    /// A notification in whole lines.
    fn notification(&mut self, notification: &ReceivedNotification, now: SystemTime) -> String {
        let now = DateAndTime::from(now);
        let time = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{}Z",
            now.year, now.month, now.day, now.hour, now.minute, now.second, now.decisecond
        );
        match self.format {
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
        let varbinds: Vec<Json> =
            varbinds.iter().map(|varbind| json(&self.renderer, &self.quick, varbind, &varbinds)).collect();
        json!({
            "time": time,
            "source": notification.source.to_string(),
            "version": version(notification.version),
            "kind": kind(notification),
            "user": user(notification),
            "notification": self.name(notification),
            "oid": notification.trap_oid.as_ref().map(ToString::to_string),
            "up_time": notification.up_time.map(|ticks| ticks.0),
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
