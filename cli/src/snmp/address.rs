//! Addresses as net-snmp's tools take them, in the form that ours have.

use std::borrow::Cow;

/// net-snmp's names of transports, and ours.
const TRANSPORTS: [(&str, &str); 9] = [
    ("udpipv6:", "udp6:"),
    ("udpv6:", "udp6:"),
    ("udp6:", "udp6:"),
    ("udp:", "udp:"),
    ("tcpipv6:", "tcp6:"),
    ("tcpv6:", "tcp6:"),
    ("tcp6:", "tcp6:"),
    ("tcp:", "tcp:"),
    ("", ""),
];

/// An agent's address. A port without a host (`1161`, `udp:1161`) is on this machine.
pub(super) fn agent(text: &str) -> Cow<'_, str> {
    with_host(text, "127.0.0.1", "[::1]")
}

/// An address to listen on. A port without a host means all interfaces.
pub(super) fn listening(text: &str) -> Cow<'_, str> {
    with_host(text, "0.0.0.0", "[::]")
}

fn with_host<'t>(text: &'t str, v4: &str, v6: &str) -> Cow<'t, str> {
    let starts = |known: &str| text.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
    let Some((theirs, ours)) = TRANSPORTS.into_iter().find(|(theirs, _)| starts(theirs)) else {
        return Cow::Borrowed(text);
    };
    let rest = text.get(theirs.len()..).unwrap_or_default();
    let port = !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_digit()) && rest.parse::<u16>().is_ok();
    match port {
        true => Cow::Owned(format!("{ours}{}:{rest}", if ours.ends_with("6:") { v6 } else { v4 })),
        false if text.get(..theirs.len()) == Some(ours) => Cow::Borrowed(text),
        false => Cow::Owned(format!("{ours}{rest}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{agent, listening};

    #[test]
    fn ports_alone() {
        for (text, expected) in [
            ("1161", "127.0.0.1:1161"),
            ("udp:1161", "udp:127.0.0.1:1161"),
            ("TCP:1161", "tcp:127.0.0.1:1161"),
            ("udpv6:1161", "udp6:[::1]:1161"),
            ("tcpipv6:[2001:db8::1]:161", "tcp6:[2001:db8::1]:161"),
            ("router", "router"),
            ("router:161", "router:161"),
            ("99999", "99999"),
            ("", ""),
            ("udp:", "udp:"),
            ("unix:/var/agentx", "unix:/var/agentx"),
            ("é", "é"),
        ] {
            assert_eq!(agent(text), expected, "{text}");
        }
        assert_eq!(listening("udp:1162"), "udp:0.0.0.0:1162");
        assert_eq!(listening("udp6:1162"), "udp6:[::]:1162");
    }
}
