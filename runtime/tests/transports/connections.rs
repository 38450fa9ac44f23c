//! TCP, and both kinds of sockets of the Unix domain.

use super::*;
use mibc_runtime::manager::{Error, Session, Target};
use std::io::{Read, Write};
use std::time::Duration;

/// Soon again where something is lost, and for minutes where the machine is busy.
fn hasty(address: TransportAddress) -> Target {
    Target::v2c(address, "public").timeout(Duration::from_millis(300)).retries(8)
}

async fn name(session: &Session) -> String {
    String::from_utf8_lossy(&session.get(SYS_NAME).await.expect("the name")).into_owned()
}

/// Many requests at a time, answered by the connection that they came by.
async fn many(address: &str) {
    let agent = agent(address).await;
    let running = agent.spawn();
    let manager = manager().await;
    let session = manager.target(Target::v2c(local(&agent), "public"));
    assert_eq!(name(&session).await, "an agent");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..500 {
        let session = session.clone();
        tasks.spawn(async move { name(&session).await });
    }
    assert_eq!(tasks.join_all().await, vec!["an agent"; 500]);
    assert_eq!(manager.outstanding(), 0);
    assert_eq!(agent.counters().in_pkts(), 501);
    running.stop().await.expect("it ran");
}

#[tokio::test]
async fn tcp() {
    many("tcp:127.0.0.1:0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tcp_and_threads() {
    many("tcp:127.0.0.1:0").await;
}

#[cfg(unix)]
fn path(transport: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = format!("{transport}:{}", directory.path().join("agent").display());
    (directory, path)
}

#[cfg(unix)]
#[tokio::test]
async fn unix_streams() {
    let (directory, address) = path("unix");
    many(&address).await;
    assert_eq!(
        directory.path().read_dir().expect("a directory").count(),
        0,
        "the socket goes with the agent"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn unix_datagrams() {
    let (directory, address) = path("unixgram");
    many(&address).await;
    assert_eq!(
        directory.path().read_dir().expect("a directory").count(),
        0,
        "the socket goes with the agent"
    );
}

/// What a process that was killed has left does not keep others from listening there; one that lives does.
#[cfg(unix)]
#[tokio::test]
async fn files_of_dead_agents_give_way() {
    for transport in ["unix", "unixgram"] {
        let (directory, address) = path(transport);
        let path = directory.path().join("agent");
        match transport {
            "unix" => drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket")),
            _ => drop(std::os::unix::net::UnixDatagram::bind(&path).expect("a socket")),
        }
        assert!(path.exists());
        let first = agent(&address).await;
        let addresses = TransportAddress::lookup(&address, 0).await.expect("an address");
        let second = builder().bind_to(addresses).map(drop).expect_err("the first listens").to_string();
        assert!(second.contains(&address), "{second}");
        drop(first);
        assert!(!path.exists());
    }
}

/// A connection is opened again after its agent was away, at most one attempt being lost.
#[tokio::test]
async fn connections_are_opened_again() {
    let first = agent("tcp:127.0.0.1:0").await;
    let address = local(&first);
    let running = first.spawn();
    let manager = manager().await;
    let session = manager.target(hasty(address.clone()));
    assert_eq!(name(&session).await, "an agent");
    running.stop().await.expect("it ran");
    drop(first);
    let error = session.get(SYS_NAME).await.expect_err("nobody is there");
    assert!(matches!(error, Error::Send { .. } | Error::Timeout { .. }), "{error}");
    let second = agent(&address.to_string()).await;
    let _running = second.spawn();
    assert_eq!(name(&session).await, "an agent");
}

#[cfg(unix)]
#[tokio::test]
async fn datagram_sockets_are_found_again() {
    let (_directory, address) = path("unixgram");
    let manager = manager().await;
    let session = manager
        .target(Target::v2c(address.as_str(), "public").timeout(Duration::from_millis(300)).retries(8));
    let error = session.get(SYS_NAME).await.expect_err("nobody is there");
    assert!(matches!(error, Error::Send { .. }), "{error}");
    for _ in 0..2 {
        let agent = agent(&address).await;
        let running = agent.spawn();
        assert_eq!(name(&session).await, "an agent");
        running.stop().await.expect("it ran");
    }
}

/// A peer that accepts and says nothing costs its own requests their timeout, and nobody else anything.
#[tokio::test]
async fn a_silent_peer() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let silent = TransportAddress::Tcp(silent.local_addr().expect("bound"));
    let agent = agent("tcp:127.0.0.1:0").await;
    let _running = agent.spawn();
    let manager = manager().await;
    let dead = manager.target(hasty(silent).timeout(Duration::from_secs(60)));
    let waiting = tokio::spawn(async move { dead.get(SYS_NAME).await });
    let session = manager.target(hasty(local(&agent)));
    for _ in 0..20 {
        assert_eq!(name(&session).await, "an agent");
    }
    assert_eq!(manager.outstanding(), 1);
    waiting.abort();
    assert!(waiting.await.is_err());
    assert_eq!(manager.outstanding(), 0);
    manager.stop();
    let error = session.get(SYS_NAME).await.expect_err("stopped");
    assert!(matches!(error, Error::Closed { .. }), "{error}");
}

/// W10, RFC 3430 §2.1: what is not a message ends its connection, and no other.
#[tokio::test]
async fn framing_errors_end_the_connection() {
    let agent = agent("tcp:127.0.0.1:0").await;
    let _running = agent.spawn();
    let manager = manager().await;
    let session = manager.target(hasty(local(&agent)));
    assert_eq!(name(&session).await, "an agent");
    let address = local(&agent).ip().expect("TCP");
    let inputs: [&[u8]; 5] = [
        b"GET / HTTP/1.0\r\n\r\n",
        &[0x30, 0x80, 0, 0],
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        // Framed, and no message: NULL where the version should be.
        &[0x30, 0x02, 0x05, 0x00],
        &[0x30, 0x00, 0x00],
    ];
    let ended = tokio::task::spawn_blocking(move || {
        inputs.map(|input| {
            let mut stream = std::net::TcpStream::connect(address).expect("it listens");
            stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
            stream.write_all(input).expect("it reads");
            // The end, or a reset when some of it was not read.
            match stream.read(&mut [0; 16]) {
                Ok(octets) => octets == 0,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        })
    });
    assert_eq!(ended.await.expect("no panic"), [true; 5]);
    assert_eq!(name(&session).await, "an agent");
}

/// A client that sends requests without reading answers loses its connection; the agent's memory is bounded.
#[tokio::test]
async fn answers_that_nobody_reads() {
    let agent = agent("tcp:127.0.0.1:0").await;
    let _running = agent.spawn();
    let address = local(&agent).ip().expect("TCP");
    let ended = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        stream.set_write_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        // More than all buffers on the way hold.
        (0..2_000_000).any(|_| stream.write_all(&REQUEST).is_err())
    });
    assert!(ended.await.expect("no panic"));
    let session = manager().await.target(hasty(local(&agent)));
    assert_eq!(name(&session).await, "an agent");
}

/// GET sysName.0 of the community "public".
const REQUEST: [u8; 40] = [
    0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, b'p', b'u', b'b', b'l', b'i', b'c', 0xa0, 0x19, 0x02, 0x01, 1,
    0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0e, 0x30, 0x0c, 0x06, 0x08, 0x2b, 6, 1, 2, 1, 1, 5, 0, 5, 0,
];

/// Reads while the agent, which runs in the same thread, gets its turns.
async fn read_meanwhile(stream: &mut std::net::TcpStream) -> std::io::Result<usize> {
    stream.set_nonblocking(true)?;
    for _ in 0..10_000 {
        match stream.read(&mut [0; 256]) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            other => return other,
        }
        tokio::task::yield_now().await;
        std::thread::sleep(Duration::from_millis(1));
    }
    Err(std::io::ErrorKind::TimedOut.into())
}

