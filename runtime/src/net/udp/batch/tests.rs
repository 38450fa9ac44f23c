use super::*;
use crate::net::Transport;
use crate::net::udp::{BUFFER, Udp};
use std::time::Duration;

const LENGTHS: [usize; 12] = [40, 41, 40, 1_300, 40, 41, 7, 40, 41, 41, 40, 1_300];

/// What two peers get of messages of several lengths that are sent at once, in the order of their lengths.
async fn received(address: &str, joins: bool) -> [Vec<Vec<u8>>; 2] {
    let udp = Udp::listen(address.parse().expect("an address"), BUFFER).expect("a socket");
    udp.kind.joins.fetch_and(joins, Ordering::Relaxed);
    let Some(TransportAddress::Udp(own)) = udp.local_address() else { panic!("a UDP address") };
    let loopback: IpAddr =
        if own.is_ipv6() { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() };
    let target = SocketAddr::new(loopback, own.port());
    let peers = [(); 2].map(|()| {
        let peer = std::net::UdpSocket::bind((loopback, 0)).expect("a socket");
        peer.connect(target).expect("a peer");
        peer.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
        peer.send(b"?").expect("sent");
        peer
    });
    let mut inbox = Inbox::new(4);
    while inbox.iter().count() < 2 {
        std::future::poll_fn(|cx| udp.poll_receive(cx, &mut inbox)).await.expect("messages");
    }
    let mut outbox = Outbox::default();
    for (at, length) in LENGTHS.into_iter().enumerate() {
        for (message, origin) in inbox.iter() {
            assert_eq!(message, b"?");
            outbox.push(origin.clone(), &vec![at as u8; length]);
        }
    }
    outbox.gather();
    udp.try_send(&mut outbox).expect("sent");
    assert!(outbox.is_empty());
    peers.map(|peer| {
        let mut messages: Vec<Vec<u8>> = LENGTHS
            .iter()
            .map(|_| {
                let mut buffer = [0; 2_000];
                let length = peer.recv(&mut buffer).expect("a message");
                buffer[..length].to_vec()
            })
            .collect();
        messages.sort();
        messages
    })
}

/// Messages arrive as they were sent, joined on their way or not, from an address of their own or that was asked.
#[tokio::test]
async fn what_is_joined_arrives_apart() {
    let sent: Vec<Vec<u8>> = (0..).zip(LENGTHS).map(|(at, length)| vec![at; length]).collect();
    for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"] {
        for joins in [true, false] {
            for messages in received(address, joins).await {
                assert_eq!(messages, sent, "{address}, joined: {joins}");
            }
        }
    }
}

/// Only what goes to one peer, and is of one length up to the last, leaves together.
#[test]
fn datagrams_are_gathered_by_peer_and_length() {
    let to = |port| Origin::to(TransportAddress::Udp(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)));
    let mut outbox = Outbox::default();
    for (port, length) in [(2, 5), (1, 4), (2, 6), (1, 4), (2, 6), (1, 3), (1, 3)] {
        outbox.push(to(port), &vec![0; length]);
    }
    outbox.gather();
    let mut groups = Vec::new();
    while let Some((message, to)) = outbox.front() {
        let (length, port) = (message.len(), peer(to.peer()).expect("an address").port());
        let (alike, _) = outbox.alike(0);
        groups.push((port, length, alike));
        (0..alike).for_each(|_| drop(outbox.pop()));
    }
    assert_eq!(groups, [(1, 4, 3), (1, 3, 1), (2, 6, 3)]);
}
