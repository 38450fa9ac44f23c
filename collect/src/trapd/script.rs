//! A notification as scripts of snmptrapd's `traphandle` read it.
//!
//! The first line is the host, the second how the notification came, and each further one has the name of a varbind, a blank
//! and its value (snmptrapd.conf(5)). Names of hosts are not looked up: both lines have the address. Unlike there, a value is
//! always on its line.

use super::event::visible;
use mibc_compiler::query::Renderer;
use mibc_runtime::listener::ReceivedNotification;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{TimeTicks, Value, VarBind};
use std::fmt::Write;
use std::net::SocketAddr;

const SYS_UP_TIME_0: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID_0: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// The lines. The community is not in them.
pub(super) fn text(names: &Renderer<'_>, notification: &ReceivedNotification) -> String {
    let heading = |arcs: &[u32], value: Option<Value>| {
        Some(VarBind { name: Oid::from_arcs(arcs).ok()?, value: value? })
    };
    let up_time = notification.up_time.unwrap_or(TimeTicks(0));
    let up_time = heading(SYS_UP_TIME_0, Some(Value::TimeTicks(up_time)));
    let identity = notification.trap_oid.clone().map(Value::ObjectIdentifier);
    let identity = heading(SNMP_TRAP_OID_0, identity);
    let varbinds: Vec<&VarBind> = up_time.iter().chain(&identity).chain(visible(notification)).collect();
    let source = &notification.source;
    let host =
        source.ip().map_or_else(|| visible_name(source), |source| source.ip().to_canonical().to_string());
    let mut text = format!("{host}\n{}\n", way(source, notification.destination.as_ref()));
    for varbind in &varbinds {
        let shown = names.varbind_beside(varbind, &varbinds);
        let _ = writeln!(text, "{} {}", shown.name, shown.value);
    }
    text
}

/// Where it came from and where to, as net-snmp writes both.
fn way(source: &TransportAddress, destination: Option<&TransportAddress>) -> String {
    let way = |transport: &str, from: &SocketAddr| {
        let to = destination.and_then(TransportAddress::ip);
        let to = to.map(|to| format!("->[{}]:{}", to.ip(), to.port())).unwrap_or_default();
        format!("{transport}: [{}]:{}{to}", from.ip(), from.port())
    };
    match source {
        TransportAddress::Udp(from) if from.is_ipv6() => way("UDP/IPv6", from),
        TransportAddress::Udp(from) => way("UDP", from),
        TransportAddress::Tcp(from) if from.is_ipv6() => way("TCP/IPv6", from),
        TransportAddress::Tcp(from) => way("TCP", from),
        other => format!("Local IPC: {}", visible_name(other)),
    }
}

/// The name of a socket, which can have line breaks as a name of a file can.
fn visible_name(source: &TransportAddress) -> String {
    source.to_string().replace(char::is_control, "?")
}
