//! Values and rows that depend on who asks, and rows that are elsewhere.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Bound;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mibc_runtime::access::Model;
use mibc_runtime::agent::{
    Agent, Arrival, Community, Exchange, Page, ReadError, Responder, RowsWanted, SetError, Step,
};
use mibc_runtime::message::{Decoder, ErrorStatus, Message, OwnedBody, PduHeader, PduKind, Version};
use mibc_runtime::net;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{OctetString, Value, VarBind};
use proptest::prelude::*;

use crate::acme::{
    ACME_LIMIT, ACME_LOCATION, ACME_MODE, AcmeOutletEntry, AcmeOutletIndex, ENTRY, Outlet, Outlets, responder,
};
use crate::ask::{Manager, encode, oid, unspecified};

fn manager<'r>(responder: &'r Responder, community: &'static str) -> Manager<'r> {
    Manager { responder, version: Version::V2c, community }
}

/// Closures see the principal, with its context and version.
#[test]
fn closures_see_who_asks() {
    let responder = Responder::new(
        [
            Community::read_write("red").security_name("red"),
            Community::read_write("blue").security_name("blue"),
        ],
        65_507,
    );
    let values: Arc<Mutex<BTreeMap<Vec<u8>, i32>>> = Arc::default();
    let (read, written) = (Arc::clone(&values), values);
    responder.serve_rw_with(
        ACME_LIMIT,
        move |who| read.lock().expect("not poisoned").get(&*who.security_name).copied().unwrap_or(0),
        |who, _| if *who.security_name == *b"red" { Ok(()) } else { Err(SetError::inconsistent_value()) },
        move |who, value| {
            written.lock().expect("not poisoned").insert(who.security_name.to_vec(), value);
            Ok(())
        },
    );
    responder.serve_with(ACME_LOCATION, |who| OctetString::from(&*who.security_name));
    responder.serve_async_with(ACME_MODE, |who| {
        let number = i32::from(who.model == Model::V2C);
        async move { number }
    });
    let limit = format!("{}.0", crate::acme::LIMIT);
    let location = format!("{}.0", crate::acme::LOCATION);
    let (red, blue) = (manager(&responder, "red"), manager(&responder, "blue"));
    assert_eq!(red.set(&[(&limit, 7.into())]).error(), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(blue.set(&[(&limit, 8.into())]).error(), (ErrorStatus::INCONSISTENT_VALUE, 1));
    assert_eq!(red.get(&[&limit, &location]).values(), [Value::Integer(7), "red".into()]);
    assert_eq!(blue.get(&[&limit, &location]).values(), [Value::Integer(0), "blue".into()]);
}

fn outlets(rows: impl IntoIterator<Item = i32>) -> Outlets {
    let outlets = Outlets::default();
    let rows = rows.into_iter().map(|bank| {
        let owner = (bank % 3 != 0).then(|| OctetString::from("ann"));
        (AcmeOutletIndex::new(bank, "x"), Outlet { load: bank as u32, state: 1, owner })
    });
    outlets.rows.lock().expect("not poisoned").extend(rows);
    outlets
}

/// Rows by who asks.
#[test]
fn tables_see_who_asks() {
    let communities = ["red", "blue"].map(|name| Community::read_write(name).security_name(name));
    let responder = Responder::new(communities, 65_507);
    let (of_red, of_blue) = (Arc::new(outlets([1, 2])), Arc::new(outlets([3])));
    responder.serve_table_with(AcmeOutletEntry, move |who| {
        Arc::clone(if *who.security_name == *b"red" { &of_red } else { &of_blue })
    });
    let loads = |community| {
        let column = format!("{ENTRY}.3");
        let found = manager(&responder, community).bulk(0, 2, &[&column]).names();
        found.into_iter().filter(|name| name.starts_with(&column)).count()
    };
    assert_eq!((loads("red"), loads("blue")), (2, 1));
    let state = format!("{ENTRY}.4.3.1.120");
    assert_eq!(manager(&responder, "red").set(&[(&state, 2.into())]).error(), (ErrorStatus::NO_CREATION, 1));
    assert_eq!(manager(&responder, "blue").set(&[(&state, 2.into())]).error(), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(manager(&responder, "blue").get(&[&state]).values(), [Value::Integer(2)]);
}

/// The agent's transports tell where a request is from.
#[tokio::test]
async fn handlers_see_the_origin() {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve_with(ACME_LOCATION, |who| {
        let peer = who.origin_as::<net::Origin>().map(|origin| origin.peer().to_string());
        OctetString::from(peer.unwrap_or_default().as_str())
    });
    agent.serve_async_with(ACME_LIMIT, |who| {
        let peer = who.origin_as::<net::Origin>().and_then(|origin| origin.peer().ip());
        async move { i32::from(peer.is_some_and(|peer| peer.ip() == IpAddr::from([127, 0, 0, 1]))) }
    });
    let _running = agent.spawn();
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    socket.connect(agent.local_addr()).await.expect("loopback");
    let names = ["1.3.6.1.4.1.9999.1.1.0", "1.3.6.1.4.1.9999.1.3.0"];
    let request = encode(Version::V2c, "public", PduHeader::new(PduKind::Get, 9), unspecified(&names));
    socket.send(&request).await.expect("loopback");
    let mut buffer = [0; 2_000];
    let received = tokio::time::timeout(Duration::from_secs(60), socket.recv(&mut buffer)).await;
    let length = received.expect("an answer").expect("loopback");
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&buffer[..length]).expect("a valid response");
    let varbinds = decoded.message.pdu().expect("a response").varbinds;
    let values: Vec<Value> = varbinds.iter().map(|varbind| varbind.value.to_value()).collect();
    let peer = socket.local_addr().expect("bound").to_string();
    assert!(values[0].to_string().contains(&peer), "{values:?}");
    assert_eq!(values[1], Value::Integer(1));
}

async fn ask(responder: &Responder, header: PduHeader, names: &[Oid]) -> (ErrorStatus, Vec<VarBind>) {
    let names: Vec<VarBind> = names.iter().cloned().map(VarBind::unspecified).collect();
    let request = encode(Version::V2c, "public", header, names);
    let mut exchange = Exchange::default();
    let begun = responder.begin(Arrival::new(std::time::Instant::now(), &request), &mut exchange);
    let response = match begun.expect("an answer") {
        Step::Nothing => panic!("a request is answered"),
        Step::Response(response) => response.to_vec(),
        Step::Wait(transaction) => {
            let mut exchange = Exchange::default();
            let response = responder.finish(transaction, std::time::Instant::now, &mut exchange).await;
            response.expect("an answer").to_vec()
        }
    };
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&response).expect("a valid response");
    let OwnedBody::Pdu(pdu) = Message::from(&decoded.message).body else { panic!("a trap is no answer") };
    (pdu.header.error_status, pdu.varbinds)
}

