//! The agent on real sockets.

use std::net::SocketAddr;
use std::time::Duration;

use mibc_runtime::agent::{Agent, BindError, Community};
use mibc_runtime::message::{Decoder, Message, OwnedBody, PduHeader, PduKind, Version};
use mibc_runtime::value::{OctetString, Value};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::acme::{ACME_LOCATION, LOCATION};
use crate::ask::{encode, unspecified};

async fn get(agent: SocketAddr, community: &str) -> Option<Vec<Value>> {
    let any: SocketAddr =
        if agent.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" }.parse().expect("an address");
    let socket = UdpSocket::bind(any).await.expect("a socket");
    socket.connect(agent).await.expect("loopback");
    let name = format!("{LOCATION}.0");
    let request = encode(Version::V2c, community, PduHeader::new(PduKind::Get, 77), unspecified(&[&name]));
    socket.send(&request).await.expect("loopback");
    let mut buffer = [0; 2_000];
    let length = timeout(Duration::from_secs(60), socket.recv(&mut buffer)).await.ok()?.ok()?;
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&buffer[..length]).expect("a valid response");
    let OwnedBody::Pdu(pdu) = Message::from(&decoded.message).body else { panic!("a response") };
    assert_eq!((pdu.header.kind, pdu.header.request_id), (PduKind::Response, 77));
    Some(pdu.varbinds.into_iter().map(|varbind| varbind.value).collect())
}

#[tokio::test]
async fn an_agent_answers_and_stops() {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve(ACME_LOCATION, || OctetString::from("cellar"));
    assert_ne!(agent.local_addr().port(), 0);
    let running = agent.spawn();
    assert_eq!(get(agent.local_addr(), "public").await, Some(vec!["cellar".into()]));
    // What comes and goes while it runs.
    agent.serve(ACME_LOCATION, || OctetString::from("attic"));
    assert_eq!(get(agent.local_addr(), "public").await, Some(vec!["attic".into()]));
    assert_eq!(agent.counters().out_pkts(), 2);
    timeout(Duration::from_secs(60), running.stop()).await.expect("it stops").expect("without an error");
}

#[tokio::test]
async fn two_families_on_one_agent() {
    let v4: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    let v6: SocketAddr = "[::1]:0".parse().expect("an address");
    let builder = Agent::builder().community(Community::read_only("public"));
    let agent = match builder.bind(&[v4, v6][..]).await {
        Ok(agent) => agent,
        Err(BindError::Socket { address, source })
            if address.ip().is_some_and(|address| address.is_ipv6()) =>
        {
            eprintln!("not tested: this machine has no IPv6 loopback ({source})");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    agent.serve(ACME_LOCATION, || OctetString::from("cellar"));
    let _running = agent.spawn();
    for address in agent.local_addrs() {
        assert_eq!(get(address, "public").await, Some(vec!["cellar".into()]), "{address}");
    }
}

/// No default communities.
#[tokio::test]
async fn an_agent_without_community_does_not_start() {
    let refused = Agent::builder().bind("127.0.0.1:0").await;
    assert!(matches!(refused, Err(BindError::NoCommunity)));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let first = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let taken = first.local_addr().expect("bound");
    let refused = Agent::builder().community(Community::read_only("public")).bind(taken).await;
    let text = refused.map(|_| ()).expect_err("the port is taken").to_string();
    assert!(text.contains(&taken.to_string()), "{text}");
}

/// Dropping the handle stops the agent: no task is left behind.
#[tokio::test]
async fn a_dropped_handle_stops_the_agent() {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    drop(agent.spawn());
    timeout(Duration::from_secs(60), agent.run()).await.expect("it has stopped").expect("without an error");
}
