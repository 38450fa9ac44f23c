//! Counters, and what else of SNMPv2-MIB is not a table.

use crate::lab::{Lab, configuration, oid};
use mibc_admin::administration::serve_statistics;
use mibc_runtime::agent::{Agent, AgentBuilder, Arrival, Community, Dropped, Exchange, Step};
use mibc_runtime::ber::Writer;
use mibc_runtime::message::{ErrorStatus, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::value::{Counter32, OctetString, Value, VarBind};
use std::net::UdpSocket;
use std::time::{Duration, Instant};

fn message(version: Version, community: &str, header: PduHeader, varbinds: Vec<VarBind>) -> Vec<u8> {
    let mut writer = Writer::new();
    let body = OwnedBody::Pdu(Pdu { header, varbinds });
    Message { version, community: community.into(), body }.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

/// A datagram, whatever is answered.
fn send(lab: &Lab, datagram: &[u8]) {
    let _ = lab.agent.responder().begin(Arrival::new(Instant::now(), datagram), &mut Exchange::default());
}

fn count(lab: &Lab, name: &str) -> u32 {
    match lab.get(name) {
        Value::Counter32(Counter32(number)) => number,
        other => panic!("{name} is {other:?}"),
    }
}

/// N5: each counter of the snmp group is moved by a packet of its kind, and by nothing else but snmpInPkts.
#[test]
fn each_counter_of_the_snmp_group() {
    let configuration = configuration("[[community]]\nname = \"reader\"\nview = \"all\"\n");
    let lab = Lab::start(&configuration, None);
    let name = || vec![VarBind::unspecified(oid("1.3.6.1.2.1.1.5.0"))];
    let get = |version, community| message(version, community, PduHeader::new(PduKind::Get, 1), name());
    let mut other_version = get(Version::V2c, "private");
    other_version[4] = 9;
    let write = vec![VarBind::new(oid("1.3.6.1.2.1.1.5.0"), "no")];
    let cases: [(&str, Vec<u8>); 4] = [
        ("1.3.6.1.2.1.11.3.0", other_version),
        ("1.3.6.1.2.1.11.4.0", get(Version::V2c, "nobody")),
        ("1.3.6.1.2.1.11.5.0", message(Version::V1, "reader", PduHeader::new(PduKind::Set, 1), write)),
        ("1.3.6.1.2.1.11.6.0", b"\x30\x05\x02\x01\x01\x04\x09".to_vec()),
    ];
    let all: Vec<&str> = cases.iter().map(|(name, _)| *name).collect();
    for (counter, datagram) in &cases {
        let before: Vec<u32> = all.iter().map(|name| count(&lab, name)).collect();
        let packets = count(&lab, "1.3.6.1.2.1.11.1.0");
        send(&lab, datagram);
        // The question for it is a packet itself.
        assert_eq!(count(&lab, "1.3.6.1.2.1.11.1.0"), packets + 2, "{counter}");
        for (name, before) in all.iter().zip(before) {
            assert_eq!(count(&lab, name), before + u32::from(name == counter), "{name} for {counter}");
        }
    }
    // The agent has no proxy that could drop anything.
    assert_eq!(count(&lab, "1.3.6.1.2.1.11.32.0"), 0);
}

/// N5, P2: an answer that does not fit at all is a silent drop: the community is longer than what may be sent.
#[test]
fn silent_drops() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let long = "c".repeat(600);
    let communities = [Community::read_only(long.as_str()), Community::read_only("public")];
    let builder = communities.into_iter().fold(Agent::builder(), AgentBuilder::community);
    let agent = runtime.block_on(builder.max_response(484).bind("127.0.0.1:0")).expect("loopback");
    serve_statistics(&agent);
    let name = oid("1.3.6.1.2.1.11.31.0");
    let ask = |community: &str| {
        let names = vec![VarBind::unspecified(name.clone())];
        let datagram = message(Version::V2c, community, PduHeader::new(PduKind::Get, 1), names);
        let mut exchange = Exchange::default();
        match agent.responder().begin(Arrival::new(Instant::now(), &datagram), &mut exchange) {
            Ok(Step::Response(response)) => Ok(response.to_vec()),
            Ok(Step::Wait(_) | Step::Nothing) => panic!("nothing waits"),
            Err(dropped) => Err(dropped),
        }
    };
    assert!(matches!(ask(&long), Err(Dropped::Silent { limit: 484 })));
    assert!(ask("public").expect("an answer").ends_with(&[0x41, 1, 1]), "Counter32 1");
}

/// U3: the engine and the statistics of SNMPv3 are what SNMP-FRAMEWORK-MIB, SNMP-MPD-MIB and SNMP-USER-BASED-SM-MIB say.
#[test]
fn the_engine() {
    let lab = Lab::start(&configuration(""), None);
    let engine = lab.agent.responder().engine_id().expect("an engine");
    let id = Value::OctetString(OctetString::from(engine.as_bytes()));
    assert_eq!(lab.get("1.3.6.1.6.3.10.2.1.1.0"), id);
    assert!(matches!(lab.get("1.3.6.1.6.3.10.2.1.2.0"), Value::Integer(1..)));
    assert!(matches!(lab.get("1.3.6.1.6.3.10.2.1.3.0"), Value::Integer(0..60)));
    assert_eq!(lab.get("1.3.6.1.6.3.10.2.1.4.0"), Value::Integer(65_507));
    for name in ["1.3.6.1.6.3.11.2.1", "1.3.6.1.6.3.15.1.1"] {
        let counters = lab.walk(name);
        assert_eq!(counters.len(), if name.contains(".15.") { 6 } else { 3 }, "{name}");
        assert!(counters.iter().all(|varbind| varbind.value == Value::Counter32(Counter32(0))), "{name}");
    }
    assert_eq!(count(&lab, "1.3.6.1.6.3.12.1.4.0") + count(&lab, "1.3.6.1.6.3.12.1.5.0"), 0);
}

/// S22: the locks are TestAndIncr, and begin elsewhere after a restart.
#[test]
fn locks() {
    const LOCKS: [&str; 4] =
        ["1.3.6.1.6.3.1.1.6.1.0", "1.3.6.1.6.3.12.1.1.0", "1.3.6.1.6.3.15.1.2.1.0", "1.3.6.1.6.3.16.1.5.1.0"];
    let number = |lab: &Lab, name: &str| match lab.get(name) {
        Value::Integer(number) => number,
        other => panic!("{name} is {other:?}"),
    };
    let mut first = Vec::new();
    for round in 0..2 {
        let lab = Lab::start(&configuration(""), None);
        for (position, name) in LOCKS.into_iter().enumerate() {
            let now = number(&lab, name);
            assert_eq!(lab.set(&[(name, Value::Integer(now ^ 1))]), (ErrorStatus::INCONSISTENT_VALUE, 1));
            assert_eq!(
                (number(&lab, name), lab.set(&[(name, Value::Integer(now))]).0),
                (now, ErrorStatus::NO_ERROR)
            );
            let next = now.checked_add(1).unwrap_or(0);
            assert_eq!(number(&lab, name), next, "{name}");
            match first.get(position) {
                None => first.push(now),
                Some(first) => assert_ne!(*first, now, "{name} in round {round}"),
            }
        }
    }
}

/// N4: snmpEnableAuthenTraps is read and written, has authenticationFailure sent only when it is enabled, and survives a
/// restart and a new configuration.
#[test]
fn authentication_traps() {
    const NAME: &str = "1.3.6.1.2.1.11.30.0";
    let folder = tempfile::tempdir().expect("a folder");
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    receiver.set_read_timeout(Some(Duration::from_millis(300))).expect("a socket");
    let at = receiver.local_addr().expect("an address").to_string();
    let text = configuration("").replace("127.0.0.1:9", &at);
    let mut buffer = [0; 1_500];
    // authenticationFailure is 1.3.6.1.6.3.1.1.5.5.
    let failure = [0x2b, 6, 1, 6, 3, 1, 1, 5, 5];
    let mut told = |lab: &Lab| {
        let sender = UdpSocket::bind("127.0.0.1:0").expect("loopback");
        let name = vec![VarBind::unspecified(oid("1.3.6.1.2.1.1.5.0"))];
        let wrong = message(Version::V2c, "wrong", PduHeader::new(PduKind::Get, 1), name);
        sender.send_to(&wrong, &lab.at).expect("sent");
        let heard = receiver.recv(&mut buffer);
        heard.is_ok_and(|length| buffer[..length].windows(failure.len()).any(|part| part == failure))
    };
    let lab = Lab::start(&text, Some(folder.path()));
    assert_eq!(lab.get(NAME), Value::Integer(2));
    assert!(!told(&lab));
    assert_eq!(lab.set(&[(NAME, Value::Integer(1))]).0, ErrorStatus::NO_ERROR);
    assert_eq!((lab.get(NAME), lab.agent.authentication_traps()), (Value::Integer(1), true));
    assert!(told(&lab));
    for wrong in [0, 3, -1] {
        assert_eq!(lab.set(&[(NAME, Value::Integer(wrong))]), (ErrorStatus::WRONG_VALUE, 1), "{wrong}");
    }
    // A SET that fails elsewhere changes nothing.
    let failed = lab.set(&[(NAME, Value::Integer(2)), ("1.3.6.1.6.3.1.1.6.1.0", Value::Integer(-1))]);
    assert_eq!((failed.0, lab.get(NAME)), (ErrorStatus::WRONG_VALUE, Value::Integer(1)));
    drop(lab);
    let lab = Lab::start(&text, Some(folder.path()));
    assert_eq!((lab.get(NAME), lab.agent.authentication_traps()), (Value::Integer(1), true));
    lab.administration.configure_authentication_traps(&lab.agent, false);
    assert_eq!(lab.get(NAME), Value::Integer(1), "it was set over SNMP");
}
