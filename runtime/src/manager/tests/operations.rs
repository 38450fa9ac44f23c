//! What each operation gives when all goes well.

use super::agent::Faults;
use super::*;

#[tokio::test]
async fn typed_get_and_set() {
    let agent = Agent::new().await;
    let manager = manager().await;
    for target in [agent.v2c(), agent.v1()] {
        let session = manager.target(target);
        assert_eq!(session.get(UP_TIME).await.expect("a value"), TimeTicks(4711));
        let (name, count) = session.get((PORT_NAME.at(4), PORT_COUNT.at(4))).await.expect("values");
        assert_eq!((name, count), (OctetString::from("port 4"), Counter32(400)));
        session.set(PORT_NAME.at(4), OctetString::from("renamed")).await.expect("written");
        assert_eq!(session.get(PORT_NAME.at(4)).await.expect("a value"), OctetString::from("renamed"));
        let both = [NAME.assign("x"), PORT_NAME.at(4).assign("port 4")];
        session.set_all(both).await.expect("written");
        let (a, b) = session.get((NAME, PORT_NAME.at(4))).await.expect("values");
        assert_eq!((a, b), (OctetString::from("x"), OctetString::from("port 4")));
    }
}

#[tokio::test]
async fn what_is_absent_may_be_optional() {
    let agent = Agent::new().await;
    let manager = manager().await;
    for target in [agent.v2c(), agent.v1()] {
        let session = manager.target(target);
        let (up, count, missing) = session
            .get((UP_TIME, PORT_COUNT.at(3).optional(), PORT_NAME.at(99).optional()))
            .await
            .expect("values");
        assert_eq!((up, count, missing), (TimeTicks(4711), None, None));
    }
}

#[tokio::test]
async fn untyped_operations() {
    let agent = Agent::new().await;
    let manager = manager().await;
    let first = oid("1.3.6.1.2.1.1.3.0");
    for target in [agent.v2c(), agent.v1()] {
        let session = manager.target(target);
        assert_eq!(session.get_oids(&[]).await.expect("an empty response"), []);
        let found = session.get_next(&[oid("1.3"), oid("2.5")]).await.expect("varbinds");
        assert_eq!(found[0], VarBind::new(first.clone(), TimeTicks(4711)));
        // P3: past the end the request's name comes back.
        assert_eq!(found[1], VarBind { name: oid("2.5"), value: Value::EndOfMibView });
        let missing = session.get_oids(&[oid("1.3.9.0"), first.clone()]).await.expect("varbinds");
        assert!(missing[0].value.is_exception() && missing[0].name == oid("1.3.9.0"));
        assert_eq!(missing[1].value, Value::TimeTicks(TimeTicks(4711)));
        session.set_varbinds(&[VarBind::new(first.clone(), TimeTicks(4711))]).await.expect("written");
    }
    let session = manager.target(agent.v2c());
    let found = session.get_bulk(1, 3, &[oid("1.3"), PORT_NAME.object().oid().expect("an OID")]).await;
    assert_eq!(found.expect("varbinds").len(), 4 + 2, "this agent repeats the non-repeater as well");
    // C6: GETBULK becomes GETNEXT.
    let session = manager.target(agent.v1());
    assert_eq!(session.get_bulk(0, 9, &[oid("1.3")]).await.expect("varbinds").len(), 1);
}

#[tokio::test]
async fn walks() {
    let agent = Agent::new().await;
    let manager = manager().await;
    for target in [agent.v2c(), agent.v1()] {
        let session = manager.target(target);
        for walk in [session.walk(PORT_COUNT), session.bulk_walk(PORT_COUNT)] {
            let found = walk.collect().await.expect("a column");
            assert_eq!(found.len(), 14);
            assert_eq!(found[13], (PortIndex(20), Counter32(2000)));
        }
        let column = PORT_COUNT.object().oid().expect("an OID");
        let found = session.walk(&column).collect().await.expect("varbinds");
        assert_eq!(found[13], VarBind::new(oid("1.3.6.1.4.1.99999.2.1.3.20"), Counter32(2000)));
        assert_eq!(
            session
                .get([PORT_COUNT.at(20), PORT_COUNT.at(19)].map(|port| port.optional()))
                .await
                .expect("both")[0],
            Some(Counter32(2000))
        );
        let mut everything = session.bulk_walk(oid("1.3.6"));
        let mut count = 0;
        while everything.try_next().await.expect("a varbind").is_some() {
            count += 1;
        }
        assert_eq!(count, 36);
        assert_eq!(everything.try_next().await.expect("the end"), None);
        assert!(everything.past_end().is_some(), "nothing is behind 1.3.6");
        let mut branch = session.walk(oid("1.0")).extent(Extent::Branch);
        let mut count = 0;
        while branch.try_next().await.expect("a varbind").is_some() {
            count += 1;
        }
        assert_eq!((count, branch.past_end()), (36, everything.past_end()));
        assert_eq!(session.walk(oid("1.3.7")).collect().await.expect("an empty walk"), []);
    }
    let before = agent.requests();
    let walk = manager.target(agent.v2c()).bulk_walk(oid("1.3.6")).max_repetitions(50);
    assert_eq!(walk.collect().await.expect("a walk").len(), 36);
    assert_eq!(agent.requests() - before, 1);
}

