//! Which addresses datagrams come from.

use super::*;
use mibc_runtime::manager::{Error, Target};
use std::net::SocketAddr;
use std::time::Duration;

/// §3 row 17: a socket for all addresses answers from the one that was asked.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn answers_come_from_the_address_that_was_asked() {
    let agent = agent("udp:0.0.0.0:0").await;
    let _running = agent.spawn();
    let port = local(&agent).ip().expect("UDP").port();
    let manager = manager().await;
    for address in [[127, 0, 0, 1], [127, 0, 0, 2], [127, 1, 2, 3]] {
        // The manager accepts answers from no other address.
        let target =
            Target::v2c(SocketAddr::from((address, port)), "public").timeout(Duration::from_secs(60));
        let name = manager.target(target).get(SYS_NAME).await.expect("the name");
        assert_eq!(name, OctetString::from("an agent"));
    }
}

/// The same over IPv6, where the system has it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn answers_over_ipv6() {
    let addresses = TransportAddress::lookup("udp6:[::]:0", 0).await.expect("an address");
    let Ok(agent) = builder().bind_to(addresses) else {
        eprintln!("not tested: there is no IPv6 here");
        return;
    };
    agent.serve(SYS_NAME, || "an agent".into());
    let _running = agent.spawn();
    let port = local(&agent).ip().expect("UDP").port();
    let target = Target::v2c(format!("udp6:[::1]:{port}"), "public").timeout(Duration::from_secs(60));
    let name = manager().await.target(target).get(SYS_NAME).await.expect("the name");
    assert_eq!(name, OctetString::from("an agent"));
}

/// A port that nobody listens on ends nobody else's requests, and not the socket.
#[tokio::test]
async fn unreachable_ports() {
    let agent = agent("127.0.0.1:0").await;
    let _running = agent.spawn();
    let gone = std::net::UdpSocket::bind("127.0.0.1:0").and_then(|s| s.local_addr()).expect("loopback");
    let manager = manager().await;
    let hasty = |address| Target::v2c(address, "public").timeout(Duration::from_millis(50)).retries(1);
    let dead = manager.target(hasty(gone));
    let session = manager.target(hasty(agent.local_addr()).timeout(Duration::from_secs(60)));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200 {
        let session = if n % 2 == 0 { session.clone() } else { dead.clone() };
        tasks.spawn(async move { (n % 2 == 0, session.get(SYS_NAME).await) });
    }
    for (alive, result) in tasks.join_all().await {
        assert_eq!(result.is_ok(), alive, "{result:?}");
        // Those after the first few are not even tried.
        assert!(
            matches!(result, Ok(_) | Err(Error::Timeout { .. } | Error::CircuitOpen { .. })),
            "{result:?}"
        );
    }
    assert_eq!(manager.outstanding(), 0);
}

/// Link-local addresses of this machine, as the kernel lists them: address, number and name of the interface.
#[cfg(target_os = "linux")]
fn link_local() -> Vec<(std::net::Ipv6Addr, u32, String)> {
    let listed = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let parse = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let address = std::net::Ipv6Addr::from(u128::from_str_radix(fields.first()?, 16).ok()?);
        let interface = u32::from_str_radix(fields.get(1)?, 16).ok()?;
        address
            .is_unicast_link_local()
            .then(|| (address, interface, fields.last().map(|&name| name.to_owned())))
    };
    listed
        .lines()
        .filter_map(parse)
        .filter_map(|(address, number, name)| Some((address, number, name?)))
        .collect()
}

/// §3 row 18: the zone is kept from the target's text to the socket, and the response's source compares equal.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn link_local_addresses() {
    let Some((address, number, name)) = link_local().into_iter().next() else {
        eprintln!("not tested: no interface has a link-local address");
        return;
    };
    let agent = agent("udp6:[::]:0").await;
    let _running = agent.spawn();
    let port = local(&agent).ip().expect("UDP").port();
    let manager = manager().await;
    for zone in [name, number.to_string()] {
        for transport in ["", "udp6:"] {
            let text = format!("{transport}[{address}%{zone}]:{port}");
            let target = Target::v2c(text, "public").timeout(Duration::from_secs(60));
            let name = manager.target(target).get(SYS_NAME).await.expect("the name");
            assert_eq!(name, OctetString::from("an agent"));
        }
    }
}
