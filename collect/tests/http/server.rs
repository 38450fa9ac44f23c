//! Connections and their limits.

use crate::place::{echo, request, server};
use mibc_collect::http::{Server, Web};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn requests() {
    let place = server(Web::default(), 16).await;
    let answer = request(place.address, "GET", "/a/b?c=d&e", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "/a/b c=d&e"));
    let head = request(place.address, "HEAD", "/a", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let refused = request(place.address, "DELETE", "/metrics", "").await;
    assert!(refused.status == 405 && refused.head.contains("allow: get, head"), "{refused:?}");
    assert_eq!(request(place.address, "GET", "/big", "").await.body.len(), 32 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken() {
    let place = server(Web::default(), 1).await;
    let error = Server::bind(&[place.address], Web::default(), 1).await.expect_err("it is taken");
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: ", place.address)), "{error}");
}

/// A client that sends no whole request, too much of one, or takes nothing of its answer does not keep others waiting.
#[tokio::test(flavor = "multi_thread")]
async fn odd_clients() {
    let place = server(Web::default(), 64).await;
    let connect = || TcpStream::connect(place.address).expect("it listens");
    let mut waiting = Vec::new();
    for text in ["GET /metrics HTTP/1.1\r\nHost", "GET /big HTTP/1.1\r\nHost: x\r\n\r\n", ""].repeat(8) {
        let mut stream = connect();
        stream.write_all(text.as_bytes()).expect("it is sent");
        waiting.push(stream);
    }
    let long = format!("X-Long: {}\r\n", "x".repeat(100_000));
    assert_eq!(request(place.address, "GET", "/", &long).await.status, 431);
    let many: String = (0..200).map(|number| format!("X-{number}: 1\r\n")).collect();
    assert_eq!(request(place.address, "GET", "/", &many).await.status, 431);
    assert_eq!(request(place.address, "GET", "/", "").await.status, 200);
    let mut noise = connect();
    noise.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    noise.write_all(&[0xff; 300]).expect("it is sent");
    let mut octets = Vec::new();
    let _ = noise.read_to_end(&mut octets);
    assert!(octets.is_empty() || octets.starts_with(b"HTTP/1.1 400"), "{octets:?}");
}

/// Connections beyond the limit wait until others end.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_connections() {
    let place = server(Web::default(), 1).await;
    let first = TcpStream::connect(place.address).expect("it listens");
    let second = tokio::spawn(request(place.address, "GET", "/", ""));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!second.is_finished(), "the second waits");
    drop(first);
    assert_eq!(second.await.expect("an answer").status, 200);
}

/// What is under way when the server stops has a moment to end.
#[tokio::test(flavor = "multi_thread")]
async fn stopping() {
    let place = server(Web::default(), 4).await;
    let idle = TcpStream::connect(place.address).expect("it listens");
    place.handle.stop();
    tokio::time::timeout(Duration::from_secs(60), place.running).await.expect("it ends").expect("no panic");
    assert!(TcpStream::connect(place.address).is_err(), "nobody listens any more");
    drop(idle);
}

/// Listeners that have no connection take none from the others.
#[tokio::test(flavor = "multi_thread")]
async fn more_listeners_than_connections() {
    let listen = [SocketAddr::from(([127, 0, 0, 1], 0)); 3];
    let server = Server::bind(&listen, Web::default(), 1).await.expect("a server");
    let addresses: Vec<SocketAddr> = server.local_addrs().collect();
    let (handle, running) = (server.handle(), tokio::spawn(server.run(echo)));
    for _ in 0..2 {
        for &address in &addresses {
            assert_eq!(request(address, "GET", "/", "").await.status, 200);
        }
    }
    handle.stop();
    running.await.expect("no panic");
}
