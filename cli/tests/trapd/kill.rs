//! The service and its receivers are killed at any moment, and no inform that was acknowledged is lost.

use crate::place::{LISTENER, Place, inform, number, until};
use mibc_test_support::program::PATIENCE;
use std::collections::BTreeSet;
use std::fs;
use std::net::UdpSocket;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often something is killed.
const KILLS: usize = 50;

/// Sends informs, each again and again until it is acknowledged, some at a time; keeps the numbers of those that were.
pub(crate) fn send(
    address: String,
    acknowledged: Arc<Mutex<BTreeSet<i64>>>,
    enough: Arc<AtomicBool>,
    first: i32,
) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket.set_read_timeout(Some(Duration::from_millis(20))).expect("a timeout");
    let mut number = first;
    while !enough.load(Ordering::Relaxed) {
        // The service may be away.
        let _ = socket.send_to(&inform(number), &address);
        let mut buffer = [0; 1500];
        while let Ok(length) = socket.recv(&mut buffer) {
            // The answer has the varbinds of the inform, so its request-id is theirs.
            let of_this = inform(number);
            if length == of_this.len() && buffer[length - 40..length] == of_this[length - 40..] {
                acknowledged.lock().expect("a lock").insert(number.into());
                number += 1;
                break;
            }
        }
    }
}

fn kill(id: &str) {
    let _ = Command::new("kill").args(["-9", id]).status();
}

/// The numbers that have arrived in a file.
fn arrived(place: &Place, file: &str) -> BTreeSet<i64> {
    place.events(file).iter().map(number).collect()
}

#[test]
fn no_acknowledged_inform_is_lost() {
    // A file behind a queue on disk, and a process that confirms what it has written.
    let script = "echo $$ > pid; while IFS= read -r line; do printf '%s\\n' \"$line\" >> process.json; echo taken; done";
    let place = Place::with(&format!(
        "drain = 30\n{LISTENER}\
         [[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\nrequired = true\nqueue = \"disk\"\nfolder = \"one\"\n\
         [[output]]\nname = \"process\"\ntype = \"exec\"\ncommand = [\"sh\", \"-c\", '''{script}''']\nconfirm = true\nrequired = true\n\
         max-pause = 0.1\n"
    ));
    let mut service = place.start();
    let address = service.address.clone();
    // From now on it comes back on the same port.
    let configuration = fs::read_to_string(place.path("trapd.toml")).expect("a file");
    place.write("trapd.toml", &configuration.replace("udp:127.0.0.1:0", &format!("udp:{address}")));
    let (acknowledged, enough) = (Arc::default(), Arc::new(AtomicBool::new(false)));
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let (address, acknowledged, enough) =
                (address.clone(), Arc::clone(&acknowledged), Arc::clone(&enough));
            std::thread::spawn(move || send(address, acknowledged, enough, sender * 1_000_000 + 1))
        })
        .collect();
    let count = || acknowledged.lock().expect("a lock").len();
    let mut random = mibc_test_support::Xorshift(7);
    for round in 0..KILLS {
        // Killed while something is under way: after at least one more acknowledgement, and a random while.
        let before = count();
        until("informs are acknowledged", || (count() > before).then_some(()));
        std::thread::sleep(Duration::from_millis(random.below(40) as u64));
        if round % 2 == 0 {
            service.signal("-KILL");
            service.status();
            service = place.start();
        } else if let Ok(id) = fs::read_to_string(place.path("pid")) {
            kill(id.trim());
        }
    }
    enough.store(true, Ordering::Relaxed);
    senders.into_iter().for_each(|sender| sender.join().expect("it ends"));
    // What waits is sent before it ends.
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let acknowledged = acknowledged.lock().expect("a lock").clone();
    assert!(acknowledged.len() >= KILLS, "{}", acknowledged.len());
    let began = Instant::now();
    for file in ["traps.json", "process.json"] {
        while !acknowledged.is_subset(&arrived(&place, file)) {
            let lost: Vec<_> = acknowledged.difference(&arrived(&place, file)).copied().collect();
            assert!(began.elapsed() < PATIENCE, "{file} lacks {lost:?} of {}", acknowledged.len());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
