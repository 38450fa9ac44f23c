//! Addresses of a configuration: names are looked up, networks become masks.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use mibc_runtime::net::TransportAddress;
#[cfg(unix)]
use mibc_runtime::net::UnixAddress;

use super::AdministrationError;
use crate::config::{Network, Peers};
use crate::datastore::{AddressRow, Datastore, Peer};

/// The port of notifications.
const TRAPS: u16 = 162;

/// What the names in a configuration stand for.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    receivers: BTreeMap<String, TransportAddress>,
    hosts: BTreeMap<String, Vec<IpAddr>>,
}

impl Addresses {
    /// Looks up all names of receivers and of senders.
    ///
    /// # Errors
    /// A name that does not resolve.
    pub async fn look_up(rows: &Datastore) -> Result<Self, AdministrationError> {
        let mut addresses = Self::default();
        for (name, row) in &rows.addresses {
            let fail = |why: String| AdministrationError::target(name, &why);
            match &row.row.peer {
                Peer::Receiver(text) => {
                    let found = TransportAddress::lookup(text, TRAPS)
                        .await
                        .map_err(|error| fail(error.to_string()))?;
                    let first =
                        found.into_iter().next().ok_or_else(|| fail("it has no address".to_owned()))?;
                    addresses.receivers.insert(text.clone(), first);
                }
                Peer::Senders(Peers::Host(host)) => {
                    let text = format!("udp:{host}:{TRAPS}");
                    let found = TransportAddress::lookup(&text, TRAPS)
                        .await
                        .map_err(|error| fail(error.to_string()))?;
                    let found: BTreeSet<IpAddr> =
                        found.iter().filter_map(|one| Some(one.ip()?.ip())).collect();
                    addresses.hosts.insert(host.clone(), found.into_iter().collect());
                }
                Peer::Senders(_) => {}
            }
        }
        Ok(addresses)
    }

    /// The addresses of a row, each with its mask.
    pub(super) fn of(&self, row: &AddressRow) -> Vec<(TransportAddress, Vec<u8>)> {
        match &row.peer {
            Peer::Receiver(text) => {
                self.receivers.get(text).map(|address| (address.clone(), Vec::new())).into_iter().collect()
            }
            Peer::Senders(Peers::Network(network)) => of_network(network),
            Peer::Senders(Peers::Host(host)) => {
                let addresses = self.hosts.get(host).into_iter().flatten();
                addresses.flat_map(|address| of_network(&Network::host(*address))).collect()
            }
            #[cfg(unix)]
            Peer::Senders(Peers::Unix(path)) => {
                // Clients have no path of their own, unless they give themselves one.
                let address = UnixAddress::new(path.as_deref().unwrap_or("".as_ref()));
                let both = [TransportAddress::Unix(address.clone()), TransportAddress::UnixDatagram(address)];
                both.into_iter().map(|address| (address, Vec::new())).collect()
            }
            #[cfg(not(unix))]
            Peer::Senders(Peers::Unix(_)) => Vec::new(),
        }
    }
}

/// All senders of a network: from any port, over UDP and TCP.
fn of_network(network: &Network) -> Vec<(TransportAddress, Vec<u8>)> {
    let address = SocketAddr::new(network.address(), 0);
    let width = if address.is_ipv4() { 4 } else { 16 };
    let bits = usize::from(network.bits());
    let octet = |at: usize| {
        let ones = bits.saturating_sub(8 * at).min(8);
        (0xff00_u16 >> ones) as u8
    };
    let mask: Vec<u8> = (0..width).map(octet).chain([0, 0]).collect();
    vec![(TransportAddress::Udp(address), mask.clone()), (TransportAddress::Tcp(address), mask)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_cover_the_bits_of_a_network() {
        let mask = |text: &str| {
            let (address, bits) = text.split_once('/').expect("a network");
            let address = address.parse().expect("an address");
            let network = Network::new(address, bits.parse().expect("a number")).expect("a network");
            of_network(&network).remove(0).1
        };
        assert_eq!(mask("0.0.0.0/0"), [0, 0, 0, 0, 0, 0]);
        assert_eq!(mask("10.0.0.0/8"), [255, 0, 0, 0, 0, 0]);
        assert_eq!(mask("10.16.0.0/12"), [255, 240, 0, 0, 0, 0]);
        assert_eq!(mask("10.0.0.1/32"), [255, 255, 255, 255, 0, 0]);
        assert_eq!(mask("2001:db8::/33")[..6], [255, 255, 255, 255, 128, 0]);
        assert_eq!(mask("2001:db8::/33").len(), 18);
    }
}
