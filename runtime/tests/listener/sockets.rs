//! The whole listener, over loopback.

use crate::lab::{engine_id, link_down, ok, operator, response, v2c};
use futures_core::Stream;
use mibc_runtime::listener::{BindError, Listener, ReceivedNotification};
use mibc_runtime::message::PduKind;
use mibc_runtime::net::TransportAddress;
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

/// A full queue: traps are lost, informs are not acknowledged before there is room; what waits stays.
#[tokio::test]
async fn a_full_queue() {
    let mut listener = listener().await;
    let socket = sender(&listener).await;
    for n in 0..6 {
        socket.send(&v2c("traps", PduKind::Trap, n, link_down())).await.expect("loopback");
    }
    let inform = v2c("traps", PduKind::Inform, 9, link_down());
    socket.send(&inform).await.expect("loopback");
    while listener.overflows() < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for _ in 0..4 {
        assert!(!next(&mut listener).await.is_inform);
    }
    let mut buffer = [0; 1_500];
    assert!(socket.try_recv(&mut buffer).is_err(), "not acknowledged");
    socket.send(&inform).await.expect("loopback");
    assert!(next(&mut listener).await.is_inform);
    assert!(timeout(LONG, socket.recv(&mut buffer)).await.is_ok());
    assert_eq!((listener.overflows(), listener.counters().in_pkts()), (3, 8));
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

/// There are no default senders, and each mistake says what to do.
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
