//! Addresses as people write them, with the transports that net-snmp's users know.

use super::TransportAddress;
use super::address::canonical;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

const NO_PATH: &str = "the path of the socket is missing: unix:PATH or unixgram:PATH is expected";

const EXPECTED: &str = "expected host, host:port or [ipv6]:port, with udp:, udp6:, tcp:, tcp6:, unix: or unixgram: in \
                        front unless it is UDP";

/// An address in text, taken apart. See [`Endpoint::parse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint<'a> {
    /// A name or an address of the internet.
    Ip {
        protocol: Protocol,
        /// Only addresses of IPv6.
        v6: bool,
        host: &'a str,
        port: u16,
    },
    /// A path, to a socket of streams or of datagrams.
    #[cfg(unix)]
    Unix { path: &'a str, datagram: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Udp,
    Tcp,
}

impl Protocol {
    pub(crate) fn at(self, address: SocketAddr) -> TransportAddress {
        match self {
            Protocol::Udp => TransportAddress::Udp(address),
            Protocol::Tcp => TransportAddress::Tcp(address),
        }
    }
}

impl<'a> Endpoint<'a> {
    /// Text is `[TRANSPORT:]ADDRESS`. TRANSPORT is `udp`, the default, or `tcp`; `udp6` and `tcp6` are for IPv6 only.
    /// It can also be `unix` (streams) or `unixgram`, with a path for ADDRESS. Otherwise ADDRESS is `host`,
    /// `host:port`, `[ipv6]:port` or a bare IPv6 address; a host can have a zone (`fe80::1%eth0`). A text that begins
    /// with `/` is `unix:`.
    pub(crate) fn parse(text: &'a str, default_port: u16) -> Self {
        use Protocol::{Tcp, Udp};
        #[cfg(unix)]
        if text.starts_with('/') {
            return Endpoint::Unix { path: text, datagram: false };
        }
        let (protocol, v6, rest) = match text.split_once(':') {
            Some(("udp", rest)) => (Udp, false, rest),
            Some(("tcp", rest)) => (Tcp, false, rest),
            Some(("udp6" | "udpv6" | "udpipv6", rest)) => (Udp, true, rest),
            Some(("tcp6" | "tcpv6" | "tcpipv6", rest)) => (Tcp, true, rest),
            #[cfg(unix)]
            Some((transport @ ("unix" | "unixgram"), path)) => {
                return Endpoint::Unix { path, datagram: transport == "unixgram" };
            }
            _ => (Udp, false, text),
        };
        let (host, port) = host_and_port(rest, default_port);
        Endpoint::Ip { protocol, v6, host, port }
    }

    /// What is wrong with it as a target, whatever the resolver says of its name.
    pub(crate) fn check(&self) -> io::Result<()> {
        match self {
            Endpoint::Ip { port: 0, .. } => Err(wrong("the port is 0; expected 1 to 65535")),
            _ => self.check_host(),
        }
    }

    fn check_host(&self) -> io::Result<()> {
        let wrong = |what| Err(wrong(what));
        let host = match *self {
            Endpoint::Ip { host, .. } => host,
            #[cfg(unix)]
            Endpoint::Unix { path: "", .. } => return wrong(NO_PATH),
            #[cfg(unix)]
            Endpoint::Unix { .. } => return Ok(()),
        };
        let numbers =
            || host.split('.').count() == 4 && host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        match host.split_once('%').map_or(host, |(address, _)| address).parse::<IpAddr>() {
            Ok(_) => Ok(()),
            Err(_) if host.contains(':') => wrong(EXPECTED),
            Err(_) if host.is_empty() => wrong("there is no host"),
            Err(_) if host.contains(|letter: char| letter.is_whitespace() || letter.is_control()) => {
                wrong("the host has a space or a control character")
            }
            Err(_) if numbers() => wrong("expected four numbers from 0 to 255"),
            Err(_) => Ok(()),
        }
    }

    /// All addresses of the system, where there is a port and no host.
    fn of_the_system(&self) -> Option<TransportAddress> {
        let (protocol, v6, host, port) = match *self {
            Endpoint::Ip { protocol, v6, host, port } => (protocol, v6, host, port),
            #[cfg(unix)]
            Endpoint::Unix { .. } => return None,
        };
        let port = if host.is_empty() { port } else { host.parse().ok()? };
        let any: IpAddr = if v6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
        Some(protocol.at(SocketAddr::new(any, port)))
    }

