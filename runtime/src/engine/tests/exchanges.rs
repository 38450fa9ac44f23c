//! Loss, repetition, late and foreign responses.

use super::*;
use std::collections::HashSet;

#[test]
fn request_and_response() {
    let (mut engine, now) = (engine(), Instant::now());
    let id = get(&mut engine, now, &peer(1));
    let (to, request) = sent(&mut engine);
    assert_eq!(to, 1);
    assert_eq!(decode(&request).community, b"public");
    assert!(engine.take(id).is_none());
    let later = now + Duration::from_millis(30);
    assert_eq!(engine.handle_datagram(later, 1, &answer(&request)), Ok(id));
    assert_eq!(engine.poll_event(), Some(id));
    assert_eq!(engine.poll_event(), None);
    let response = response(engine.take(id));
    assert_eq!((response.attempts, response.elapsed), (1, Duration::from_millis(30)));
    let varbinds: Vec<_> = response.varbinds().iter().collect();
    assert_eq!(varbinds.len(), 1);
    assert_eq!(varbinds[0].value, ValueRef::Integer(42));
    assert!(engine.take(id).is_none() && engine.is_empty());
    assert_eq!(engine.poll_timeout(), None);
}

#[test]
fn unanswered_requests_are_repeated_with_growing_waits() {
    let (mut engine, mut now) = (engine(), Instant::now());
    let start = now;
    let id = get(&mut engine, now, &peer(1));
    let (_, first) = sent(&mut engine);
    let mut waits = Vec::new();
    for _ in 0..2 {
        let due = engine.poll_timeout().expect("a deadline");
        engine.handle_timeout(due - Duration::from_nanos(1));
        assert!(engine.poll_transmit().is_none(), "nothing is due yet");
        waits.push(due - now);
        now = due;
        engine.handle_timeout(now);
        assert_eq!(sent(&mut engine), (1, first.clone()), "the same request again");
    }
    let due = engine.poll_timeout().expect("a deadline");
    waits.push(due - now);
    assert_eq!(waits[0], Duration::from_secs(1));
    assert!((Duration::from_secs(2)..Duration::from_millis(2500)).contains(&waits[1]), "{waits:?}");
    assert!((Duration::from_secs(4)..Duration::from_secs(5)).contains(&waits[2]), "{waits:?}");
    engine.handle_timeout(due);
    assert_eq!(engine.poll_event(), Some(id));
    match engine.take(id) {
        Some(Outcome::TimedOut { attempts: 3, elapsed, wrong_source: None, .. }) => {
            assert_eq!(elapsed, due - start);
        }
        other => panic!("expected the end of three attempts, found {other:?}"),
    }
    assert!(engine.is_empty() && engine.poll_timeout().is_none());
}

#[test]
fn the_answer_to_any_attempt_will_do_once() {
    let (mut engine, now) = (engine(), Instant::now());
    let id = get(&mut engine, now, &peer(1));
    let (_, request) = sent(&mut engine);
    let now = now + Duration::from_secs(1);
    engine.handle_timeout(now);
    sent(&mut engine);
    let reply = answer(&request);
    assert_eq!(engine.handle_datagram(now, 1, &reply), Ok(id));
    // The answer to the second attempt finds the exchange ended, then taken, then its slot in use.
    assert_eq!(engine.handle_datagram(now, 1, &reply), Err(Dropped::UnknownRequest));
    assert_eq!(response(engine.take(id)).attempts, 2);
    assert_eq!(engine.handle_datagram(now, 1, &reply), Err(Dropped::UnknownRequest));
    let next = get(&mut engine, now, &peer(1));
    assert_eq!(engine.handle_datagram(now, 1, &reply), Err(Dropped::UnknownRequest));
    assert!(engine.take(id).is_none() && engine.take(next).is_none());
    engine.cancel(id);
    assert_eq!(engine.len(), 1, "an id of the past cancels nothing");
}

