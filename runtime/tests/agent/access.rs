//! Access control of requests: views, contexts, refusals, and what changes while the agent runs.

use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mibc_runtime::access::{
    AccessControl, AccessEntry, AccessIndex, Family, Mask, Model, Principal, Refusal, Tables, View, ViewType,
};
use mibc_runtime::agent::{Arrival, Community, Dropped, Exchange, Handler, ReadError, Responder, Variables};
use mibc_runtime::message::{ErrorStatus, Level, PduHeader, PduKind, Version};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::registry::{Owner, Registration};
use mibc_runtime::value::{Value, VarBind};

use crate::acme::{ENTRY, LOCATION, agent};
use crate::ask::{Manager, encode, oid};

fn manager<'r>(responder: &'r Responder, version: Version, community: &'static str) -> Manager<'r> {
    Manager { responder, version, community }
}

/// A column with rows 1 to `rows`, without rows below one another; counts its calls.
struct Column {
    root: Oid,
    rows: u32,
    calls: AtomicUsize,
}

impl Column {
    fn new(rows: u32) -> Arc<Self> {
        Arc::new(Self { root: oid("1.3.6.1.2.1.2.2.1.10"), rows, calls: AtomicUsize::new(0) })
    }

    fn row(&self, index: u32) -> VarBind {
        VarBind { name: self.root.child(index).expect("short"), value: Value::Integer(1) }
    }
}

impl Variables for Column {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let mut arcs = name.strip_prefix(&self.root).expect("of the column");
        let found = matches!((arcs.next(), arcs.next()), (Some(row), None) if (1..=self.rows).contains(&row));
        Ok(if found { Value::Integer(1) } else { Value::NoSuchInstance })
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let (Bound::Included(name) | Bound::Excluded(name)) = from else { return Ok(Some(self.row(1))) };
        let Some(mut arcs) = name.strip_prefix(&self.root) else { return Ok(Some(self.row(1))) };
        let first = match (arcs.next(), arcs.next(), from) {
            (None, ..) => 1,
            (Some(row), None, Bound::Included(_)) => row.max(1),
            (Some(row), ..) => row.saturating_add(1),
        };
        Ok((first <= self.rows).then(|| self.row(first)))
    }

    fn nests(&self) -> bool {
        false
    }

    fn object(&self, _: OidRef<'_>) -> Option<Oid> {
        Some(self.root.clone())
    }
}

/// V6: a walk asks for the rows that a view shows, and for no other.
#[test]
fn a_walk_costs_what_the_view_shows() {
    let column = Column::new(1_000_000);
    let masked = Family::included(oid("1.3.6.1.2.1.2.2.1.1.0")).mask(Mask::wild([9, 10]).expect("short"));
    let hidden = Family::excluded(oid("1.3.6.1.2.1.2.2.1.1")).mask(Mask::wild([9]).expect("short"));
    let row = |number: u32| {
        let name = oid("1.3.6.1.2.1.2.2.1.0").child(number * 10_000).expect("short");
        Family::included(name).mask(Mask::wild([9]).expect("short"))
    };
    let column_row = |number: u32| column.root.child(number * 10_000).expect("short");
    let views: [Vec<Family>; 3] = [
        // Rows of one column.
        (1..=100).map(|number| Family::included(column_row(number))).collect(),
        // Rows of any column.
        (1..=100).map(row).collect(),
        // The same, in a table that is hidden, in a MIB that is shown.
        [Family::included(oid("1.3.6")), hidden].into_iter().chain((1..=100).map(row)).collect(),
    ];
    for view in views {
        let community = Community::read_only("public").families(view.clone());
        let responder = Responder::new([community], 65_507);
        responder.register(column.root.clone(), Arc::clone(&column) as Arc<dyn Handler>);
        let expected: Vec<VarBind> = (1..=100).map(|number| column.row(number * 10_000)).collect();
        column.calls.store(0, Ordering::Relaxed);
        assert_eq!(manager(&responder, Version::V2c, "public").walk(), expected);
        let calls = column.calls.load(Ordering::Relaxed);
        assert!(calls <= 202, "{calls} calls step by step, with {view:?}");
        column.calls.store(0, Ordering::Relaxed);
        let found = manager(&responder, Version::V2c, "public").bulk(0, 100, &["1.3.6.1"]);
        assert_eq!(found.varbinds, expected);
        let calls = column.calls.load(Ordering::Relaxed);
        assert!(calls <= 101, "{calls} calls in one request, with {view:?}");
    }
    // All of it.
    let responder = Responder::new([Community::read_only("public").families([masked])], 65_507);
    responder.register(column.root.clone(), Arc::clone(&column) as Arc<dyn Handler>);
    let found = manager(&responder, Version::V2c, "public").bulk(0, 50, &["1.3.6.1"]);
    assert_eq!(found.varbinds, (1..=50).map(|row| column.row(row)).collect::<Vec<_>>());
}

