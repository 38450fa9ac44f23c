//! N5, U3: what is counted; U8: boots where time runs out.

use crate::lab::{Lab, Made, accounts, engine_id, operator, responder, see, user};
use mibc_runtime::agent::{EngineState, EngineStore, Exchange};
use mibc_runtime::engine::Report;
use mibc_runtime::message::Level;
use mibc_runtime::usm::{Auth, EngineClock, Privacy};
use std::io;
use std::sync::{Arc, Mutex};

/// Every counter that a datagram can move is moved by one.
#[test]
fn what_is_counted() {
    let mut lab = Lab::new();
    let mut wrong = Made::get(&operator(), Level::AuthPriv);
    wrong.keys = crate::lab::keys(&operator(), &engine_id("other"));
    assert!(lab.answer(&wrong.datagram()).is_some());
    assert!(lab.answer(&Made::get(&user("nobody", Auth::Md5, None), Level::AuthNoPriv).datagram()).is_some());
    assert!(lab.answer(b"nonsense").is_none());
    let counters = lab.responder.counters();
    let report = |report| counters.reports().get(report);
    assert_eq!((report(Report::WrongDigest), report(Report::UnknownUser)), (1, 1));
    assert_eq!((counters.asn_parse_errs(), report(Report::UnknownSecurityModel)), (1, 0));
    assert_eq!(counters.in_pkts(), 3);
    let users = lab.responder.local_users().expect("it speaks SNMPv3");
    assert_eq!(users.engine_id(), engine_id("agent"));
    assert_eq!(users.clock(std::time::Instant::now()).boots, 3);
}

/// The engine of a manager counts as well.
#[test]
fn a_managers_counters() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&operator()));
    lab.get(&peer);
    let counters = lab.engine.counters();
    assert_eq!((counters.in_pkts(), counters.out_pkts(), counters.asn_parse_errs()), (2, 2, 0));
    lab.start(&peer);
    let request = lab.sent().expect("a request");
    let mut answer = lab.answer(&request).expect("an answer");
    let digest = see(&answer).auth_offset;
    answer[digest] ^= 1;
    assert!(lab.engine.handle_datagram(lab.now, crate::lab::AGENT, &answer).is_err());
    assert!(lab.engine.handle_datagram(lab.now, crate::lab::AGENT, b"nonsense").is_err());
    let counters = lab.engine.counters();
    assert_eq!(counters.reports().get(Report::WrongDigest), 1);
    assert_eq!((counters.in_pkts(), counters.asn_parse_errs()), (4, 1));
}

/// A store in memory; it can be broken.
#[derive(Debug, Default)]
struct Memory {
    saved: Mutex<Option<EngineState>>,
    broken: bool,
}

impl EngineStore for Memory {
    fn load(&self) -> io::Result<Option<EngineState>> {
        Ok(*self.saved.lock().expect("not poisoned"))
    }

    fn save(&self, state: &EngineState) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("broken"));
        }
        *self.saved.lock().expect("not poisoned") = Some(*state);
        Ok(())
    }
}

/// U8: when time has run out, the new boots are saved before the next answer; a store that fails ends all windows.
#[test]
fn boots_are_saved_when_time_runs_out() {
    for broken in [false, true] {
        let mut lab = Lab::new();
        let store = Arc::new(Memory { broken, ..Memory::default() });
        let started = lab.now - std::time::Duration::from_secs(1_000);
        lab.responder = responder("agent", 3, started, accounts()).with_engine_store(store.clone());
        lab.exchange = Exchange::default();
        let mut made = Made::get(&user("operator", Auth::Sha256, Some(Privacy::Aes128)), Level::AuthPriv);
        assert!(lab.answer(&made.datagram()).is_some_and(|answer| see(&answer).pdu.is_none()));
        assert_eq!(*store.saved.lock().expect("not poisoned"), None, "nothing new to save");
        lab.pass((1 << 31) - 1_000 + 20);
        made.clock = EngineClock { boots: 4, time: 20 };
        let answer = see(&lab.answer(&made.datagram()).expect("an answer"));
        let saved = *store.saved.lock().expect("not poisoned");
        if broken {
            assert_eq!(answer.clock.boots, 2_147_483_647);
            let report = Report::from_oid(answer.varbinds[0].name.as_ref());
            assert_eq!((report, saved), (Report::NotInTimeWindow, None));
        } else {
            assert!(answer.pdu.is_none(), "encrypted: a response");
            assert_eq!(saved, Some(EngineState { engine_id: engine_id("agent"), boots: 4 }));
        }
    }
}
