//! The listener over connections.

use crate::lab::{link_down, ok, response, v2c};
use mibc_runtime::listener::Listener;
use mibc_runtime::message::PduKind;
use mibc_runtime::net::TransportAddress;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);
/// A SEQUENCE that holds NULL: whole, and no message.
const NO_MESSAGE: [u8; 4] = [0x30, 0x02, 0x05, 0x00];

async fn listener(address: TransportAddress) -> Listener {
    Listener::builder().community("traps").bind_to([address]).expect("it listens")
}

async fn kinds(listener: &mut Listener) -> [bool; 2] {
    let mut kinds = [false; 2];
    for is_inform in &mut kinds {
        let received = timeout(LONG, listener.next()).await.expect("it arrives");
        *is_inform = received.expect("the listener works").is_inform;
    }
    kinds
}

/// A trap, and an inform, which is acknowledged on its own connection; what is not a message ends the connection.
async fn works(mut listener: Listener, mut stream: impl Read + Write) {
    let both = [v2c("traps", PduKind::Trap, 1, link_down()), v2c("traps", PduKind::Inform, 2, link_down())];
    stream.write_all(&both.concat()).expect("written");
    assert_eq!(kinds(&mut listener).await, [false, true]);
    let mut buffer = vec![0; 1_500];
    let length = stream.read(&mut buffer).expect("it arrives");
    assert_eq!(response(&buffer[..length], "traps"), (ok(2), link_down()));
    // An unknown community is a message all the same.
    stream.write_all(&v2c("others", PduKind::Trap, 3, link_down())).expect("written");
    stream.write_all(&v2c("traps", PduKind::Inform, 4, link_down())).expect("written");
    let length = stream.read(&mut buffer).expect("it arrives");
    assert_eq!(response(&buffer[..length], "traps"), (ok(4), link_down()));
    stream.write_all(&NO_MESSAGE).expect("written");
    assert_eq!(stream.read(&mut buffer).expect("the connection is ended"), 0);
}

/// Notifications over TCP (RFC 3430).
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn tcp() {
    let listener = listener(TransportAddress::Tcp("127.0.0.1:0".parse().expect("an address"))).await;
    let address = listener.local_addresses().find_map(TransportAddress::ip).expect("TCP");
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(LONG)).expect("a timeout");
    works(listener, stream).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn unix() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traps");
    let address = mibc_runtime::net::UnixAddress::new(&path);
    let listener = listener(TransportAddress::Unix(address)).await;
    let stream = std::os::unix::net::UnixStream::connect(&path).expect("it listens");
    stream.set_read_timeout(Some(LONG)).expect("a timeout");
    works(listener, stream).await;
}
