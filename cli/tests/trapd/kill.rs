//! The service and its receivers are killed at any moment, and no inform that was acknowledged is lost.

use crate::place::{LISTENER, Place, inform, number, until};
use mibc_runtime::ber::Rules;
use mibc_runtime::message::{Body, Decoder};
use mibc_test_support::program::PATIENCE;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often something is killed.
const KILLS: usize = 48;

/// Informs of one sender that are on their way at a time.
const WINDOW: usize = 16;

/// How long a sender waits before it sends an inform again.
const AGAIN: Duration = Duration::from_millis(60);

/// The file that a server writes to, in the environment of its process.
const FILE: &str = "MIBC_TEST_HTTP_FILE";

/// Sends informs, each again and again until it is acknowledged, several at a time; keeps the numbers of those that were.
pub(crate) fn send(
    address: String,
    acknowledged: Arc<Mutex<BTreeSet<i64>>>,
    enough: Arc<AtomicBool>,
    first: i32,
) {
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

/// A server of HTTP in a process of its own, whose socket lives on when it is killed.
struct Server {
    listener: TcpListener,
    file: PathBuf,
    process: Child,
}

impl Server {
    fn start(place: &Place, file: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let file = place.path(file);
        let process = Self::process(&listener, &file);
        Self { listener, file, process }
    }

    fn process(listener: &TcpListener, file: &Path) -> Child {
        let socket: OwnedFd = listener.try_clone().expect("the same socket").into();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "kill::server_of_http"]).env(FILE, file);
        command.stdin(Stdio::from(socket)).stdout(Stdio::null());
        command.spawn().expect("it starts")
    }

    fn url(&self) -> String {
        format!("http://{}/", self.listener.local_addr().expect("bound"))
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn kill(&mut self) {
        self.end();
        self.process = Self::process(&self.listener, &self.file);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// The process of a [`Server`]; as a test it has nothing to do. It answers when what it was sent is in its file.
#[test]
fn server_of_http() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let socket = std::io::stdin().as_fd().try_clone_to_owned().expect("a socket");
    for stream in TcpListener::from(socket).incoming() {
        let mut writer = stream.expect("a connection");
        let mut reader = BufReader::new(writer.try_clone().expect("the same connection"));
        while let Some(body) = request(&mut reader) {
            let mut out = OpenOptions::new().append(true).create(true).open(&file).expect("a file");
            out.write_all(&body).expect("it is written");
            if writer.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").is_err() {
                break;
            }
        }
    }
}

/// The body of the next request.
fn request(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

/// The numbers that have arrived in a file.
fn arrived(place: &Place, file: &str) -> BTreeSet<i64> {
    place.events(file).iter().map(number).collect()
}

/// P14.
#[test]
fn no_acknowledged_inform_is_lost() {
    // A file behind a queue on disk, a process that confirms what it has written, and a server that answers then.
    let script = "echo $$ > pid; while IFS= read -r line; do printf '%s\\n' \"$line\" >> process.json; echo taken; done";
    let place = Place::new();
    let mut server = Server::start(&place, "http.json");
    let configuration = format!(
        "drain = 30\n{LISTENER}\
         [[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\nrequired = true\nqueue = \"disk\"\nfolder = \"one\"\n\
         [[output]]\nname = \"process\"\ntype = \"exec\"\ncommand = [\"sh\", \"-c\", '''{script}''']\nconfirm = true\nrequired = true\n\
         max-pause = 0.1\nbatch-records = 20\n\
         [[output]]\nname = \"http\"\ntype = \"http\"\nurl = \"{}\"\nformat = \"lines\"\nrequired = true\nmax-pause = 0.1\n",
        server.url()
    );
    place.write("trapd.toml", &configuration);
    let mut service = place.start();
    let address = service.address.clone();
    // From now on it comes back on the same port.
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
        match round % 3 {
            0 => {
                service.signal("-KILL");
                service.status();
                service = place.start();
            }
            1 => server.kill(),
            _ => {
                let id = fs::read_to_string(place.path("pid")).unwrap_or_default();
                if !id.trim().is_empty() {
                    let _ = Command::new("kill").args(["-9", id.trim()]).status();
                }
            }
        }
    }
    enough.store(true, Ordering::Relaxed);
    senders.into_iter().for_each(|sender| sender.join().expect("it ends"));
    // What waits is sent before it ends.
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let acknowledged = acknowledged.lock().expect("a lock").clone();
    assert!(acknowledged.len() >= KILLS * WINDOW / 4, "{}", acknowledged.len());
    let began = Instant::now();
    for file in ["traps.json", "process.json", "http.json"] {
        while !acknowledged.is_subset(&arrived(&place, file)) {
            let lost: Vec<_> = acknowledged.difference(&arrived(&place, file)).copied().collect();
            assert!(began.elapsed() < PATIENCE, "{file} lacks {lost:?} of {}", acknowledged.len());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
