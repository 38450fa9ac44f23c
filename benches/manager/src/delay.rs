//! A relay that holds answers back.

use crate::Failure;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Longest datagram.
const MAX_DATAGRAM: usize = 65_507;

/// Passes each datagram on to `upstream`, and its answer back `delay` after the request came. Answers keep
/// their order. Does not return.
pub fn relay(listen: SocketAddr, upstream: SocketAddr, delay: Duration) -> Result<(), Failure> {
    let front = Arc::new(UdpSocket::bind(listen)?);
    let (answers, due) = mpsc::channel::<(Instant, SocketAddr, Vec<u8>)>();
    let back = Arc::clone(&front);
    thread::spawn(move || {
        for (at, to, datagram) in due {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            let _ = back.send_to(&datagram, to);
        }
    });
    // A socket per client, so that the answers of one are not another's.
    let mut clients: HashMap<SocketAddr, UdpSocket> = HashMap::new();
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        let (length, from) = front.recv_from(&mut buffer)?;
        let at = Instant::now() + delay;
        let socket = match clients.entry(from) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
                socket.connect(upstream)?;
                socket.set_read_timeout(Some(Duration::from_secs(1)))?;
                entry.insert(socket)
            }
        };
        socket.send(buffer.get(..length).unwrap_or_default())?;
        if let Ok(length) = socket.recv(&mut buffer) {
            answers.send((at, from, buffer.get(..length).unwrap_or_default().to_vec()))?;
        }
    }
}
