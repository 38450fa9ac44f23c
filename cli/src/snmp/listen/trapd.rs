//! Notifications as net-snmp's `snmptrapd` prints them, by its format strings (snmptrapd(8), FORMAT SPECIFICATIONS).

use super::hosts::Hosts;
use mibc_compiler::query::Renderer;
use mibc_runtime::listener::{ReceivedNotification, Sender};
use mibc_runtime::message::Version;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::show::{self, Style};
use mibc_runtime::value::{DateAndTime, TimeTicks, Value, ValueRef, VarBind};
use std::net::{IpAddr, Ipv4Addr};
use std::time::{SystemTime, UNIX_EPOCH};

/// What is printed of traps of SNMPv1, and of all others.
const V1: &str = "%.4y-%.2m-%.2l %.2h:%.2j:%.2k %A [%a] (via %b) %P\n\t%N %W Trap (%Q) Uptime: %#T\n\t%v\n";
const V2: &str = "%.4y-%.2m-%.2l %.2h:%.2j:%.2k %B [%b]:\n%v\n";

/// Most places that a field is filled up to.
const MAX_WIDTH: usize = 1000;

const SYS_UP_TIME_0: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID_0: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];
const SNMP_TRAP_ENTERPRISE_0: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0];
const SNMP_TRAP_ADDRESS_0: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 3, 0];
const SNMP_TRAP_COMMUNITY_0: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 4, 0];
const SNMP_TRAPS: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 5];

/// The names of generic traps, by number.
const GENERIC: [&str; 7] = [
    "Cold Start",
    "Warm Start",
    "Link Down",
    "Link Up",
    "Authentication Failure",
    "EGP Neighbor Loss",
    "Enterprise Specific",
];

/// What a format string is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// What stands between varbinds from here on.
    Separator(String),
    Field(Field),
}

/// `%` and a letter, with what stands between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Field {
    letter: char,
    /// `#`
    alternate: bool,
    /// `-`
    left: bool,
    /// `0`
    zeros: bool,
    width: usize,
    precision: Option<usize>,
}

/// How to print.
pub(super) struct Layout {
    v1: Vec<Part>,
    v2: Vec<Part>,
    hosts: Option<Hosts>,
}

/// A notification, and when it came.
struct Trap<'n> {
    notification: &'n ReceivedNotification,
    at: SystemTime,
    /// The fields of an SNMPv1 trap.
    v1: Option<V1Fields>,
}

struct V1Fields {
    enterprise: Option<Oid>,
    agent: Ipv4Addr,
    generic: usize,
    specific: u32,
}

impl Layout {
    /// By these format strings, if there are some. Without `hosts` addresses stay numbers.
    pub(super) fn new(v1: Option<&str>, v2: Option<&str>, hosts: Option<Hosts>) -> Layout {
        Layout { v1: parts(v1.unwrap_or(V1)), v2: parts(v2.unwrap_or(V2)), hosts }
    }

    /// A notification that came then.
    pub(super) fn text(
        &self,
        renderer: &Renderer<'_>,
        line: &dyn Fn(&VarBind) -> String,
        notification: &ReceivedNotification,
        at: SystemTime,
    ) -> String {
        let trap = Trap { notification, at, v1: fields(notification) };
        let parts = if trap.v1.is_some() { &self.v1 } else { &self.v2 };
        let (mut out, mut separator) = (String::new(), "\t");
        for part in parts {
            match part {
                Part::Text(text) => out += text,
                Part::Separator(text) => separator = text,
                Part::Field(field) if field.letter == 'v' => {
                    let lines: Vec<String> = trap.varbinds().iter().map(line).collect();
                    out += if field.alternate { separator } else { "" };
                    out += &lines.join(separator);
                }
                Part::Field(field) => out += &field.filled(&self.field(renderer, &trap, field)),
            }
        }
        out
    }

    fn field(&self, renderer: &Renderer<'_>, trap: &Trap<'_>, field: &Field) -> String {
        let notification = trap.notification;
        let v1 = trap.v1.as_ref();
        let date = || DateAndTime::from(trap.at);
        match field.letter {
            // Those of sysUpTime, in capitals, are the same in net-snmp's.
            'y' | 'Y' => date().year.to_string(),
            'm' | 'M' => date().month.to_string(),
            'l' | 'L' => date().day.to_string(),
            'h' | 'H' => date().hour.to_string(),
            'j' | 'J' => date().minute.to_string(),
            'k' | 'K' => date().second.to_string(),
            't' => trap.at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string(),
            'T' => {
                up_time(v1.and(notification.up_time).unwrap_or_default(), field.alternate, renderer.style())
            }
            'a' | 'A' => v1.map_or(Ipv4Addr::UNSPECIFIED, |v1| v1.agent).to_string(),
            'b' => way(notification),
            'B' => {
                let host = |hosts: &Hosts| Some(hosts.name(ip(&notification.source)?)?.to_owned());
                self.hosts.as_ref().and_then(host).unwrap_or_else(|| way(notification))
            }
            'N' => v1
                .and_then(|v1| v1.enterprise.as_ref())
                .map_or_else(|| ".".to_owned(), |oid| renderer.name(oid.as_ref())),
            'w' => v1.map_or(0, |v1| v1.generic).to_string(),
            'W' => GENERIC.get(v1.map_or(0, |v1| v1.generic)).copied().unwrap_or_default().to_owned(),
            'q' => match v1 {
                Some(v1) if v1.generic == 6 => format!(".{}", v1.specific),
                _ => "0".to_owned(),
            },
            // Only in the format that is there from the start.
            'Q' => v1.map_or(0, |v1| v1.specific).to_string(),
            'P' => credentials(notification),
            'u' => who(notification),
            'E' => context_engine(notification),
            other => other.to_string(),
        }
    }
}

