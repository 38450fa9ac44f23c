//! What comes of dead, wrong and hostile agents, and of callers that go away.

use super::agent::Faults;
use super::*;
use std::sync::Arc;
use std::time::Instant;

fn assert_error<E: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn errors_can_travel() {
    assert_error::<Error>();
    assert!(size_of::<Error>() <= 128, "{}", size_of::<Error>());
}

/// §3 row 20: the text says who, what, how often and how long.
#[tokio::test]
async fn timeouts_tell_what_was_tried() {
    let agent = Agent::new().await;
    let session = manager().await.target(hasty(Target::v2c(agent.address, "wrong")));
    let error = session.get(UP_TIME).await.expect_err("the agent does not know the community");
    assert!(error.is_timeout());
    let at = error.attempt().expect("it was tried");
    assert_eq!((at.attempt, at.attempts), (2, 2));
    assert!(at.elapsed >= Duration::from_millis(300), "{:?}", at.elapsed);
    let elapsed = at.elapsed.as_secs_f64();
    let expected = format!("{}: get, attempt 2 of 2 after {elapsed:.1} s: no response", agent.address);
    assert_eq!(error.to_string(), expected);
    assert_eq!(agent.requests(), 2);
}

/// The same where a deadline ends the wait, with every way of reading and in SNMPv3.
#[tokio::test]
async fn deadlines_tell_what_came() {
    type Change = fn(Vec<u8>) -> Vec<u8>;
    let cases: [(Change, &str); 2] = [
        (
            |mut response| {
                let at = response.windows(6).position(|octets| octets == b"public").expect("the community");
                response[at] = b'P';
                response
            },
            "; no response that could be accepted, though one came: it carries another community than the request; \
             `any_community` takes such",
        ),
        (
            |response| [&[0x30, 0x80], &response[2..]].concat(),
            "; no response that could be accepted, though one came: it cannot be decoded",
        ),
    ];
    let manager = manager().await;
    let patient =
        |target: Target| target.timeout(Duration::from_secs(60)).deadline(Duration::from_millis(100));
    for (change, expected) in cases {
        let agent = Agent::with(Faults { change: Some(change), ..Faults::default() }, "127.0.0.1:0").await;
        let session = manager.target(patient(agent.v2c()));
        let error = session.get(UP_TIME).await.expect_err("nothing that is accepted");
        assert!(matches!(error, Error::Deadline { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.attempt().map(|at| at.dropped.count), Some(1));
        let mut walk = session.walk(PORT_NAME).deadline(Duration::from_millis(100));
        let error = walk.try_next().await.expect_err("nothing that is accepted");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let elsewhere = Agent::with(Faults { elsewhere: true, ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager.target(patient(elsewhere.v2c()));
    let error = session.get(UP_TIME).await.expect_err("nothing from there");
    assert!(matches!(error, Error::Deadline { wrong_source: Some(_), .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("; no response from there, but one from 127.0.0.1:"), "{text}");
    assert_eq!(manager.outstanding(), 0);
}

/// §3 row 20: where something came, the error says what was wrong with it and what to do, and does not guess.
#[tokio::test]
async fn timeouts_tell_what_came() {
    /// The response with this octet where the community begins.
    fn community(mut response: Vec<u8>) -> Vec<u8> {
        let at = response.windows(6).position(|octets| octets == b"public").expect("the community");
        response[at] = b'P';
        response
    }
    type Change = fn(Vec<u8>) -> Vec<u8>;
    let cases: [(Change, &str); 4] = [
        (
            community,
            "2 came: the last one carries another community than the request; `any_community` takes such",
        ),
        (|response| [&[0x30, 0x80], &response[2..]].concat(), "2 came: the last one cannot be decoded"),
        (
            |mut response| {
                response[4] = 0;
                response
            },
            "2 came: the last one is of another version of SNMP than the request; ask in the version",
        ),
        (
            |mut response| {
                let at = response.iter().position(|octet| *octet == 0xa2).expect("a response");
                response[at] = 0xa8;
                response
            },
            "2 came: the last one is not a response, but another PDU; perhaps something else",
        ),
    ];
    let manager = manager().await;
    for (change, expected) in cases {
        let agent = Agent::with(Faults { change: Some(change), ..Faults::default() }, "127.0.0.1:0").await;
        let error = manager.target(hasty(agent.v2c())).get(UP_TIME).await.expect_err("nothing that fits");
        let text = error.to_string();
        assert!(
            text.contains("no response that could be accepted, though ") && text.contains(expected),
            "{text}"
        );
        let at = error.attempt().expect("it was tried");
        assert_eq!((at.dropped.count, at.answered), (2, false));
    }
    let agent = Agent::with(Faults { change: Some(community), ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager.target(hasty(agent.v2c()).any_community(true));
    assert_eq!(session.get(UP_TIME).await.expect("it is taken"), TimeTicks(4711));
    // Silence after an answer: the community is not the reason.
    let agent = Agent::with(Faults { tires: Some(1), ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager.target(hasty(agent.v2c()));
    session.get(UP_TIME).await.expect("the first");
    let error = session.get(UP_TIME).await.expect_err("silence");
    assert!(error.attempt().is_some_and(|at| at.answered && at.dropped.last.is_none()), "{error:?}");
}

#[tokio::test]
async fn lost_requests_are_repeated() {
    let agent = Agent::with(Faults { deaf: true, ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager().await.target(hasty(agent.v2c()).retries(6));
    for _ in 0..3 {
        assert_eq!(session.get(UP_TIME).await.expect("the second attempt"), TimeTicks(4711));
    }
}

#[tokio::test]
async fn noise_does_no_harm() {
    let agent = Agent::with(Faults { noisy: true, ..Faults::default() }, "127.0.0.1:0").await;
    let manager = manager().await;
    let session = manager.target(agent.v2c());
    for _ in 0..50 {
        assert_eq!(session.rows::<Port>().await.expect("rows").len(), 20);
    }
    assert_eq!(manager.outstanding(), 0);
}

/// §3 row 17
#[tokio::test]
async fn responses_from_elsewhere() {
    let agent = Agent::with(Faults { elsewhere: true, ..Faults::default() }, "127.0.0.1:0").await;
    let manager = manager().await;
    let error = manager.target(hasty(agent.v2c())).get(UP_TIME).await.expect_err("another port");
    assert!(matches!(error, Error::Timeout { wrong_source: Some(_), .. }), "{error}");
    assert!(error.to_string().contains("any_source"), "{error}");
    let session = manager.target(agent.v2c().any_source(true));
    assert_eq!(session.get(UP_TIME).await.expect("a value"), TimeTicks(4711));
}

/// P12: SNMPv1's error statuses in SNMPv2c mean what they mean there.
#[tokio::test]
async fn old_error_statuses_in_a_new_version() {
    for status in [ErrorStatus::NO_SUCH_NAME, ErrorStatus::BAD_VALUE, ErrorStatus::READ_ONLY] {
        let agent = Agent::with(Faults { old: Some(status), ..Faults::default() }, "127.0.0.1:0").await;
        let session = manager().await.target(agent.v2c());
        let query = (UP_TIME, MISSING.optional(), NAME);
        assert_eq!(session.get(query).await.expect("values").1, None);
        assert_eq!(session.get_next(&[oid("2.5")]).await.expect("the end")[0].value, Value::EndOfMibView);
        assert_eq!(session.walk(oid("1.3.6")).collect().await.expect("a walk").len(), 36);
        assert_eq!(session.rows::<Port>().await.expect("rows").len(), 20);
        match session.set(NAME, "x".into()).await.expect_err("refused") {
            Error::Status { status: told, index: 1, .. } => assert_eq!(told, status),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn exceptions_name_the_object() {
    let agent = Agent::new().await;
    let manager = manager().await;
    for target in [agent.v2c(), agent.v1()] {
        let error = manager.target(target).get((UP_TIME, MISSING)).await.expect_err("not there");
        let Error::Value { source, at } = &error else { panic!("{error:?}") };
        assert_eq!(source.oid, oid("1.3.6.1.2.1.1.99.0"));
        assert_eq!(source.object, MISSING.object());
        assert!(matches!(source.problem, Problem::NoSuchObject | Problem::NoSuchInstance));
        assert_eq!(at.attempt, 1);
    }
    let wrong: Scalar<TestMib, OctetString, ReadOnly> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 3]);
    let error = manager.target(agent.v2c()).get(wrong).await.expect_err("a TimeTicks");
    assert!(matches!(&error, Error::Value { source, .. } if matches!(source.problem, Problem::WrongType(_))));
}

#[tokio::test]
async fn refusals_name_the_object() {
    let agent = Agent::new().await;
    let session = manager().await.target(agent.v2c());
    let assignments = [NAME.assign("y"), MISSING.assign(5)];
    let error = session.set_all(assignments).await.expect_err("not writable");
    let Error::Status { status, index, oid: name, object, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*status, *index), (ErrorStatus::NOT_WRITABLE, 2));
    assert_eq!(*object, Some(MISSING.object()));
    assert_eq!(name.as_ref().map(Oid::to_string).as_deref(), Some("1.3.6.1.2.1.1.99.0"));
    assert!(error.to_string().ends_with("the agent answered notWritable"), "{error}");
}

/// §3 row 6
#[tokio::test]
async fn agents_that_go_in_circles() {
    let agent = Agent::with(Faults { stuck: true, ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager().await.target(agent.v2c());
    for mut walk in [session.walk(oid("1.3.6.1.4")), session.bulk_walk(oid("1.3.6.1.4"))] {
        assert!(walk.try_next().await.expect("the first is fine").is_some());
        let error = walk.try_next().await.expect_err("the same again");
        let Error::NotIncreasing { previous, found, .. } = &error else { panic!("{error:?}") };
        assert_eq!(previous, found);
        assert_eq!(walk.try_next().await.expect("the end"), None);
    }
    let error = session.table(PORT_COUNT).collect().await.expect_err("the same again");
    assert!(matches!(error, Error::NotIncreasing { .. }), "{error:?}");
}

/// SNMPv1: which of several names has no value is found out where the agent does not say; the others are answered.
#[tokio::test]
async fn error_indexes_of_no_use() {
    let agent = Agent::with(Faults { blind: true, ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager().await.target(agent.v1());
    let query = (UP_TIME, MISSING.optional(), NAME);
    let (up, missing, name) = session.get(query).await.expect("values");
    assert_eq!((up, missing, name), (TimeTicks(4711), None, "a name".into()));
    let names = ["1.3.6.1.2.1.1.3.0", "2.5", "1.3.6.1.2.1.1.5.0", "2.6"].map(oid);
    let found = session.get_oids(&names).await.expect("values");
    assert!(found.iter().map(|varbind| &varbind.name).eq(&names));
    assert_eq!(found.iter().filter(|varbind| varbind.value == Value::NoSuchInstance).count(), 2);
    let next = session.get_next(&names).await.expect("values");
    assert_eq!(next.iter().filter(|varbind| varbind.value == Value::EndOfMibView).count(), 2);
    assert_eq!(session.rows::<Port>().await.expect("rows").len(), 20);
    assert_eq!(
        session
            .walk_several([PORT_NAME.object().oid().expect("an OID"), oid("2.5")])
            .collect()
            .await
            .expect("a walk")
            .len(),
        20
    );
}

/// §3 row 14: what came whole before an error is given out before it.
#[tokio::test]
async fn rows_before_an_error() {
    for faults in
        [Faults { again: true, ..Faults::default() }, Faults { tires: Some(2), ..Faults::default() }]
    {
        let agent = Agent::with(faults, "127.0.0.1:0").await;
        let session = manager().await.target(hasty(agent.v2c()).retries(0));
        let mut table = session.table(PORT_COUNT).max_repetitions(5);
        let mut rows = 0;
        let error = loop {
            match table.try_next().await {
                Ok(Some(_)) => rows += 1,
                Ok(None) => panic!("no end without an error"),
                Err(error) => break error,
            }
        };
        assert_eq!(rows, if faults.again { 14 } else { 10 }, "{error}");
        assert!(matches!(error, Error::NotIncreasing { .. } | Error::Timeout { .. }), "{error}");
        assert!(table.try_next().await.expect("the end").is_none());
    }
}

#[tokio::test]
async fn limits() {
    let agent = Agent::new().await;
    let session = manager().await.target(agent.v2c());
    let error = session.bulk_walk(PORT_NAME).limit(7).collect().await.expect_err("twenty");
    assert!(matches!(error, Error::Limit { limit: 7, .. }), "{error:?}");
    let error = session.table(PORT_NAME).limit(19).collect().await.expect_err("twenty");
    assert!(matches!(error, Error::Limit { limit: 19, .. }), "{error:?}");
    assert_eq!(session.table(PORT_NAME).limit(20).collect().await.expect("twenty").len(), 20);
}

#[tokio::test]
async fn names_without_address() {
    let session = manager().await.target(Target::v2c("no such name.invalid", "public"));
    let error = session.get(UP_TIME).await.expect_err("no such name");
    let Error::Resolve { at, .. } = &error else { panic!("{error:?}") };
    assert_eq!(at.phase, Phase::Resolve);
    assert!(error.to_string().starts_with("no such name.invalid: name look-up"), "{error}");
}

#[tokio::test]
async fn requests_that_are_too_large() {
    let agent = Agent::new().await;
    let session = manager().await.target(agent.v2c());
    let long = OctetString::from("x".repeat(70_000).as_str());
    let error = session.set(NAME, long).await.expect_err("70,000 octets");
    assert!(matches!(error, Error::TooLarge { limit: 65_507, .. }), "{error:?}");
    assert_eq!(agent.requests(), 0);
}

/// §3 row 16: dropping a future takes its request back.
#[tokio::test]
async fn dropped_futures_leave_nothing() {
    let agent = Agent::new().await;
    let manager = manager().await;
    let silent = manager.target(Target::v2c(agent.address, "wrong"));
    for _ in 0..100 {
        let waiting = tokio::time::timeout(Duration::from_micros(200), silent.get(UP_TIME));
        waiting.await.expect_err("no response");
        assert_eq!(manager.outstanding(), 0);
    }
    let mut walk = manager.target(agent.v2c()).bulk_walk(oid("1.3.6"));
    for _ in 0..3 {
        let _ = tokio::time::timeout(Duration::ZERO, walk.try_next()).await;
    }
    let left = walk.collect().await.expect("a walk").len();
    assert!((33..=36).contains(&left), "{left}");
    assert_eq!(manager.target(agent.v2c()).get(UP_TIME).await.expect("a value"), TimeTicks(4711));
}

/// §3 row 16: the last handle ends the task and frees the port.
#[tokio::test]
async fn the_last_handle_ends_the_task() {
    let settings =
        Settings { local: Some("127.0.0.1:0".parse().expect("an address")), ..Settings::default() };
    let manager = Manager::bind_with(&settings).await.expect("a socket");
    let local = manager.local_addrs().next().expect("an address");
    let weak = Arc::downgrade(&manager.links);
    let session = manager.target(Target::v2c("127.0.0.1:9", "public"));
    let walk = session.walk(oid("1.3"));
    drop(manager);
    drop(session);
    assert!(weak.upgrade().is_some(), "the walk is a handle as well");
    drop(walk);
    assert!(weak.upgrade().is_none());
    let start = Instant::now();
    while std::net::UdpSocket::bind(local).is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "the socket stays open");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn a_manager_outlives_its_runtime_without_hanging() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let first = runtime();
    let manager = first.block_on(manager());
    drop(first);
    let error = runtime().block_on(async {
        manager.target(Target::v2c("127.0.0.1:9", "public")).get(UP_TIME).await.expect_err("closed")
    });
    assert!(matches!(error, Error::Closed { .. } | Error::Send { .. }), "{error:?}");
}

/// Acceptance 7, over a real socket: a flood of noise to the manager's port from the agent's address.
#[tokio::test]
async fn noise_at_the_socket() {
    let agent = Agent::with(Faults { noisy: true, ..Faults::default() }, "127.0.0.1:0").await;
    let settings =
        Settings { local: Some("127.0.0.1:0".parse().expect("an address")), ..Settings::default() };
    let manager = Manager::bind_with(&settings).await.expect("a socket");
    let session = manager.target(agent.v2c());
    let noise = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    let local = manager.local_addrs().next().expect("an address");
    let mut seed = 1u64;
    for round in 0..2_000 {
        let length = round % 200;
        let mut datagram: Vec<u8> = Vec::with_capacity(length);
        for _ in 0..length {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            datagram.push((seed >> 33) as u8);
        }
        noise.send_to(&datagram, local).await.expect("sent");
        if round % 100 == 0 {
            assert_eq!(session.get(UP_TIME).await.expect("a value"), TimeTicks(4711));
        }
    }
    assert_eq!(manager.outstanding(), 0);
}
