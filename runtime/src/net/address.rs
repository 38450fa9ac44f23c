//! Addresses of all transports.

use std::fmt;
use std::net::{SocketAddr, SocketAddrV6};
#[cfg(unix)]
use std::path::Path;
#[cfg(unix)]
use std::sync::Arc;

/// Where a message comes from or goes to: transport and address. Prints as it is written in targets:
/// `udp:192.0.2.1:161`, `tcp:[2001:db8::1]:161`, `unix:/path`, `unixgram:/path`.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportAddress {
    /// UDP over IPv4 or IPv6 (RFC 3417 §3).
    Udp(SocketAddr),
    /// TCP over IPv4 or IPv6 (RFC 3430).
    Tcp(SocketAddr),
    /// A stream socket of the Unix domain.
    #[cfg(unix)]
    Unix(UnixAddress),
    /// A datagram socket of the Unix domain.
    #[cfg(unix)]
    UnixDatagram(UnixAddress),
}

/// The name of a socket of the Unix domain. Cheap to clone.
#[cfg(unix)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnixAddress(Name);

#[cfg(unix)]
#[derive(Clone, PartialEq, Eq, Hash)]
enum Name {
    /// As clients of stream sockets have.
    Unnamed,
    Path(Arc<Path>),
    /// Linux: a name outside of the file system.
    Abstract(Arc<[u8]>),
}

impl TransportAddress {
    /// The IP address and port, unless it is of the Unix domain.
    #[must_use]
    pub fn ip(&self) -> Option<SocketAddr> {
        match self {
            TransportAddress::Udp(address) | TransportAddress::Tcp(address) => Some(*address),
            #[cfg(unix)]
            _ => None,
        }
    }

    /// As the kernel writes the address in what it receives, so that the two compare equal: IPv4 as
    /// such, and a zone where it means something.
    pub(crate) fn canonical(&self) -> Self {
        match self {
            TransportAddress::Udp(address) => TransportAddress::Udp(canonical(*address)),
            TransportAddress::Tcp(address) => TransportAddress::Tcp(canonical(*address)),
            #[cfg(unix)]
            _ => self.clone(),
        }
    }
}

/// Of UDP, the default of SNMP.
impl From<SocketAddr> for TransportAddress {
    fn from(address: SocketAddr) -> Self {
        TransportAddress::Udp(address)
    }
}

impl fmt::Display for TransportAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransportAddress::Udp(address) => write!(f, "udp:{address}"),
            TransportAddress::Tcp(address) => write!(f, "tcp:{address}"),
            #[cfg(unix)]
            TransportAddress::Unix(address) => write!(f, "unix:{address}"),
            #[cfg(unix)]
            TransportAddress::UnixDatagram(address) => write!(f, "unixgram:{address}"),
        }
    }
}

impl fmt::Debug for TransportAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(unix)]
impl UnixAddress {
    /// A socket in the file system.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self(Name::Path(path.as_ref().into()))
    }

    pub(super) fn unnamed() -> Self {
        Self(Name::Unnamed)
    }

    /// Its path, if it has one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Name::Path(path) => Some(path),
            _ => None,
        }
    }

    /// From the kernel's form.
    pub(super) fn from_name(address: Option<&nix::sys::socket::UnixAddr>) -> Self {
        let Some(address) = address else { return Self::unnamed() };
        if let Some(path) = address.path() {
            return Self::new(path);
        }
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(name) = address.as_abstract() {
            return Self(Name::Abstract(name.into()));
        }
        Self(Name::Unnamed)
    }

    /// To the kernel's form; `None` when nothing can be sent there.
    pub(super) fn to_name(&self) -> Option<nix::sys::socket::UnixAddr> {
        match &self.0 {
            Name::Unnamed => None,
            Name::Path(path) => nix::sys::socket::UnixAddr::new(&**path).ok(),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Name::Abstract(name) => nix::sys::socket::UnixAddr::new_abstract(name).ok(),
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            Name::Abstract(_) => None,
        }
    }
}

/// Prints the path; `@name` for a name outside of the file system, nothing for no name.
#[cfg(unix)]
impl fmt::Display for UnixAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Name::Unnamed => Ok(()),
            Name::Path(path) => path.display().fmt(f),
            Name::Abstract(name) => write!(f, "@{}", name.escape_ascii()),
        }
    }
}

#[cfg(unix)]
impl fmt::Debug for UnixAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(super) fn canonical(mut address: SocketAddr) -> SocketAddr {
    address.set_ip(address.ip().to_canonical());
    if let SocketAddr::V6(v6) = &mut address {
        let zone = if v6.ip().is_unicast_link_local() { v6.scope_id() } else { 0 };
        *v6 = SocketAddrV6::new(*v6.ip(), v6.port(), 0, zone);
    }
    address
}
