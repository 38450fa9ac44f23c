//! Notifications over SNMPv3: U9, N3, M5.

use std::time::{Duration, Instant};

use mibc_test_support::Xorshift;

use super::lab::{Lab, Left, address, moved, params, target};
use crate::access::Model;
use crate::ber::Writer;
use crate::message::{Decoder, ErrorStatus, Level, PduHeader, PduKind};
use crate::net::EngineState;
use crate::originator::{Delivered, MpModel, NotifyError, TargetAddress, TargetTables, Unusable};
use crate::security::{Authority, Counters, Protect, SecurityModel, UsmHeader, V3Message};
use crate::usm::{Auth, Credentials, EngineId, KeyCache, Privacy, User};
use crate::value::{Value, VarBind};

fn engine_id(number: u8) -> EngineId {
    EngineId::new(&[0x80, 0, 0x7e, 0xd9, 4, number]).expect("an engine ID")
}

fn user(level: Level, passphrase: &str) -> User {
    let user = User::new("noc");
    match level {
        Level::NoAuthNoPriv => user,
        Level::AuthNoPriv => user.auth(Auth::Sha256, passphrase),
        Level::AuthPriv => user.auth(Auth::Sha256, passphrase).privacy(Privacy::Aes128, "pancakes with it"),
    }
}

fn credentials(level: Level) -> Credentials {
    Credentials::new(&user(level, "maplesyrup"), &KeyCache::new()).expect("a user")
}

const LEVELS: [(Level, &str); 3] =
    [(Level::NoAuthNoPriv, "none"), (Level::AuthNoPriv, "auth"), (Level::AuthPriv, "priv")];

/// Parameters of the user `noc` at each level.
fn v3(tables: &mut TargetTables) {
    tables.set_user(None, credentials(Level::AuthPriv));
    for (level, name) in LEVELS {
        tables.set_params(name, params(MpModel::V3, Model::USM, "noc", level)).expect("a row");
    }
}

fn lab(fill: impl FnOnce(&mut TargetTables)) -> Lab {
    let mut lab = Lab::new(|tables| {
        v3(tables);
        fill(tables);
    });
    let state = EngineState { engine_id: engine_id(1), boots: 5 };
    lab.originator = lab.originator.engine_state(state, lab.now, 1);
    lab
}

/// An engine that takes notifications.
struct Receiver {
    authority: Authority,
    counters: Counters,
    writer: Writer,
    questions: usize,
}

/// What a message carries.
#[derive(Debug)]
struct Read {
    kind: PduKind,
    level: Level,
    context_engine_id: Vec<u8>,
    context_name: Vec<u8>,
    reportable: bool,
    boots: u32,
    time: u32,
    varbinds: Vec<VarBind>,
    answer: Option<Vec<u8>>,
}

impl Receiver {
    fn new(engine_id: EngineId, boots: u32, now: Instant) -> Self {
        let users = [credentials(Level::AuthPriv)];
        let authority = Authority::new(engine_id, boots, now, 9, users);
        Self { authority, counters: Counters::default(), writer: Writer::new(), questions: 0 }
    }

    /// Takes in a message; the answer is a Report where it cannot be accepted.
    fn take(&mut self, now: Instant, left: &Left) -> Result<Read, Option<Vec<u8>>> {
        let mut decoder = Decoder::default();
        let message = V3Message::read(&decoder, now, &left.datagram).expect("a message of SNMPv3");
        let mut plain = Vec::new();
        let session = self.authority.session();
        let (_, state) = match session.process_incoming(&message, &mut plain) {
            Ok(accepted) => accepted,
            Err(report) => {
                self.questions += 1;
                let written =
                    self.authority.report(None, &message, report, None, &self.counters, &mut self.writer);
                let is_written = written.expect("it fits");
                return Err(is_written.then(|| self.writer.finish().expect("it fits").to_vec()));
            }
        };
        let (scoped, _) = message.scoped(&mut decoder, &plain).expect("a scoped PDU");
        let varbinds: Vec<VarBind> = scoped.pdu.varbinds.iter().map(|one| one.to_varbind()).collect();
        let kind = scoped.pdu.header.kind;
        let header = UsmHeader {
            msg_id: message.message.header.msg_id,
            reportable: false,
            context_engine_id: scoped.context_engine_id,
            context_name: scoped.context_name,
        };
        let response = PduHeader::response(scoped.pdu.header.request_id, ErrorStatus::NO_ERROR, 0);
        let pdu = |writer: &mut Writer| response.write(writer, varbinds.iter().map(VarBind::as_ref));
        state.generate(&header, &mut self.writer, pdu).expect("it fits");
        Ok(Read {
            kind,
            level: message.level,
            context_engine_id: scoped.context_engine_id.to_vec(),
            context_name: scoped.context_name.to_vec(),
            reportable: message.message.header.flags.is_reportable(),
            boots: message.usm.boots,
            time: message.usm.time,
            answer: (kind == PduKind::Inform).then(|| self.writer.finish().expect("it fits").to_vec()),
            varbinds: varbinds.clone(),
        })
    }

