//! What the agent accepts, and what it says of the rest.

use crate::lab::{Lab, Made, NAME, engine_id, oid, operator, responder, see, user};
use mibc_runtime::access::{AccessEntry, AccessIndex, ContextMatch, Family, Model};
use mibc_runtime::agent::{Account, Arrival, Dropped, Grant};
use mibc_runtime::engine::{REPORTS_PER_SOURCE, Report};
use mibc_runtime::message::{ErrorStatus, Level, PduHeader, PduKind};
use mibc_runtime::usm::{Auth, EngineClock, EngineId, Privacy, Secret, User};
use mibc_runtime::value::{Counter32, Value, VarBind};
use mibc_test_support::v3::with_digest_of;
use std::net::SocketAddr;
use std::time::Duration;

fn count(lab: &Lab, report: Report) -> u32 {
    lab.responder.report_counters().expect("it speaks SNMPv3").get(report)
}

/// The agent answers with this Report and counts that and nothing else (U3).
fn reported(lab: &mut Lab, made: &Made, report: Report) -> crate::lab::Seen {
    reported_raw(lab, &made.datagram(), report)
}

fn reported_raw(lab: &mut Lab, datagram: &[u8], report: Report) -> crate::lab::Seen {
    const ALL: [Report; 8] = [
        Report::UnknownEngineId,
        Report::UnknownUser,
        Report::UnsupportedLevel,
        Report::WrongDigest,
        Report::NotInTimeWindow,
        Report::DecryptionError,
        Report::UnknownContext,
        Report::UnknownPduHandler,
    ];
    let before = ALL.map(|report| count(lab, report));
    let answer = lab.answer(datagram).unwrap_or_else(|| panic!("no {report:?}"));
    let seen = see(&answer);
    for (counter, before) in ALL.into_iter().zip(before) {
        assert_eq!(count(lab, counter) - before, u32::from(counter == report), "{counter:?}");
    }
    // M4: the counter's new value, error 0/0; M5: not reportable.
    let expected = VarBind {
        name: report.oid().expect("it has one"),
        value: Value::Counter32(Counter32(count(lab, report))),
    };
    assert_eq!(seen.varbinds, [expected]);
    let pdu = seen.pdu.expect("Reports can be read");
    assert_eq!((pdu.kind, pdu.error_status, pdu.error_index), (PduKind::Report, ErrorStatus::NO_ERROR, 0));
    assert!(!seen.header.flags.is_reportable());
    // M6: signed only where a clock is to be moved.
    let signed = report == Report::NotInTimeWindow;
    let level = if signed { Level::AuthNoPriv } else { Level::NoAuthNoPriv };
    assert_eq!(seen.header.flags.level(), Some(level), "{report:?}");
    assert_eq!(seen.engine_id, engine_id("agent").as_bytes());
    assert_eq!(seen.clock, lab_clock(lab), "{report:?}");
    seen
}

fn lab_clock(_: &Lab) -> EngineClock {
    EngineClock { boots: 3, time: 1_000 }
}

fn authentic() -> Made {
    Made::get(&operator(), Level::AuthPriv)
}

/// U2: no engine ID, and those of illegal sizes.
#[test]
fn engine_ids() {
    let mut lab = Lab::new();
    for length in [0, 1, 4, 5, 32, 33, 200] {
        let mut made = Made::get(&operator(), Level::NoAuthNoPriv);
        made.engine_id = vec![0x80; length];
        let seen = reported(&mut lab, &made, Report::UnknownEngineId);
        assert_eq!(seen.pdu.map(|pdu| pdu.request_id), Some(4711), "M4: it could be read");
    }
}

/// U3: each fault hides those behind it.
#[test]
fn the_order_of_checks() {
    let mut lab = Lab::new();
    // Everything is wrong: engine, user, level, digest, time.
    let mut made = Made::get(&user("nobody", Auth::Md5, Some(Privacy::Des)), Level::AuthPriv);
    made.keys = crate::lab::keys(&user("x", Auth::Md5, Some(Privacy::Des)), &engine_id("other"));
    made.engine_id = engine_id("other").as_bytes().to_vec();
    made.clock = EngineClock { boots: 9, time: 9 };
    let seen = reported(&mut lab, &made, Report::UnknownEngineId);
    assert_eq!(seen.pdu.map(|pdu| pdu.request_id), Some(0), "M4: it could not be read");
    made.engine_id = engine_id("agent").as_bytes().to_vec();
    reported(&mut lab, &made, Report::UnknownUser);
    made.user = "reader".into();
    reported(&mut lab, &made, Report::UnsupportedLevel);
    made.user = "operator".into();
    reported(&mut lab, &made, Report::WrongDigest);
    made.keys = authentic().keys;
    reported(&mut lab, &made, Report::NotInTimeWindow);
    made.clock = authentic().clock;
    let answer = lab.answer(&made.datagram()).expect("a response");
    assert_eq!(see(&answer).header.flags.level(), Some(Level::AuthPriv));
}

