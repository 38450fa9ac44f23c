//! Senders of informs, beside which things are killed.

use crate::place::{inform, until};
use mibc_runtime::ber::Rules;
use mibc_runtime::message::{Body, Decoder};
use std::collections::{BTreeMap, BTreeSet};
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How many there are.
const SENDERS: i32 = 4;

/// Informs of one sender that are on their way at a time.
pub(crate) const WINDOW: usize = 16;

/// How long a sender waits before it sends an inform again.
const AGAIN: Duration = Duration::from_millis(60);

/// Senders that send until they are ended.
pub(crate) struct Senders {
    acknowledged: Arc<Mutex<BTreeSet<i64>>>,
    enough: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Senders {
    /// Begin to send there.
    pub(crate) fn start(address: &str) -> Self {
        let (acknowledged, enough) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let threads = (0..SENDERS).map(|sender| {
            let (acknowledged, enough) = (Arc::clone(&acknowledged), Arc::clone(&enough));
            let address = address.to_owned();
            std::thread::spawn(move || send(address, acknowledged, enough, sender * 1_000_000 + 1))
        });
        let threads = threads.collect();
        Self { acknowledged, enough, threads }
    }

    /// Waits for at least one more acknowledgement.
    pub(crate) fn go_on(&self) {
        let count = || self.acknowledged.lock().expect("a lock").len();
        let before = count();
        until("informs are acknowledged", || (count() > before).then_some(()));
    }

    /// Ends them; gives the numbers of what was acknowledged.
    pub(crate) fn end(self) -> BTreeSet<i64> {
        self.enough.store(true, Ordering::Relaxed);
        self.threads.into_iter().for_each(|sender| sender.join().expect("it ends"));
        self.acknowledged.lock().expect("a lock").clone()
    }
}

/// Sends informs, each again and again until it is acknowledged, several at a time; keeps the numbers of those that were.
fn send(address: String, acknowledged: Arc<Mutex<BTreeSet<i64>>>, enough: Arc<AtomicBool>, first: i32) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket.set_read_timeout(Some(Duration::from_millis(5))).expect("a timeout");
    let (mut next, mut under_way) = (first, BTreeMap::<i32, Option<Instant>>::new());
    let mut decoder = Decoder::new(Rules::Strict);
    while !enough.load(Ordering::Relaxed) {
        while under_way.len() < WINDOW {
            under_way.insert(next, None);
            next += 1;
        }
        for (number, sent) in &mut under_way {
            if sent.is_none_or(|sent| sent.elapsed() >= AGAIN) {
                *sent = Some(Instant::now());
                // The service may be away.
                let _ = socket.send_to(&inform(*number), &address);
            }
        }
        let mut buffer = [0; 1500];
        while let Ok(length) = socket.recv(&mut buffer) {
            let answer = decoder.decode(&buffer[..length]).expect("a message").message;
            let Body::Pdu(pdu) = answer.body else { panic!("a response") };
            let number = pdu.header.request_id;
            if under_way.remove(&number).is_some() {
                acknowledged.lock().expect("a lock").insert(number.into());
            }
        }
    }
}
