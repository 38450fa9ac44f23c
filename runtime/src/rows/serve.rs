//! GET and GETNEXT: names are compared with the indexes of rows in octets, so that any name has its place between two rows,
//! whether it is cut short, goes on too far, or has parts that no index has.

use std::ops::Bound;

use super::layout::Layout;
use super::record::{column_bit, key_oid};
use super::tree::Tree;
use crate::oid::{Oid, OidRef};
use crate::value::ValueRef;

/// Gives what GET answers.
pub(super) fn value<T>(
    layout: &Layout,
    tree: &Tree,
    name: OidRef<'_>,
    answer: impl FnOnce(ValueRef<'_>) -> T,
) -> T {
    let Some((position, column, key)) = layout.locate(name).filter(|(_, column, _)| column.is_readable())
    else {
        return answer(ValueRef::NoSuchObject);
    };
    let record = tree.get(&key_oid(key));
    let value = record.and_then(|record| match &column.shown {
        Some(shown) => Some(shown.as_ref()),
        None => record.value(layout, position),
    });
    answer(value.unwrap_or(ValueRef::NoSuchInstance))
}

/// Gives the variables from a name on, in order, until one more is not wanted; whether that was so before their end.
pub(super) fn run(
    layout: &Layout,
    tree: &Tree,
    from: Bound<OidRef<'_>>,
    mut take: impl FnMut(OidRef<'_>, ValueRef<'_>) -> bool,
) -> bool {
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
    let mut name = Vec::new();
    for (position, column) in layout.columns.iter().enumerate().skip(position) {
        let start = std::mem::replace(&mut key, Oid::ZERO);
        let inclusive = std::mem::replace(&mut inclusive, true);
        if !column.is_readable() {
            continue;
        }
        let is_everywhere = layout.status == Some(position) || column.shown.is_some();
        let wanted = if is_everywhere { u64::MAX } else { column_bit(position) };
        let of_column = column.oid.as_ber();
        for record in tree.seek(start.as_ref(), inclusive).with_columns(wanted) {
            let value = match &column.shown {
                Some(shown) => Some(shown.as_ref()),
                None => record.value(layout, position),
            };
            if let Some(value) = value {
                name.clear();
                name.extend_from_slice(of_column);
                name.extend_from_slice(record.key);
                if !take(OidRef::trusted(&name), value) {
                    return true;
                }
            }
        }
    }
    false
}