/// U4: USM lets a user be asked below its level, access control does not.
#[test]
fn requests_below_the_users_level() {
    let mut lab = Lab::new();
    for level in [Level::NoAuthNoPriv, Level::AuthNoPriv] {
        let answer = lab.answer(&Made::get(&operator(), level).datagram()).expect("a response");
        let seen = see(&answer);
        assert_eq!(seen.header.flags.level(), Some(level));
        let pdu = seen.pdu.expect("not encrypted");
        assert_eq!((pdu.error_status, pdu.error_index), (ErrorStatus::AUTHORIZATION_ERROR, 0));
    }
    let guest = Grant::read_only().view([oid("1.3.6.1.2.1.2")]);
    let accounts = vec![
        Account::read_write(operator())
            .at_level(Level::AuthNoPriv, Grant::read_only())
            .at_level(Level::NoAuthNoPriv, guest),
    ];
    let mut lab = Lab::with(accounts);
    let mut value = |level| {
        let answer = lab.answer(&Made::get(&operator(), level).datagram()).expect("a response");
        let seen = see(&answer);
        assert_eq!(seen.pdu.map(|pdu| pdu.error_status), Some(ErrorStatus::NO_ERROR));
        seen.varbinds[0].value.clone()
    };
    assert_eq!(value(Level::NoAuthNoPriv), Value::NoSuchObject, "outside of the view");
    assert_eq!(value(Level::AuthNoPriv), Value::from(mibc_runtime::value::OctetString::from("agent")));
    // Reading is not writing.
    let mut made = Made::get(&operator(), Level::AuthNoPriv);
    made.header = PduHeader::new(PduKind::Set, 1);
    let answer = lab.answer(&made.datagram()).expect("a response");
    assert_eq!(see(&answer).pdu.map(|pdu| pdu.error_status), Some(ErrorStatus::AUTHORIZATION_ERROR));
}

/// U5, CVE-2008-0960: digests of other lengths are wrong, whatever their octets.
#[test]
fn short_digests() {
    let mut lab = Lab::new();
    let key = user("operator", Auth::Sha256, Some(Privacy::Aes128));
    let good = Made::get(&key, Level::AuthNoPriv).datagram();
    assert!(lab.answer(&good).is_some());
    let seen = see(&good);
    for length in [0, 1, 11, 12, 23, 25, 48] {
        let forged = with_digest_of(&good, length);
        let kept = length.min(seen.auth.len());
        assert_eq!((see(&forged).auth.len(), &see(&forged).auth[..kept]), (length, &seen.auth[..kept]));
        reported_raw(&mut lab, &forged, Report::WrongDigest);
    }
}

/// U6: 150 seconds to either side are in time, 151 are not.
#[test]
fn the_time_window() {
    let mut lab = Lab::new();
    for time in [850, 1_150] {
        let mut made = authentic();
        made.clock.time = time;
        assert!(lab.answer(&made.datagram()).is_some_and(|answer| see(&answer).pdu.is_none()), "{time}");
    }
    for clock in [(3, 849), (3, 1_151), (2, 1_000), (4, 1_000), (2_147_483_647, 1_000)] {
        let mut made = authentic();
        made.clock = EngineClock { boots: clock.0, time: clock.1 };
        reported(&mut lab, &made, Report::NotInTimeWindow);
    }
    // Without authentication the clock is nobody's business.
    let mut made = Made::get(&User::new("guest"), Level::NoAuthNoPriv);
    made.clock = EngineClock { boots: 0, time: 0 };
    let answer = lab.answer(&made.datagram()).expect("a response");
    assert_eq!(see(&answer).pdu.map(|pdu| pdu.kind), Some(PduKind::Response));
}

/// U8: time that has run out counts as a boot.
#[test]
fn engine_time_overflows() {
    let mut lab = Lab::new();
    lab.pass((1 << 31) - 1_000 + 20);
    let mut made = authentic();
    made.clock = EngineClock { boots: 4, time: 20 };
    assert!(lab.answer(&made.datagram()).is_some_and(|answer| see(&answer).pdu.is_none()));
}

