//! Whatever comes from sub-agents, for the fuzzer.

use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::{Owner, Registration, RegistrationId, Registry, Subtrees};
use mibc_runtime::value::TimeTicks;

use super::core::{Core, Host, Session};
use super::link::Link;
use crate::pdu::{Body, ByteOrder, Frames, Kind, Pdu, Region, Status};

/// An agent with nothing but a registry.
#[derive(Default)]
struct Bare {
    registry: Registry<u32>,
    rows: u64,
}

impl Host for Bare {
    fn up_time(&self, _: &[u8]) -> TimeTicks {
        TimeTicks(1)
    }

    fn knows_context(&self, context: &[u8]) -> bool {
        context.len() < 4
    }

    fn opened(&mut self, _: &Session) {}

    fn register(
        &mut self,
        session: u32,
        region: &Region,
        subtrees: Subtrees,
        _: u8,
    ) -> Result<RegistrationId, Status> {
        let registration = Registration::of(subtrees, session, Owner(session.into()))
            .context(region.context.clone().unwrap_or_default())
            .priority(region.priority);
        self.registry.register(registration).map_err(|_| Status::DUPLICATE_REGISTRATION)
    }

    fn withdraw(&mut self, _: u32, id: RegistrationId) {
        self.registry.withdraw(id);
    }

    fn closed(&mut self, session: u32) {
        self.registry.withdraw_all(Owner(session.into()));
    }

    fn notify(&mut self, _: &Event) {}

    fn add_capabilities(&mut self, _: &Oid, _: &[u8]) -> u64 {
        self.rows += 1;
        self.rows
    }

    fn remove_capabilities(&mut self, _: u64) {}
}

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
