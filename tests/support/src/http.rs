//! A client of HTTP/1.0, whose answers have no chunks.

use crate::program::PATIENCE;
use std::io::{Read, Write};
use std::net::TcpStream;

/// What a server answers.
#[derive(Debug)]
pub struct Answer {
    /// The status, such as 200.
    pub status: u16,
    /// The status line and the headers, in lower case.
    pub head: String,
    /// The body.
    pub body: String,
}

/// Reads a path.
pub fn get(address: &str, path: &str) -> Answer {
    request(address, "GET", path, "")
}

/// Sends a request without a body, with these further lines in its head, each of which ends with CR LF.
pub fn request(address: &str, method: &str, path: &str, head: &str) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let text = format!(
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n{head}\r\n"
    );
    stream.write_all(text.as_bytes()).expect("it is sent");
    let mut octets = Vec::new();
    // A server that refuses a request may close the connection before it has read all of it.
    let _ = stream.read_to_end(&mut octets);
    let text = String::from_utf8_lossy(&octets);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no status: {text:?}"));
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

impl Answer {
    /// The number of a sample in a text of metrics; the sample as it is written, with its labels.
    pub fn number(&self, sample: &str) -> f64 {
        let found = self.body.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        let found = found.unwrap_or_else(|| panic!("`{sample}` is not in\n{}", self.body));
        found.parse().expect("a number")
    }
}

/// A text as a part of a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for octet in text.bytes() {
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(octet.into()),
            _ => out += &format!("%{octet:02X}"),
        }
    }
    out
}
