//! GETBULK against a model of a few lines.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Instant;

use mibc_runtime::access::{Family, View};
use mibc_runtime::agent::{
    Arrival, Community, Exchange, GetBatch, Handler, NextBatch, Principal, ReadError, Responder, Successors,
    Variables,
};
use mibc_runtime::ber::varbind_len;
use mibc_runtime::message::{Decoder, ErrorStatus, Message, OwnedBody, PduHeader, Version};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{OctetString, Value, VarBind};
use proptest::prelude::*;

use crate::acme::{AcmeOutletEntry, AcmeOutletIndex, ENTRY, Outlet, Outlets};
use crate::ask::{encode, oid, unspecified};

/// Variables with their values.
type Variations = BTreeMap<Oid, Value>;

/// Gives one variable at a time.
struct Single(Variations);

impl Variables for Single {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        Ok(self.0.get(&name.to_oid()).cloned().unwrap_or(Value::NoSuchInstance))
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let mut behind = self.0.range((from.map(OidRef::to_oid), Bound::Unbounded));
        Ok(behind.next().map(|(name, value)| VarBind { name: name.clone(), value: value.clone() }))
    }
}

/// Gives some at once, waits for others, and waits for values of others.
struct Mixed(Variations);

impl Handler for Mixed {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        while let Some(slot) = batch.next_slot() {
            let value = self.0.get(&slot.name().to_oid());
            slot.answer(value.unwrap_or(&Value::NoSuchInstance));
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(mut run) = batch.next_run() {
            let behind = self.0.range((run.from_oid(), Bound::Unbounded));
            let behind: Vec<(&Oid, &Value)> = behind.take(3).collect();
            match behind.as_slice() {
                [] => run.end(),
                [(name, value), rest @ ..] => match name.last() % 3 {
                    0 => {
                        run.push(*name, *value);
                    }
                    1 => {
                        let value = (*value).clone();
                        run.push_later(*name, || Box::pin(std::future::ready(Ok(value))));
                    }
                    _ => {
                        let all = [(*name, *value)].into_iter().chain(rest.iter().copied());
                        let varbinds = all.map(|(name, value)| VarBind::new(name.clone(), value.clone()));
                        let successors = Successors { varbinds: varbinds.collect(), is_end: rest.len() < 2 };
                        run.wait(Box::pin(std::future::ready(Ok(successors))));
                    }
                },
            }
        }
    }
}

/// What GETBULK gives, without a limit of size: RFC 3416 §4.2.3 word by word.
fn model(shown: &Variations, names: &[Oid], non_repeaters: usize, repetitions: usize) -> Vec<VarBind> {
    let next = |name: &Oid| {
        let behind = shown.range((Bound::Excluded(name.clone()), Bound::Unbounded)).next();
        behind.map_or_else(
            || VarBind { name: name.clone(), value: Value::EndOfMibView },
            |(name, value)| VarBind { name: name.clone(), value: value.clone() },
        )
    };
    let (single, repeated) = names.split_at(non_repeaters.min(names.len()));
    let mut found: Vec<VarBind> = single.iter().map(&next).collect();
    let mut heads = repeated.to_vec();
    for _ in 0..repetitions {
        let row: Vec<VarBind> = heads.iter().map(&next).collect();
        heads = row.iter().map(|varbind| varbind.name.clone()).collect();
        let is_end = row.iter().all(|varbind| varbind.value == Value::EndOfMibView);
        found.extend(row);
        if is_end {
            break;
        }
    }
    found
}