impl Trap<'_> {
    /// As they stood in the message.
    fn varbinds(&self) -> Vec<VarBind> {
        let notification = self.notification;
        let own = notification.varbinds.iter().filter(|varbind| {
            // What the conversion of an SNMPv1 trap adds.
            let added = [SNMP_TRAP_ADDRESS_0, SNMP_TRAP_COMMUNITY_0, SNMP_TRAP_ENTERPRISE_0];
            self.v1.is_none() || !added.iter().any(|added| is(varbind.name.as_ref(), added))
        });
        let heading = |arcs: &[u32], value: Value| {
            Oid::from_arcs(arcs).ok().filter(|_| self.v1.is_none()).map(|name| VarBind { name, value })
        };
        let up_time = notification.up_time.and_then(|time| heading(SYS_UP_TIME_0, Value::TimeTicks(time)));
        let identity = notification.trap_oid.clone();
        let identity = identity.and_then(|oid| heading(SNMP_TRAP_OID_0, Value::ObjectIdentifier(oid)));
        up_time.into_iter().chain(identity).chain(own.cloned()).collect()
    }
}

impl Field {
    /// A text in as many places as it is to have: numbers have zeros in front.
    fn filled(&self, text: &str) -> String {
        let number = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        let text = match self.precision {
            Some(digits) if number => format!("{:0>1$}", text, digits.min(MAX_WIDTH)),
            Some(most) => text.chars().take(most).collect(),
            None => text.to_owned(),
        };
        let missing = self.width.min(MAX_WIDTH).saturating_sub(text.chars().count());
        let fill = if number || self.zeros { "0" } else { " " }.repeat(missing);
        if self.left { text + &fill } else { fill + &text }
    }
}

/// Takes a format string apart. What means nothing stands for itself.
fn parts(format: &str) -> Vec<Part> {
    let (mut parts, mut text) = (Vec::new(), String::new());
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text += &escaped(chars.next()),
            '%' => {
                let mut field = Field::default();
                let digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
                    let mut number: Option<usize> = None;
                    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                        let digit = digit as usize;
                        number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
                        chars.next();
                    }
                    number
                };
                while let Some(flag) = chars.next_if(|c| matches!(c, '#' | '-' | '0')) {
                    field.alternate |= flag == '#';
                    field.left |= flag == '-';
                    field.zeros |= flag == '0';
                }
                field.width = digits(&mut chars).unwrap_or(0);
                if chars.next_if_eq(&'.').is_some() {
                    field.precision = Some(digits(&mut chars).unwrap_or(0));
                }
                match chars.next() {
                    Some('V') => {
                        let mut separator = String::new();
                        // It goes on to the next field.
                        while let Some(c) = chars.next_if(|c| *c != '%') {
                            match c {
                                '\\' => separator += &escaped(chars.next()),
                                c => separator.push(c),
                            }
                        }
                        parts.push(Part::Text(std::mem::take(&mut text)));
                        parts.push(Part::Separator(separator));
                    }
                    Some('%') | None => text.push('%'),
                    Some(letter) => {
                        field.letter = letter;
                        parts.push(Part::Text(std::mem::take(&mut text)));
                        parts.push(Part::Field(field));
                    }
                }
            }
            c => text.push(c),
        }
    }
    parts.push(Part::Text(text));
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    parts
}

fn escaped(c: Option<char>) -> String {
    match c {
        Some('n') => "\n".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('r') => "\r".to_owned(),
        Some(c @ ('\\' | '%')) => c.to_string(),
        Some(c) => format!("\\{c}"),
        None => "\\".to_owned(),
    }
}

/// The fields of an SNMPv1 trap, if it is one.
fn fields(notification: &ReceivedNotification) -> Option<V1Fields> {
    if notification.version != Version::V1 || notification.is_inform {
        return None;
    }
    let find = |name: &[u32]| {
        let mut found = notification.varbinds.iter().filter(|varbind| is(varbind.name.as_ref(), name));
        found.next_back().map(|varbind| &varbind.value)
    };
    let arcs: Vec<u32> = notification.trap_oid.iter().flat_map(|oid| oid.arcs()).collect();
    let (generic, specific) = match arcs.strip_prefix(SNMP_TRAPS) {
        Some([number @ 1..=6]) => (*number as usize - 1, 0),
        _ => (6, arcs.last().copied().unwrap_or(0)),
    };
    let enterprise = match find(SNMP_TRAP_ENTERPRISE_0) {
        Some(Value::ObjectIdentifier(oid)) => Some(oid.clone()),
        _ => None,
    };
    let agent = notification.agent_addr().map_or(Ipv4Addr::UNSPECIFIED, |address| Ipv4Addr::from(address.0));
    Some(V1Fields { enterprise, agent, generic, specific })
}

