//! SNMPv3: traps of engines that are authoritative themselves, informs for which the listener is.

use crate::lab::{
    LINK_DOWN, Lab, Made, SENDER, credentials, engine_id, link_down, oid, ok, operator, reported, see, user,
    v3_lab,
};
use mibc_runtime::engine::{REPORTS_PER_SOURCE, Report};
use mibc_runtime::listener::{Dropped, MAX_ENGINES, Receiver, Sender};
use mibc_runtime::message::{ErrorStatus, Level, PduHeader, PduKind, Version};
use mibc_runtime::net::EngineState;
use mibc_runtime::usm::{Auth, EngineClock, LocalKeys, Privacy, Secret, User};
use mibc_runtime::value::{OctetString, TimeTicks, VarBind};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Instant;

fn keys(user: &User) -> LocalKeys {
    credentials(user).localize(&engine_id("listener"))
}

fn nothing(lab: &mut Lab, made: &Made) -> Dropped {
    lab.take(&made.datagram()).map(|_| ()).expect_err("nothing comes of it")
}

/// The answer is a Report, and nothing is delivered.
fn report(lab: &mut Lab, made: &Made) -> Report {
    let outcome = lab.take(&made.datagram()).expect("an answer");
    assert!(outcome.notification.is_none());
    let seen = see(&outcome.reply.expect("a Report"), &keys(&operator()));
    // M5, and what clients rely on: our engine and its clock.
    assert!(!seen.is_reportable);
    assert_eq!((&*seen.engine_id, seen.msg_id), (engine_id("listener").as_bytes(), made.msg_id));
    assert_eq!(seen.clock, EngineClock { boots: 3, time: 1_000 });
    let report = reported(&seen);
    // Who asks for the engine is not refused.
    let refused = (report != Report::UnknownEngineId).then_some(Dropped::Reported(report));
    assert_eq!(outcome.refused, refused);
    report
}

/// A trap's sender is authoritative: any engine, met by its first message (§3 row 12).
#[test]
fn traps_of_any_engine() {
    let mut lab = v3_lab(None);
    for engine in ["switch-1", "switch-2"] {
        for user in [operator(), user("signer", Auth::Sha1, None), User::new("guest")] {
            let received = lab.trap(&Made::trap(&user, engine).datagram());
            assert_eq!((received.version, received.is_inform), (Version::V3, false));
            assert_eq!(received.up_time, Some(TimeTicks(4_200)));
            assert_eq!((received.trap_oid, received.varbinds.len()), (Some(oid(LINK_DOWN)), 1));
            let Sender::User(sender) = received.sender else { panic!("a user") };
            assert_eq!((&*sender.name, sender.level), (user.name(), user.level()));
            assert_eq!((sender.engine_id, &*sender.context_name), (engine_id(engine), &b"vlan-7"[..]));
            assert_eq!(sender.context_engine_id, engine_id(engine).as_bytes());
        }
    }
}

/// U9, P14: the listener is authoritative for informs. Same request-id, same varbinds, same msgID, level and context.
#[test]
fn informs() {
    for user in [operator(), user("signer", Auth::Sha1, None), User::new("guest")] {
        let mut lab = v3_lab(None);
        let inform = Made::inform(&user);
        let outcome = lab.take(&inform.datagram()).expect("an inform");
        let notification = outcome.notification.expect("a notification");
        assert!(notification.is_inform);
        let seen = see(&outcome.reply.expect("an acknowledgement"), &inform.keys);
        assert_eq!((seen.msg_id, seen.level, seen.is_reportable), (77, user.level(), false));
        assert_eq!((seen.pdu, seen.varbinds), (ok(4711), link_down()));
        assert_eq!(seen.engine_id, engine_id("listener").as_bytes());
        assert_eq!(seen.clock, EngineClock { boots: 3, time: 1_000 });
        // The acknowledgement was lost: the same request comes under a new msgID.
        let mut again = inform.clone();
        again.msg_id = 78;
        let outcome = lab.take(&again.datagram()).expect("an inform");
        assert!(outcome.notification.is_none());
        assert_eq!(see(&outcome.reply.expect("an acknowledgement"), &inform.keys).msg_id, 78);
        // Another user's is another one.
        again.header.request_id = 1;
        assert!(lab.take(&again.datagram()).is_ok_and(|outcome| outcome.notification.is_some()));
    }
}

