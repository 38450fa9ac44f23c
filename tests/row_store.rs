//! A row store with tables of IF-MIB, asked over the network by a manager and by net-snmp's tools.
#![forbid(unsafe_code)]

use mibc::agent::SetError;
use mibc::manager::Error;
use mibc::mibs::{if_mib::*, snmpv2_tc::RowStatus};
use mibc::runtime::message::ErrorStatus;
use mibc::{Agent, Community, Manager, RowStore, Target};
use mibc_test_support::netsnmp::{installed, run};

/// Addresses that interfaces 1 and 2 listen to.
fn addresses() -> RowStore<IfRcvAddressEntry> {
    let known = |change: &mibc::rows::Change<'_, IfRcvAddressEntry>| {
        change.index().is_some_and(|index| (1..=2).contains(&index.if_index.0))
    };
    RowStore::<IfRcvAddressEntry>::builder()
        .on_test(move |change| if known(change) { Ok(()) } else { Err(SetError::inconsistent_name()) })
        .build()
        .expect("IF-MIB has the table")
}

async fn serve(store: &RowStore<IfRcvAddressEntry>) -> Agent {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .community(Community::read_write("private"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve_rows(store);
    agent
}

fn index(interface: i32, last: u8) -> IfRcvAddressIndex {
    (interface, vec![2, 0, 0, 0, 0, last]).into()
}

/// The error-status and error-index of a SET.
fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> (ErrorStatus, i32) {
    match result {
        Err(Error::Status { status, index, .. }) => (status, index),
        other => panic!("not refused: {other:?}"),
    }
}

/// S20, S21: rows made, changed and destroyed over the network; the application sees the same rows.
#[tokio::test]
async fn a_manager_of_ours() {
    let store = addresses();
    let agent = serve(&store).await;
    let running = agent.spawn();
    let manager = Manager::bind().await.expect("loopback");
    let switch = manager.target(Target::v2c(agent.local_addr(), "private"));
    let status = |interface, last| IF_RCV_ADDRESS_STATUS.at(index(interface, last));
    let kind = |interface, last| IF_RCV_ADDRESS_TYPE.at(index(interface, last));

    switch
        .set_all([
            kind(2, 9).assign(IfRcvAddressType::NON_VOLATILE),
            status(1, 7).assign(RowStatus::CREATE_AND_GO),
            status(2, 9).assign(RowStatus::CREATE_AND_WAIT),
        ])
        .await
        .expect("two rows");
    assert_eq!(store.get(&index(1, 7), IF_RCV_ADDRESS_TYPE), Some(IfRcvAddressType::VOLATILE));
    assert_eq!(store.get(&index(2, 9), IF_RCV_ADDRESS_STATUS), Some(RowStatus::NOT_IN_SERVICE));
    let rows = switch.table((IF_RCV_ADDRESS_TYPE, IF_RCV_ADDRESS_STATUS)).collect().await.expect("rows");
    assert_eq!(
        rows,
        [
            (index(1, 7), (Some(IfRcvAddressType::VOLATILE), Some(RowStatus::ACTIVE))),
            (index(2, 9), (Some(IfRcvAddressType::NON_VOLATILE), Some(RowStatus::NOT_IN_SERVICE))),
        ]
    );

    let refused = switch.set(status(1, 7), RowStatus::CREATE_AND_GO).await;
    assert_eq!(refusal(refused), (ErrorStatus::INCONSISTENT_VALUE, 1));
    let refused = switch.set(status(3, 7), RowStatus::CREATE_AND_GO).await;
    assert_eq!(refusal(refused), (ErrorStatus::INCONSISTENT_NAME, 1));
    let refused = switch.set(status(1, 7), RowStatus::NOT_READY).await;
    assert_eq!(refusal(refused), (ErrorStatus::WRONG_VALUE, 1));
    // One row of two is refused: neither is made.
    let both = [status(1, 8), status(3, 8)].map(|status| status.assign(RowStatus::CREATE_AND_GO));
    assert_eq!(refusal(switch.set_all(both).await), (ErrorStatus::INCONSISTENT_NAME, 2));
    assert_eq!(store.len(), 2);

    // A row of the application is there for managers, and can be destroyed by them.
    store.insert(index(2, 1), |row| row).expect("a row");
    assert_eq!(switch.get(status(2, 1)).await.expect("it is there"), RowStatus::ACTIVE);
    for row in [status(1, 7), status(2, 9), status(2, 1)] {
        switch.set(row, RowStatus::DESTROY).await.expect("destroyed");
    }
    assert!(store.is_empty());
    running.stop().await.expect("it ends");
}

/// The same with snmpset and snmpwalk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tools_of_net_snmp() {
    if !installed("snmpset") {
        return;
    }
    let store = addresses();
    let agent = serve(&store).await;
    let _running = agent.spawn();
    let target = agent.local_addr().to_string();
    let talk = move || {
        let say = |tool: &str, community: &str, rest: &[&str]| {
            let mut arguments = vec!["-On", "-Oe", "-r0", "-t2", "-v2c", "-c", community, &target];
            arguments.extend(rest);
            let output = run(tool, &[], &arguments);
            if output.stdout.is_empty() { output.stderr } else { output.stdout }
        };
        let kind = "1.3.6.1.2.1.31.1.4.1.3.1.6.2.0.0.0.0.7";
        let status = "1.3.6.1.2.1.31.1.4.1.2.1.6.2.0.0.0.0.7";
        let made = say("snmpset", "private", &[status, "i", "4", kind, "i", "3"]);
        assert!(made.contains(&format!(".{status} = INTEGER: 4")), "{made}");
        let walked = say("snmpwalk", "public", &["1.3.6.1.2.1.31.1.4"]);
        assert_eq!(walked.matches("INTEGER").count(), 2, "{walked}");
        assert!(walked.contains(&format!(".{status} = INTEGER: 1")), "{walked}");
        assert!(walked.contains(&format!(".{kind} = INTEGER: 3")), "{walked}");
        let refused = say("snmpset", "private", &[status, "i", "5"]);
        assert!(refused.contains("inconsistentValue"), "{refused}");
        let refused = say("snmpset", "private", &["1.3.6.1.2.1.31.1.4.1.2.1.7.2.0.0.0.0.7", "i", "4"]);
        assert!(refused.contains("noCreation"), "{refused}");
        let refused = say("snmpset", "public", &[status, "i", "6"]);
        assert!(refused.contains("authorizationError") || refused.contains("noAccess"), "{refused}");
        say("snmpset", "private", &[status, "i", "6"]);
        let walked = say("snmpwalk", "public", &["1.3.6.1.2.1.31.1.4"]);
        assert!(walked.contains("No"), "{walked}");
    };
    tokio::task::spawn_blocking(talk).await.expect("no panic");
    assert!(store.is_empty());
}