#[test]
fn responses_after_the_end_are_ignored() {
    let (mut engine, mut now) = (engine(), Instant::now());
    let id = get(&mut engine, now, &peer(1));
    let (_, request) = sent(&mut engine);
    while let Some(due) = engine.poll_timeout() {
        now = due;
        engine.handle_timeout(now);
        while engine.poll_transmit().is_some() {}
    }
    assert_eq!(engine.handle_datagram(now, 1, &answer(&request)), Err(Dropped::UnknownRequest));
    assert!(matches!(engine.take(id), Some(Outcome::TimedOut { .. })));
}

/// §3 row 17: strict by default, relaxed per target.
#[test]
fn other_sources() {
    let (mut engine, mut now) = (engine(), Instant::now());
    let id = get(&mut engine, now, &peer(1));
    let (_, request) = sent(&mut engine);
    assert_eq!(engine.handle_datagram(now, 2, &answer(&request)), Err(Dropped::WrongSource(id)));
    assert!(engine.take(id).is_none(), "it keeps waiting");
    while let Some(due) = engine.poll_timeout() {
        now = due;
        engine.handle_timeout(now);
    }
    assert!(matches!(engine.take(id), Some(Outcome::TimedOut { wrong_source: Some(2), .. })));

    let id = get(&mut engine, now, &Peer { any_source: true, ..peer(1) });
    let (_, request) = sent(&mut engine);
    assert_eq!(engine.handle_datagram(now, 2, &answer(&request)), Ok(id));
}

#[test]
fn only_responses_of_the_same_version_count() {
    let (mut engine, now) = (engine(), Instant::now());
    let id = get(&mut engine, now, &peer(1));
    let (_, request) = sent(&mut engine);
    assert_eq!(engine.handle_datagram(now, 1, &request), Err(Dropped::UnknownPdu), "an echo");
    let mut reply = decode(&answer(&request));
    reply.version = Version::V1;
    assert_eq!(engine.handle_datagram(now, 1, &encode(&reply)), Err(Dropped::WrongVersion(id)));
    assert!(matches!(engine.handle_datagram(now, 1, b"nonsense"), Err(Dropped::Malformed(_))));
    assert_eq!(engine.handle_datagram(now, 1, &answer(&request)), Ok(id));
}

/// C10: a response that carries another community is none of ours, and the request waits on.
#[test]
fn other_communities() {
    let (mut engine, now) = (engine(), Instant::now());
    for community in [b"public".to_vec(), Vec::new(), vec![b'x'; 300]] {
        let id = get(&mut engine, now, &Peer { community: community.clone(), ..peer(1) });
        let (_, request) = sent(&mut engine);
        for other in [b"publiC".to_vec(), b"public ".to_vec(), vec![0]] {
            let mut reply = decode(&answer(&request));
            reply.community = other;
            assert_eq!(engine.handle_datagram(now, 1, &encode(&reply)), Err(Dropped::WrongCommunity(id)));
        }
        assert_eq!(engine.handle_datagram(now, 1, &answer(&request)), Ok(id), "{community:?}");
        engine.cancel(id);
    }
}

/// W5, §3 row 13: what is odd is accepted with a note, unless the peer is to follow the rules.
#[test]
fn rules_of_a_peer() {
    let (mut engine, mut now) = (engine(), Instant::now());
    for rules in [Rules::Lenient, Rules::Strict] {
        let id = get(&mut engine, now, &Peer { rules, ..peer(1) });
        let mut reply = answer(&sent(&mut engine).1);
        reply.push(0);
        let trailing = engine.handle_datagram(now, 1, &reply);
        if rules == Rules::Lenient {
            assert_eq!(trailing, Ok(id));
            let anomalies = response(engine.take(id)).anomalies;
            assert!(anomalies.contains(Anomaly::TrailingOctets) && anomalies.iter().count() == 1);
            continue;
        }
        assert!(matches!(trailing, Err(Dropped::NotStrict(refused, _)) if refused == id), "{trailing:?}");
        while let Some(due) = engine.poll_timeout() {
            now = due;
            engine.handle_timeout(now);
        }
        match engine.take(id) {
            Some(Outcome::TimedOut { anomalies, .. }) => {
                assert!(anomalies.contains(Anomaly::TrailingOctets));
            }
            other => panic!("expected a timeout, found {other:?}"),
        }
    }
}

