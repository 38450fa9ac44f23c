//! The address of a target, as a request names it.

use super::scrape::Refusal;
use crate::network::Network;
use std::net::{IpAddr, SocketAddr};
use tokio::net::lookup_host;

/// UDP port of agents.
const PORT: u16 = 161;

/// Transport and host of a target, if it is one.
pub(super) fn parts(target: &str) -> Result<(&str, &str), Refusal> {
    let (transport, host) = match target.split_once("://") {
        Some((transport, host)) => (Some(transport), host),
        None => (None, target),
    };
    let transport = match transport {
        None | Some("udp" | "udp4") => "udp",
        Some(transport @ ("tcp" | "udp6" | "tcp6")) => transport,
        Some("tcp4") => "tcp",
        Some(other) => {
            return Err(Refusal::Request(format!(
                "the transport of '{target}' is '{other}'; expected udp or tcp"
            )));
        }
    };
    // Sockets of the Unix domain are this machine's own business.
    if host.contains('/') || ["unix:", "unixgram:"].iter().any(|local| host.starts_with(local)) {
        return Err(Refusal::Forbidden(format!("'{target}' is not a host or an address of one")));
    }
    let (transport, host) = match host.split_once(':') {
        Some((given @ ("udp" | "tcp" | "udp6" | "tcp6"), host)) => (given, host),
        _ => (transport, host),
    };
    if !is_host(host) {
        return Err(Refusal::Request(format!(
            "'{target}' is not a target; expected a host or an address, with a port up to 65535 or without, such as \
             switch.example.net, 192.0.2.1:1161 or [2001:db8::1]:1161"
        )));
    }
    Ok((transport, host))
}

/// The address of a target as the manager takes it, if the target may be scraped.
pub(super) async fn of_target(target: &str, allowed: &[Network]) -> Result<String, Refusal> {
    let (transport, host) = parts(target)?;
    if allowed.is_empty() {
        return Ok(format!("{transport}:{host}"));
    }
    let found = resolve(host).await.map_err(|error| {
        Refusal::Failed(format!("error scraping target {target}: the name has no address: {error}"))
    })?;
    let is_allowed = |address: &SocketAddr| allowed.iter().any(|net| net.contains(address.ip()));
    // The address that was checked is the one that is asked.
    match found.iter().find(|address| is_allowed(address)) {
        Some(address) => Ok(format!("{transport}:{address}")),
        None => {
            Err(Refusal::Forbidden(format!("the target '{target}' is in no network that may be scraped")))
        }
    }
}

/// Whether this is a name or an address, with or without a port.
fn is_host(host: &str) -> bool {
    if !host.chars().all(|letter| letter.is_alphanumeric() || "-._%:[]".contains(letter)) {
        return false;
    }
    // An address of a link has its interface behind it.
    let address = host.split('%').next().unwrap_or(host);
    if address.parse::<IpAddr>().is_ok() {
        return true;
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => (name, port),
        _ => (host, "161"),
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    !name.is_empty() && !name.contains(['[', ']']) && port.parse::<u16>().is_ok()
}

/// The addresses of a host, with or without a port.
async fn resolve(host: &str) -> std::io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return Ok(vec![address]);
    }
    if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, PORT)]);
    }
    let found = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) && !port.is_empty() => {
            let port = port.parse().map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
            lookup_host((name, port)).await?
        }
        _ => lookup_host((host, PORT)).await?,
    };
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn hosts() {
        for host in [
            "h",
            "h:1161",
            "192.0.2.1",
            "192.0.2.1:161",
            "::1",
            "[::1]",
            "[::1]:161",
            "fe80::1%eth0",
            "[fe80::1%eth0]:161",
            "über.example",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            ":161",
            "h:",
            "h:x",
            "h:65536",
            "192.0.2.1:99999",
            "h h",
            "h\n",
            "[::1]:x",
            "h:161:161x",
            "[]",
            "h/x",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
