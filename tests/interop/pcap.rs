//! A capture file: the classic format of libpcap, with Ethernet, IPv4 and UDP headers made up around each datagram.

use std::time::SystemTime;

/// Who sends: the two ends of a conversation get the same addresses in every file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// Whoever asks, from a port of its own.
    Client(u16),
    /// Whoever answers the client at that port, from the port of SNMP.
    Server(u16),
}

/// Port of the side that answers, by which readers know that it is SNMP.
const SNMP: u16 = 161;
const CLIENT: [u8; 4] = [192, 0, 2, 1];
const SERVER: [u8; 4] = [192, 0, 2, 2];

/// A file in the making.
pub(crate) struct Capture {
    octets: Vec<u8>,
    datagrams: usize,
}

impl Capture {
    pub(crate) fn new() -> Self {
        let mut octets = Vec::new();
        octets.extend(0xa1b2_c3d4_u32.to_le_bytes());
        octets.extend([2_u16, 4].map(u16::to_le_bytes).concat());
        // Zone and accuracy, longest packet, Ethernet.
        octets.extend([0_u32, 0, 0x0004_0000, 1].map(u32::to_le_bytes).concat());
        Self { octets, datagrams: 0 }
    }

    /// Appends a datagram, sent now.
    pub(crate) fn datagram(&mut self, sender: Sender, payload: &[u8]) {
        let frame = frame(sender, payload);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let length = frame.len() as u32;
        let header = [now.as_secs() as u32, now.subsec_micros(), length, length];
        self.octets.extend(header.map(u32::to_le_bytes).concat());
        self.octets.extend(frame);
        self.datagrams += 1;
    }

    pub(crate) fn datagrams(&self) -> usize {
        self.datagrams
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.octets
    }
}

fn frame(sender: Sender, payload: &[u8]) -> Vec<u8> {
    let (from, to, ports, ends) = match sender {
        Sender::Client(port) => (CLIENT, SERVER, [port, SNMP], [1, 2]),
        Sender::Server(port) => (SERVER, CLIENT, [SNMP, port], [2, 1]),
    };
    let length = u16::try_from(8 + payload.len()).expect("a datagram");
    let mut frame = Vec::with_capacity(42 + payload.len());
    frame.extend([2, 0, 0, 0, 0, ends[1], 2, 0, 0, 0, 0, ends[0], 0x08, 0x00]);
    let total = length.saturating_add(20).to_be_bytes();
    let mut header = [0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    header[12..16].copy_from_slice(&from);
    header[16..].copy_from_slice(&to);
    let checksum = checksum(&header);
    header[10..12].copy_from_slice(&checksum);
    frame.extend(header);
    frame.extend(ports.map(u16::to_be_bytes).concat());
    frame.extend(length.to_be_bytes());
    // No checksum, as UDP over IPv4 allows.
    frame.extend([0, 0]);
    frame.extend(payload);
    frame
}

/// The Internet checksum (RFC 1071).
fn checksum(header: &[u8]) -> [u8; 2] {
    let words = header.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])));
    let sum: u32 = words.sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    (!(folded as u16)).to_be_bytes()
}
