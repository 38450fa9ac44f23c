//! Our sub-agent under Debian's `snmpd`.

use crate::device::{BREAKS, Device, STAYS, instance, root};
use crate::{manager, refused, until};
use mibc_agentx::pdu::{ByteOrder, Choice, Status};
use mibc_agentx::{AskError, Registered, SubAgent, SubAgentBuilder};
use mibc_generated::if_mib::{
    IF_RCV_ADDRESS_STATUS, IF_RCV_ADDRESS_TYPE, IfRcvAddressEntry, IfRcvAddressType,
};
use mibc_runtime::listener::Listener;
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::Event;
use mibc_runtime::registry::{Owner, Priority, Registration, Subtrees};
use mibc_runtime::rows::RowStore;
use mibc_runtime::value::{Counter64, Value, VarBind};
use mibc_test_support::netsnmp::{SNMPD, Snmpd, installed};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the socket")
}

fn snmpd(socket: &str, more: &str) -> Snmpd {
    Snmpd::start(&format!(
        "rocommunity public\nrwcommunity private\nmaster agentx\nagentXSocket {socket}\nagentXTimeout 2\nagentXRetries 0\n{more}"
    ))
}

fn endpoint(folder: &Path) -> String {
    format!("unix:{}", folder.join("master").display())
}

fn builder() -> SubAgentBuilder {
    SubAgent::builder()
        .identity(oid("1.3.6.1.4.1.32473.99"), "a device of the tests")
        .reconnect(Duration::from_millis(20), Duration::from_millis(200))
}

/// A sub-agent that serves a device, and is registered.
async fn device(endpoint: &str, number: u32, builder: SubAgentBuilder) -> (SubAgent, Device) {
    let (agent, device) = (builder.connect(endpoint).await.expect("snmpd is there"), Device::default());
    device.serve(&agent, number);
    (agent, device)
}

/// GET, GETNEXT and GETBULK, also of values that come late, in both byte orders and over both transports.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let unix = endpoint(folder.path());
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("loopback").port();
    for (order, endpoint) in [
        (ByteOrder::Little, &unix),
        (ByteOrder::Big, &unix),
        (ByteOrder::Big, &format!("tcp:127.0.0.1:{port}")),
    ] {
        let snmpd = snmpd(endpoint, "");
        let (agent, _device) = device(endpoint, 1, builder().byte_order(order)).await;
        let running = agent.spawn();
        agent.opened().await;
        let manager = manager(snmpd.address(), "public").await;
        let names: Vec<Oid> = (1..=5).map(|scalar| instance(1, scalar)).collect();
        let values = manager.get_oids(&names).await.expect("all are there");
        let values: Vec<Value> = values.into_iter().map(|varbind| varbind.value).collect();
        let expected: [Value; 5] =
            ["attic".into(), 10.into(), 1.into(), 4.into(), Value::Counter64(Counter64(1 << 40))];
        assert_eq!(values, expected);
        let missing = manager.get_oids(&[root(1).child(1).and_then(|o| o.child(7)).expect("an OID")]).await;
        assert_eq!(missing.expect("an answer")[0].value, Value::NoSuchInstance);
        // Two regions at once, one of which is snmpd's own.
        let next = manager.get_next(&[root(1), oid("1.3.6.1.2.1.1.2.0")]).await.expect("an answer");
        assert_eq!(next[0].name, instance(1, 1));
        assert_eq!(next[1].name, oid("1.3.6.1.2.1.1.3.0"));
        let bulk = manager.get_bulk(0, 4, &[root(1)]).await.expect("an answer");
        let bulk: Vec<Oid> = bulk.into_iter().map(|varbind| varbind.name).collect();
        assert_eq!(bulk, names[..4]);
        running.stop().await.expect("it stops");
        // It has said good-bye: what it served is gone.
        until("snmpd forgets the sub-agent", async || {
            let answer = manager.get_oids(&names[..1]).await.expect("an answer");
            answer[0].value == Value::NoSuchObject
        })
        .await;
    }
}

