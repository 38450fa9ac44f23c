//! The service and its receivers are killed at any moment, and no inform that was acknowledged is lost.

use crate::place::{LISTENER, Place, number};
use crate::senders::{Senders, WINDOW};
use mibc_test_support::program::PATIENCE;
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often something is killed.
const KILLS: usize = 48;

/// The file that a server writes to, in the environment of its process.
const FILE: &str = "MIBC_TEST_HTTP_FILE";

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
    place.keep_port(&service);
    let senders = Senders::start(&service.address);
    let mut random = mibc_test_support::Xorshift(7);
    for round in 0..KILLS {
        // Killed while something is under way: after at least one more acknowledgement, and a random while.
        senders.go_on();
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
    let acknowledged = senders.end();
    // What waits is sent before it ends.
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
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