/// U21: so many Reports a second to each source; informs of that source are acknowledged all the same.
#[test]
fn reports_to_a_source_are_limited() {
    let (now, users) = (Instant::now(), [(credentials(&operator()), Level::AuthPriv)]);
    let state = EngineState { engine_id: engine_id("listener"), boots: 3 };
    let mut receiver = Receiver::<SocketAddr>::new([], 7).with_users(state, now, 1, users, None);
    let mut question = Made::inform(&operator());
    question.engine_id = engine_id("before").as_bytes().to_vec();
    let (question, from) = (question.datagram(), |last, port| SocketAddr::from(([192, 0, 2, last], port)));
    let told = (0..1_000).filter(|port| receiver.handle(now, &from(1, *port), &question, true).is_ok());
    assert_eq!(told.count(), REPORTS_PER_SOURCE as usize);
    assert_eq!(receiver.counters().reports_withheld(), 1_000 - REPORTS_PER_SOURCE);
    assert!(receiver.handle(now, &from(2, 1), &question, true).is_ok(), "another source");
    let mut inform = Made::inform(&operator());
    inform.clock.time = 0;
    let handled = receiver.handle(now, &from(1, 1), &inform.datagram(), true).expect("an inform");
    assert!(handled.reply.is_some() && handled.notification.is_some());
}

/// U1, U2: who does not know the listener's engine ID is told it.
#[test]
fn discovery() {
    let mut lab = v3_lab(None);
    let mut question = Made::inform(&User::new("guest"));
    question.header = PduHeader::new(PduKind::Get, 9);
    question.varbinds.clear();
    question.user.clear();
    for length in [0, 1, 4, 5, 32, 33, 200] {
        question.engine_id = vec![0x80; length];
        assert_eq!(report(&mut lab, &question), Report::UnknownEngineId, "{length}");
    }
    assert_eq!(lab.reports(Report::UnknownEngineId), 7);
    // An encrypted inform to the engine that was here before: its flag says that it wants to know.
    let mut stale = Made::inform(&operator());
    stale.engine_id = engine_id("before").as_bytes().to_vec();
    assert_eq!(report(&mut lab, &stale), Report::UnknownEngineId);
    // The same where the keys are those of that engine.
    stale.keys = credentials(&operator()).localize(&engine_id("before"));
    assert_eq!(report(&mut lab, &stale), Report::UnknownEngineId);
    assert_eq!(lab.reports(Report::UnknownEngineId), 9);
}

/// M8: a confirmed request for another engine that wants no Report gets nothing at all.
#[test]
fn informs_for_another_engine() {
    let mut lab = v3_lab(None);
    for user in [operator(), User::new("guest")] {
        let mut inform = Made::trap(&user, "elsewhere");
        inform.header.kind = PduKind::Inform;
        assert_eq!(nothing(&mut lab, &inform), Dropped::OtherEngine);
    }
}

/// U3, U4, M6: informs are checked as an authoritative engine does, each fault its own Report.
#[test]
fn faults_of_informs() {
    let mut lab = v3_lab(None);
    let mut made = Made::inform(&user("nobody", Auth::Md5, Some(Privacy::Des)));
    assert_eq!(report(&mut lab, &made), Report::UnknownUser);
    made.user = "signer".into();
    assert_eq!(report(&mut lab, &made), Report::UnsupportedLevel);
    made.user = "operator".into();
    assert_eq!(report(&mut lab, &made), Report::WrongDigest);
    let mut other = Made::inform(&operator());
    other.keys.privacy = credentials(&user("operator", Auth::Sha256, Some(Privacy::Aes256)))
        .localize(&engine_id("listener"))
        .privacy;
    assert_eq!(report(&mut lab, &other), Report::DecryptionError);
    // M9: a request is not for a listener.
    let mut get = Made::inform(&operator());
    get.header.kind = PduKind::Get;
    assert_eq!(report(&mut lab, &get), Report::UnknownPduHandler);
    for report in [
        Report::UnknownUser,
        Report::UnsupportedLevel,
        Report::WrongDigest,
        Report::DecryptionError,
        Report::UnknownPduHandler,
    ] {
        assert_eq!(lab.reports(report), 1, "{report:?}");
    }
}