fn ask(responder: &Responder, header: PduHeader, names: &[Oid]) -> (ErrorStatus, Vec<VarBind>) {
    let names: Vec<VarBind> = names.iter().cloned().map(VarBind::unspecified).collect();
    let request = encode(Version::V2c, "public", header, names);
    let mut exchange = Exchange::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let response = runtime.block_on(async {
        match responder.begin(Arrival::new(Instant::now(), &request), &mut exchange).expect("an answer") {
            mibc_runtime::agent::Step::Nothing => panic!("a request is answered"),
            mibc_runtime::agent::Step::Response(response) => response.to_vec(),
            mibc_runtime::agent::Step::Wait(transaction) => {
                let mut exchange = Exchange::default();
                let response = responder.finish(transaction, Instant::now, &mut exchange).await;
                response.expect("an answer").to_vec()
            }
        }
    });
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(&response).expect("a valid response");
    let OwnedBody::Pdu(pdu) = Message::from(&decoded.message).body else { panic!("a trap is no answer") };
    (pdu.header.error_status, pdu.varbinds)
}

/// A prefix of what is expected; all of it, unless the next one does not fit.
fn check(found: &[VarBind], expected: &[VarBind], limit: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(Some(found), expected.get(..found.len()));
    if let Some(next) = expected.get(found.len()) {
        let octets = |varbind: &VarBind| varbind_len(varbind.name.as_ber(), varbind.value.as_ref());
        let size: usize = found.iter().map(octets).sum();
        // What is around the varbinds is reckoned generously.
        prop_assert!(size + octets(next) + 80 > limit, "{} of {} fit {limit}", found.len(), expected.len());
    }
    Ok(())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        proptest::collection::vec(any::<u8>(), 0..60).prop_map(|octets| Value::from(OctetString(octets))),
    ]
}

/// Below 1.3.6.1.4.1.7: 1 to 4, then up to two numbers.
fn name() -> impl Strategy<Value = Oid> {
    (1..5_u32, proptest::collection::vec(0..5_u32, 0..3)).prop_map(|(part, arcs)| {
        oid("1.3.6.1.4.1.7").child(part).and_then(|oid| oid.extend(arcs)).expect("short")
    })
}

