//! Tables: order, seeking, holes, and what a step costs.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use mibc_runtime::agent::Responder;
use mibc_runtime::message::{ErrorStatus, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::Value;
use proptest::prelude::*;

use crate::acme::{
    ACME_OUTLET_STATE, AcmeOutletEntry, AcmeOutletIndex, ENTRY, Outlet, Outlets, agent, responder,
};
use crate::ask::{Manager, oid};

fn public(responder: &Responder) -> Manager<'_> {
    Manager { responder, version: Version::V2c, community: "public" }
}

fn outlets(rows: impl IntoIterator<Item = AcmeOutletIndex>) -> Arc<Outlets> {
    let outlets = Outlets::default();
    outlets
        .rows
        .lock()
        .expect("not poisoned")
        .extend(rows.into_iter().map(|index| (index, Outlet { load: 1, state: 1, owner: None })));
    Arc::new(outlets)
}

/// A column that is left out is noSuchObject for GET, notWritable for SET, and passed over by a walk, from the first
/// request on.
#[test]
fn a_column_that_is_left_out_is_no_object() {
    let (responder, _, outlets) = agent();
    let private = Manager { responder: &responder, version: Version::V2c, community: "private" };
    let spare = format!("{ENTRY}.7.1.1.97");
    assert_eq!(private.set(&[(&spare, 1.into())]).error(), (ErrorStatus::NOT_WRITABLE, 1));
    // At the registration, also one that could be written.
    responder.serve_table_without(AcmeOutletEntry, Arc::clone(&outlets), &[ACME_OUTLET_STATE.any()]);
    let state = format!("{ENTRY}.4.1.1.97");
    assert_eq!(private.set(&[(&state, 1.into())]).error(), (ErrorStatus::NOT_WRITABLE, 1));
    assert_eq!(private.get(&[&state, &spare]).values(), [Value::NoSuchObject, Value::NoSuchObject]);
    let columns: std::collections::BTreeSet<u32> =
        private.walk().iter().filter_map(|varbind| varbind.name.strip_prefix(&oid(ENTRY))?.next()).collect();
    assert_eq!(columns.into_iter().collect::<Vec<_>>(), [3, 5, 6]);
    responder.serve_table(AcmeOutletEntry, outlets);
    let manager = public(&responder);
    let answer = manager.get(&["1.3.6.1.4.1.9999.2.1.7.1.1.97"]);
    assert_eq!(answer.values(), [Value::NoSuchObject]);
    // Also where the row is missing.
    let answer = manager.get(&["1.3.6.1.4.1.9999.2.1.7.8.1.97"]);
    assert_eq!(answer.values(), [Value::NoSuchObject]);
    assert!(manager.walk().iter().all(|varbind| !varbind.name.starts_with(&oid("1.3.6.1.4.1.9999.2.1.7"))));
}

/// P1, P8: what the MIB says about the size of an index holds before the application is asked: GET finds nothing, SET makes
/// nothing.
#[test]
fn an_index_out_of_range_is_none() {
    let (long, negative) = ("x".repeat(41), i32::MIN);
    let outlets = outlets([AcmeOutletIndex::new(1, &long), AcmeOutletIndex::new(1, "fits")]);
    let responder = responder(65_507);
    responder.serve_table(AcmeOutletEntry, Arc::clone(&outlets));
    let private = Manager { responder: &responder, version: Version::V2c, community: "private" };
    let arcs = long.bytes().map(u32::from);
    let long = oid(ENTRY).extend([5, 1, 41].into_iter().chain(arcs)).expect("short").to_string();
    let negative = format!("{ENTRY}.5.{}.1.97", negative as u32);
    for name in [&long, &negative] {
        assert_eq!(private.get(&[name]).values(), [Value::NoSuchInstance], "{name}");
        assert_eq!(private.set(&[(name, "ann".into())]).error(), (ErrorStatus::NO_CREATION, 1), "{name}");
    }
    assert_eq!(outlets.get_calls.load(Ordering::Relaxed), 0);
}

/// GETNEXT among 100,000 rows asks for a handful of cells, wherever it begins.
#[test]
fn a_step_does_not_depend_on_the_number_of_rows() {
    let outlets = outlets((0..100_000).map(|bank| AcmeOutletIndex::new(bank, "x")));
    let responder = responder(65_507);
    responder.serve_table(AcmeOutletEntry, Arc::clone(&outlets));
    let manager = public(&responder);
    let calls =
        || outlets.next_calls.swap(0, Ordering::Relaxed) + outlets.get_calls.swap(0, Ordering::Relaxed);
    for name in
        ["3", "3.0", "3.50000", "3.50000.1.120", "3.50000.1.121", "3.50000.9.1.2.3", "3.77777.300", "4"]
    {
        calls();
        let answer = manager.next(&[&format!("{ENTRY}.{name}")]);
        assert_eq!(answer.error(), (ErrorStatus::NO_ERROR, 0));
        assert!(calls() <= 4, "{name}");
    }
    // GETBULK: two calls per varbind.
    calls();
    let answer = manager.bulk(0, 1_000, &[&format!("{ENTRY}.3.40000")]);
    assert_eq!(answer.varbinds.len(), 1_000);
    assert!(calls() <= 2_010);
}