    /// The addresses that it stands for, in the order to try them. Names take the system's resolver.
    pub(crate) async fn resolve(&self) -> io::Result<Vec<TransportAddress>> {
        let (protocol, v6, host, port) = match *self {
            Endpoint::Ip { protocol, v6, host, port } => (protocol, v6, host, port),
            #[cfg(unix)]
            Endpoint::Unix { path: "", .. } => {
                return Err(wrong(NO_PATH));
            }
            #[cfg(unix)]
            Endpoint::Unix { path, datagram } => {
                let address = super::UnixAddress::new(path);
                return Ok(vec![match datagram {
                    true => TransportAddress::UnixDatagram(address),
                    false => TransportAddress::Unix(address),
                }]);
            }
        };
        let mut addresses: Vec<SocketAddr> = match literal(host, port) {
            Some(address) => vec![address?],
            // No name has a colon: a port that is none, or an IPv6 address without its brackets.
            None if host.contains(':') => {
                return Err(wrong(EXPECTED));
            }
            None => tokio::net::lookup_host((host, port)).await?.collect(),
        };
        addresses.iter_mut().for_each(|address| *address = canonical(*address));
        addresses.retain(|address| address.is_ipv6() || !v6);
        // Agents that speak both are rarely asked for IPv6 by name; other tools take IPv4 as well.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        if addresses.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "it has no address of this family"));
        }
        Ok(addresses.into_iter().map(|address| protocol.at(address)).collect())
    }
}

impl TransportAddress {
    /// The addresses that a text stands for: `[TRANSPORT:]ADDRESS` as in targets. Without a port it is
    /// `default_port`. Just a number, or a port without a host as in `:1162`, is of all addresses of the system.
    ///
    /// # Errors
    ///
    /// The name does not resolve, or the zone is not an interface.
    pub async fn lookup(text: &str, default_port: u16) -> io::Result<Vec<Self>> {
        let endpoint = Endpoint::parse(text, default_port);
        match endpoint.of_the_system() {
            Some(address) if !text.is_empty() => Ok(vec![address]),
            _ => endpoint.resolve().await,
        }
    }

    /// Whether a text can be [looked up](Self::lookup), as far as that can be told without a resolver.
    ///
    /// ```
    /// use mibc_runtime::net::TransportAddress;
    ///
    /// assert!(TransportAddress::check("udp:0.0.0.0:162").is_ok() && TransportAddress::check(":1162").is_ok());
    /// assert!(TransportAddress::check("udp:0.0.0.0:70000").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn check(text: &str) -> io::Result<()> {
        let endpoint = Endpoint::parse(text, 0);
        if !text.is_empty() && endpoint.of_the_system().is_some() { Ok(()) } else { endpoint.check_host() }
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

fn host_and_port(text: &str, default_port: u16) -> (&str, u16) {
    if text.parse::<Ipv6Addr>().is_ok() {
        return (text, default_port);
    }
    // An IPv6 address with a zone by name has colons of its own: brackets tell a port from them.
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            _ => (text, None),
        },
    };
    match port.map(str::parse) {
        None => (host, default_port),
        Some(Ok(port)) => (host, port),
        // Not a port: the resolver is given all of it, and its error names it.
        Some(Err(_)) => (text, default_port),
    }
}

/// An address that no resolver is needed for: with or without zone, which is a number or the name of an
/// interface.
fn literal(host: &str, port: u16) -> Option<io::Result<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Some(Ok(SocketAddr::new(address, port)));
    }
    let (address, zone) = host.split_once('%')?;
    let address = address.parse().ok()?;
    Some(zone_id(zone).map(|zone| SocketAddrV6::new(address, port, 0, zone).into()))
}

fn zone_id(zone: &str) -> io::Result<u32> {
    if let Ok(number) = zone.parse() {
        return Ok(number);
    }
    #[cfg(unix)]
    if let Ok(number) = nix::net::if_::if_nametoindex(zone) {
        return Ok(number);
    }
    let problem = format!("there is no network interface `{zone}`, which is the address's zone");
    Err(io::Error::new(io::ErrorKind::AddrNotAvailable, problem))
}

#[cfg(test)]
mod tests;