/// Rows that come a few at a time, and what was asked for.
fn lazy(rows: &[i32], most: usize, log: &Arc<Mutex<Vec<String>>>) -> Responder {
    let (rows, log) = (rows.to_vec(), Arc::clone(log));
    let responder = responder(65_507);
    responder.serve_table_lazily(AcmeOutletEntry, move |who, wanted| {
        assert_eq!(who.version, Version::V2c);
        log.lock().expect("not poisoned").push(format!("{wanted:?}"));
        let all: Vec<AcmeOutletIndex> = rows.iter().map(|bank| AcmeOutletIndex::new(*bank, "x")).collect();
        let (these, is_end) = match wanted {
            RowsWanted::These(these) => (all.into_iter().filter(|row| these.contains(row)).collect(), true),
            RowsWanted::Next { from, count } => {
                let behind = all.into_iter().filter(|row| match &from {
                    Bound::Included(from) => row >= from,
                    Bound::Excluded(from) => row > from,
                    Bound::Unbounded => true,
                });
                let mut behind: Vec<_> = behind.collect();
                let is_end = behind.len() <= count.min(most);
                behind.truncate(count.min(most));
                (behind, is_end)
            }
        };
        let rows = outlets(these.iter().map(|row| row.bank));
        async move {
            tokio::task::yield_now().await;
            Ok::<_, ReadError>(Page { rows, is_end })
        }
    });
    responder
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// A table whose rows come late answers as one whose rows are there.
    #[test]
    fn lazy_tables_are_tables(
        rows in proptest::collection::btree_set(0..30_i32, 0..12),
        most in 1..5_usize,
        starts in proptest::collection::vec((0..9_u32, proptest::option::of(0..30_u32), any::<bool>()), 1..5),
        repetitions in 0..12_u32,
    ) {
        let rows: Vec<i32> = rows.into_iter().collect();
        let lazy = lazy(&rows, most, &Arc::default());
        let eager = responder(65_507);
        eager.serve_table(AcmeOutletEntry, Arc::new(outlets(rows)));
        let names: Vec<Oid> = starts
            .iter()
            .map(|(column, row, whole)| {
                let rest = if *whole { vec![1, 120] } else { Vec::new() };
                let arcs = [*column].into_iter().chain(*row).chain(rest);
                oid(ENTRY).extend(arcs).expect("short")
            })
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        for header in [
            PduHeader::new(PduKind::Get, 1),
            PduHeader::new(PduKind::GetNext, 1),
            PduHeader::bulk(1, 1, repetitions),
        ] {
            let answers = [&lazy, &eager].map(|responder| runtime.block_on(ask(responder, header, &names)));
            prop_assert_eq!(&answers[0], &answers[1]);
        }
    }
}

/// Columns read from the same row on ask for their rows once; single cells of one row as well.
#[tokio::test]
async fn lazy_tables_ask_once() {
    let log = Arc::default();
    let responder = lazy(&[1, 2, 3, 4, 5], 100, &log);
    let names = [3, 4, 6].map(|column| oid(ENTRY).extend([column, 1, 1, 120]).expect("short"));
    let (status, found) = ask(&responder, PduHeader::bulk(1, 0, 3), &names).await;
    assert_eq!((status, found.len()), (ErrorStatus::NO_ERROR, 9));
    let (status, found) = ask(&responder, PduHeader::new(PduKind::Get, 1), &names).await;
    assert_eq!((status, found.len()), (ErrorStatus::NO_ERROR, 3));
    let row = format!("{:?}", AcmeOutletIndex::new(1, "x"));
    let log = log.lock().expect("not poisoned").clone();
    assert_eq!(log, [format!("Next {{ from: Excluded({row}), count: 3 }}"), format!("These([{row}])")]);
}