/// W13, predictable ids of past faults: the ids of many requests are all different and not spaced
/// evenly.
#[test]
fn request_ids() {
    let (mut engine, now) = (engine(), Instant::now());
    let mut ids = Vec::new();
    for _ in 0..1000 {
        get(&mut engine, now, &peer(1));
        match decode(&sent(&mut engine).1).body {
            OwnedBody::Pdu(pdu) => ids.push(pdu.header.request_id),
            OwnedBody::TrapV1(_) => unreachable!(),
        }
    }
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1000);
    assert!(ids.iter().all(|id| *id > 0));
    let gaps: HashSet<_> = ids.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    assert!(gaps.len() > 990);

    // A source that always says the same still gives every request an id of its own.
    let mut engine = Engine::<Address, _>::new(|| 7, Rules::Lenient);
    let name = oid("1.3");
    let varbind = VarBindRef { name: name.as_ref(), value: ValueRef::Null };
    for _ in 0..100 {
        engine.start(now, &peer(1), PduHeader::new(PduKind::Get, 0), [varbind]).expect("room");
    }
    assert_eq!(engine.len(), 100);
}

#[test]
fn cancelled_requests_leave_nothing() {
    let (mut engine, now) = (engine(), Instant::now());
    for _ in 0..1000 {
        let unsent = get(&mut engine, now, &peer(1));
        engine.cancel(unsent);
        assert!(engine.poll_transmit().is_none());
        let id = get(&mut engine, now, &peer(1));
        let (_, request) = sent(&mut engine);
        engine.cancel(id);
        engine.cancel(id);
        assert_eq!(engine.handle_datagram(now, 1, &answer(&request)), Err(Dropped::UnknownRequest));
        let answered = get(&mut engine, now, &peer(1));
        let (_, request) = sent(&mut engine);
        assert_eq!(engine.handle_datagram(now, 1, &answer(&request)), Ok(answered));
        engine.cancel(answered);
        assert_eq!(engine.poll_event(), None, "nobody is told of what was cancelled");
    }
    assert!(engine.is_empty() && engine.poll_timeout().is_none());
}

#[test]
fn a_full_socket_delays_and_a_broken_one_ends() {
    let (mut engine, now) = (engine(), Instant::now());
    let id = get(&mut engine, now, &peer(1));
    let (_, request) = sent(&mut engine);
    engine.send_later(id);
    assert_eq!(sent(&mut engine).1, request);
    engine.send_failed(id, std::io::ErrorKind::NetworkUnreachable.into());
    assert_eq!(engine.poll_event(), Some(id));
    assert!(matches!(engine.take(id), Some(Outcome::Unsent(_))));
    engine.send_later(id);
    assert!(engine.poll_transmit().is_none());
}

#[test]
fn the_number_of_exchanges_is_bounded() {
    let (mut engine, now) = (engine(), Instant::now());
    let name = oid("1.3");
    let varbind = VarBindRef { name: name.as_ref(), value: ValueRef::Null };
    let header = PduHeader::new(PduKind::Get, 0);
    for _ in 0..MAX_EXCHANGES {
        engine.start(now, &peer(1), header, [varbind]).expect("room");
        engine.poll_transmit();
    }
    assert_eq!(engine.start(now, &peer(1), header, [varbind]), Err(StartError::Busy));
}

#[test]
fn extreme_timeouts() {
    let (mut engine, now) = (engine(), Instant::now());
    let patient = Retry { timeout: Duration::MAX, retries: u32::MAX, steady: false };
    let hasty = Retry { timeout: Duration::ZERO, retries: 3, steady: false };
    get(&mut engine, now, &Peer { retry: patient, ..peer(1) });
    let id = get(&mut engine, now, &Peer { retry: hasty, ..peer(1) });
    engine.handle_timeout(now);
    assert!(matches!(engine.take(id), Some(Outcome::TimedOut { attempts: 4, .. })));
    for attempt in [0, 1, 31, 32, u32::MAX] {
        assert_eq!(patient.wait(attempt, 0), Retry::MAX_TIMEOUT);
        assert!(Retry::default().wait(attempt, u32::MAX) <= Retry::MAX_WAIT * 5 / 4);
    }
}

