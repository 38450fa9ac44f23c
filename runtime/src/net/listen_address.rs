//! Where a service listens for TCP, as a person writes it.

use std::net::{SocketAddr, ToSocketAddrs};

/// What is wrong with such an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListenAddressError {
    /// A host or a port is missing, or is not one.
    #[error("`{0}` is not an address with a port")]
    Malformed(String),
    /// Its name is not known.
    #[error("`{address}`: the name cannot be looked up: {reason}")]
    Unknown {
        /// The address.
        address: String,
        /// Why.
        reason: String,
    },
}

impl ListenAddressError {
    /// What would have been right.
    pub const EXPECTED: &str =
        "expected one such as 127.0.0.1:9116, [::1]:9116 or localhost:9116, or :9116 for all addresses";
}

/// Reads an address with a port, such as `127.0.0.1:9116`, `[::1]:9116` or `localhost:9116`. A name is looked up, and its
/// first address of IPv4 taken, or else its first one. Without a host, as in `:9116`, it stands for all addresses.
///
/// # Errors
/// It is not such an address, or the name is not known.
pub fn listen_address(text: &str) -> Result<SocketAddr, ListenAddressError> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let malformed = || ListenAddressError::Malformed(text.to_owned());
    let (host, port) = text.rsplit_once(':').ok_or_else(malformed)?;
    let port: u16 = port.parse().map_err(|_| malformed())?;
    if host.is_empty() {
        return Ok(SocketAddr::new(everywhere(), port));
    }
    if !host.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')) {
        return Err(malformed());
    }
    let unknown = |reason: String| ListenAddressError::Unknown { address: text.to_owned(), reason };
    let found = (host, port).to_socket_addrs().map_err(|error| unknown(error.to_string()))?;
    let found: Vec<SocketAddr> = found.collect();
    let best = found.iter().find(|address| address.is_ipv4()).or(found.first());
    best.copied().ok_or_else(|| unknown("it has no address".to_owned()))
}

/// All addresses: of IPv6 and IPv4 where one socket can have both, otherwise of IPv4.
fn everywhere() -> std::net::IpAddr {
    // The file is there on Linux with IPv6.
    let only = std::fs::read_to_string("/proc/sys/net/ipv6/bindv6only");
    match only.as_deref().map(str::trim) {
        Ok("0") => std::net::Ipv6Addr::UNSPECIFIED.into(),
        _ => std::net::Ipv4Addr::UNSPECIFIED.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::listen_address;

    #[test]
    fn forms() {
        for (text, address) in
            [("127.0.0.1:9116", "127.0.0.1:9116"), ("[::1]:0", "[::1]:0"), ("localhost:80", "127.0.0.1:80")]
        {
            assert_eq!(listen_address(text).map(|address| address.to_string()).as_deref(), Ok(address));
        }
        let all = listen_address(":9116").expect("all addresses");
        assert!(all.ip().is_unspecified() && all.port() == 9116, "{all}");
        for wrong in [
            "",
            "9116",
            ":",
            "::1:9116",
            "127.0.0.1",
            "localhost:http",
            "localhost:70000",
            "a b:1",
            "http://x:1",
        ] {
            let error = listen_address(wrong).expect_err(wrong).to_string();
            assert_eq!(error, format!("`{wrong}` is not an address with a port"));
        }
        let error = listen_address("no-such-host.invalid:1").expect_err("there is none").to_string();
        assert!(error.starts_with("`no-such-host.invalid:1`: the name cannot be looked up: "), "{error}");
    }
}
