//! Walks and tables: side by side, in parallel, as streams; what they tell beside the values.

use super::agent::Faults;
use super::*;
use crate::ber::{Anomaly, Rules};
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;

/// The items of a stream, using only the trait.
async fn drain<S: Stream<Item = Result<T, Error>> + Unpin, T>(mut stream: S) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    while let Some(item) = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
        items.push(item?);
    }
    Ok(items)
}

#[tokio::test]
async fn streams() {
    let agent = Agent::new().await;
    let session = manager().await.target(agent.v2c());
    let walk = drain(session.bulk_walk(PORT_NAME)).await.expect("a walk");
    assert_eq!(walk, session.walk(PORT_NAME).collect().await.expect("a walk"));
    assert_eq!(walk.len(), 20);
    let table = drain(session.table((PORT_NAME, PORT_COUNT))).await.expect("a table");
    assert_eq!(table, session.table((PORT_NAME, PORT_COUNT)).collect().await.expect("a table"));
    let error = drain(session.walk(PORT_NAME).limit(3)).await.expect_err("twenty");
    assert!(matches!(error, Error::Limit { limit: 3, .. }));
}

#[tokio::test]
async fn several_subtrees_in_the_same_requests() {
    let agent = Agent::new().await;
    let manager = manager().await;
    for target in [agent.v2c(), agent.v1()] {
        let session = manager.target(target);
        let roots = [oid("1.3.6.1.4.1.99999.2.1.2"), oid("1.3.6.1.4.1.99999.2.1.3"), oid("1.3.6.1.2.1.1.5")];
        let found = session.walk_several(&roots).collect().await.expect("a walk");
        assert_eq!(found.len(), 20 + 14 + 1);
        assert_eq!(found[0].name, oid("1.3.6.1.4.1.99999.2.1.2.1"));
        for root in roots {
            let alone = session.walk(&root).collect().await.expect("a walk");
            let among: Vec<_> = found.iter().filter(|varbind| varbind.name.starts_with(&root)).collect();
            assert_eq!(among, alone.iter().collect::<Vec<_>>());
        }
        assert_eq!(session.walk_several::<Oid>([]).collect().await.expect("nothing"), []);
    }
}

/// Several requests under way give the same rows as one at a time.
#[tokio::test]
async fn tables_in_parallel() {
    let faults = Faults { delay: Duration::from_millis(1), ..Faults::default() };
    let agent = Agent::with(faults, "127.0.0.1:0").await;
    let manager = manager().await;
    for target in [agent.v2c(), agent.v1(), agent.v2c().max_outstanding(1)] {
        let session = manager.target(target);
        let table = || session.table((PORT_NAME, PORT_COUNT));
        let expected = table().parallel(1).collect().await.expect("rows");
        assert_eq!(expected.len(), 20);
        for requests in [0, 2, 100] {
            assert_eq!(
                table().parallel(requests).max_repetitions(3).collect().await.expect("rows"),
                expected
            );
        }
        let mut table = table().parallel(2);
        for _ in 0..5 {
            let _ = tokio::time::timeout(Duration::ZERO, table.try_next()).await;
        }
        drop(table);
        assert_eq!(manager.outstanding(), 0, "what was under way is taken back");
    }
}

/// §3 row 6: also names that increase for ever come to an end.
#[tokio::test]
async fn endless_walks() {
    let agent = Agent::with(Faults { endless: true, ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager().await.target(agent.v2c());
    let error = session.bulk_walk(oid("1.3.6")).limit(100).collect().await.expect_err("endless");
    assert!(matches!(error, Error::Limit { limit: 100, .. }), "{error:?}");
    let walk = session.bulk_walk(oid("1.3.6")).deadline(Duration::from_millis(50));
    let error = walk.collect().await.expect_err("endless");
    assert!(matches!(error, Error::Deadline { .. } | Error::NotIncreasing { .. }), "{error:?}");
    let stuck = Agent::with(Faults { stuck: true, ..Faults::default() }, "127.0.0.1:0").await;
    let session = manager().await.target(stuck.v2c());
    for walk in [session.bulk_walk(oid("1.3.6")), session.walk(oid("1.3.6"))] {
        let found = walk.any_order(50).collect().await.expect("a circle has an end");
        assert_eq!(found.len(), 1);
    }
}

/// §3 row 13, W10: what is odd about responses can be told from every operation, and refused.
#[tokio::test]
async fn anomalies() {
    let agent = Agent::with(Faults { trailing: true, ..Faults::default() }, "127.0.0.1:0").await;
    let manager = manager().await;
    let (session, record) = manager.target(agent.v2c()).recorded();
    let odd = |record: &Record| {
        let details = record.take();
        assert!(details.requests > 0 && details.attempts == details.requests, "{details:?}");
        details.anomalies.contains(Anomaly::TrailingOctets)
    };
    session.get(UP_TIME).await.expect("a value");
    assert!(odd(&record));
    session.set(NAME, "x".into()).await.expect("written");
    assert!(odd(&record));
    session.get_oids(&[oid("1.3.6.1.2.1.1.3.0")]).await.expect("a value");
    assert!(odd(&record));
    session.get_bulk(0, 3, &[oid("1.3")]).await.expect("values");
    assert!(odd(&record));
    session.rows::<Port>().await.expect("rows");
    assert!(odd(&record));
    assert_eq!(record.details(), Details::default());
    let mut walk = session.bulk_walk(PORT_NAME);
    walk.try_next().await.expect("a varbind");
    assert!(odd(&record) && walk.details().anomalies.contains(Anomaly::TrailingOctets));
    // Errors tell it as well.
    let error = session.get(MISSING).await.expect_err("missing");
    assert!(error.attempt().is_some_and(|at| at.anomalies.contains(Anomaly::TrailingOctets)), "{error:?}");
    let strict = manager.target(hasty(agent.v2c()).rules(Rules::Strict));
    let error = strict.get(UP_TIME).await.expect_err("octets after the end");
    assert!(error.is_timeout() && error.to_string().contains("octets after the end"), "{error}");
}

/// Many names: as few requests as their number and size allow.
#[tokio::test]
async fn many_names() {
    let agent = Agent::new().await;
    let manager = manager().await;
    let names: Vec<_> = (0..200).map(|n| oid(&format!("1.3.6.1.4.1.99999.2.1.2.{n}"))).collect();
    for (most, requests) in [(Target::MAX_VARBINDS, 4), (10, 20), (0, 200), (usize::MAX, 3)] {
        let before = agent.requests();
        let session = manager.target(agent.v2c().max_varbinds(most));
        let found = session.get_oids(&names).await.expect("varbinds");
        assert!(found.iter().map(|varbind| &varbind.name).eq(&names));
        assert_eq!(agent.requests() - before, requests, "{most}");
    }
}
