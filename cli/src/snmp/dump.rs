//! Messages as they pass: in hexadecimal as net-snmp lays it out, or taken apart.

mod decoded;

use super::log;
use mibc_runtime::net::{Seen, Tap, TransportAddress};

/// Octets in a line.
const LINE: usize = 16;

/// What is shown of each message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dump {
    /// All octets.
    pub(super) octets: bool,
    /// What they mean.
    pub(super) meaning: bool,
}

impl Dump {
    /// Writes messages among the others; `None` if nothing is to be shown.
    pub(super) fn tap(self) -> Option<Tap> {
        (self != Dump::default()).then(|| Tap::new(move |seen| log::say(&self.text(seen))))
    }

    /// Without the end of the last line.
    fn text(self, seen: Seen<'_>) -> String {
        let (peer, length) = (path(&seen), seen.octets.len());
        let mut out = match seen.outgoing {
            true => format!("\nSending {length} bytes to {peer}\n"),
            false => format!("\nReceived {length} byte packet from {peer}\n"),
        };
        if self.octets {
            out += &hexadecimal(seen.octets);
        }
        if self.meaning {
            out += &decoded::text(seen.octets);
        }
        out
    }
}

/// Both ends, as net-snmp writes them: `UDP: [127.0.0.1]:161->[0.0.0.0]:37587`.
pub(super) fn path(seen: &Seen<'_>) -> String {
    let (TransportAddress::Udp(peer), local) = (seen.peer, seen.local) else {
        return seen.peer.to_string();
    };
    let family = if peer.is_ipv4() { "UDP" } else { "UDP/IPv6" };
    let local =
        local.and_then(TransportAddress::ip).map(|local| format!("->[{}]:{}", local.ip(), local.port()));
    format!("{family}: [{}]:{}{}", peer.ip(), peer.port(), local.unwrap_or_default())
}

/// Lines of sixteen octets: the offset in decimal, the octets, and what of them can be printed.
fn hexadecimal(octets: &[u8]) -> String {
    let mut out = String::new();
    for (number, line) in octets.chunks(LINE).enumerate() {
        out += &format!("{:04}: ", number * LINE);
        for place in 0..LINE {
            match line.get(place) {
                Some(octet) => out += &format!("{octet:02X} "),
                None => out += "   ",
            }
            if place % 4 == 3 {
                out.push(' ');
            }
        }
        out += "  ";
        let plain =
            |octet: &u8| if octet.is_ascii_graphic() || *octet == b' ' { char::from(*octet) } else { '.' };
        out.extend(line.iter().map(plain));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::hexadecimal;

    #[test]
    fn layout() {
        let octets: Vec<u8> = (0..19).map(|number| number * 13).collect();
        let lines = hexadecimal(&octets);
        let expected = "0000: 00 0D 1A 27  34 41 4E 5B  68 75 82 8F  9C A9 B6 C3    ...'4AN[hu......\n\
                        0016: D0 DD EA                                              ...\n";
        assert_eq!(lines, expected);
        assert_eq!(hexadecimal(&[]), "");
    }
}