    /// Answers until nothing more comes; what was accepted.
    fn serve(&mut self, lab: &mut Lab) -> Vec<Read> {
        let mut all = Vec::new();
        loop {
            let left = lab.leave();
            if left.is_empty() {
                return all;
            }
            for one in left {
                let answer = match self.take(lab.now, &one) {
                    Ok(read) => {
                        let answer = read.answer.clone();
                        all.push(read);
                        answer
                    }
                    Err(report) => report,
                };
                if let Some(answer) = answer {
                    lab.take(&one.to, &answer).expect("it is waited for");
                }
            }
        }
    }
}

/// U9, M5: traps are of the own engine, with its boots and its time when they leave, at the level of the parameters, and
/// never ask for Reports.
#[test]
fn traps_are_of_the_own_engine() {
    let mut lab = lab(|tables| {
        for ((_, params), number) in LEVELS.into_iter().zip(1..) {
            tables.set_address(params, target(number, params, "traps")).expect("a row");
        }
    });
    let mut receiver = Receiver::new(engine_id(1), 5, lab.now);
    lab.now += Duration::from_secs(1_000);
    let ticket = lab.notify(&moved());
    let read = receiver.serve(&mut lab);
    let mut levels: Vec<Level> = read.iter().map(|read| read.level).collect();
    levels.sort();
    assert_eq!(levels, LEVELS.map(|(level, _)| level));
    for read in read {
        assert_eq!((read.kind, read.reportable), (PduKind::Trap, false));
        assert_eq!((read.boots, read.time), (5, 1_000));
        assert_eq!(read.context_engine_id, engine_id(1).as_bytes());
        assert_eq!(read.varbinds[2].value, Value::from("attic"));
    }
    assert_eq!(receiver.questions, 0);
    lab.report(ticket).into_result().expect("sent");
}

/// U9: informs are for the receiver's engine, which is found out once; later ones, also of other contexts, go
/// straight there. The context is of the sender's engine (RFC 3413 §3.3).
#[test]
fn informs_are_for_the_receivers_engine() {
    for (level, params) in LEVELS {
        let mut lab = lab(|tables| {
            tables.set_address("a", target(1, params, "informs")).expect("a row");
        });
        let mut receiver = Receiver::new(engine_id(2), 77, lab.now - Duration::from_secs(500));
        let tickets: Vec<_> = (0..20).map(|_| lab.notify(&moved())).collect();
        // The first finds out the engine; the others wait for that.
        assert_eq!(lab.poll().len(), 1, "{level}");
        lab.wait(Duration::from_secs(1));
        let read = receiver.serve(&mut lab);
        assert_eq!(read.len(), 20, "{level}");
        assert_eq!(receiver.questions, 1, "{level}: one question");
        for read in &read {
            assert_eq!((read.kind, read.level, read.reportable), (PduKind::Inform, level, true));
            assert_eq!(read.context_engine_id, engine_id(1).as_bytes());
            assert_eq!(read.context_name, b"");
        }
        for ticket in tickets {
            lab.report(ticket).into_result().expect("acknowledged");
        }
        // A change of other rows does not make it forget.
        lab.targets.edit(|tables| tables.set_address("b", target(2, "v2c", ""))).expect("a row");
        lab.now += Duration::from_secs(3_600);
        let ticket = lab.notify(&moved());
        assert_eq!(receiver.serve(&mut lab).len(), 1);
        lab.report(ticket).into_result().expect("acknowledged");
        assert_eq!(receiver.questions, 1, "{level}");
        assert_eq!(lab.originator.peers.len(), 1);
        // Nor has another context anything to ask for.
        lab.show_context("vlan-7");
        let ticket = lab.notify(&moved().context("vlan-7"));
        let read = receiver.serve(&mut lab);
        assert_eq!(read.first().map(|read| &*read.context_name), Some(b"vlan-7".as_slice()));
        lab.report(ticket).into_result().expect("acknowledged");
        assert_eq!((receiver.questions, lab.originator.peers.len()), (1, 2), "{level}");
    }
}