/// U6: 150 seconds to either side of the listener's own time are in time, 151 are not; the Report is signed.
#[test]
fn the_time_window_of_informs() {
    let mut lab = v3_lab(None);
    for (n, time) in [(1, 850), (2, 1_150)] {
        let mut inform = Made::inform(&operator());
        inform.header.request_id = n;
        inform.clock.time = time;
        assert!(lab.take(&inform.datagram()).is_ok_and(|outcome| outcome.notification.is_some()), "{time}");
    }
    for clock in [(3, 849), (3, 1_151), (2, 1_000), (4, 1_000), (2_147_483_647, 1_000)] {
        let mut inform = Made::inform(&operator());
        inform.clock = EngineClock { boots: clock.0, time: clock.1 };
        let outcome = lab.take(&inform.datagram()).expect("a Report");
        assert_eq!(outcome.refused, None, "it is told the time, and sends again");
        let seen = see(&outcome.reply.expect("a Report"), &inform.keys);
        assert_eq!((reported(&seen), seen.level), (Report::NotInTimeWindow, Level::AuthNoPriv));
    }
}

/// U7: an engine's clock follows its authentic messages and never goes back.
#[test]
fn the_time_window_of_traps() {
    let mut lab = v3_lab(None);
    let mut number = 0;
    let mut trap = |lab: &mut Lab, boots, time| {
        let mut trap = Made::trap(&operator(), "switch");
        number += 1;
        trap.header.request_id = number;
        trap.clock = EngineClock { boots, time };
        lab.take(&trap.datagram()).map(|outcome| outcome.notification.is_some())
    };
    let late = Err(Dropped::Reported(Report::NotInTimeWindow));
    assert_eq!(trap(&mut lab, 9, 500), Ok(true));
    assert_eq!(trap(&mut lab, 9, 350), Ok(true), "150 seconds behind");
    assert_eq!(trap(&mut lab, 9, 349), late);
    assert_eq!(trap(&mut lab, 9, 900), Ok(true), "from ahead");
    assert_eq!(trap(&mut lab, 9, 749), late);
    lab.pass(100);
    assert_eq!(trap(&mut lab, 9, 849), late, "its clock goes on");
    assert_eq!(trap(&mut lab, 10, 0), Ok(true), "it has started anew");
    assert_eq!(trap(&mut lab, 9, 1_000), late);
    assert_eq!(trap(&mut lab, 2_147_483_647, 0), late, "boots at their end");
    assert_eq!(lab.reports(Report::NotInTimeWindow), 5);
}

/// U7: what nobody vouches for moves no clock and makes no state.
#[test]
fn forged_traps_change_nothing() {
    let mut lab = v3_lab(None);
    let wrong = user("operator", Auth::Sha256, Some(Privacy::Aes128));
    let mut forged = Made::trap(&wrong, "switch");
    forged.keys = credentials(&wrong).localize(&engine_id("other"));
    forged.clock = EngineClock { boots: 900_000, time: 1 };
    assert_eq!(nothing(&mut lab, &forged), Dropped::Reported(Report::WrongDigest));
    lab.trap(&Made::trap(&operator(), "switch").datagram());
    assert_eq!(nothing(&mut lab, &forged), Dropped::Reported(Report::WrongDigest));
    let mut unsigned = Made::trap(&User::new("guest"), "switch");
    unsigned.clock = EngineClock { boots: 900_000, time: 1 };
    lab.trap(&unsigned.datagram());
    let mut next = Made::trap(&operator(), "switch");
    next.header.request_id = 2;
    lab.trap(&next.datagram());
}