/// P1: what families hide is as if it were not there, also in the middle of what they show.
#[test]
fn hidden_rows_look_absent() {
    let community = Community::read_write("public").families([
        Family::included(oid("1.3.6.1.2.1")),
        Family::excluded(oid("1.3.6.1.2.1.2.2.1.10.2")),
        Family::excluded(oid("1.3.6.1.2.1.2.2.1.11")),
    ]);
    let responder = Responder::new([community], 65_507);
    let column = Column::new(3);
    responder.register(column.root.clone(), Arc::clone(&column) as Arc<dyn Handler>);
    let public = manager(&responder, Version::V2c, "public");
    let names: Vec<String> = public.walk().iter().map(|varbind| varbind.name.to_string()).collect();
    assert_eq!(names, ["1.3.6.1.2.1.2.2.1.10.1", "1.3.6.1.2.1.2.2.1.10.3"]);
    let values = public.get(&["1.3.6.1.2.1.2.2.1.10.2", "1.3.6.1.2.1.2.2.1.11.1"]).values();
    assert_eq!(values, [Value::NoSuchInstance, Value::NoSuchObject]);
    let refused = public.set(&[("1.3.6.1.2.1.2.2.1.10.2", 1.into())]);
    assert_eq!(refused.error(), (ErrorStatus::NO_ACCESS, 1));
}

/// Reading and writing have views of their own.
#[test]
fn views_are_by_kind_of_operation() {
    let (responder, ..) = agent();
    responder.vacm().edit(|tables| {
        tables.set_family("location", Family::included(oid(LOCATION)));
        let rows: Vec<(AccessIndex, AccessEntry)> =
            tables.all_access().map(|(index, entry)| (index, entry.clone())).collect();
        for (index, entry) in rows {
            tables.set_access(index, AccessEntry { write_view: b"location".to_vec(), ..entry });
        }
    });
    let public = manager(&responder, Version::V2c, "public");
    let location = format!("{LOCATION}.0");
    assert_eq!(public.set(&[(&location, "attic".into())]).error(), (ErrorStatus::NO_ERROR, 0));
    let state = format!("{ENTRY}.4.1.1.97");
    assert_eq!(public.set(&[(&state, 1.into())]).error(), (ErrorStatus::NO_ACCESS, 1));
    assert_eq!(public.get(&[&state]).error(), (ErrorStatus::NO_ERROR, 0));
}

