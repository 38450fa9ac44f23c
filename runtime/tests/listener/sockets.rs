//! The whole listener, over loopback.

use crate::lab::{Made, engine_id, link_down, ok, operator, response, user, v2c};
use futures_core::Stream;
use mibc_runtime::engine::Report;
use mibc_runtime::listener::{BindError, Dropped, Listener, ReceivedNotification};
use mibc_runtime::message::PduKind;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::usm::{Auth, User};
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);

async fn listener() -> Listener {
    Listener::builder().community("traps").queue(4).bind("127.0.0.1:0").await.expect("loopback")
}

async fn sender(listener: &Listener) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    socket.connect(listener.local_addrs().next().expect("an address")).await.expect("loopback");
    socket
}

async fn next(listener: &mut Listener) -> ReceivedNotification {
    timeout(LONG, listener.next()).await.expect("it arrives").expect("the listener works")
}

#[tokio::test]
async fn traps_and_informs_arrive() {
    let mut listener = listener().await;
    let socket = sender(&listener).await;
    socket.send(&v2c("traps", PduKind::Trap, 1, link_down())).await.expect("loopback");
    let received = next(&mut listener).await;
    assert_eq!(received.source, TransportAddress::Udp(socket.local_addr().expect("bound")));
    socket.send(&v2c("traps", PduKind::Inform, 2, link_down())).await.expect("loopback");
    let mut buffer = [0; 1_500];
    let length = timeout(LONG, socket.recv(&mut buffer)).await.expect("it arrives").expect("loopback");
    assert_eq!(response(&buffer[..length], "traps"), (ok(2), link_down()));
    // As a stream.
    let received = timeout(LONG, poll_fn(|context| Pin::new(&mut listener).poll_next(context))).await;
    assert!(received.expect("it arrives").expect("the listener works").is_inform);
}

