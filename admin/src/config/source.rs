//! Where requests of a community may come from.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Senders that a community is for, or with `!` in front is not for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// Requests from there are refused, whatever comes later in the list and in later entries of the same community.
    pub refused: bool,
    /// The senders.
    pub peers: Peers,
}

/// A set of senders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peers {
    /// Addresses of a network, or one address.
    Network(Network),
    /// All addresses that a name resolves to when the agent starts.
    Host(String),
    /// Sockets of the Unix domain: those of a path, or all.
    Unix(Option<PathBuf>),
}

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text that is not a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{why}: expected an address, a network (10.0.0.0/8, 10.0.0.0/255.0.0.0, 2001:db8::/32), a name of a host, or \
     unix:PATH, with `!` in front for senders that are refused"
)]
pub struct SourceError {
    why: String,
}

impl Network {
    /// All IPv4 addresses.
    pub const ALL_V4: Network = Network { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), bits: 0 };
    /// All IPv6 addresses.
    pub const ALL_V6: Network = Network { address: IpAddr::V6(Ipv6Addr::UNSPECIFIED), bits: 0 };

    /// The addresses that begin with the first `bits` bits of `address`; `None` if other bits are set, or there are
    /// not so many.
    #[must_use]
    pub fn new(address: IpAddr, bits: u8) -> Option<Self> {
        let network = Self { address, bits };
        (bits <= network.width() && network.number() & network.host_mask() == 0).then_some(network)
    }

    /// One address.
    #[must_use]
    pub fn host(address: IpAddr) -> Self {
        Self { address, bits: if address.is_ipv4() { 32 } else { 128 } }
    }

    /// The address of the network.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// How many bits its addresses have in common.
    #[must_use]
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let other = Self::host(address.to_canonical());
        other.width() == self.width() && (other.number() ^ self.number()) & !self.host_mask() == 0
    }

    fn covers(&self, other: &Network) -> bool {
        self.bits <= other.bits && self.width() == other.width() && self.contains(other.address)
    }

    fn width(&self) -> u8 {
        if self.address.is_ipv4() { 32 } else { 128 }
    }

    fn number(&self) -> u128 {
        match self.address {
            IpAddr::V4(address) => u128::from(u32::from(address)),
            IpAddr::V6(address) => u128::from(address),
        }
    }

    /// The bits that differ between its addresses.
    fn host_mask(&self) -> u128 {
        let free = u32::from(self.width().saturating_sub(self.bits));
        u128::MAX.checked_shr(128 - free).unwrap_or(0)
    }

    /// Its two halves; `None` for one address.
    fn halves(&self) -> Option<[Network; 2]> {
        let bits = self.bits + 1;
        let free = self.width().checked_sub(bits)?;
        let half = |number: u128| {
            let address = match self.address {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from(number as u32)),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(number)),
            };
            Network { address, bits }
        };
        Some([half(self.number()), half(self.number() | 1 << free)])
    }

    /// What is left of it without `other`, as networks.
    #[must_use]
    pub fn without(&self, other: &Network) -> Vec<Network> {
        if other.covers(self) {
            return Vec::new();
        }
        let mut rest = Vec::new();
        let mut around = *self;
        // One step a bit.
        while around.covers(other) && around != *other {
            let Some([low, high]) = around.halves() else { break };
            let (inner, outer) = if low.covers(other) { (low, high) } else { (high, low) };
            rest.push(outer);
            around = inner;
        }
        if rest.is_empty() { vec![*self] } else { rest }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Source {
    /// These senders.
    #[must_use]
    pub fn from_network(network: Network) -> Self {
        Self { refused: false, peers: Peers::Network(network) }
    }

    /// Whether a sender with this address is meant. Names of hosts are nobody's before they are resolved.
    #[must_use]
    pub fn matches(&self, address: IpAddr) -> bool {
        matches!(&self.peers, Peers::Network(network) if network.contains(address))
    }

    /// Whether a sender at this path is meant.
    #[must_use]
    pub fn matches_path(&self, path: &Path) -> bool {
        matches!(&self.peers, Peers::Unix(of) if of.as_deref().is_none_or(|of| of == path))
    }
}

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let (refused, rest) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        Ok(Self { refused, peers: rest.parse()? })
    }
}

