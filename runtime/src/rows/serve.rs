//! GET and GETNEXT: names are compared with the indexes of rows in octets, so that any name has its place between two rows,
//! whether it is cut short, goes on too far, or has parts that no index has.

use std::ops::Bound;

use super::layout::{ColumnLayout, Layout};
use super::record::key_oid;
use super::tree::Tree;
use crate::oid::{Oid, OidRef};
use crate::value::{Value, VarBind};

/// What GET answers.
pub(super) fn value(layout: &Layout, tree: &Tree, name: OidRef<'_>) -> Value {
    let Some((position, _, key)) = layout.locate(name).filter(|(_, column, _)| column.is_readable()) else {
        return Value::NoSuchObject;
    };
    let record = tree.get(&key_oid(key));
    record.and_then(|record| record.value(layout, position)).map_or(Value::NoSuchInstance, Value::from)
}

/// Up to `count` variables from a name on.
pub(super) fn run(layout: &Layout, tree: &Tree, from: Bound<OidRef<'_>>, count: usize) -> Vec<VarBind> {
    let mut found = Vec::new();
    let (mut position, mut key, mut inclusive) = (0, Oid::ZERO, true);
    if let Bound::Included(name) | Bound::Excluded(name) = from {
        if let Some((at, _, index)) = layout.locate(name) {
            position = at;
            if !index.is_empty() {
                (key, inclusive) = (key_oid(index), matches!(from, Bound::Included(_)));
            }
        } else {
            position = layout.columns.partition_point(|column| column.oid.as_ref() < name);
        }
    }
    for (at, column) in layout.columns.iter().enumerate().skip(position) {
        let start = std::mem::replace(&mut key, Oid::ZERO);
        let inclusive = std::mem::replace(&mut inclusive, true);
        if column.is_readable() && !cells(layout, tree, (at, column), &start, inclusive, count, &mut found) {
            break;
        }
    }
    found
}

/// Appends the cells of a column from an index on; whether there is room for more.
fn cells(
    layout: &Layout,
    tree: &Tree,
    (position, column): (usize, &ColumnLayout),
    start: &Oid,
    inclusive: bool,
    count: usize,
    found: &mut Vec<VarBind>,
) -> bool {
    for record in tree.seek(start.as_ref(), inclusive) {
        if found.len() >= count {
            return false;
        }
        if let Some(value) = record.value(layout, position) {
            let name = Oid::followed_by(column.oid.as_ref(), record.key);
            found.push(VarBind { name, value: value.to_value() });
        }
    }
    found.len() < count
}
