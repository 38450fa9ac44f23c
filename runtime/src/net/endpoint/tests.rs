//! Texts and what they stand for.

use super::*;

fn endpoint(text: &str) -> String {
    match Endpoint::parse(text, 161) {
        Endpoint::Ip { protocol, v6, host, port } => {
            let family = if v6 { " v6" } else { "" };
            format!("{protocol:?}{family} {host} {port}").to_lowercase()
        }
        #[cfg(unix)]
        Endpoint::Unix { path, datagram } => format!("unix {path} {datagram}"),
    }
}

#[test]
fn texts() {
    assert_eq!(endpoint("192.0.2.1"), "udp 192.0.2.1 161");
    assert_eq!(endpoint("192.0.2.1:1161"), "udp 192.0.2.1 1161");
    assert_eq!(endpoint("::1"), "udp ::1 161");
    assert_eq!(endpoint("[::1]:1161"), "udp ::1 1161");
    assert_eq!(endpoint("[::1]"), "udp ::1 161");
    assert_eq!(endpoint("[fe80::1%2]:161"), "udp fe80::1%2 161");
    assert_eq!(endpoint("[fe80::1%eth0]:99"), "udp fe80::1%eth0 99");
    assert_eq!(endpoint("fe80::1%eth0"), "udp fe80::1%eth0 161");
    assert_eq!(endpoint("router"), "udp router 161");
    assert_eq!(endpoint("router:1161"), "udp router 1161");
    assert_eq!(endpoint("router:snmp"), "udp router:snmp 161");
    assert_eq!(endpoint("udp:router:99"), "udp router 99");
    assert_eq!(endpoint("udp6:router"), "udp v6 router 161");
    assert_eq!(endpoint("udp6:[2001:db8::1]:99"), "udp v6 2001:db8::1 99");
    assert_eq!(endpoint("udpv6:2001:db8::1"), "udp v6 2001:db8::1 161");
    assert_eq!(endpoint("tcp:192.0.2.1:99"), "tcp 192.0.2.1 99");
    assert_eq!(endpoint("tcp6:[::1]"), "tcp v6 ::1 161");
}

#[cfg(unix)]
#[test]
fn paths() {
    assert_eq!(endpoint("unix:/run/agent"), "unix /run/agent false");
    assert_eq!(endpoint("/run/agent"), "unix /run/agent false");
    assert_eq!(endpoint("unixgram:agent"), "unix agent true");
}

async fn resolved(text: &str) -> String {
    match Endpoint::parse(text, 161).resolve().await {
        Ok(addresses) => addresses.iter().map(|a| a.to_string()).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}

/// Row 18: a zone by number and by name of an interface is kept.
#[tokio::test]
async fn zones() {
    assert_eq!(resolved("fe80::1%3").await, "udp:[fe80::1%3]:161");
    assert_eq!(resolved("tcp:[fe80::1%3]:99").await, "tcp:[fe80::1%3]:99");
    // What is not link-local has no zone: the kernel gives none in responses.
    assert_eq!(resolved("2001:db8::1%3").await, "udp:[2001:db8::1]:161");
    #[cfg(target_os = "linux")]
    assert_eq!(resolved("[fe80::1%lo]:99").await, "udp:[fe80::1%1]:99");
    let error = resolved("fe80::1%nosuch0").await;
    assert!(error.contains("`nosuch0`"), "{error}");
}

#[tokio::test]
async fn families() {
    assert_eq!(resolved("::ffff:192.0.2.1").await, "udp:192.0.2.1:161");
    assert_eq!(resolved("udp6:192.0.2.1").await, "it has no address of this family");
}

#[cfg(unix)]
#[tokio::test]
async fn a_missing_path() {
    let error = resolved("unix:").await;
    assert!(error.contains("unix:PATH"), "{error}");
}

/// What to listen on.
#[tokio::test]
async fn ports_alone() {
    let lookup = async |text| {
        let addresses = TransportAddress::lookup(text, 162).await.expect("an address");
        addresses.iter().map(|a| a.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(lookup("1162").await, "udp:0.0.0.0:1162");
    assert_eq!(lookup("tcp6:1162").await, "tcp:[::]:1162");
    assert_eq!(lookup(":1162").await, "udp:0.0.0.0:1162");
    assert_eq!(lookup("udp6::1162").await, "udp:[::]:1162");
    assert_eq!(lookup("tcp:").await, "tcp:0.0.0.0:162");
    assert_eq!(lookup("udp:127.0.0.1").await, "udp:127.0.0.1:162");
}

/// What `lookup` refuses is refused before, but for names.
#[tokio::test]
async fn what_cannot_be_listened_on() {
    for text in ["", ":", ":x", "udp:127.0.0.1:70000", "tcp:127.0.0.1:x", "udp:[::1", "256.0.0.1", "a b:1"] {
        assert!(TransportAddress::check(text).is_err(), "{text}");
        assert!(TransportAddress::lookup(text, 162).await.is_err(), "{text}");
    }
    for text in ["0", "udp:127.0.0.1:0", "[::1]:162", "::1", "udp6:::1", "trap.example.net:1162"] {
        assert!(TransportAddress::check(text).is_ok(), "{text}");
    }
    #[cfg(unix)]
    assert!(TransportAddress::check("unix:").is_err() && TransportAddress::check("/run/traps").is_ok());
}
