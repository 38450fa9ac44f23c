//! Whatever comes from sub-agents, for the fuzzer.

use super::bare::Bare;
use super::core::Core;
use super::link::Link;
use crate::pdu::{Body, ByteOrder, Frames, Kind, Pdu};

/// Two connections take turns; answers go to a session that has been asked something.
///
/// # Panics
///
/// When something is left of sessions that are over, or an answer cannot be written.
pub fn fuzz(data: &[u8]) {
    let (mut core, mut host) = (Core::default(), Bare::default());
    let link = Link::new(1, ByteOrder::Big);
    let mut out = Vec::new();
    for transaction_id in 0..3 {
        let asked = link.ask(&mut out, Kind::Get, transaction_id, b"", |_| {});
        assert!(asked.is_ok(), "a new session can be asked");
    }
    let mut frames = Frames::new();
    frames.push(data);
    let mut connection = 1;
    while let Ok(Some((header, payload))) = frames.next_frame() {
        let Ok(pdu) = Pdu::decode(&header, payload) else { continue };
        connection = 3 - connection;
        if let Body::Response(response) = pdu.body {
            link.answered(pdu.transaction_id, pdu.packet_id, response);
            continue;
        }
        let to = pdu.envelope();
        if let Some(reply) = core.receive(&mut host, connection, pdu) {
            // What came in a PDU fits one.
            let written = Body::Response(reply.response).encode(to, &mut out);
            assert!(written.is_ok() || payload.len() > crate::pdu::MAX_PAYLOAD / 2, "the answer is too long");
        }
    }
    core.lost(&mut host, 1);
    core.lost(&mut host, 2);
    assert!(core.sessions().is_empty() && host.registry.is_empty(), "nothing is left");
}