/// N3: an inform is sent again with the same content and another msgID.
#[test]
fn a_repeated_inform_has_another_msg_id() {
    let mut lab = lab(|tables| {
        tables.set_address("a", target(1, "priv", "informs")).expect("a row");
    });
    let mut receiver = Receiver::new(engine_id(2), 1, lab.now);
    lab.notify(&moved());
    receiver.serve(&mut lab);
    let ticket = lab.notify(&moved());
    let first = lab.leave().remove(0);
    lab.wait(Duration::from_secs(1));
    let second = lab.leave().remove(0);
    let msg_id = |left: &Left| {
        let (message, _) = Decoder::default().decode_v3(&left.datagram).expect("a message");
        message.header.msg_id
    };
    assert_ne!(msg_id(&first), msg_id(&second));
    let [first, second] = [first, second].map(|left| receiver.take(lab.now, &left).expect("accepted"));
    assert_eq!(first.varbinds, second.varbinds);
    // The answer to the first will do.
    let answer = first.answer.expect("an answer");
    lab.take(&address(1), &answer).expect("it is waited for");
    let report = lab.report(ticket);
    assert!(matches!(report.deliveries()[0].result, Ok(Delivered::Acknowledged { attempts: 2, .. })));
}

/// The context of the notification, or of the parameters.
#[test]
fn contexts() {
    let mut lab = lab(|tables| {
        tables.set_address("a", target(1, "priv", "traps")).expect("a row");
        tables.set_params_context("priv", "vlan-7");
    });
    lab.show_context("vlan-7");
    lab.show_context("vlan-8");
    let mut receiver = Receiver::new(engine_id(1), 5, lab.now);
    let mut context = |event| {
        lab.notify(&event);
        receiver.serve(&mut lab).remove(0)
    };
    assert_eq!(context(moved()).context_name, b"vlan-7");
    assert_eq!(context(moved().context("vlan-8")).context_name, b"vlan-8");
    let elsewhere = context(moved().context("").context_engine_id(engine_id(3).as_bytes()));
    assert_eq!(elsewhere.context_engine_id, engine_id(3).as_bytes());
}

/// Two receivers know users of one name by different secrets; a user can be for one engine only.
#[test]
fn users_of_one_name() {
    let mut lab = lab(|tables| {
        tables.set_address("a", target(1, "auth", "informs")).expect("a row");
        tables.set_address("b", target(2, "other", "informs")).expect("a row");
        tables.set_params("other", params(MpModel::V3, Model::USM, "noc", Level::AuthNoPriv)).expect("a row");
        let other = user(Level::AuthNoPriv, "another passphrase");
        tables.set_params_user("other", Credentials::new(&other, &KeyCache::new()).expect("a user"));
    });
    let mut receiver = Receiver::new(engine_id(2), 1, lab.now);
    let ticket = lab.notify(&moved());
    assert_eq!(receiver.serve(&mut lab).len(), 1);
    lab.wait(Duration::from_secs(1));
    let results: Vec<_> = lab.report(ticket).into_deliveries().into_iter().map(|one| one.result).collect();
    assert!(matches!(results[0], Ok(Delivered::Acknowledged { .. })), "{results:?}");
    assert!(matches!(results[1], Err(NotifyError::Report { .. })), "{results:?}");

    // Only known at another engine: no trap can be sent in its name, and informs go to that engine.
    lab.targets.edit(|tables| {
        tables.remove_address(b"b");
        assert!(tables.remove_user(None, b"noc"));
        tables.set_user(Some(engine_id(2)), credentials(Level::AuthPriv));
        tables.set_address("c", target(3, "auth", "traps")).expect("a row");
    });
    let ticket = lab.notify(&moved());
    assert_eq!(receiver.serve(&mut lab).len(), 1);
    let results: Vec<_> = lab.report(ticket).into_deliveries().into_iter().map(|one| one.result).collect();
    assert!(results.iter().any(|one| matches!(one, Ok(Delivered::Acknowledged { .. }))), "{results:?}");
    assert!(
        results.iter().any(|one| matches!(one, Err(NotifyError::Unusable { reason: Unusable::NoUser, .. }))),
        "{results:?}"
    );
    // A level above the user's.
    lab.targets.edit(|tables| tables.set_user(None, credentials(Level::AuthNoPriv)));
    lab.targets.edit(|tables| {
        tables.remove_user(Some(engine_id(2)), b"noc");
        tables.remove_address(b"c");
        tables.set_address("a", target(1, "priv", "informs")).expect("a row");
    });
    let ticket = lab.notify(&moved());
    let result = lab.report(ticket).into_result();
    let reason = Unusable::UserLevel(Level::AuthPriv);
    assert!(matches!(result, Err(NotifyError::Unusable { reason: found, .. }) if found == reason));
}