/// A5: SETs that end in each of their phases.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let endpoint = endpoint(folder.path());
    let snmpd = snmpd(&endpoint, "");
    let (one, first) = device(&endpoint, 1, builder()).await;
    let (other, second) = device(&endpoint, 2, builder()).await;
    let _running = (one.spawn(), other.spawn());
    tokio::join!(one.opened(), other.opened());
    let manager = manager(snmpd.address(), "private").await;
    let set = async |varbinds: &[VarBind]| manager.set_varbinds(varbinds).await;
    let limit = |device: u32, value: i32| VarBind::new(instance(device, 2), value);
    let frail = |device: u32, value: i32| VarBind::new(instance(device, 3), value);

    // Everything goes well, at both.
    set(&[VarBind::new(instance(1, 1), "cellar"), limit(1, 20), frail(2, 7)]).await.expect("it is set");
    assert_eq!(first.values(), ("cellar".into(), 20, 1));
    assert_eq!(second.values(), ("attic".into(), 10, 7));
    assert_eq!(first.log(), ["test 20", "commit 20"]);

    // The test fails, after another one has gone well.
    assert_eq!(refused(set(&[limit(1, 30), limit(2, 101)]).await), (ErrorStatus::WRONG_VALUE, 2));
    assert_eq!(first.log(), ["test 30"]);
    let wrong = VarBind::new(instance(2, 2), "text");
    assert_eq!(refused(set(&[limit(1, 30), wrong]).await), (ErrorStatus::WRONG_TYPE, 2));
    assert_eq!(refused(set(&[VarBind::new(instance(1, 5), 1)]).await), (ErrorStatus::NOT_WRITABLE, 1));
    assert_eq!(first.values(), ("cellar".into(), 20, 1));
    first.log();

    // The commit fails, at the same sub-agent, and at the other one: what was committed is taken back.
    assert_eq!(refused(set(&[limit(1, 30), frail(1, BREAKS)]).await).0, ErrorStatus::COMMIT_FAILED);
    assert_eq!(first.log(), ["test 30", "commit 30", "undo 30"]);
    assert_eq!(refused(set(&[limit(1, 30), frail(2, BREAKS)]).await).0, ErrorStatus::COMMIT_FAILED);
    assert_eq!(first.values(), ("cellar".into(), 20, 1));
    assert_eq!(second.values(), ("attic".into(), 10, 7));

    // The undo fails. net-snmp does not tell that it was the undo.
    let status = refused(set(&[frail(1, STAYS), frail(2, BREAKS)]).await).0;
    assert!(
        [ErrorStatus::UNDO_FAILED, ErrorStatus::COMMIT_FAILED, ErrorStatus::GEN_ERR].contains(&status),
        "{status}"
    );

    // After all that, a SET goes well.
    set(&[limit(1, 40), limit(2, 41)]).await.expect("it is set");
    assert_eq!((first.values().1, second.values().1), (40, 41));
}

/// Rows that a manager makes and removes, in a row store.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let endpoint = endpoint(folder.path());
    let snmpd = snmpd(&endpoint, "");
    let agent = builder().connect(&endpoint).await.expect("snmpd is there");
    let store = RowStore::<IfRcvAddressEntry>::new();
    agent.serve_rows(&store);
    let _running = agent.spawn();
    agent.opened().await;
    let manager = manager(snmpd.address(), "private").await;
    let index = |last: u8| mibc_generated::if_mib::IfRcvAddressIndex {
        if_index: 3.into(),
        if_rcv_address_address: mibc_generated::snmpv2_tc::PhysAddress(vec![0, 1, 2, 3, 4, last].into()),
    };
    for last in 1..=9 {
        let row = [
            IF_RCV_ADDRESS_TYPE.at(index(last)).assign(IfRcvAddressType::VOLATILE),
            IF_RCV_ADDRESS_STATUS.at(index(last)).assign(mibc_generated::snmpv2_tc::RowStatus::CREATE_AND_GO),
        ];
        manager.set_all(row).await.expect("the row is made");
    }
    let rows = manager.table((IF_RCV_ADDRESS_TYPE, IF_RCV_ADDRESS_STATUS)).collect().await.expect("a table");
    assert_eq!(rows.len(), 9);
    manager
        .set(IF_RCV_ADDRESS_STATUS.at(index(5)), mibc_generated::snmpv2_tc::RowStatus::DESTROY)
        .await
        .expect("it is destroyed");
    assert_eq!(manager.table((IF_RCV_ADDRESS_TYPE,)).collect().await.expect("a table").len(), 8);
    assert_eq!(store.len(), 8);
}

