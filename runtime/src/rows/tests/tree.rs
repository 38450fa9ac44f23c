//! Pages beside a map of the standard library.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::acme::Port;
use crate::agent::RowState;
use crate::oid::Oid;
use crate::rows::layout::Layout;
use crate::rows::page::PageForm;
use crate::rows::record::{Draft, RowOctets, key_octets};
use crate::rows::tree::Tree;
use crate::value::Value;

fn form() -> PageForm {
    Layout::of::<Port>().form()
}

fn key(arcs: &[u32]) -> Oid {
    Oid::ZERO.extend(arcs.iter().copied()).unwrap()
}

fn record(layout: &Layout, key: &Oid, number: usize) -> RowOctets {
    let mut draft = Draft::fresh(layout);
    draft.state = RowState::Active;
    draft.cells[0] = Some(Value::from(&*"x".repeat(number % 300)));
    draft.encode(layout, key_octets(key))
}

fn content(tree: &Tree) -> Vec<(Oid, RowOctets)> {
    tree.iter().map(|record| (crate::rows::record::key_oid(record.key), record.to_octets())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Rows put in, replaced and taken out in any order, with snapshots that do not change.
    #[test]
    fn as_a_map(steps in prop::collection::vec((any::<bool>(), 0_u32..400, 0_usize..1000, any::<bool>()), 0..600)) {
        let layout = Layout::of::<Port>();
        // Pages that are wiped are the same to readers.
        let form = PageForm { is_secret: steps.len() % 2 == 0, ..form() };
        let (mut tree, mut map) = (Tree::new(form), BTreeMap::new());
        let mut snapshot = (tree.clone(), map.clone());
        for (at, (put, number, size, odd)) in steps.into_iter().enumerate() {
            // Indexes that go on where others end, and arcs of several octets.
            let key = if odd { key(&[number, number.wrapping_mul(77_777_777)]) } else { key(&[number]) };
            if put {
                let record = record(&layout, &key, size);
                tree.put(&key, &record);
                map.insert(key, record);
            } else {
                tree.remove(&key);
                map.remove(&key);
            }
            prop_assert_eq!(tree.len(), map.len());
            if at % 100 == 50 {
                snapshot = (tree.clone(), map.clone());
            }
        }
        prop_assert_eq!(content(&tree), map.clone().into_iter().collect::<Vec<_>>());
        prop_assert_eq!(content(&snapshot.0), snapshot.1.into_iter().collect::<Vec<_>>());
        for number in (0..400).step_by(7) {
            let key = key(&[number]);
            prop_assert_eq!(tree.get(&key).map(|record| record.to_octets()), map.get(&key).cloned());
            let next = map.range((std::ops::Bound::Excluded(&key), std::ops::Bound::Unbounded)).next();
            let found = tree.seek(key.as_ref(), false).next().map(|record| record.to_octets());
            prop_assert_eq!(found, next.map(|(_, record)| record.clone()));
        }
    }
}

/// A walk through a column that few rows have goes past whole pages, and past no row that has it.
#[test]
fn columns_that_few_rows_have() {
    let layout = Layout::of::<Port>();
    let mut tree = Tree::new(form());
    // acmePortOctets.
    let position = layout.position(6).unwrap();
    let mut draft = Draft::fresh(&layout);
    for number in 0..10_000 {
        let key = key(&[number]);
        draft.cells[position] = (number % 1_000 == 7).then(|| Value::Counter64(5.into()));
        tree.put(&key, &draft.encode(&layout, key_octets(&key)));
    }
    let cursor = tree.iter().with_columns(crate::rows::record::column_bit(position));
    let rows: Vec<_> = cursor.collect();
    assert!(rows.len() < 500, "{} rows looked at", rows.len());
    assert_eq!(rows.iter().filter(|row| row.cell(&layout, position).is_some()).count(), 10);
}

/// In order, backwards, and emptied from both ends.
#[test]
fn in_order() {
    let layout = Layout::of::<Port>();
    for backwards in [false, true] {
        let mut tree = Tree::new(form());
        let numbers: Vec<u32> = if backwards { (0..5000).rev().collect() } else { (0..5000).collect() };
        for number in &numbers {
            let key = key(&[*number]);
            tree.put(&key, &record(&layout, &key, 10));
        }
        assert_eq!(tree.iter().count(), 5000);
        for number in &numbers {
            tree.remove(&key(&[*number]));
        }
        assert_eq!((tree.len(), tree.iter().count()), (0, 0));
    }
}