/// Without an engine only informs can be sent.
#[test]
fn without_an_engine() {
    let mut lab = Lab::new(|tables| {
        v3(tables);
        tables.set_address("a", target(1, "priv", "traps")).expect("a row");
        tables
            .set_address("b", TargetAddress { retry_count: 0, ..target(2, "priv", "informs") })
            .expect("a row");
    });
    let mut receiver = Receiver::new(engine_id(2), 1, lab.now);
    let ticket = lab.notify(&moved());
    let read = receiver.serve(&mut lab);
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].context_engine_id, engine_id(2).as_bytes());
    let results: Vec<_> = lab.report(ticket).into_deliveries().into_iter().map(|one| one.result).collect();
    assert!(results.iter().any(|one| matches!(one, Err(NotifyError::NoEngine))), "{results:?}");
    // Who does not tell its engine ID is told apart from who does not answer.
    lab.targets.edit(|tables| tables.remove_address(b"a"));
    let silent = TargetAddress { retry_count: 0, ..target(9, "priv", "informs") };
    lab.targets.edit(|tables| tables.set_address("b", silent)).expect("a row");
    let ticket = lab.notify(&moved());
    lab.leave();
    lab.wait(Duration::from_secs(1));
    let result = lab.report(ticket).into_result();
    assert!(matches!(result, Err(NotifyError::Undiscovered { attempts: 1, .. })), "{result:?}");
}

/// Damaged answers of every kind: the inform ends one way or the other, and the next one works.
#[test]
fn damaged_answers() {
    let mut lab = lab(|tables| {
        tables.set_address("a", target(1, "priv", "informs")).expect("a row");
    });
    let mut receiver = Receiver::new(engine_id(2), 1, lab.now);
    let mut random = Xorshift(0x0960_2008);
    for round in 0..200 {
        lab.notify(&moved());
        for one in lab.leave() {
            let answer = match receiver.take(lab.now, &one) {
                Ok(read) => read.answer,
                Err(report) => report,
            };
            let answer = answer.expect("an answer");
            for _ in 0..50 {
                let damaged = random.damaged(&answer);
                let _ = lab.take(&one.to, &damaged);
            }
        }
        lab.wait(Duration::from_secs(20));
        receiver.serve(&mut lab);
        lab.wait(Duration::from_secs(20));
        lab.leave();
        lab.wait(Duration::from_secs(20));
        lab.leave();
        lab.wait(Duration::from_secs(20));
        assert!(lab.originator.is_idle(), "round {round}");
    }
    let ticket = lab.notify(&moved());
    receiver.serve(&mut lab);
    lab.report(ticket).into_result().expect("acknowledged");
    assert_eq!(lab.originator.peers.len(), 1);
}

/// More receivers than are remembered: the older half is forgotten and found out about again; no place is left over.
#[test]
fn receivers_are_forgotten() {
    const RECEIVERS: u32 = 6_000;
    let mut lab = lab(|tables| {
        for number in 0..RECEIVERS {
            let ip = std::net::SocketAddr::from((std::net::Ipv4Addr::from(0x0a00_0000 + number), 162));
            let row = TargetAddress { address: ip.into(), retry_count: 0, ..target(1, "none", "informs") };
            tables.set_address(format!("{number:05}"), row).expect("a row");
        }
    });
    let mut receiver = Receiver::new(engine_id(2), 1, lab.now);
    let ticket = lab.notify(&moved());
    assert_eq!(receiver.serve(&mut lab).len(), RECEIVERS as usize);
    lab.report(ticket).into_result().expect("acknowledged");
    let kept = lab.originator.peers.len();
    assert!((2_048..=4_096).contains(&kept), "{kept}");
    assert_eq!(lab.originator.places.len(), kept);
}