/// Notifications reach a receiver, with sysUpTime; those made while the master agent was away come with the next one, and those
/// beyond the queue's limit are counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let endpoint = endpoint(folder.path());
    let mut listener = Listener::builder().community("traps").bind("127.0.0.1:0").await.expect("loopback");
    let sink = format!("trap2sink {} traps\n", listener.local_addr());
    let master = snmpd(&endpoint, &sink);
    let (agent, _device) = device(&endpoint, 1, builder().notification_limit(3)).await;
    let _running = agent.spawn();
    agent.opened().await;
    let event = |number: u32| {
        Event::new(oid("1.3.6.1.4.1.32473.0").child(number).expect("an OID"))
            .varbinds([VarBind::new(instance(1, 2), number as i32)])
    };
    let number = |notification: &mibc_runtime::listener::ReceivedNotification| {
        notification.trap_oid.as_ref().map_or(0, Oid::last)
    };
    let mut next = async || loop {
        let received =
            tokio::time::timeout(crate::PATIENCE, listener.next()).await.expect("in time").expect("one");
        // snmpd has notifications of its own, for its start and its end.
        if received.trap_oid.as_ref().is_some_and(|id| id.starts_with(&oid("1.3.6.1.4.1.32473.0"))) {
            return received;
        }
    };
    agent.notify_event(&event(1)).await.expect("snmpd takes it");
    let received = next().await;
    assert_eq!(number(&received), 1);
    assert_eq!(received.varbinds.last().map(|varbind| varbind.value.clone()), Some(Value::Integer(1)));

    drop(master);
    until("the sub-agent sees that snmpd is gone", async || !agent.is_open()).await;
    for made in 2..=5 {
        agent.queue_event(&event(made));
    }
    assert_eq!(agent.dropped_notifications(), 1);
    let _master = snmpd(&endpoint, &sink);
    for expected in 2..=4 {
        assert_eq!(number(&next().await), expected);
    }
    agent.notifications_settled().await;
    agent.notify_event(&event(6)).await.expect("snmpd takes it");
    assert_eq!(number(&next().await), 6);
}

/// The master agent is killed and started again, several times: everything is registered anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_comes_back() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let endpoint = endpoint(folder.path());
    // The master agent is missing at first.
    assert!(
        builder()
            .connect(&endpoint)
            .await
            .expect_err("nobody is there")
            .to_string()
            .contains("wait_for_master")
    );
    let (agent, _device) = device(&endpoint, 1, builder().wait_for_master()).await;
    let _running = agent.spawn();
    agent.add_capabilities(oid("1.3.6.1.4.1.32473.98.1"), "capabilities of the tests");
    for _ in 0..3 {
        let snmpd = snmpd(&endpoint, "");
        let manager = manager(snmpd.address(), "public").await;
        until("the sub-agent is registered", async || {
            let answer = manager.get_oids(&[instance(1, 1)]).await.expect("an answer");
            answer[0].value == Value::from("attic")
        })
        .await;
        // Also its capabilities, in sysORTable.
        let mut walk = manager.bulk_walk(oid("1.3.6.1.2.1.1.9.1.3"));
        let mut found = 0;
        while let Some(varbind) = walk.try_next().await.expect("a walk") {
            found += usize::from(varbind.value == Value::from("capabilities of the tests"));
        }
        assert_eq!(found, 1);
        drop(snmpd);
        until("the sub-agent sees that snmpd is gone", async || !agent.is_open()).await;
    }
}

/// A7: index values by their value, any that is free, and new ones. They are kept over a restart of the master agent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn indexes() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let endpoint = endpoint(folder.path());
    let master = snmpd(&endpoint, "");
    let one = builder().connect(&endpoint).await.expect("snmpd is there");
    let other = builder().connect(&endpoint).await.expect("snmpd is there");
    let _running = (one.spawn(), other.spawn());
    let object = |value: i32| VarBind::new(oid("1.3.6.1.4.1.32473.1.9.1.1"), value);
    assert_eq!(one.allocate_index(Choice::This, object(5)).await, Ok(Value::Integer(5)));
    let taken = other.allocate_index(Choice::This, object(5)).await;
    assert!(is_taken(&taken), "{taken:?}");
    let Ok(Value::Integer(new)) = other.allocate_index(Choice::New, object(0)).await else {
        panic!("a number")
    };
    let Ok(Value::Integer(any)) = other.allocate_index(Choice::Any, object(0)).await else {
        panic!("a number")
    };
    assert!(new != 5 && any != 5 && new != any, "{new}, {any}");
    let other_type = VarBind::new(object(0).name, "text");
    let wrong = other.allocate_index(Choice::This, other_type).await;
    assert!(matches!(wrong, Err(AskError::Refused { .. })), "{wrong:?}");
    one.release_index(object(5)).await.expect("it has it");
    assert!(one.release_index(object(5)).await.is_err());
    assert_eq!(one.allocate_index(Choice::This, object(60)).await, Ok(Value::Integer(60)));
    assert_eq!(one.indexes(), [object(60)]);

    drop(master);
    until("the sub-agents see that snmpd is gone", async || !one.is_open() && !other.is_open()).await;
    let _master = snmpd(&endpoint, "");
    until("both have a session again", async || one.is_open() && other.is_open()).await;
    let taken = other.allocate_index(Choice::This, object(60)).await;
    assert!(is_taken(&taken), "{taken:?}");
}

