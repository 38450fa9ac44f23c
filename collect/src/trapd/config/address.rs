//! Addresses of listeners and receivers, as far as their text says it.

use super::listed;
use mibc_runtime::manager::Address;
use mibc_runtime::net::TransportAddress;
use std::net::IpAddr;

/// The port of addresses without one.
const PORT: u16 = 162;

/// Whether a text can be an address to listen on.
pub(super) fn check_own(address: &str) -> Result<(), String> {
    check_transport(address)?;
    TransportAddress::check(address).map_err(|error| format!("`{address}`: {error}"))
}

/// Whether a text can be the address of a receiver.
pub(super) fn check_receiver(address: &str) -> Result<(), String> {
    check_transport(address)?;
    Address::from(address).check().map_err(|error| format!("`{address}`: {error}"))
}

fn check_transport(address: &str) -> Result<(), String> {
    let known = ["udp", "udp6", "tcp", "tcp6", "unix", "unixgram"];
    match address.split_once(':') {
        _ if address.is_empty() => {
            Err("an address is empty; expected one such as udp:0.0.0.0:162".to_owned())
        }
        path if address.contains(char::is_whitespace)
            && !path.is_some_and(|(kind, _)| ["unix", "unixgram"].contains(&kind)) =>
        {
            Err(format!(
                "`{address}` is not an address; expected one such as udp:0.0.0.0:162, without blanks"
            ))
        }
        Some((kind, _))
            if kind.chars().all(|c| c.is_ascii_alphabetic())
                && !kind.is_empty()
                && address.matches(':').count() >= 2
                && !known.contains(&kind) =>
        {
            Err(format!(
                "`{address}` begins with {kind}, which is not a transport; expected {}",
                listed(&known)
            ))
        }
        _ => Ok(()),
    }
}

/// Whether what is sent to `receiver` comes to `listener`. Names other than localhost are not looked up.
pub(super) fn is_same(listener: &str, receiver: &str) -> bool {
    let (listener, receiver) = (Parts::of(listener), Parts::of(receiver));
    let here = |host: &str| match host.parse::<IpAddr>() {
        Ok(address) => address.is_unspecified() || address.is_loopback(),
        Err(_) => host.is_empty(),
    };
    let unspecified =
        listener.host.is_empty() || listener.host.parse::<IpAddr>().is_ok_and(|host| host.is_unspecified());
    listener.transport == receiver.transport
        && listener.port == receiver.port
        && listener.port != Some(0)
        && (listener.host == receiver.host || unspecified && here(&receiver.host))
}

/// An address taken apart.
struct Parts {
    transport: String,
    /// A path without a port, for sockets of the Unix domain.
    host: String,
    port: Option<u16>,
}

impl Parts {
    fn of(address: &str) -> Self {
        let (transport, rest) = match address.split_once(':') {
            Some((kind @ ("udp" | "udp6" | "tcp" | "tcp6"), rest)) => (kind.trim_end_matches('6'), rest),
            Some(("unix" | "unixgram", path)) => {
                return Self { transport: "unix".to_owned(), host: path.to_owned(), port: None };
            }
            _ => ("udp", address),
        };
        let (host, port) = match rest.rsplit_once(':') {
            _ if rest.parse::<IpAddr>().is_ok() => (rest, PORT),
            Some((host, port)) => (host, port.parse().unwrap_or(PORT)),
            None => rest.parse().map_or((rest, PORT), |port| ("", port)),
        };
        let host = match host.trim_start_matches('[').trim_end_matches(']') {
            "localhost" => "127.0.0.1",
            host => host,
        };
        Self { transport: transport.to_owned(), host: host.to_owned(), port: Some(port) }
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn what_would_go_round() {
        for (listener, receiver) in [
            ("udp:127.0.0.1:1162", "udp:127.0.0.1:1162"),
            ("udp:0.0.0.0:162", "udp:127.0.0.1"),
            ("udp:0.0.0.0:162", "localhost"),
            ("udp:1162", "127.0.0.1:1162"),
            ("udp6:[::]:1162", "udp6:[::1]:1162"),
            ("tcp:host.example.net:1162", "tcp:host.example.net:1162"),
            ("unix:/run/traps", "unix:/run/traps"),
        ] {
            assert!(is_same(listener, receiver), "{listener} {receiver}");
        }
        for (listener, receiver) in [
            ("udp:127.0.0.1:1162", "udp:127.0.0.1:162"),
            ("udp:127.0.0.1:1162", "tcp:127.0.0.1:1162"),
            ("udp:0.0.0.0:162", "udp:192.0.2.1:162"),
            ("udp:127.0.0.1:0", "udp:127.0.0.1:0"),
            ("udp:192.0.2.1:162", "udp:192.0.2.2"),
        ] {
            assert!(!is_same(listener, receiver), "{listener} {receiver}");
        }
    }
}