/// A key that decrypts to nonsense: told apart from a parse error.
#[test]
fn decryption_errors() {
    for privacy in Privacy::ALL {
        let theirs = user("operator", Auth::Sha512, Some(privacy));
        let mut lab = Lab::with(vec![Account::read_only(theirs.clone())]);
        let ours = User::new("operator")
            .auth(Auth::Sha512, Secret::master([0x5a; 64]))
            .privacy(privacy, Secret::master([1; 64]));
        let mut made = Made::get(&ours, Level::AuthPriv);
        reported(&mut lab, &made, Report::DecryptionError);
        // M3: the sender did not ask to be told.
        made.reportable = false;
        assert!(lab.answer(&made.datagram()).is_none());
        assert_eq!(count(&lab, Report::DecryptionError), 2);
    }
}

/// M1: counted and dropped, no Report.
#[test]
fn unknown_security_models() {
    let mut lab = Lab::new();
    let message = Made::get(&operator(), Level::NoAuthNoPriv).datagram();
    // msgFlags 04, msgSecurityModel 3.
    let at = message.windows(6).position(|w| w == [4, 1, 4, 2, 1, 3]).expect("the header");
    let mut other = message;
    other[at + 5] = 4;
    let dropped = lab.responder.respond(Arrival::new(lab.now, &other), &mut lab.exchange).map(<[u8]>::to_vec);
    assert_eq!(dropped, Err(Dropped::SecurityModel(4)));
    assert_eq!(count(&lab, Report::UnknownSecurityModel), 1);
}

/// M2: privacy without authentication.
#[test]
fn invalid_flags() {
    let mut lab = Lab::new();
    let mut message = authentic().datagram();
    let at = message.windows(6).position(|w| w == [4, 1, 7, 2, 1, 3]).expect("the header");
    message[at + 2] = 6;
    let dropped =
        lab.responder.respond(Arrival::new(lab.now, &message), &mut lab.exchange).map(<[u8]>::to_vec);
    assert_eq!(dropped, Err(Dropped::InvalidFlags));
    assert_eq!(count(&lab, Report::InvalidMessage), 1);
}

/// M3, M9: what nobody waits for an answer to gets none, not even a Report.
#[test]
fn unconfirmed_messages_get_no_report() {
    let mut lab = Lab::new();
    for kind in [PduKind::Response, PduKind::Trap, PduKind::Report] {
        for engine in ["agent", "other"] {
            let mut made = Made::get(&operator(), Level::NoAuthNoPriv);
            made.engine_id = engine_id(engine).as_bytes().to_vec();
            made.header = PduHeader::new(kind, 5);
            assert!(lab.answer(&made.datagram()).is_none(), "{kind:?} to {engine}");
        }
    }
    assert_eq!(count(&lab, Report::UnknownEngineId), 3);
    // An inform is confirmed, and nobody here takes it.
    let mut made = authentic();
    made.header = PduHeader::new(PduKind::Inform, 5);
    reported(&mut lab, &made, Report::UnknownPduHandler);
}

/// M9, M10, M12.
#[test]
fn contexts() {
    let mut lab = Lab::new();
    let mut made = authentic();
    made.context_engine_id = engine_id("elsewhere").as_bytes().to_vec();
    let seen = reported(&mut lab, &made, Report::UnknownPduHandler);
    assert_eq!(seen.pdu.map(|pdu| pdu.request_id), Some(4711));
    let mut made = authentic();
    made.context_name = "vlan-7".into();
    reported(&mut lab, &made, Report::UnknownContext);
    // A context that is known is not open to everybody: it takes an access entry, and something registered there.
    lab.responder.vacm().edit(|tables| tables.add_context("vlan-7"));
    let mut made = Made::get(&user("reader", Auth::Sha1, None), Level::AuthNoPriv);
    made.context_name = "vlan-7".into();
    let answer = lab.answer(&made.datagram()).expect("a response");
    assert_eq!(see(&answer).pdu.map(|pdu| pdu.error_status), Some(ErrorStatus::AUTHORIZATION_ERROR));
    lab.responder.vacm().edit(|tables| {
        let group = tables.group(Model::USM, b"reader").expect("a group").to_vec();
        let (context_prefix, level) = (b"vlan-".to_vec(), Level::AuthNoPriv);
        let index = AccessIndex { group, context_prefix, model: Model::ANY, level };
        let (context_match, read_view) = (ContextMatch::Prefix, b"names".to_vec());
        tables.set_access(index, AccessEntry { context_match, read_view, ..AccessEntry::default() });
        tables.set_family("names", Family::included(oid(NAME)));
    });
    let answer = lab.answer(&made.datagram()).expect("a response");
    assert_eq!(see(&answer).varbinds[0].value, Value::NoSuchObject, "nothing is registered there");
    let mut made = Made::get(&User::new("guest"), Level::NoAuthNoPriv);
    made.context_engine_id = EngineId::LOCAL.as_bytes().to_vec();
    let answer = lab.answer(&made.datagram()).expect("a response");
    assert_eq!(see(&answer).varbinds[0].name, oid(NAME));
}