/// net-snmp's master agent says that there is none where it should say that it is another's, and does not say which.
fn is_taken(answer: &Result<Value, AskError>) -> bool {
    let taken = [Status::INDEX_ALREADY_ALLOCATED, Status::INDEX_NONE_AVAILABLE];
    matches!(answer, Err(AskError::Refused { status, .. }) if taken.contains(status))
}

/// A3: priorities, ranges and contexts. What one sub-agent gives up is the other's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registrations() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let endpoint = endpoint(folder.path());
    let snmpd = snmpd(&endpoint, "");
    let ping = Duration::from_millis(100);
    let (one, _) = device(&endpoint, 1, builder().ping_every(ping)).await;
    let (other, second) = device(&endpoint, 1, builder().priority(Priority::new(100).expect("not 0"))).await;
    let (third, _) = device(&endpoint, 1, builder().ping_every(ping)).await;
    let running = (one.spawn(), other.spawn());
    tokio::join!(one.opened(), other.opened());
    let _third = third.spawn();
    third.opened().await;
    let object = root(1).child(2).expect("an OID");
    assert_eq!(one.registered(&object), Some(Registered::Yes));
    // The same subtree with the same priority.
    assert_eq!(third.registered(&object), Some(Registered::Refused(Status::DUPLICATE_REGISTRATION)));
    let manager = manager(snmpd.address(), "private").await;
    manager.set_varbinds(&[VarBind::new(instance(1, 2), 77)]).await.expect("it is set");
    assert_eq!(second.values().1, 77);
    running.1.stop().await.expect("it stops");
    until("the next best answers", async || {
        manager.get_oids(&[instance(1, 2)]).await.expect("an answer")[0].value == Value::Integer(10)
    })
    .await;
    // When the first one gives the subtree up, the third, which was refused, gets it.
    assert!(one.withdraw(&object));
    until("the third has it", async || third.registered(&object) == Some(Registered::Yes)).await;

    // A row of a table by one range.
    let row = Subtrees::range(oid("1.3.6.1.4.1.32473.5.1.1.7"), 10, 3).expect("a range");
    let handler: Arc<dyn mibc_runtime::agent::Handler> = Arc::new(Columns);
    let registration = Registration::of(row, handler, Owner::APPLICATION);
    one.registry().edit(|registry| registry.register(registration)).expect("nobody else has it");
    one.opened().await;
    let names: Vec<Oid> =
        (1..=4_u32).map(|c| oid("1.3.6.1.4.1.32473.5.1").extend([c, 7]).expect("an OID")).collect();
    let values = manager.get_oids(&names).await.expect("an answer");
    let values: Vec<Value> = values.into_iter().map(|varbind| varbind.value).collect();
    assert_eq!(values, [7.into(), 7.into(), 7.into(), Value::NoSuchObject]);
}

/// Every instance below 1.3.6.1.4.1.32473.5.1 ends with 7 and is 7.
struct Columns;

impl mibc_runtime::agent::Variables for Columns {
    fn get(&self, _: mibc_runtime::oid::OidRef<'_>) -> Result<Value, mibc_runtime::agent::ReadError> {
        Ok(Value::Integer(7))
    }

    fn next(
        &self,
        _: std::ops::Bound<mibc_runtime::oid::OidRef<'_>>,
    ) -> Result<Option<VarBind>, mibc_runtime::agent::ReadError> {
        Ok(None)
    }
}

/// A value that does not come in time is genErr, and harms nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deadlines() {
    if !installed(SNMPD) {
        return;
    }
    let folder = folder();
    let endpoint = endpoint(folder.path());
    let snmpd = snmpd(&endpoint, "");
    let (agent, _device) = device(&endpoint, 1, builder().deadline(Duration::from_millis(300))).await;
    let _running = agent.spawn();
    agent.opened().await;
    let manager = manager(snmpd.address(), "public").await;
    let slow = manager.get_oids(&[instance(1, 1), instance(1, 6)]).await;
    assert_eq!(refused(slow).0, ErrorStatus::GEN_ERR);
    assert_eq!(manager.get_oids(&[instance(1, 1)]).await.expect("an answer")[0].value, Value::from("attic"));
}