/// M10, C4, V1: who has no access at all reads authorizationError, in SNMPv1 noSuchName; it is counted.
#[test]
fn refused_requests_are_answered() {
    let (responder, ..) = agent();
    let location = format!("{LOCATION}.0");
    let ask = |version, kind| {
        let varbind = VarBind::unspecified(oid(&location));
        manager(&responder, version, "public").ask(PduHeader::new(kind, 5), vec![varbind])
    };
    assert_eq!(ask(Version::V2c, PduKind::Get).error(), (ErrorStatus::NO_ERROR, 0));
    // noGroupName for one version only: the models are two.
    responder.vacm().edit(|tables| {
        let rows: Vec<(Model, Vec<u8>)> =
            tables.groups().map(|(model, name, _)| (model, name.to_vec())).collect();
        for (model, name) in rows.iter().filter(|(model, _)| *model == Model::V1) {
            tables.remove_group(*model, name);
        }
    });
    assert_eq!(ask(Version::V1, PduKind::GetNext).error(), (ErrorStatus::NO_SUCH_NAME, 1));
    assert_eq!(ask(Version::V2c, PduKind::GetNext).error(), (ErrorStatus::NO_ERROR, 0));
    // noAccessEntry.
    responder.vacm().edit(|tables| {
        let rows: Vec<AccessIndex> = tables.all_access().map(|(index, _)| index).collect();
        for index in rows {
            tables.remove_access(&index);
        }
    });
    let refused = ask(Version::V2c, PduKind::GetBulk);
    assert_eq!(refused.error(), (ErrorStatus::AUTHORIZATION_ERROR, 0));
    assert_eq!(refused.varbinds, [VarBind::unspecified(oid(&location))]);
    assert_eq!(responder.counters().bad_community_uses(), 2);
}

