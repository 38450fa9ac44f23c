//! What sessions of one target share.

use super::agent::Faults;
use super::*;
use std::sync::Arc;

#[tokio::test]
async fn equal_targets_share_one_state() {
    let manager = manager().await;
    let target = || Target::v2c("192.0.2.1", "public");
    let (a, b) = (manager.target(target()), manager.target(target()));
    assert!(Arc::ptr_eq(&a.shared, &b.shared));
    let others = [
        Target::v1("192.0.2.1", "public"),
        Target::v2c("192.0.2.2", "public"),
        target().retries(9),
        Target::v2c("192.0.2.1", "Public"),
    ];
    for other in others {
        assert!(!Arc::ptr_eq(&a.shared, &manager.target(other).shared));
    }
    assert_eq!(manager.links.registry.len(), 1, "nothing is left of those without session");
    drop(a);
    assert!(Arc::ptr_eq(&b.shared, &manager.target(target()).shared));
    drop(b);
    assert_eq!(manager.links.registry.len(), 0);
    let many: Vec<_> = (0..1000).map(|n| manager.target(Target::v2c("192.0.2.1", n.to_string()))).collect();
    assert_eq!(manager.links.registry.len(), 1000);
    drop(many);
    assert_eq!(manager.links.registry.len(), 0);
}

/// What is kept per target; the limit for SNMPv2c is half a kilobyte with all that is on the heap.
#[test]
fn the_size_of_a_target() {
    let shared = size_of::<super::super::request::Shared>();
    assert!(shared <= 416, "{shared} octets");
}

/// §3 row 7: what one walk learns, the next begins with, also in another session.
#[tokio::test(start_paused = true)]
async fn repetitions_are_remembered() {
    let faults = Faults { most: Some(4), ..Faults::default() };
    let agent = Agent::with(faults, "127.0.0.1:0").await;
    let manager = manager().await;
    let target = || agent.v2c().timeout(Duration::from_millis(300)).retries(0).breaker(None);
    let session = manager.target(target());
    let walk = session.bulk_walk(oid("1.3.6"));
    assert_eq!(walk.collect().await.expect("a walk").len(), 36);
    let before = agent.requests();
    let mut walk = manager.target(target()).bulk_walk(oid("1.3.6"));
    while walk.try_next().await.expect("a varbind").is_some() {}
    let requests = walk.details().requests as usize;
    assert_eq!(agent.requests() - before, requests, "none was left unanswered");
    assert!((9..20).contains(&requests), "{requests}");
    // The same with a number of the walk's own, which teaches nobody.
    let learned = session.pace(|pace| pace.repetitions());
    let walk = session.bulk_walk(oid("1.3.6")).max_repetitions(16);
    assert_eq!(walk.collect().await.expect("a walk").len(), 36);
    assert_eq!(session.pace(|pace| pace.repetitions()), learned);
    let ports: Vec<(PortIndex, Port)> = manager.target(target()).rows().await.expect("rows");
    assert_eq!(ports.len(), 20);
}

/// §3 row 7: full responses make for larger ones; with 1 it stays GETNEXT.
#[tokio::test]
async fn repetitions_grow() {
    let agent = Agent::new().await;
    let manager = manager().await;
    let session = manager.target(agent.v2c());
    let walk = |session: &Session| session.bulk_walk(oid("1.3.6")).collect();
    walk(&session).await.expect("a walk");
    assert!(session.pace(|pace| pace.repetitions()) > Target::MAX_REPETITIONS);
    let session = manager.target(agent.v2c().max_repetitions(1));
    let before = agent.requests();
    walk(&session).await.expect("a walk");
    assert_eq!(agent.requests() - before, 37);
    assert_eq!(session.pace(|pace| pace.repetitions()), 1);
}