/// In a user's name nothing is taken that is protected less than its keys allow.
#[test]
fn downgraded_notifications() {
    let mut lab = v3_lab(None);
    for level in [Level::NoAuthNoPriv, Level::AuthNoPriv] {
        let mut trap = Made::trap(&operator(), "switch");
        trap.level = level;
        assert_eq!(nothing(&mut lab, &trap), Dropped::Level);
        // The sender of an inform is told.
        let mut inform = Made::inform(&operator());
        inform.level = level;
        let outcome = lab.take(&inform.datagram()).expect("an answer");
        assert!(outcome.notification.is_none());
        let seen = see(&outcome.reply.expect("an answer"), &inform.keys);
        assert_eq!(seen.pdu, PduHeader::response(4711, ErrorStatus::AUTHORIZATION_ERROR, 0));
    }
}

/// U3: the faults of traps are counted, each on its own, and never answered (M3).
#[test]
fn faults_of_traps() {
    let mut lab = v3_lab(None);
    let mut made = Made::trap(&user("nobody", Auth::Md5, Some(Privacy::Des)), "switch");
    let fault = |lab: &mut Lab, made: &Made, report| {
        let dropped = nothing(lab, made);
        assert_eq!(dropped, Dropped::Reported(report));
        assert_eq!(lab.reports(report), 1);
        dropped.to_string()
    };
    made.engine_id = vec![0x80; 4];
    fault(&mut lab, &made, Report::UnknownEngineId);
    made.engine_id = engine_id("switch").as_bytes().to_vec();
    let text = fault(&mut lab, &made, Report::UnknownUser);
    assert!(text.contains("unknown user name"), "{text}");
    made.user = "signer".into();
    fault(&mut lab, &made, Report::UnsupportedLevel);
    made.user = "operator".into();
    let text = fault(&mut lab, &made, Report::WrongDigest);
    assert!(text.contains("wrong digest") && text.contains("passphrase or protocol differs"), "{text}");
    let mut other = Made::trap(&operator(), "switch");
    other.keys.privacy = credentials(&user("operator", Auth::Sha256, Some(Privacy::Aes256)))
        .localize(&engine_id("switch"))
        .privacy;
    let text = fault(&mut lab, &other, Report::DecryptionError);
    assert!(text.contains("other key extension"), "{text}");
}

/// M1, M2.
#[test]
fn models_and_flags() {
    let mut lab = v3_lab(None);
    let trap = Made::trap(&User::new("guest"), "switch").datagram();
    // msgFlags 00, msgSecurityModel 3.
    let at = trap.windows(6).position(|w| w == [4, 1, 0, 2, 1, 3]).expect("the header");
    let mut other = trap.clone();
    other[at + 5] = 4;
    assert_eq!(lab.take(&other).map(|_| ()), Err(Dropped::SecurityModel(4)));
    let mut other = trap;
    other[at + 2] = 2;
    // With privacy the data would be an OCTET STRING.
    assert!(lab.take(&other).is_err());
    let mut inform = Made::inform(&operator()).datagram();
    let at = inform.windows(6).position(|w| w == [4, 1, 7, 2, 1, 3]).expect("the header");
    inform[at + 2] = 6;
    assert_eq!(lab.take(&inform).map(|_| ()), Err(Dropped::InvalidFlags));
    assert_eq!((lab.reports(Report::UnknownSecurityModel), lab.reports(Report::InvalidMessage)), (1, 1));
}

/// Without users SNMPv3 is a version that is not listened to.
#[test]
fn without_users() {
    let mut lab = Lab::new();
    let dropped = lab.take(&Made::trap(&operator(), "switch").datagram()).map(|_| ());
    assert_eq!(dropped, Err(Dropped::UnknownVersion(3)));
}

/// §3 row 12: an allow-list of engines. Informs are for the listener's own.
#[test]
fn allowed_engines() {
    let mut lab = v3_lab(Some(BTreeSet::from([engine_id("switch-1")])));
    lab.trap(&Made::trap(&operator(), "switch-1").datagram());
    let dropped = nothing(&mut lab, &Made::trap(&operator(), "switch-2"));
    assert_eq!(dropped, Dropped::Reported(Report::UnknownEngineId));
    let dropped = nothing(&mut lab, &Made::trap(&User::new("guest"), "switch-2"));
    assert_eq!(dropped, Dropped::Reported(Report::UnknownEngineId));
    let inform = Made::inform(&operator()).datagram();
    assert!(lab.take(&inform).is_ok_and(|outcome| outcome.notification.is_some()));
}