/// Whatever changes in the tables holds for the next request, whoever has asked before.
#[test]
fn no_decision_outlives_its_tables() {
    let (responder, ..) = agent();
    let location = format!("{LOCATION}.0");
    let asked = || {
        let header = PduHeader::new(PduKind::Get, 5);
        let varbinds = || vec![VarBind::unspecified(oid(&location))];
        [Version::V1, Version::V2c].map(|version| {
            let answer = manager(&responder, version, "public").try_ask(header, varbinds());
            answer.is_ok_and(|answer| {
                answer.error() == (ErrorStatus::NO_ERROR, 0)
                    && answer
                        .varbinds
                        .iter()
                        .all(|found| !matches!(found.value, Value::NoSuchObject | Value::NoSuchInstance))
            })
        })
    };
    let vacm = responder.vacm();
    let before = vacm.tables();
    let groups: Vec<(Model, Vec<u8>, Vec<u8>)> =
        before.groups().map(|(model, name, group)| (model, name.to_vec(), group.to_vec())).collect();
    let access: Vec<(AccessIndex, AccessEntry)> =
        before.all_access().map(|(index, entry)| (index, entry.clone())).collect();
    vacm.edit(|tables| {
        tables.set_family("everything", Family::everything());
        for (index, entry) in &access {
            tables.set_access(
                index.clone(),
                AccessEntry { read_view: b"everything".to_vec(), ..entry.clone() },
            );
        }
    });
    let open: Vec<(AccessIndex, AccessEntry)> =
        vacm.tables().all_access().map(|(index, entry)| (index, entry.clone())).collect();
    let group = |tables: &mut Tables, is_member: bool| {
        for (model, name, group) in &groups {
            if is_member {
                tables.set_group(*model, name.clone(), group.clone());
            } else {
                tables.remove_group(*model, name);
            }
        }
    };
    let entries = |tables: &mut Tables, has_view: bool| {
        for (index, entry) in &open {
            let read_view = if has_view { entry.read_view.clone() } else { Vec::new() };
            tables.set_access(index.clone(), AccessEntry { read_view, ..entry.clone() });
        }
    };
    let hidden = |tables: &mut Tables, is_shown: bool| {
        if is_shown {
            tables.remove_family(b"everything", &oid(LOCATION));
        } else {
            tables.set_family("everything", Family::excluded(oid(LOCATION)));
        }
    };
    let context = |tables: &mut Tables, is_known: bool| {
        if is_known {
            tables.add_context("");
        } else {
            tables.remove_context(b"");
        }
    };
    type Change<'a> = &'a dyn Fn(&mut Tables, bool);
    let changes: [Change<'_>; 4] = [&group, &entries, &hidden, &context];
    for change in changes {
        for allowed in [false, true, false, true] {
            // Also where others have asked in between, and where the same tables are set again.
            vacm.edit(|tables| change(tables, allowed));
            assert_eq!(asked(), [allowed; 2]);
            vacm.edit(|_| ());
            assert_eq!(asked(), [allowed; 2]);
        }
    }
}

/// What a context has is registered in it; a community can stand for one, and one that is not known gets no answer.
#[test]
fn contexts_are_apart() {
    let responder = Responder::new(
        [Community::read_only("public"), Community::read_only("vlan7").context("vlan-7")],
        65_507,
    );
    let (whole, part) = (Column::new(3), Column::new(1));
    responder.register(whole.root.clone(), Arc::clone(&whole) as Arc<dyn Handler>);
    assert_eq!(manager(&responder, Version::V2c, "vlan7").walk(), []);
    responder.registry().edit(|registry| {
        let handler = Arc::clone(&part) as Arc<dyn Handler>;
        let registration =
            Registration::new(part.root.clone(), handler, Owner::APPLICATION).context("vlan-7");
        registry.register(registration).expect("nothing there")
    });
    assert_eq!(manager(&responder, Version::V2c, "public").walk().len(), 3);
    assert_eq!(manager(&responder, Version::V1, "vlan7").walk().len(), 1);
    responder.vacm().edit(|tables| tables.remove_context(b"vlan-7"));
    let header = PduHeader::new(PduKind::Get, 1);
    let dropped = manager(&responder, Version::V2c, "vlan7").try_ask(header, Vec::new());
    assert_eq!(dropped, Err(Dropped::UnknownContext));
    assert_eq!(manager(&responder, Version::V2c, "public").walk().len(), 3);
}

/// An application's own rules: by origin, security name and version.
#[test]
fn an_application_decides_by_itself() {
    struct Rules;
    impl AccessControl for Rules {
        fn view(&self, who: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
            assert_eq!((who.level, context), (Level::NoAuthNoPriv, &b""[..]));
            let port = who.origin_as::<u16>().copied();
            match (&*who.security_name, port, kind) {
                (b"ops", Some(161), ViewType::Read) if who.version == Version::V2c => {
                    Ok(Arc::new(View::everything()))
                }
                (b"ops", ..) => Err(Refusal::NoSuchView),
                _ => Err(Refusal::NoGroupName),
            }
        }
    }
    let communities = [Community::read_write("public").security_name("ops"), Community::read_write("others")];
    let responder = Responder::new(communities, 65_507).with_access_control(Arc::new(Rules));
    let column = Column::new(1);
    responder.register(column.root.clone(), Arc::clone(&column) as Arc<dyn Handler>);
    let status = |version, community, port: Option<u16>| {
        let mut exchange = Exchange::default();
        let name = VarBind::unspecified(column.row(1).name);
        let request = encode(version, community, PduHeader::new(PduKind::Get, 1), vec![name]);
        let arrival = Arrival::new(std::time::Instant::now(), &request);
        let arrival = port.as_ref().map_or(arrival, |port| arrival.from(port));
        let response = responder.respond(arrival, &mut exchange).expect("an answer").to_vec();
        let mut decoder = mibc_runtime::message::Decoder::default();
        let decoded = decoder.decode(&response).expect("a message");
        decoded.message.pdu().expect("a response").header.error_status
    };
    assert_eq!(status(Version::V2c, "public", Some(161)), ErrorStatus::NO_ERROR);
    assert_eq!(status(Version::V2c, "public", None), ErrorStatus::AUTHORIZATION_ERROR);
    assert_eq!(status(Version::V2c, "others", Some(161)), ErrorStatus::AUTHORIZATION_ERROR);
    assert_eq!(status(Version::V1, "public", Some(161)), ErrorStatus::NO_SUCH_NAME);
}
