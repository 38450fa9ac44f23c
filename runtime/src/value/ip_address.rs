//! IPv4 addresses.

use std::{
    fmt,
    net::{AddrParseError, Ipv4Addr},
    str::FromStr,
};

/// An `IpAddress`: four octets in network order (RFC 2578 §7.1.5). Always IPv4.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(align(4))] // beside other numbers in an enum, single octets are moved one by one
pub struct IpAddress(pub [u8; 4]);

impl From<Ipv4Addr> for IpAddress {
    fn from(address: Ipv4Addr) -> Self {
        Self(address.octets())
    }
}

impl From<IpAddress> for Ipv4Addr {
    fn from(address: IpAddress) -> Self {
        address.0.into()
    }
}

impl From<IpAddress> for std::net::IpAddr {
    fn from(address: IpAddress) -> Self {
        Self::V4(address.into())
    }
}

impl From<[u8; 4]> for IpAddress {
    fn from(octets: [u8; 4]) -> Self {
        Self(octets)
    }
}

impl From<IpAddress> for [u8; 4] {
    fn from(address: IpAddress) -> Self {
        address.0
    }
}

impl FromStr for IpAddress {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        text.parse().map(|address: Ipv4Addr| address.into())
    }
}

impl fmt::Display for IpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ipv4Addr::from(*self).fmt(f)
    }
}

impl fmt::Debug for IpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IpAddress({self})")
    }
}
