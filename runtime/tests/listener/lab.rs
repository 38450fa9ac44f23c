//! A receiver, a clock, and messages to it.

use mibc_runtime::ber::{Rules, Writer};
use mibc_runtime::engine::Report;
use mibc_runtime::listener::{Dropped, ReceivedNotification, Receiver};
use mibc_runtime::message::{
    Body, Decoder, ErrorStatus, Level, Message, OwnedBody, Pdu, PduHeader, PduKind, UsmRef, Version,
};
use mibc_runtime::net::EngineState;
use mibc_runtime::usm::{Auth, EngineClock, EngineId, LocalKeys, User};
use mibc_runtime::value::{Value, VarBind};
pub(crate) use mibc_test_support::v3::{Made, credentials, engine_id, link_down, oid, operator, user};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

pub(crate) const UP_TIME: &str = "1.3.6.1.2.1.1.3.0";
pub(crate) const TRAP_OID: &str = "1.3.6.1.6.3.1.1.4.1.0";
pub(crate) const LINK_DOWN: &str = "1.3.6.1.6.3.1.1.5.3";

pub(crate) fn encode(message: &Message) -> Vec<u8> {
    let mut writer = Writer::new();
    message.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

pub(crate) fn v2c(community: &str, kind: PduKind, request_id: i32, varbinds: Vec<VarBind>) -> Vec<u8> {
    let body = OwnedBody::Pdu(Pdu { header: PduHeader::new(kind, request_id), varbinds });
    encode(&Message { version: Version::V2c, community: community.into(), body })
}

/// What came of a datagram.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) reply: Option<Vec<u8>>,
    pub(crate) notification: Option<ReceivedNotification<u16>>,
    pub(crate) refused: Option<Dropped>,
}

pub(crate) struct Lab {
    pub(crate) receiver: Receiver<u16>,
    pub(crate) now: Instant,
    pub(crate) has_room: bool,
}

pub(crate) const SENDER: u16 = 50_000;

impl Lab {
    pub(crate) fn of(receiver: Receiver<u16>) -> Self {
        Self { receiver, now: Instant::now(), has_room: true }
    }

    /// Takes the community "traps".
    pub(crate) fn new() -> Self {
        Self::of(Receiver::new([b"traps".to_vec()], 7))
    }

    pub(crate) fn take(&mut self, datagram: &[u8]) -> Result<Outcome, Dropped> {
        self.take_from(SENDER, datagram)
    }

    pub(crate) fn take_from(&mut self, source: u16, datagram: &[u8]) -> Result<Outcome, Dropped> {
        let handled = self.receiver.handle(self.now, &source, datagram, self.has_room)?;
        let (notification, refused) = (handled.notification, handled.refused);
        Ok(Outcome { reply: handled.reply.map(<[u8]>::to_vec), notification, refused })
    }

    /// What is delivered, with nothing to send back.
    pub(crate) fn trap(&mut self, datagram: &[u8]) -> ReceivedNotification<u16> {
        let Outcome { reply, notification, .. } = self.take(datagram).expect("a notification");
        assert_eq!(reply, None, "traps are not answered");
        notification.expect("a notification")
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    pub(crate) fn reports(&self, report: Report) -> u32 {
        self.receiver.counters().reports().get(report)
    }
}

/// Header and varbinds of a message of SNMPv2c with this community.
pub(crate) fn response(datagram: &[u8], community: &str) -> (PduHeader, Vec<VarBind>) {
    response_in(Version::V2c, datagram, community)
}

/// The same of a message of SNMPv1 or SNMPv2c.
pub(crate) fn response_in(version: Version, datagram: &[u8], community: &str) -> (PduHeader, Vec<VarBind>) {
    let mut decoder = Decoder::new(Rules::Strict);
    let message = decoder.decode(datagram).expect("a message").message;
    assert_eq!((message.version, message.community), (version, community.as_bytes()));
    let Body::Pdu(pdu) = message.body else { panic!("a response") };
    (pdu.header, pdu.varbinds.iter().map(|v| v.to_varbind()).collect())
}

pub(crate) fn ok(request_id: i32) -> PduHeader {
    PduHeader::response(request_id, ErrorStatus::NO_ERROR, 0)
}

/// The listener's engine, in its third run, up for 1,000 seconds; users `operator`, `signer` and `guest`.
pub(crate) fn v3_lab(engines: Option<BTreeSet<EngineId>>) -> Lab {
    let mut lab = Lab::new();
    let users = [operator(), user("signer", Auth::Sha1, None), User::new("guest")];
    let users = users.map(|user| (credentials(&user), user.level()));
    let state = EngineState { engine_id: engine_id("listener"), boots: 3 };
    lab.receiver = lab.receiver.with_users(state, lab.now, 1, users, engines);
    lab.pass(1_000);
    lab
}

/// What a message of SNMPv3 says to somebody who has the keys.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) msg_id: i32,
    pub(crate) level: Level,
    pub(crate) is_reportable: bool,
    pub(crate) engine_id: Vec<u8>,
    pub(crate) clock: EngineClock,
    pub(crate) pdu: PduHeader,
    pub(crate) varbinds: Vec<VarBind>,
}

pub(crate) fn see(datagram: &[u8], keys: &LocalKeys) -> Seen {
    let mut decoder = Decoder::new(Rules::Strict);
    let (message, mut ledger) = decoder.decode_v3(datagram).expect("a message");
    let usm = UsmRef::read(message.security, &mut ledger).expect("security parameters");
    let level = message.header.flags.level().expect("a level");
    let clock = EngineClock { boots: usm.boots, time: usm.time };
    let mut data = message.data.to_vec();
    if level.has_auth() {
        let place = usm.auth_offset..usm.auth_offset + usm.auth.len();
        keys.auth.as_ref().expect("a key").verify(datagram, place).expect("the right digest");
    }
    if level.has_privacy() {
        keys.privacy.as_ref().expect("a key").decrypt(clock, usm.privacy, &mut data).expect("decrypted");
    }
    let scoped = decoder.decode_scoped(&data).expect("a scoped PDU").0;
    Seen {
        msg_id: message.header.msg_id,
        level,
        is_reportable: message.header.flags.is_reportable(),
        engine_id: usm.engine_id.to_vec(),
        clock,
        pdu: scoped.pdu.header,
        varbinds: scoped.pdu.varbinds.iter().map(|v| v.to_varbind()).collect(),
    }
}

/// The counter that a Report carries.
pub(crate) fn reported(seen: &Seen) -> Report {
    assert_eq!(seen.pdu.kind, PduKind::Report);
    assert!(matches!(seen.varbinds[0].value, Value::Counter32(_)));
    Report::from_oid(seen.varbinds[0].name.as_ref())
}