/// Some senders set the reportable flag on traps: they are taken, and not answered.
#[test]
fn reportable_traps() {
    let mut lab = v3_lab(None);
    for user in [operator(), user("signer", Auth::Sha1, None), User::new("guest")] {
        let mut trap = Made::trap(&user, "switch");
        trap.reportable = true;
        lab.trap(&trap.datagram());
    }
    // Plain to see that it is a trap: no Report.
    let mut unknown = Made::trap(&User::new("nobody"), "switch");
    unknown.reportable = true;
    assert_eq!(nothing(&mut lab, &unknown), Dropped::Reported(Report::UnknownUser));
}

/// A trap whose sender has asked for the listener's engine ID and uses that.
#[test]
fn traps_under_our_own_engine_id() {
    let mut lab = v3_lab(None);
    let mut trap = Made::inform(&operator());
    trap.header.kind = PduKind::Trap;
    trap.reportable = false;
    let received = lab.trap(&trap.datagram());
    assert!(!received.is_inform);
}

/// U21: names cannot be guessed at any speed.
#[test]
fn reports_about_unknown_users_are_limited() {
    let mut lab = v3_lab(None);
    let inform = Made::inform(&user("nobody", Auth::Md5, None)).datagram();
    let told = (0..1_000).filter(|_| lab.take(&inform).is_ok()).count();
    assert_eq!((told, lab.reports(Report::UnknownUser)), (100, 1_000));
}

/// W11, RFC 3416 §4.2.7: the acknowledgement does not exceed the size that the sender takes.
#[test]
fn informs_fit_the_sender() {
    let mut lab = v3_lab(None);
    let mut inform = Made::inform(&operator());
    inform.max_size = 484;
    inform.varbinds.push(VarBind::new(oid("1.3.6.1.2.1.1.5.0"), OctetString::from(vec![b'x'; 400])));
    let outcome = lab.take(&inform.datagram()).expect("an inform");
    assert!(outcome.notification.is_none());
    let seen = see(&outcome.reply.expect("an answer"), &inform.keys);
    assert_eq!((seen.pdu, seen.varbinds.len()), (PduHeader::response(4711, ErrorStatus::TOO_BIG, 0), 0));
}

/// Unbounded caches of the past: the engines that are kept are bounded, and each has to prove itself; the one heard last is there.
#[test]
fn many_engines() {
    let mut lab = v3_lab(None);
    let signer = user("signer", Auth::Sha1, None);
    for n in 0..MAX_ENGINES + 100 {
        lab.trap(&Made::trap(&signer, &format!("switch-{n}")).datagram());
    }
    // The clock of a recent one is known, that of the oldest is not any more.
    let old = |lab: &mut Lab, n: usize| {
        let mut trap = Made::trap(&signer, &format!("switch-{n}"));
        trap.clock.boots = 8;
        lab.take_from(SENDER, &trap.datagram()).map(|outcome| outcome.notification.is_some())
    };
    assert_eq!(old(&mut lab, MAX_ENGINES), Err(Dropped::Reported(Report::NotInTimeWindow)));
    assert_eq!(old(&mut lab, 101), Err(Dropped::Reported(Report::NotInTimeWindow)));
    // Forgotten: the same notification, recognised by its number all the same.
    assert_eq!(old(&mut lab, 0), Err(Dropped::Duplicate));
}

/// Keys in other forms than passphrases.
#[test]
fn a_localized_key() {
    let mut lab = Lab::new();
    let user = User::new("local").auth(Auth::Sha1, Secret::localized([7; 20]));
    let state = mibc_runtime::net::EngineState { engine_id: engine_id("listener"), boots: 3 };
    lab.receiver = lab.receiver.with_users(state, lab.now, 1, [(credentials(&user), user.level())], None);
    lab.trap(&Made::trap(&user, "switch").datagram());
}
