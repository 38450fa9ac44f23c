//! Transport addresses as octets, and the masks that compare them (RFC 3584 §5.3, RFC 3417, RFC 3419).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use crate::net::TransportAddress;
#[cfg(unix)]
use crate::net::UnixAddress;
use crate::oid::Oid;

const SNMP_UDP_DOMAIN: &[u32] = &[1, 3, 6, 1, 6, 1, 1];
/// transportDomains of TRANSPORT-ADDRESS-MIB.
const TRANSPORT_DOMAINS: [u32; 9] = [1, 3, 6, 1, 2, 1, 100, 1, 0];

mod domain {
    pub(super) const UDP_IPV4: u32 = 1;
    pub(super) const UDP_IPV6: u32 = 2;
    pub(super) const UDP_IPV6Z: u32 = 4;
    pub(super) const TCP_IPV4: u32 = 5;
    pub(super) const TCP_IPV6: u32 = 6;
    pub(super) const TCP_IPV6Z: u32 = 8;
    #[cfg(unix)]
    pub(super) const LOCAL: u32 = 13;
}

/// TDomain and TAddress of a transport address; `None` for a socket of the Unix domain that has no path or takes
/// datagrams, which have no standard domain.
///
/// UDP over IPv4 is snmpUDPDomain (RFC 3417), the others are of TRANSPORT-ADDRESS-MIB (RFC 3419).
#[must_use]
pub fn to_domain(address: &TransportAddress) -> Option<(Oid, Vec<u8>)> {
    let number = match address {
        TransportAddress::Udp(SocketAddr::V4(_)) => {
            return Some((Oid::from_arcs(SNMP_UDP_DOMAIN).ok()?, octets(address)));
        }
        TransportAddress::Udp(SocketAddr::V6(v6)) if v6.scope_id() == 0 => domain::UDP_IPV6,
        TransportAddress::Udp(_) => domain::UDP_IPV6Z,
        TransportAddress::Tcp(SocketAddr::V4(_)) => domain::TCP_IPV4,
        TransportAddress::Tcp(SocketAddr::V6(v6)) if v6.scope_id() == 0 => domain::TCP_IPV6,
        TransportAddress::Tcp(_) => domain::TCP_IPV6Z,
        #[cfg(unix)]
        TransportAddress::Unix(address) if address.path().is_some() => domain::LOCAL,
        #[cfg(unix)]
        _ => return None,
    };
    let mut arcs = TRANSPORT_DOMAINS;
    arcs[8] = number;
    Some((Oid::from_arcs(&arcs).ok()?, octets(address)))
}

/// The transport address that a TDomain and a TAddress stand for; `None` if the domain is not known here, or the
/// address is not one of it.
#[must_use]
pub fn from_domain(domain: &Oid, address: &[u8]) -> Option<TransportAddress> {
    let number = match domain.strip_prefix_arcs(&TRANSPORT_DOMAINS[..8]) {
        Some(mut rest) => rest.next().filter(|_| rest.next().is_none())?,
        None if domain.arcs().eq(SNMP_UDP_DOMAIN.iter().copied()) => domain::UDP_IPV4,
        None => return None,
    };
    let ip = match number {
        domain::UDP_IPV4 | domain::TCP_IPV4 => {
            let [a, b, c, d, port @ ..] = <[u8; 6]>::try_from(address).ok()?;
            SocketAddr::from((Ipv4Addr::new(a, b, c, d), u16::from_be_bytes(port)))
        }
        domain::UDP_IPV6 | domain::TCP_IPV6 => v6(address.first_chunk()?, &[0; 4], address.get(16..)?)?,
        domain::UDP_IPV6Z | domain::TCP_IPV6Z => {
            v6(address.first_chunk()?, address.get(16..20)?, address.get(20..)?)?
        }
        #[cfg(unix)]
        domain::LOCAL if !address.is_empty() && !address.contains(&0) => {
            use std::os::unix::ffi::OsStrExt;
            let path = std::ffi::OsStr::from_bytes(address);
            return Some(TransportAddress::Unix(UnixAddress::new(path)));
        }
        _ => return None,
    };
    Some(match number {
        domain::UDP_IPV4 | domain::UDP_IPV6 | domain::UDP_IPV6Z => TransportAddress::Udp(ip),
        _ => TransportAddress::Tcp(ip),
    })
}

fn v6(address: &[u8; 16], zone: &[u8], port: &[u8]) -> Option<SocketAddr> {
    let zone = u32::from_be_bytes(zone.try_into().ok()?);
    let port = u16::from_be_bytes(port.try_into().ok()?);
    Some(SocketAddrV6::new(Ipv6Addr::from(*address), port, 0, zone).into())
}

/// The TAddress of a transport address: what masks are laid over.
pub(super) fn octets(address: &TransportAddress) -> Vec<u8> {
    match address {
        TransportAddress::Udp(ip) | TransportAddress::Tcp(ip) => {
            let mut octets = match ip.ip() {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            if let SocketAddr::V6(v6) = ip
                && v6.scope_id() != 0
            {
                octets.extend(v6.scope_id().to_be_bytes());
            }
            octets.extend(ip.port().to_be_bytes());
            octets
        }
        #[cfg(unix)]
        TransportAddress::Unix(name) | TransportAddress::UnixDatagram(name) => {
            use std::os::unix::ffi::OsStrExt;
            name.path().map(|path| path.as_os_str().as_bytes().to_vec()).unwrap_or_default()
        }
    }
}

/// Whether an address is one of those that `pattern` stands for: all bits that are 1 in the mask are alike. A mask
/// without octets has 1 everywhere. Of the Unix domain, a pattern without a path is for all clients: those of stream sockets
/// have none, those that send datagrams each their own.
pub(super) fn matches(pattern: &TransportAddress, mask: &[u8], address: &TransportAddress) -> bool {
    if std::mem::discriminant(pattern) != std::mem::discriminant(address) {
        return false;
    }
    #[cfg(unix)]
    let of_unix = matches!(pattern, TransportAddress::Unix(_) | TransportAddress::UnixDatagram(_));
    #[cfg(not(unix))]
    let of_unix = false;
    let (pattern, address) = (octets(&pattern.canonical()), octets(&address.canonical()));
    if of_unix && pattern.is_empty() {
        return true;
    }
    if mask.is_empty() {
        return pattern == address;
    }
    pattern.len() == address.len()
        && pattern.len() == mask.len()
        && pattern.iter().zip(&address).zip(mask).all(|((own, other), mask)| own & mask == other & mask)
}
