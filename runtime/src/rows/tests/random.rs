//! Requests of all kinds beside a model that is a map of rows and the standard's sentences.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::acme::*;
use crate::rows::RowStore;
use crate::value::{Gauge32, VarBind};

/// Owner, speed, storage, state.
#[derive(Clone, Debug, PartialEq)]
struct ModelRow {
    owner: Option<String>,
    speed: u32,
    storage: i32,
    state: i32,
}

type Model = BTreeMap<(i32, u32), ModelRow>;

#[derive(Clone, Debug)]
enum Ask {
    Status(i32),
    Owner(&'static str),
    Speed(u32),
    Storage(i32),
}

type Pdu = Vec<((i32, u32), Ask)>;

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        4 => (1..=6_i32).prop_map(Ask::Status),
        3 => prop::sample::select(vec!["", "ann", "ben", "a name that is too long"]).prop_map(Ask::Owner),
        2 => prop::sample::select(vec![0, 1, 50, 100_000, 100_001]).prop_map(Ask::Speed),
        1 => (1..=5_i32).prop_map(Ask::Storage),
    ]
}

fn pdu() -> impl Strategy<Value = Pdu> {
    prop::collection::vec(((1..=3_i32, 0..2_u32), ask()), 1..7)
}

fn name(number: u32) -> &'static str {
    if number == 0 { "a" } else { "bb" }
}

fn varbinds(pdu: &Pdu) -> Vec<VarBind> {
    let varbind = |((slot, number), ask): &((i32, u32), Ask)| match ask {
        Ask::Status(status) => port(*slot, name(*number), 8, *status),
        Ask::Owner(owner) => port(*slot, name(*number), 3, *owner),
        Ask::Speed(speed) => port(*slot, name(*number), 4, Gauge32(*speed)),
        Ask::Storage(storage) => port(*slot, name(*number), 7, *storage),
    };
    pdu.iter().map(varbind).collect()
}

/// The rows after a request; `None` if it is refused.
fn after(model: &Model, pdu: &Pdu) -> Option<Model> {
    let mut next = model.clone();
    let mut rows: Vec<(i32, u32)> = pdu.iter().map(|(row, _)| *row).collect();
    rows.sort_unstable();
    rows.dedup();
    for key in rows {
        let known = model.get(&key);
        let mut row = known.cloned().unwrap_or(ModelRow { owner: None, speed: 100, storage: 2, state: 0 });
        let (mut statuses, mut owners, mut speeds, mut storages) = (vec![], vec![], vec![], vec![]);
        for (_, ask) in pdu.iter().filter(|(row, _)| *row == key) {
            match ask {
                Ask::Status(status) => statuses.push(*status),
                Ask::Owner(owner) => owners.push(*owner),
                Ask::Speed(speed) => speeds.push(*speed),
                Ask::Storage(storage) => storages.push(*storage),
            }
        }
        // A variable has one value.
        let one = |differ: bool| if differ { None } else { Some(()) };
        one(statuses.iter().any(|status| *status != statuses[0]))?;
        one(owners.iter().any(|owner| *owner != owners[0]))?;
        one(speeds.iter().any(|speed| *speed != speeds[0]))?;
        one(storages.iter().any(|storage| *storage != storages[0]))?;
        if let Some(owner) = owners.first() {
            one(owner.len() > 16)?;
            row.owner = Some((*owner).to_owned());
        }
        if let Some(speed) = speeds.first() {
            one(!(1..=100_000).contains(speed))?;
            row.speed = *speed;
        }
        if let Some(storage) = storages.first() {
            one(*storage > 3)?;
            row.storage = *storage;
        }
        let only_status = owners.is_empty() && speeds.is_empty() && storages.is_empty();
        let ready = row.owner.is_some();
        let state = row.state;
        row.state = match (statuses.first(), state) {
            (Some(3), _) => return None,
            (Some(4), 0) if ready => 1,
            (Some(5), 0) => 3 - i32::from(ready),
            (Some(4 | 5), _) => return None,
            (Some(6), 0) if !only_status => return None,
            (Some(6), _) => 0,
            (_, 0) => return None,
            (Some(_), 3) if !ready => return None,
            (Some(wanted), _) => *wanted,
            (None, 3) => 3 - i32::from(ready),
            (None, state) => state,
        };
        if row.state == 0 {
            next.remove(&key);
        } else {
            next.insert(key, row);
        }
    }
    Some(next)
}

fn content(store: &RowStore<Port>) -> Model {
    let rows = store.snapshot();
    let row = |row: crate::rows::RowRef<'_, Port>| {
        let index = row.index().unwrap();
        let model = ModelRow {
            owner: row.get(OWNER).map(|owner| owner.to_string()),
            speed: row.get(SPEED).unwrap().0,
            storage: row.get(STORAGE).unwrap(),
            state: row.get(STATUS).unwrap(),
        };
        ((index.slot, index.name.len() as u32 - 1), model)
    };
    rows.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// S20, P9, P11: a request is made as a whole or not at all, and undo restores exactly what was there.
    #[test]
    fn as_the_model(pdus in prop::collection::vec((pdu(), any::<bool>()), 1..20)) {
        let store = RowStore::<Port>::new();
        let mut model = Model::new();
        for (pdu, undo) in pdus {
            let before = walk(&store);
            let expected = after(&model, &pdu);
            match store.prepare(&varbinds(&pdu)) {
                Ok(mut prepared) => {
                    prop_assert_eq!(walk(&store), before.clone(), "a test changes nothing");
                    prop_assert!(expected.is_some(), "accepted: {:?} in {:?}", pdu, model);
                    prepared.commit().unwrap();
                    prop_assert_eq!(&content(&store), expected.as_ref().unwrap(), "{:?} in {:?}", pdu, model);
                    if undo {
                        prepared.undo().unwrap();
                        prop_assert_eq!(walk(&store), before);
                    } else {
                        model = expected.unwrap();
                    }
                }
                Err(error) => {
                    prop_assert!(expected.is_none(), "refused, {}: {:?} in {:?}", error, pdu, model);
                    prop_assert!(error.at_varbind().is_some_and(|position| position < pdu.len()));
                    prop_assert_eq!(walk(&store), before);
                }
            }
            prop_assert_eq!(&content(&store), &model);
        }
    }
}