impl FromStr for Peers {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let wrong = |why: &str| SourceError { why: format!("`{text}` {why}") };
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(Peers::Unix((!path.is_empty()).then(|| path.into())));
        }
        if let Ok(address) = text.parse() {
            return Ok(Peers::Network(Network::host(address)));
        }
        let Some((address, mask)) = text.split_once('/') else {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            let is_name = !text.is_empty() && text.len() <= 253 && text.chars().all(plain);
            let is_number = text.chars().all(|c| c.is_ascii_digit() || c == '.');
            return if is_name && !is_number {
                Ok(Peers::Host(text.to_owned()))
            } else {
                Err(wrong("is no source"))
            };
        };
        let address: IpAddr = address.parse().map_err(|_| wrong("does not begin with an address"))?;
        let bits = match mask.parse::<Ipv4Addr>() {
            Ok(mask) if address.is_ipv4() => {
                let mask = u32::from(mask);
                if mask.leading_ones() != mask.count_ones() {
                    return Err(wrong("has a mask whose ones are not all at its beginning"));
                }
                mask.leading_ones() as u8
            }
            _ => mask.parse().map_err(|_| wrong("has no length or mask behind the slash"))?,
        };
        Network::new(address, bits)
            .map(Peers::Network)
            .ok_or_else(|| wrong("has bits set behind its mask, or a mask longer than its address"))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.refused {
            f.write_str("!")?;
        }
        match &self.peers {
            Peers::Network(network) => network.fmt(f),
            Peers::Host(name) => f.write_str(name),
            Peers::Unix(Some(path)) => write!(f, "unix:{}", path.display()),
            Peers::Unix(None) => f.write_str("unix:"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for (text, printed) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("!10.0.0.0/255.255.0.0", "!10.0.0.0/16"),
            ("192.0.2.1", "192.0.2.1/32"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
            ("nms.example.org", "nms.example.org"),
            ("unix:/run/x", "unix:/run/x"),
            ("unix:", "unix:"),
        ] {
            assert_eq!(
                text.parse::<Source>().map(|source| source.to_string()),
                Ok(printed.to_owned()),
                "{text}"
            );
        }
        for text in [
            "",
            "!",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/255.0.255.0",
            "10.0.0.0/",
            "1.2.3",
            "a/8",
            "a b",
            "::/129",
        ] {
            assert!(text.parse::<Source>().is_err(), "{text}");
        }
    }

    #[test]
    fn members() {
        let network = |text: &str| match text.parse::<Source>().map(|source| source.peers) {
            Ok(Peers::Network(network)) => network,
            other => panic!("{text}: {other:?}"),
        };
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert!(network("10.0.0.0/8").contains(address("10.1.2.3")));
        assert!(network("10.0.0.0/8").contains(address("::ffff:10.1.2.3")));
        assert!(!network("10.0.0.0/8").contains(address("11.0.0.0")));
        assert!(!network("0.0.0.0/0").contains(address("::1")));
        assert!(network("::/0").contains(address("::1")));
        assert!(network("::1").contains(address("::1")));
    }

    /// Each address of a network is in exactly one of the parts that are left, unless it was taken out.
    #[test]
    fn differences() {
        let network =
            |bits, last| Network::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)), bits).expect("a network");
        for (from, other) in [
            (network(28, 16), network(30, 20)),
            (network(28, 16), network(32, 31)),
            (network(28, 16), network(28, 16)),
            (network(28, 16), network(24, 0)),
            (network(28, 16), network(28, 32)),
            (network(32, 16), network(28, 16)),
        ] {
            let rest = from.without(&other);
            for last in 0..=255 {
                let address = IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
                let found = rest.iter().filter(|part| part.contains(address)).count();
                let expected = usize::from(from.contains(address) && !other.contains(address));
                assert_eq!(found, expected, "{from} without {other}: {address}");
            }
        }
        assert_eq!(Network::ALL_V6.without(&Network::host(IpAddr::V6(Ipv6Addr::LOCALHOST))).len(), 128);
        assert_eq!(Network::ALL_V6.without(&Network::ALL_V4), [Network::ALL_V6]);
    }
}
