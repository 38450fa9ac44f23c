//! Subtrees of another agent, served as one's own.

use std::time::{Duration, Instant};

use mibc_runtime::agent::{Agent, Community, Running};
use mibc_runtime::manager::{Error, Manager, Session, Target};
use mibc_runtime::message::{ErrorStatus, Version};
use mibc_runtime::proxy::RemoteSubtree;
use mibc_runtime::value::{OctetString, Value, VarBind};
use mibc_test_support::v3::oid;

use crate::lab::{Device, NAME, VERSIONS, device_user};

const ROOT: &str = "1.3.6.1.4.1.32473.7";

fn text(text: &str) -> Value {
    Value::OctetString(OctetString(text.into()))
}

async fn front() -> (Agent, Running, Session) {
    let agent = Agent::builder()
        .community(Community::read_write("front"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let running = agent.spawn();
    let manager = Manager::bind().await.expect("loopback");
    let target = Target::v2c(agent.local_addr(), "front").timeout(Duration::from_secs(10)).retries(0);
    (agent, running, manager.target(target))
}

fn behind(manager: &Manager, device: &Device, version: Version) -> Session {
    let address = device.agent.local_addr();
    manager.target(match version {
        Version::V1 => Target::v1(address, "device"),
        Version::V2c => Target::v2c(address, "device"),
        _ => Target::v3(address, device_user()),
    })
}

/// The device's whole tree below another root: reads, walks and SETs.
#[tokio::test]
async fn under_another_root() {
    let device = Device::start().await;
    let manager = Manager::bind().await.expect("loopback");
    for version in VERSIONS {
        let (agent, _running, session) = front().await;
        RemoteSubtree::new(behind(&manager, &device, version), oid(ROOT))
            .of(oid("1.3.6.1.2.1"))
            .serve(&agent);
        let name = oid(&format!("{ROOT}.1.5.0"));
        let value = text(&format!("{version:?}"));
        session
            .set_varbinds(&[VarBind { name: name.clone(), value: value.clone() }])
            .await
            .expect("it is set");
        let found = session.get_oids(&[name.clone(), oid(&format!("{ROOT}.9"))]).await.expect("an answer");
        assert_eq!((&found[0].value, &found[1].value), (&value, &Value::NoSuchInstance));
        let walked = session.bulk_walk(oid(ROOT)).collect().await.expect("all");
        // SNMPv1 has no Counter64.
        assert_eq!(walked.len(), if version == Version::V1 { 2 } else { 42 });
        assert!(walked.iter().all(|varbind| varbind.name.strip_prefix(&oid(ROOT)).is_some()));
        assert_eq!(session.walk(oid(ROOT)).collect().await.expect("all"), walked);
        let refused = VarBind { name: oid(&format!("{ROOT}.1.6.0")), value: text("x") };
        let error = session.set_varbinds(&[refused]).await.expect_err("it is not there");
        assert!(matches!(error, Error::Status { status: ErrorStatus::NO_CREATION, index: 1, .. }), "{error}");
    }
}

/// A single variable as the root; what lies behind it at the device is not served.
#[tokio::test]
async fn a_single_variable() {
    let device = Device::start().await;
    let manager = Manager::bind().await.expect("loopback");
    let (agent, _running, session) = front().await;
    RemoteSubtree::new(behind(&manager, &device, Version::V2c), oid(NAME)).serve(&agent);
    let walked = session.bulk_walk(oid("1.3.6.1.2.1")).collect().await.expect("all");
    assert_eq!(walked, [VarBind { name: oid(NAME), value: text("device") }]);
    assert_eq!(session.get_next(&[oid(NAME)]).await.expect("an answer")[0].value, Value::EndOfMibView);
}

/// A subtree in a context of its own is not in the others, and the same root may be another agent's there.
#[tokio::test]
async fn in_a_context() {
    let (one, other) = (Device::start().await, Device::start().await);
    let manager = Manager::bind().await.expect("loopback");
    let agent = Agent::builder()
        .community(Community::read_only("front"))
        .community(Community::read_only("vlan").context("vlan-7"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let _running = agent.spawn();
    let name = VarBind { name: oid(NAME), value: text("other") };
    behind(&manager, &other, Version::V2c).set_varbinds(&[name]).await.expect("it is set");
    let walk = async |community: &str| {
        let session = manager.target(Target::v2c(agent.local_addr(), community));
        let walked = session.bulk_walk(oid("1.3.6.1.2.1")).collect().await.expect("an answer");
        walked.into_iter().map(|varbind| varbind.value).collect::<Vec<_>>()
    };
    RemoteSubtree::new(behind(&manager, &other, Version::V2c), oid(NAME)).in_context("vlan-7").serve(&agent);
    assert_eq!((walk("front").await, walk("vlan").await), (vec![], vec![text("other")]));
    RemoteSubtree::new(behind(&manager, &one, Version::V2c), oid(NAME)).serve(&agent);
    assert_eq!((walk("front").await, walk("vlan").await), (vec![text("device")], vec![text("other")]));
    assert!(agent.withdraw_in(b"vlan-7", &oid(NAME)));
    assert_eq!((walk("front").await, walk("vlan").await), (vec![text("device")], vec![]));
}

/// A SET over two agents: when the second refuses, the first has what it had.
#[tokio::test]
async fn a_set_over_two_agents() {
    let (one, other) = (Device::start().await, Device::start().await);
    let manager = Manager::bind().await.expect("loopback");
    let (agent, _running, session) = front().await;
    for (number, device) in [(1, &one), (2, &other)] {
        let root = oid(&format!("{ROOT}.{number}"));
        RemoteSubtree::new(behind(&manager, device, Version::V2c), root)
            .of(oid("1.3.6.1.2.1.1"))
            .serve(&agent);
    }
    let change = |name: &str| VarBind { name: oid(&format!("{ROOT}.{name}")), value: text("new") };
    let error = session.set_varbinds(&[change("1.5.0"), change("2.6.0")]).await.expect_err("refused");
    assert!(matches!(error, Error::Status { status: ErrorStatus::NO_CREATION, index: 2, .. }), "{error}");
    for device in [&one, &other] {
        let found = behind(&manager, device, Version::V2c).get_oids(&[oid(NAME)]).await.expect("an answer");
        assert_eq!(found[0].value, text("device"));
    }
    session.set_varbinds(&[change("1.5.0"), change("2.5.0")]).await.expect("both");
    let found = behind(&manager, &other, Version::V2c).get_oids(&[oid(NAME)]).await.expect("an answer");
    assert_eq!(found[0].value, text("new"));
}

/// An agent that is not there: genErr after its own time, and nothing else waits for it.
#[tokio::test]
async fn a_dead_agent() {
    let device = Device::start().await;
    let dead = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let manager = Manager::bind().await.expect("loopback");
    let (agent, _running, session) = front().await;
    let target = Target::v2c(dead.local_addr().expect("bound"), "x");
    let silent = manager.target(target.timeout(Duration::from_millis(700)).retries(0));
    RemoteSubtree::new(silent, oid(&format!("{ROOT}.1"))).serve(&agent);
    RemoteSubtree::new(behind(&manager, &device, Version::V2c), oid("1.3.6.1.2.1")).serve(&agent);
    let waits = tokio::spawn({
        let session = session.clone();
        async move { session.get_oids(&[oid(&format!("{ROOT}.1.1"))]).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let begun = Instant::now();
    session.get_oids(&[oid(NAME)]).await.expect("an answer");
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    let error = waits.await.expect("no panic").expect_err("it is dead");
    assert!(matches!(error, Error::Status { status: ErrorStatus::GEN_ERR, .. }), "{error}");
}