fn view() -> impl Strategy<Value = Vec<Family>> {
    let family =
        (name(), any::<bool>(), proptest::option::of(6..9_usize)).prop_map(|(subtree, included, wild)| {
            let family = if included { Family::included(subtree) } else { Family::excluded(subtree) };
            match wild {
                Some(position) => family.mask(mibc_runtime::access::Mask::wild([position]).expect("short")),
                None => family,
            }
        });
    prop_oneof![
        Just(vec![Family::everything()]),
        proptest::collection::vec(family, 0..6)
            .prop_map(|families| [Family::included(oid("1.3.6"))].into_iter().chain(families).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// P3 to P6: whatever the handlers, the views, the names and the limit, the response is that of the standard's own
    /// words, as far as it fits.
    #[test]
    fn interleaving_is_that_of_the_standard(
        variables in proptest::collection::btree_map(name(), value(), 0..40),
        families in view(),
        names in proptest::collection::vec(name(), 1..6),
        non_repeaters in 0..4_usize,
        repetitions in prop_oneof![0..12_usize, Just(1_000)],
        limit in prop_oneof![Just(484_usize), 484..2_000_usize, Just(65_507)],
    ) {
        let view = View::new(families.clone());
        let shown: Variations =
            variables.iter().filter(|(name, _)| view.contains(*name)).map(|(n, v)| (n.clone(), v.clone())).collect();
        let responder = Responder::new([Community::read_only("public").families(families)], limit);
        // Part 3 is carved out of what one handler has, and has nobody of its own below 3.2.
        let of = |parts: &[u32]| -> Variations {
            let part = |name: &Oid| name.strip_prefix(&oid("1.3.6.1.4.1.7")).and_then(|mut arcs| arcs.next());
            let own = variables.iter().filter(|(name, _)| part(name).is_some_and(|part| parts.contains(&part)));
            own.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        responder.register(oid("1.3.6.1.4.1.7"), Arc::new(Single(of(&[1, 4]))));
        responder.register(oid("1.3.6.1.4.1.7.2"), Arc::new(Mixed(of(&[2]))));
        responder.register(oid("1.3.6.1.4.1.7.3"), Arc::new(Single(of(&[3]))));
        let header = PduHeader::bulk(1, non_repeaters as u32, repetitions as u32);
        let (status, found) = ask(&responder, header, &names);
        prop_assert_eq!(status, ErrorStatus::NO_ERROR);
        check(&found, &model(&shown, &names, non_repeaters, repetitions), limit)?;
        // GETNEXT is one repetition of all, or tooBig.
        let next = PduHeader::new(mibc_runtime::message::PduKind::GetNext, 2);
        let (status, found) = ask(&responder, next, &names);
        if status == ErrorStatus::NO_ERROR {
            prop_assert_eq!(found, model(&shown, &names, names.len(), 0));
        } else {
            prop_assert_eq!(status, ErrorStatus::TOO_BIG);
        }
    }

    /// P4, P6: several columns of one table, also with holes, from the same row and from different ones.
    #[test]
    fn columns_are_filled_together(
        rows in proptest::collection::btree_map(0..40_i32, proptest::option::of("[a-z]{0,9}"), 0..30),
        starts in proptest::collection::vec((0..9_u32, proptest::option::of(0..40_u32)), 1..6),
        repetitions in prop_oneof![0..10_usize, Just(200)],
        limit in prop_oneof![Just(484_usize), Just(1_472), Just(65_507)],
    ) {
        let mut shown = Variations::new();
        let table = Outlets::default();
        for (bank, owner) in &rows {
            let owner = owner.as_deref().map(OctetString::from);
            let outlet = Outlet { load: *bank as u32, state: *bank, owner: owner.clone() };
            table.rows.lock().expect("not poisoned").insert(AcmeOutletIndex::new(*bank, "x"), outlet);
            let cell = |column| oid(ENTRY).extend([column, *bank as u32, 1, 120]).expect("short");
            shown.insert(cell(3), Value::Gauge32(mibc_runtime::value::Gauge32(*bank as u32)));
            shown.insert(cell(4), Value::Integer(*bank));
            owner.into_iter().for_each(|owner| drop(shown.insert(cell(5), owner.into())));
            let octets = mibc_runtime::value::Counter64(u64::from(*bank as u32) << 32);
            shown.insert(cell(6), Value::Counter64(octets));
        }
        let responder = Responder::new([Community::read_only("public")], limit);
        responder.serve_table(AcmeOutletEntry, Arc::new(table));
        let names: Vec<Oid> = starts
            .iter()
            .map(|(column, row)| oid(ENTRY).extend([*column].into_iter().chain(*row)).expect("short"))
            .collect();
        let (status, found) = ask(&responder, PduHeader::bulk(1, 1, repetitions as u32), &names);
        prop_assert_eq!(status, ErrorStatus::NO_ERROR);
        check(&found, &model(&shown, &names, 1, repetitions), limit)?;
    }
}

/// Several columns from the same row on take one `next` for each row, not for each cell.
#[test]
fn rows_are_gone_through_once() {
    let table = Arc::new(Outlets::default());
    table.rows.lock().expect("not poisoned").extend((0..1_000).map(|bank| {
        (AcmeOutletIndex::new(bank, "x"), Outlet { load: 1, state: 1, owner: Some("ann".into()) })
    }));
    let responder = Responder::new([Community::read_only("public")], 65_507);
    responder.serve_table(AcmeOutletEntry, Arc::clone(&table));
    let names = [3, 4, 5, 6].map(|column| format!("{ENTRY}.{column}.500.1.120"));
    let request = unspecified(&names.each_ref().map(|name| &**name));
    let request = encode(Version::V2c, "public", PduHeader::bulk(1, 0, 50), request);
    let mut exchange = Exchange::default();
    let response =
        responder.respond(Arrival::new(Instant::now(), &request), &mut exchange).expect("an answer");
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(response).expect("a valid response");
    assert_eq!(decoded.message.pdu().expect("a response").varbinds.len(), 200);
    assert_eq!(table.next_calls.load(std::sync::atomic::Ordering::Relaxed), 50);
    assert_eq!(table.get_calls.load(std::sync::atomic::Ordering::Relaxed), 200);
}