/// 1,000 other handlers do not make a walk through a table any longer.
#[test]
fn other_handlers_cost_nothing() {
    let outlets = outlets((0..1_000).map(|bank| AcmeOutletIndex::new(bank, "x")));
    let responder = responder(65_507);
    let others = Arc::new(Outlets::default());
    for number in 0..1_000 {
        let provider = Counted(Arc::clone(&others));
        responder.register(oid("1.3.6.1.4.1.9998").child(number).expect("short"), Arc::new(provider));
    }
    responder.serve_table(AcmeOutletEntry, Arc::clone(&outlets));
    let answer = public(&responder).bulk(0, 900, &[ENTRY]);
    assert_eq!(answer.varbinds.len(), 900);
    assert!(outlets.next_calls.load(Ordering::Relaxed) <= 901);
    assert_eq!(others.next_calls.load(Ordering::Relaxed), 0);
}

struct Counted(Arc<Outlets>);

impl mibc_runtime::agent::Variables for Counted {
    fn get(&self, _: mibc_runtime::oid::OidRef<'_>) -> Result<Value, mibc_runtime::agent::ReadError> {
        Ok(Value::NoSuchInstance)
    }

    fn next(
        &self,
        _: std::ops::Bound<mibc_runtime::oid::OidRef<'_>>,
    ) -> Result<Option<mibc_runtime::value::VarBind>, mibc_runtime::agent::ReadError> {
        self.0.next_calls.fetch_add(1, Ordering::Relaxed);
        Ok(None)
    }
}

/// A table whose next() does not advance ends the request, not the agent.
#[test]
fn a_table_that_stands_still_is_gen_err() {
    use crate::acme::AcmeOutletTable;
    use mibc_runtime::value::Gauge32;
    struct Stuck;
    impl AcmeOutletTable for Stuck {
        fn next(&self, _: Option<&AcmeOutletIndex>) -> Option<AcmeOutletIndex> {
            Some(AcmeOutletIndex::new(1, "a"))
        }
        fn acme_outlet_load(&self, _: &AcmeOutletIndex) -> Option<Gauge32> {
            None
        }
    }
    let responder = responder(65_507);
    responder.serve_table(AcmeOutletEntry, Arc::new(Stuck));
    assert_eq!(public(&responder).next(&[ENTRY]).error(), (ErrorStatus::GEN_ERR, 1));
}

/// A row whose name would be too long for an OID is passed over.
#[test]
fn rows_that_cannot_be_named_are_left_out() {
    let long = "x".repeat(200);
    let outlets =
        outlets([AcmeOutletIndex::new(1, "a"), AcmeOutletIndex::new(2, &long), AcmeOutletIndex::new(3, "a")]);
    let responder = responder(65_507);
    responder.serve_table(AcmeOutletEntry, outlets);
    let names: Vec<String> =
        public(&responder).walk().iter().map(|varbind| varbind.name.to_string()).collect();
    assert!(names.contains(&format!("{ENTRY}.3.1.1.97")));
    assert!(names.iter().all(|name| !name.contains(".2.200.")));
}

fn index_arcs() -> impl Strategy<Value = Vec<u32>> {
    let arc = prop_oneof![
        0..4u32,
        Just(97u32),
        Just(98),
        Just(255),
        Just(256),
        Just(300),
        Just(u32::MAX),
        any::<u32>()
    ];
    proptest::collection::vec(arc, 0..8)
}

fn row() -> impl Strategy<Value = AcmeOutletIndex> {
    let names = prop_oneof![Just(""), Just("a"), Just("b"), Just("ab"), Just("\u{ff}"), Just("abc")];
    (prop_oneof![0..5i32, Just(97), Just(i32::MAX)], names)
        .prop_map(|(bank, name)| AcmeOutletIndex::new(bank, name))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// CVE-2022-24805: wherever GETNEXT begins, also with an index that is none, it finds what a search through all
    /// names finds.
    #[test]
    fn next_of_any_name_is_the_first_behind_it(
        rows in proptest::collection::vec(row(), 0..12),
        column in 0..9u32,
        arcs in index_arcs(),
    ) {
        let responder = responder(65_507);
        responder.serve_table(AcmeOutletEntry, outlets(rows));
        let manager = public(&responder);
        let all = manager.walk();
        let name = oid(ENTRY).child(column).and_then(|oid| oid.extend(arcs)).expect("short");
        let answer = manager.next(&[&name.to_string()]);
        let expected = all.iter().find(|varbind| varbind.name > name);
        match expected {
            Some(expected) => prop_assert_eq!(&answer.varbinds, std::slice::from_ref(expected)),
            None => prop_assert_eq!(answer.values(), [Value::EndOfMibView]),
        }
        // GET of any name finds what is there and nothing else.
        let got = manager.get(&[&name.to_string()]).values().remove(0);
        match all.iter().find(|varbind| varbind.name == name) {
            Some(there) => prop_assert_eq!(&got, &there.value),
            None => prop_assert!(matches!(got, Value::NoSuchInstance | Value::NoSuchObject)),
        }
    }

    /// A walk is in the order of OIDs and finds each row once, whatever the lengths of the strings.
    #[test]
    fn a_walk_is_in_order_and_complete(rows in proptest::collection::btree_set(row(), 0..12)) {
        let responder = responder(65_507);
        let count = rows.len();
        responder.serve_table(AcmeOutletEntry, outlets(rows));
        let load: Oid = oid(ENTRY).child(3).expect("short");
        let walk = public(&responder).walk();
        prop_assert_eq!(walk.iter().filter(|varbind| varbind.name.starts_with(&load)).count(), count);
    }
}
