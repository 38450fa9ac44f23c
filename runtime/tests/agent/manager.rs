//! Our own manager against the agent, typed on both sides.
#![cfg(feature = "manager")]

use std::sync::{Arc, Mutex};

use mibc_runtime::agent::{Agent, Community};
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::typed::{Column, access};
use mibc_runtime::value::{Counter64, Gauge32, OctetString};

use crate::acme::{ACME_CHARGE, ACME_LOCATION, AcmeOutletEntry, AcmeOutletIndex, ENTRY, Outlet, Outlets};
use crate::ask::oid;

const ACME_OUTLET_LOAD: Column<AcmeOutletEntry, Gauge32, access::ReadOnly> = Column::new(3);
const ACME_OUTLET_STATE: Column<AcmeOutletEntry, i32, access::ReadWrite> = Column::new(4);
const ACME_OUTLET_OWNER: Column<AcmeOutletEntry, OctetString, access::ReadCreate> = Column::new(5);

#[tokio::test]
async fn typed_from_end_to_end() {
    let agent = Agent::builder()
        .community(Community::read_write("private"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let location = Arc::new(Mutex::new(OctetString::from("cellar")));
    let (read, write) = (Arc::clone(&location), location);
    agent.serve_rw(
        ACME_LOCATION,
        move || read.lock().expect("not poisoned").clone(),
        move |value| {
            *write.lock().expect("not poisoned") = value;
            Ok(())
        },
    );
    agent.serve(ACME_CHARGE, || Counter64(1 << 40));
    let outlets = Arc::new(Outlets::default());
    // In the order of SNMP: shorter strings first.
    let indexes =
        [(1, "b"), (1, "aa"), (2, ""), (2, "a")].map(|(bank, name)| AcmeOutletIndex::new(bank, name));
    outlets.rows.lock().expect("not poisoned").extend(indexes.iter().enumerate().map(|(load, index)| {
        let owner = (index.bank == 1).then(|| OctetString::from("ann"));
        (index.clone(), Outlet { load: load as u32, state: 1, owner })
    }));
    agent.serve_table(AcmeOutletEntry, Arc::clone(&outlets));
    let _running = agent.spawn();

    let manager = Manager::bind().await.expect("sockets");
    let target = agent.local_addr().to_string();
    for target in [Target::v2c(&*target, "private"), Target::v1(&*target, "private")] {
        let session = manager.target(target);
        session.set(ACME_LOCATION, "attic".into()).await.expect("it may");
        assert_eq!(session.get(ACME_LOCATION).await.expect("it is there"), "attic");
        let first = indexes[0].clone();
        session.set(ACME_OUTLET_STATE.at(first.clone()), 2).await.expect("it may");
        assert_eq!(session.get(ACME_OUTLET_STATE.at(first)).await.expect("it is there"), 2);
        let rows = session.table((ACME_OUTLET_LOAD, ACME_OUTLET_OWNER)).collect().await.expect("a table");
        let found: Vec<_> = rows.into_iter().map(|(index, (load, owner))| (index, load, owner)).collect();
        let expected: Vec<_> = indexes
            .iter()
            .enumerate()
            .map(|(load, index)| {
                let owner = (index.bank == 1).then(|| OctetString::from("ann"));
                (index.clone(), Some(Gauge32(load as u32)), owner)
            })
            .collect();
        assert_eq!(found, expected);
        let walked = session.walk(oid(ENTRY)).collect().await.expect("a walk");
        assert!(walked.len() >= 4 + 4 + 2);
        // What MIB forbids does not reach the application.
        let refused = session.set(ACME_OUTLET_STATE.at(indexes[1].clone()), 7).await;
        refused.expect_err("state has no 7");
    }
}