#[test]
fn a_request_that_is_too_large_leaves_nothing() {
    let (mut engine, now) = (engine(), Instant::now());
    let long = VarBind::new(oid("1.3.6"), Value::from("x".repeat(65_500).as_str()));
    let started = engine.start(now, &peer(1), PduHeader::new(PduKind::Set, 0), [long.as_ref()]);
    assert!(matches!(started, Err(StartError::TooLarge(_))));
    assert!(engine.is_empty() && engine.poll_transmit().is_none());
    get(&mut engine, now, &peer(1));
    sent(&mut engine);
}

/// Lets an exchange come to its end without another answer.
fn dropped(engine: &mut Engine<Address, Numbers>, now: &mut Instant, id: ExchangeId) -> Unaccepted {
    while let Some(due) = engine.poll_timeout() {
        *now = due;
        engine.handle_timeout(due);
        while engine.poll_transmit().is_some() {}
    }
    match engine.take(id) {
        Some(Outcome::TimedOut { dropped, .. }) => dropped,
        other => panic!("expected a timeout, found {other:?}"),
    }
}

/// §3 row 20: a timeout tells of everything that came from the one who was asked, how much and why it was not taken.
#[test]
fn what_came_and_was_not_taken() {
    let (mut engine, mut now) = (engine(), Instant::now());
    type Case = (fn(&mut Message), fn(ExchangeId) -> Dropped);
    let cases: [Case; 4] = [
        (|message| message.community.clear(), Dropped::WrongCommunity),
        (|message| message.version = Version::V1, Dropped::WrongVersion),
        (
            |message| {
                if let OwnedBody::Pdu(pdu) = &mut message.body {
                    pdu.header.request_id ^= 1;
                }
            },
            |_| Dropped::UnknownRequest,
        ),
        (
            |message| {
                if let OwnedBody::Pdu(pdu) = &mut message.body {
                    pdu.header.kind = PduKind::Report;
                }
            },
            |_| Dropped::UnknownPdu,
        ),
    ];
    for (change, expected) in cases {
        let id = get(&mut engine, now, &peer(1));
        let (_, request) = sent(&mut engine);
        let mut reply = decode(&answer(&request));
        change(&mut reply);
        let reply = encode(&reply);
        for _ in 0..2 {
            assert_eq!(engine.handle_datagram(now, 1, &reply), Err(expected(id)));
        }
        let told = dropped(&mut engine, &mut now, id);
        assert_eq!((told.count, told.last), (2, Some(expected(id))));
        now += Duration::from_secs(1);
    }
    // What cannot be read is counted by where it is from, and when; a bounded number of it is remembered.
    let _ = engine.handle_datagram(now, 1, b"before");
    now += Duration::from_secs(1);
    let id = get(&mut engine, now, &peer(1));
    sent(&mut engine);
    let _ = engine.handle_datagram(now, 2, b"of another");
    assert_eq!(dropped(&mut engine, &mut now, id), Unaccepted::default());
    now += Duration::from_secs(1);
    let id = get(&mut engine, now, &peer(1));
    sent(&mut engine);
    for _ in 0..1_000 {
        assert!(matches!(engine.handle_datagram(now, 1, &[0x30, 0x80, 0, 0]), Err(Dropped::Malformed(_))));
    }
    let told = dropped(&mut engine, &mut now, id);
    assert!(matches!(told, Unaccepted { count: 64, last: Some(Dropped::Malformed(_)) }), "{told:?}");
}

/// RFC 3584 §5.2.1 has agents answer with the community of the request; a peer may be let off.
#[test]
fn communities_that_need_not_fit() {
    let (mut engine, now) = (engine(), Instant::now());
    for community in [b"".to_vec(), b"other".to_vec(), b"public".to_vec()] {
        let id = get(&mut engine, now, &Peer { any_community: true, ..peer(1) });
        let (_, request) = sent(&mut engine);
        let mut reply = decode(&answer(&request));
        reply.community = community;
        assert_eq!(engine.handle_datagram(now, 2, &encode(&reply)), Err(Dropped::WrongSource(id)));
        assert_eq!(engine.handle_datagram(now, 1, &encode(&reply)), Ok(id));
        engine.cancel(id);
    }
}