/// U21: names cannot be guessed at any speed.
#[test]
fn reports_about_unknown_users_are_limited() {
    let mut lab = Lab::new();
    let message = Made::get(&user("nobody", Auth::Md5, None), Level::AuthNoPriv).datagram();
    let told = (0..1_000).filter(|_| lab.answer(&message).is_some()).count();
    assert_eq!(told, 100);
    assert_eq!(count(&lab, Report::UnknownUser), 1_000);
    lab.pass(1);
    assert!(lab.answer(&message).is_some());
}

/// U21: a flood of messages that are answered with Reports is not turned on whoever it claims to be from, and others are
/// answered meanwhile. Another port is not another source; answers to authentic requests are not limited.
#[test]
fn reports_to_a_source_are_limited() {
    let mut lab = Lab::new();
    let unknown_engine = Made { engine_id: b"nobody's".to_vec(), ..Made::get(&operator(), Level::AuthPriv) };
    let mut wrong_digest = Made::get(&operator(), Level::AuthNoPriv).datagram();
    *wrong_digest.last_mut().expect("a message") ^= 1;
    let forged = [unknown_engine.datagram(), wrong_digest];
    let from = |last: u8, port: u16| SocketAddr::from(([192, 0, 2, last], port));
    let told = (0..1_000_u16).filter(|number| {
        let datagram = &forged[usize::from(number % 2)];
        let origin = from(1, *number);
        lab.responder.respond(Arrival::new(lab.now, datagram).from(&origin), &mut lab.exchange).is_ok()
    });
    assert_eq!(told.count(), REPORTS_PER_SOURCE as usize);
    let counters = lab.responder.counters();
    assert_eq!(counters.reports_withheld(), 1_000 - REPORTS_PER_SOURCE);
    assert_eq!((count(&lab, Report::UnknownEngineId), count(&lab, Report::WrongDigest)), (500, 500));
    let good = Made::get(&operator(), Level::AuthPriv).datagram();
    let mut is_answered = |seconds: u64, datagram: &[u8], origin: SocketAddr| {
        let arrival = Arrival::new(lab.now + Duration::from_secs(seconds), datagram);
        lab.responder.respond(arrival.from(&origin), &mut lab.exchange).is_ok()
    };
    assert!(is_answered(0, &good, from(1, 1)), "a request of the same source");
    assert!(is_answered(0, &forged[0], from(2, 1)), "another source");
    assert!(!is_answered(0, &forged[0], from(1, 1)));
    assert!(is_answered(1, &forged[0], from(1, 1)), "a second later");
}

/// W11: a response does not exceed the size that the manager takes; what does not fit is tooBig.
#[test]
fn responses_fit_the_manager() {
    let mut lab = Lab::new();
    lab.responder =
        responder("agent", 3, lab.now - std::time::Duration::from_secs(1_000), crate::lab::accounts());
    let mut made = Made::get(&User::new("guest"), Level::NoAuthNoPriv);
    made.varbinds = vec![VarBind::unspecified(oid(NAME)); 100];
    let mut message = made.datagram();
    let at = message.windows(5).position(|w| w == [2, 3, 0, 0xff, 0xe3]).expect("msgMaxSize");
    message[at + 3..at + 5].copy_from_slice(&[1, 0xe4]); // 484
    let answer = lab.answer(&message).expect("a response");
    assert!(answer.len() <= 484);
    assert_eq!(see(&answer).pdu.map(|pdu| pdu.error_status), Some(ErrorStatus::TOO_BIG));
}

/// Communities go on as before beside users; without users, SNMPv3 is a version that is not served.
#[test]
fn other_versions() {
    use mibc_runtime::agent::{Community, Exchange, Responder};
    let responder = Responder::new([Community::read_only("public")], 1_472);
    let (message, mut exchange) = (authentic().datagram(), Exchange::default());
    let arrival = Arrival::new(std::time::Instant::now(), &message);
    let dropped = responder.respond(arrival, &mut exchange).map(<[u8]>::to_vec);
    assert_eq!(dropped, Err(Dropped::UnknownVersion(3)));
}