/// §3 row 14: rows by their typed index, holes included.
#[tokio::test]
async fn tables_and_rows() {
    let agent = Agent::new().await;
    let manager = manager().await;
    for target in [agent.v2c(), agent.v1(), agent.v2c().max_repetitions(1)] {
        let session = manager.target(target);
        let mut table = session.table((PORT_NAME, PORT_COUNT));
        let mut indexes = Vec::new();
        while let Some((index, (name, count))) = table.try_next().await.expect("a row") {
            let n = index.0 as u32;
            assert_eq!(name, Some(OctetString::from(format!("port {n}").as_str())));
            assert_eq!(count, (!n.is_multiple_of(3)).then_some(Counter32(n * 100)));
            indexes.push(index.0);
        }
        assert_eq!(indexes, (1..=20).collect::<Vec<_>>());
        let ports: Vec<(PortIndex, Port)> = session.rows().await.expect("rows");
        assert_eq!(ports.len(), 20);
        assert_eq!(ports[2], (PortIndex(3), Port { name: OctetString::from("port 3"), count: None }));
        let alone = session.table(PORT_COUNT).collect().await.expect("rows");
        assert_eq!(alone.len(), 14);
    }
}

#[tokio::test]
async fn requests_that_are_too_big_are_split() {
    let agent = Agent::with(Faults { room: Some(3), ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager().await.target(agent.v2c());
    let names: Vec<_> = (1..=20).map(|n| oid(&format!("1.3.6.1.4.1.99999.2.1.2.{n}"))).collect();
    let found = session.get_oids(&names).await.expect("varbinds");
    assert_eq!(found.iter().map(|varbind| varbind.name.clone()).collect::<Vec<_>>(), names);
    assert_eq!(session.table((PORT_NAME, PORT_COUNT)).collect().await.expect("rows").len(), 20);
}

/// §3 row 7, for names: what was too big is remembered for the target, and tried again after a time.
#[tokio::test]
async fn the_next_request_is_not_too_big() {
    let agent = Agent::with(Faults { room: Some(10), ..Faults::default() }, "127.0.0.1:0").await;
    let manager = manager().await;
    let names: Vec<_> = (1..=20).map(|n| oid(&format!("1.3.6.1.4.1.99999.2.1.2.{n}"))).collect();
    let mut requests = Vec::new();
    let mut kept = Vec::new();
    for _ in 0..12 {
        let session = manager.target(agent.v2c());
        let before = agent.requests();
        let found = session.get_oids(&names).await.expect("varbinds");
        assert_eq!(found.iter().map(|varbind| varbind.name.clone()).collect::<Vec<_>>(), names);
        requests.push(agent.requests() - before);
        kept.push(session);
    }
    // 20 and twice 10; then twice 10, 16 of them full; then 12, in vain, and 6, 2 (of the 8 that were left), 6, 6.
    assert_eq!(requests[..9], [3, 2, 2, 2, 2, 2, 2, 2, 5], "{requests:?}");
    assert!(requests[9..].iter().all(|count| *count == 4), "six at a time: {requests:?}");
}

#[tokio::test]
async fn names_and_ipv6() {
    let agent = Agent::new().await;
    let manager = manager().await;
    let port = agent.address.port();
    for address in
        [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::ffff:127.0.0.1]:{port}")]
    {
        let session = manager.target(Target::v2c(&address, "public"));
        assert_eq!(session.get(UP_TIME).await.expect("a value"), TimeTicks(4711), "{address}");
    }
    if std::net::UdpSocket::bind("[::1]:0").is_err() {
        eprintln!("no IPv6 on this machine: that part of the test is skipped");
        return;
    }
    let agent = Agent::with(Faults::default(), "[::1]:0").await;
    assert_eq!(manager.target(agent.v2c()).get(UP_TIME).await.expect("a value"), TimeTicks(4711));
}

/// §3 row 16: both kinds of runtime; futures can move between threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_targets_at_once() {
    let manager = manager().await;
    let mut tasks = tokio::task::JoinSet::new();
    let mut agents = Vec::new();
    for _ in 0..10 {
        agents.push(Agent::new().await);
    }
    for agent in &agents {
        for _ in 0..10 {
            let session = manager.target(agent.v2c());
            tasks.spawn(async move {
                for n in 1..=20 {
                    let name = session.get(PORT_NAME.at(n)).await.expect("a value");
                    assert_eq!(name, OctetString::from(format!("port {n}").as_str()));
                }
                session.rows::<Port>().await.expect("rows").len()
            });
        }
    }
    while let Some(rows) = tasks.join_next().await {
        assert_eq!(rows.expect("no panic"), 20);
    }
    assert_eq!(manager.outstanding(), 0);
}