/// A connection without messages ends after a time, which another one's messages do not lengthen.
#[tokio::test]
async fn idle_connections_end() {
    let agent = agent("tcp:127.0.0.1:0").await;
    let _running = agent.spawn();
    let address = local(&agent).ip().expect("TCP");
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    stream.write_all(&REQUEST).expect("it reads");
    assert!(read_meanwhile(&mut stream).await.expect("an answer") > 0);
    // Octets that make no message count for nothing.
    stream.write_all(&REQUEST[..10]).expect("it reads");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(601)).await;
    assert_eq!(read_meanwhile(&mut stream).await.expect("the end"), 0);
}

/// No more connections are kept than the limit; others have to wait until one ends.
#[tokio::test]
async fn connections_are_limited() {
    let agent = agent("tcp:127.0.0.1:0").await;
    let _running = agent.spawn();
    let address = local(&agent).ip().expect("TCP");
    let mut streams = Vec::new();
    for _ in 0..256 {
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        stream.write_all(&REQUEST).expect("it reads");
        assert!(read_meanwhile(&mut stream).await.expect("an answer") > 0);
        streams.push(stream);
    }
    let mut further = std::net::TcpStream::connect(address).expect("it listens");
    assert_eq!(read_meanwhile(&mut further).await.expect("the end"), 0);
    let mut last = streams.pop().expect("a stream");
    last.shutdown(std::net::Shutdown::Write).expect("it is open");
    assert_eq!(read_meanwhile(&mut last).await.expect("the end"), 0);
    let mut next = std::net::TcpStream::connect(address).expect("it listens");
    next.write_all(&REQUEST).expect("it reads");
    assert!(read_meanwhile(&mut next).await.expect("an answer") > 0);
}

/// Dropping the manager ends its connections; no task is left that would keep them.
#[tokio::test]
async fn a_dropped_manager_hangs_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let manager = manager().await;
    let session =
        manager.target(Target::v2c(TransportAddress::Tcp(silent.local_addr().expect("bound")), "public"));
    let request = tokio::spawn(async move { session.get(SYS_NAME).await.map(drop) });
    let accepted = tokio::task::spawn_blocking(move || silent.accept());
    let (mut stream, _) = accepted.await.expect("no panic").expect("the manager connects");
    assert!(read_meanwhile(&mut stream).await.expect("a request") > 0);
    request.abort();
    assert!(request.await.is_err());
    drop(manager);
    assert_eq!(read_meanwhile(&mut stream).await.expect("the end"), 0);
}