fn is(name: OidRef<'_>, arcs: &[u32]) -> bool {
    name.arcs().eq(arcs.iter().copied())
}

fn ip(address: &TransportAddress) -> Option<IpAddr> {
    address.ip().map(|address| address.ip())
}

/// Where it came from and where to, as net-snmp writes both.
fn way(notification: &ReceivedNotification) -> String {
    let to = notification.destination.as_ref().and_then(TransportAddress::ip);
    match &notification.source {
        TransportAddress::Udp(from) if from.is_ipv6() => format!("UDP/IPv6: [{}]:{}", from.ip(), from.port()),
        TransportAddress::Udp(from) => {
            let to = to.map(|to| format!("->[{}]:{}", to.ip(), to.port())).unwrap_or_default();
            format!("UDP: [{}]:{}{to}", from.ip(), from.port())
        }
        TransportAddress::Tcp(from) if from.is_ipv6() => format!("TCP/IPv6: [{}]:{}", from.ip(), from.port()),
        // Of a connection it does not say where to.
        TransportAddress::Tcp(from) => format!("TCP: [{}]:{}->[0.0.0.0]:0", from.ip(), from.port()),
        other => match &notification.destination {
            Some(to) => {
                let to = to.to_string();
                format!("Local IPC: {}", to.split_once(':').map_or(to.as_str(), |(_, path)| path))
            }
            None => format!("Local IPC: {other}"),
        },
    }
}

/// `0:00:47.11`, or in hundredths of a second.
fn up_time(ticks: TimeTicks, readable: bool, style: &Style) -> String {
    if !readable {
        return ticks.0.to_string();
    }
    let text = show::value(ValueRef::TimeTicks(ticks), None, None, style, &|oid| oid.to_string());
    text.split_once(") ").map_or(text.clone(), |(_, readable)| readable.to_owned())
}

fn credentials(notification: &ReceivedNotification) -> String {
    let kind = match (notification.version, notification.is_inform) {
        (_, true) => "INFORM",
        (Version::V1, false) => "TRAP",
        _ => "TRAP2",
    };
    let version = match notification.version {
        Version::V1 => "v1",
        Version::V2c => "v2c",
        _ => "v3",
    };
    match &notification.sender {
        Sender::User(user) => format!(
            "{kind}, SNMP {version}, user {}, context {}",
            String::from_utf8_lossy(&user.name),
            String::from_utf8_lossy(&user.context_name)
        ),
        _ => format!("{kind}, SNMP {version}, community {}", who(notification)),
    }
}

/// The community or the user.
fn who(notification: &ReceivedNotification) -> String {
    match &notification.sender {
        Sender::Community(name) => String::from_utf8_lossy(name).into_owned(),
        Sender::User(user) => String::from_utf8_lossy(&user.name).into_owned(),
        _ => String::new(),
    }
}

fn context_engine(notification: &ReceivedNotification) -> String {
    match &notification.sender {
        Sender::User(user) => user.context_engine_id.iter().map(|octet| format!("{octet:02X} ")).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Part, V1, V2, parts};

    #[test]
    fn formats_are_taken_apart() {
        let text = |text: &str| Part::Text(text.to_owned());
        let field = |letter| Field { letter, ..Field::default() };
        assert_eq!(
            parts("a%%b\\t%V, %v%#T\\n%"),
            [
                text("a%b\t"),
                Part::Separator(", ".to_owned()),
                Part::Field(field('v')),
                Part::Field(Field { alternate: true, ..field('T') }),
                text("\n%"),
            ]
        );
        assert_eq!(
            parts("%-05.2h"),
            [Part::Field(Field { left: true, zeros: true, width: 5, precision: Some(2), ..field('h') })]
        );
        for format in [V1, V2] {
            assert!(parts(format).len() > 10, "{format}");
        }
        // Whatever it is, it ends.
        for odd in ["%", "%V", "\\", "%#", "%999999999999999999999.9h", "%.", "é%é", "%Vé\\"] {
            let _ = parts(odd);
        }
    }

    #[test]
    fn fields_are_filled() {
        let field = |left, width, precision| Field { left, width, precision, ..Field::default() };
        for (filled, expected) in [
            (field(false, 0, Some(2)).filled("7"), "07"),
            (field(false, 4, None).filled("17"), "0017"),
            (field(true, 4, None).filled("17"), "1700"),
            (field(false, 6, None).filled("here"), "  here"),
            (field(true, 6, None).filled("here"), "here  "),
            (field(false, 0, Some(2)).filled("here"), "he"),
        ] {
            assert_eq!(filled, expected);
        }
        assert_eq!(field(false, usize::MAX, Some(usize::MAX)).filled("1").len(), 1000);
    }
}
