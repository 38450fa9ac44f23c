//! Between a client and a server: passes every datagram on and records it.

use crate::matrix::Pair;
use crate::pcap::{Capture, Sender};
use crate::tshark;
use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a thread waits before it looks whether it is to end.
const PATIENCE: Duration = Duration::from_millis(50);

/// A relay in front of one server.
pub(crate) struct Relay {
    name: &'static str,
    address: SocketAddr,
    shared: Arc<Shared>,
    front: Option<JoinHandle<()>>,
}

struct Shared {
    capture: Mutex<Capture>,
    over: AtomicBool,
}

impl Shared {
    fn record(&self, sender: Sender, datagram: &[u8]) {
        self.capture.lock().unwrap_or_else(PoisonError::into_inner).datagram(sender, datagram);
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

impl Relay {
    /// Begins to pass on what comes for `server`. The capture file will be called `name`.
    pub(crate) fn start(name: &'static str, server: SocketAddr) -> Self {
        let socket = bind();
        let address = socket.local_addr().expect("bound");
        let capture = Mutex::new(Capture::new());
        let shared = Arc::new(Shared { capture, over: AtomicBool::new(false) });
        let front = Some(thread::spawn({
            let shared = Arc::clone(&shared);
            move || pass(&socket, server, &shared)
        }));
        Self { name, address, shared, front }
    }

    /// Where clients send to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the relay, writes the capture and lets tshark read it: with nothing malformed, no error, and the messages
    /// of these users authentic.
    pub(crate) fn finish(mut self, pairs: &[Pair]) {
        self.stop();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop");
        std::fs::create_dir_all(&folder).expect("a folder for captures");
        let file = folder.join(self.name).with_extension("pcap");
        let capture = self.shared.capture.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(capture.datagrams() > 0, "{}: nothing was recorded", self.name);
        std::fs::write(&file, capture.as_bytes()).expect("the capture is written");
        tshark::check(&file, capture.datagrams(), pairs);
    }

    fn stop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        if let Some(front) = self.front.take() {
            front.join().expect("the relay does not panic");
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
    }
}

fn bind() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket on loopback");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    socket
}

/// The next datagram, unless the relay ends before.
fn receive(socket: &UdpSocket, shared: &Shared, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
    while !shared.is_over() {
        if let Ok(received) = socket.recv_from(buffer) {
            return Some(received);
        }
    }
    None
}

/// Passes requests on, each client's from a socket of its own, and starts a thread for the answers.
fn pass(socket: &UdpSocket, server: SocketAddr, shared: &Arc<Shared>) {
    let mut buffer = vec![0; 65_536];
    let mut clients: HashMap<SocketAddr, (UdpSocket, JoinHandle<()>)> = HashMap::new();
    while let Some((length, client)) = receive(socket, shared, &mut buffer) {
        shared.record(Sender::Client(client.port()), &buffer[..length]);
        let (upstream, _) = clients.entry(client).or_insert_with(|| {
            let upstream = bind();
            let (answers, back) = (upstream.try_clone(), socket.try_clone());
            let (answers, back) = (answers.expect("a socket"), back.expect("a socket"));
            let shared = Arc::clone(shared);
            let thread = thread::spawn(move || {
                let mut buffer = vec![0; 65_536];
                while let Some((length, _)) = receive(&answers, &shared, &mut buffer) {
                    shared.record(Sender::Server(client.port()), &buffer[..length]);
                    let _ = back.send_to(&buffer[..length], client);
                }
            });
            (upstream, thread)
        });
        let _ = upstream.send_to(&buffer[..length], server);
    }
    for (_, thread) in clients.into_values() {
        thread.join().expect("the relay does not panic");
    }
}