/// U3: who listens is told of what is refused: where it came from, and why; not of what is taken.
#[tokio::test]
async fn who_is_told_of_what_is_dropped() {
    let (told, mut dropped) = tokio::sync::mpsc::unbounded_channel();
    let mut listener = Listener::builder()
        .community("traps")
        .user(operator())
        .on_dropped(move |source, reason| told.send((source.clone(), *reason)).expect("a test"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let socket = sender(&listener).await;
    let stranger = user("stranger", Auth::Sha1, None);
    let own = listener.engine_id().expect("it has a user");
    let inform = Made { engine_id: own.as_bytes().to_vec(), ..Made::inform(&stranger) };
    let messages = [
        v2c("others", PduKind::Trap, 1, link_down()),
        v2c("traps", PduKind::Trap, 2, link_down()),
        v2c("traps", PduKind::Get, 3, link_down()),
        b"hello".to_vec(),
        Made::trap(&stranger, "switch").datagram(),
        inform.datagram(),
        Made::trap(&User::new("operator"), "switch").datagram(),
    ];
    for message in messages {
        socket.send(&message).await.expect("loopback");
    }
    let mut reasons = Vec::new();
    for _ in 0..6 {
        let (source, reason) = timeout(LONG, dropped.recv()).await.expect("it is told").expect("it works");
        assert_eq!(source, TransportAddress::Udp(socket.local_addr().expect("bound")));
        reasons.push(reason);
    }
    assert!(matches!(reasons.remove(2), Dropped::Malformed(_)), "{reasons:?}");
    let unknown = Dropped::Reported(Report::UnknownUser);
    assert_eq!(reasons, [Dropped::UnknownCommunity, Dropped::UnknownPdu, unknown, unknown, Dropped::Level]);
    assert!(!next(&mut listener).await.is_inform);
    assert_eq!(listener.try_next(), None);
}

/// A full queue: nothing more is read, and informs are not acknowledged before there is room; nothing is lost.
#[tokio::test]
async fn a_full_queue() {
    let mut listener = listener().await;
    let socket = sender(&listener).await;
    for n in 0..6 {
        socket.send(&v2c("traps", PduKind::Trap, n, link_down())).await.expect("loopback");
    }
    let inform = v2c("traps", PduKind::Inform, 9, link_down());
    socket.send(&inform).await.expect("loopback");
    while listener.counters().in_pkts() < 4 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut buffer = [0; 1_500];
    assert!(socket.try_recv(&mut buffer).is_err(), "not acknowledged");
    assert_eq!(listener.counters().in_pkts(), 4);
    for _ in 0..6 {
        assert!(!next(&mut listener).await.is_inform);
    }
    assert!(next(&mut listener).await.is_inform);
    assert!(timeout(LONG, socket.recv(&mut buffer)).await.is_ok());
    assert!(listener.try_next().is_none());
    assert_eq!((listener.overflows(), listener.counters().in_pkts()), (0, 7));
}

/// Room is also counted in octets of messages, and a message larger than all of it has all of it.
#[tokio::test]
async fn a_queue_of_few_octets() {
    let trap = |n| v2c("traps", PduKind::Trap, n, link_down());
    for (octets, fit) in [(2 * trap(0).len() + 1, 2), (1, 1)] {
        let builder = Listener::builder().community("traps").queue_octets(octets);
        let mut listener = builder.bind("127.0.0.1:0").await.expect("loopback");
        let socket = sender(&listener).await;
        for n in 0..5 {
            socket.send(&trap(n)).await.expect("loopback");
        }
        while listener.counters().in_pkts() < fit {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(listener.counters().in_pkts(), fit);
        for _ in 0..5 {
            next(&mut listener).await;
        }
    }
}

/// What the kernel drops is counted, where it tells.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn drops_of_the_kernel() {
    let builder = Listener::builder().community("traps").queue(1).receive_buffer(8 << 10);
    let mut listener = builder.bind("127.0.0.1:0").await.expect("loopback");
    let socket = sender(&listener).await;
    const SENT: u64 = 1_000;
    for n in 0..SENT {
        socket.send(&v2c("traps", PduKind::Trap, n as i32, link_down())).await.expect("loopback");
    }
    let mut arrived = 0;
    while let Ok(Some(_)) = timeout(Duration::from_millis(500), listener.next()).await {
        arrived += 1;
    }
    let lost = listener.overflows();
    assert!(lost > 0, "{arrived} of {SENT} in a buffer of 8 KiB");
    assert_eq!(arrived + lost, SENT);
}

/// Closing frees the port before it returns.
#[tokio::test]
async fn close_ends_it() {
    let listener = listener().await;
    let address = listener.local_addrs().next().expect("an address");
    listener.close().await;
    UdpSocket::bind(address).await.expect("the port is free");
}

/// Dropping it ends its tasks and frees its port.
#[tokio::test]
async fn drop_ends_it() {
    let listener = listener().await;
    let address = listener.local_addrs().next().expect("an address");
    drop(listener);
    timeout(LONG, async {
        while UdpSocket::bind(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .expect("the port is free");
}

/// A listener has no senders by default, and each mistake says what to do.
#[tokio::test]
async fn descriptions_that_do_not_do() {
    let error = Listener::builder().bind("127.0.0.1:0").await.expect_err("nobody to listen to");
    assert!(matches!(error, BindError::NoSender) && error.to_string().contains(".community("), "{error}");
    let short = mibc_runtime::usm::User::new("x").auth(mibc_runtime::usm::Auth::Sha1, "short");
    let error = Listener::builder().user(short).bind("127.0.0.1:0").await.expect_err("a short passphrase");
    assert!(error.to_string().contains("at least 8"), "{error}");
    let builder = Listener::builder().user(operator()).engine_id(engine_id("listener"));
    let error = builder.bind("127.0.0.1:0").await.expect_err("nothing to count its starts with");
    assert!(error.to_string().contains("engine_store"), "{error}");
    let taken = listener().await;
    let address = taken.local_addrs().next().expect("an address");
    let error = Listener::builder().community("traps").bind(address).await.expect_err("the port is taken");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

/// What is here when a listener is to finish is given out, also what has no room in the queue yet; what comes later is not.
#[tokio::test]
async fn an_end_that_loses_nothing() {
    let mut listener = listener().await;
    let socket = sender(&listener).await;
    for n in 0..50 {
        socket.send(&v2c("traps", PduKind::Trap, n, link_down())).await.expect("loopback");
    }
    while listener.counters().in_pkts() < 4 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    listener.finish();
    let destination = listener.local_addresses().next().cloned();
    for n in 0..50 {
        let received = next(&mut listener).await;
        assert_eq!(received.destination, destination, "{n}");
    }
    // Nobody may be there any more.
    let _ = socket.send(&v2c("traps", PduKind::Trap, 51, link_down())).await;
    assert!(timeout(LONG, listener.next()).await.expect("it ends").is_none());
}
