//! Indexes that are none, in every table: cut short, too long, with lengths beyond their end and numbers up to 2^32 - 1. What
//! tables, columns and indexes there are is taken from the modules.

use crate::lab::{Lab, USER, configuration};
use mibc_generated::snmp_community_mib::SnmpCommunityMib;
use mibc_generated::snmp_notification_mib::SnmpNotificationMib;
use mibc_generated::snmp_target_mib::SnmpTargetMib;
use mibc_generated::snmp_user_based_sm_mib::SnmpUserBasedSmMib;
use mibc_generated::snmp_view_based_acm_mib::SnmpViewBasedAcmMib;
use mibc_generated::snmpv2_mib::Snmpv2Mib;
use mibc_runtime::index::Form;
use mibc_runtime::message::{ErrorStatus, PduHeader, PduKind};
use mibc_runtime::meta::{Meta, ObjectKind, ObjectMeta, TypeMeta};
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::{Access, BaseType};
use mibc_runtime::typed::Module;
use mibc_runtime::value::{OctetString, Value, VarBind};
use std::collections::BTreeSet;

const MODULES: [Meta<'static>; 6] = [
    Snmpv2Mib::META,
    SnmpUserBasedSmMib::META,
    SnmpViewBasedAcmMib::META,
    SnmpTargetMib::META,
    SnmpNotificationMib::META,
    SnmpCommunityMib::META,
];

/// What agents read as numbers at the edge.
const EDGES: [u32; 8] = [0, 1, 127, 128, 255, i32::MAX as u32, i32::MAX as u32 + 1, u32::MAX];

const CREATE_AND_WAIT: Value = Value::Integer(5);
const DESTROY: Value = Value::Integer(6);

/// An index that the table can have, of its objects.
fn regular(row: ObjectMeta<'_>) -> Vec<u32> {
    let mut arcs = Vec::new();
    for object in row.index() {
        let least = object.syntax.ranges().next().map_or(1, |(least, _)| least);
        let octets = usize::try_from(least).unwrap_or(1).clamp(1, 9);
        match (object.syntax.base(), object.form) {
            (BaseType::ObjectIdentifier, Form::Implied) => arcs.extend([1, 3, 6]),
            (BaseType::ObjectIdentifier, _) => arcs.extend([3, 1, 3, 6]),
            (BaseType::OctetString, Form::Variable) => {
                arcs.push(octets as u32);
                arcs.extend(std::iter::repeat_n(65, octets));
            }
            (BaseType::OctetString, Form::Fixed(size)) => arcs.extend(std::iter::repeat_n(65, size)),
            (BaseType::OctetString, _) => arcs.extend([65, 66]),
            _ => arcs.push(u32::try_from(least).unwrap_or(1).max(1)),
        }
    }
    arcs
}

/// What an index becomes when it is damaged in each way at each place.
fn damaged(index: &[u32], into: &mut BTreeSet<Vec<u32>>) {
    into.insert(index.to_vec());
    for length in 0..index.len() {
        into.insert(index[..length].to_vec());
    }
    for edge in EDGES {
        into.insert([index, &[edge]].concat());
        into.insert([index, &[edge; 3]].concat());
    }
    for at in 0..index.len() {
        let arc = index[at];
        for edge in EDGES.into_iter().chain([arc.wrapping_sub(1), arc.wrapping_add(1), arc.wrapping_add(200)])
        {
            let mut other = index.to_vec();
            other[at] = edge;
            into.insert(other);
        }
        // Everything behind is gone, and a length says that it is there.
        into.insert([&index[..at], &[u32::MAX]].concat());
        into.insert([&index[..at], &[u32::MAX, 1]].concat());
    }
    into.insert([index, &[7; 100]].concat());
    into.insert(vec![u32::MAX; 100]);
}

fn value_of(syntax: &TypeMeta<'_>) -> Value {
    match syntax.base() {
        BaseType::OctetString | BaseType::Bits => Value::OctetString(OctetString::from("odd")),
        BaseType::ObjectIdentifier => Value::ObjectIdentifier(Oid::ZERO),
        _ => Value::Integer(1),
    }
}

/// S6, and the cases of CVE-2022-24805 to 24810.
#[test]
fn every_damaged_index_of_every_table() {
    let lab = Lab::start(&configuration(&USER.replace("NAME", "second")), None);
    let (mut tables, mut asked, mut refused, mut made) = (0, 0, 0, 0);
    for meta in MODULES {
        for row in meta.objects().filter(|object| object.kind() == ObjectKind::Row) {
            let columns: Vec<ObjectMeta<'_>> = meta
                .objects()
                .filter(|object| object.kind() == ObjectKind::Column)
                .filter(|object| object.oid().parent().as_ref() == Some(&row.oid()))
                .filter(|object| object.access() != Access::NotAccessible)
                .collect();
            let before = lab.walk(&row.oid().to_string());
            let mut indexes = BTreeSet::new();
            damaged(&regular(row), &mut indexes);
            // Rows that are there: the first and the last.
            let column = before.first().map(|varbind| columns_index(&row.oid(), &varbind.name));
            let last = before.last().map(|varbind| columns_index(&row.oid(), &varbind.name));
            for index in column.iter().chain(&last) {
                damaged(index, &mut indexes);
            }
            for column in &columns {
                asked += retrievals(&lab, &row.oid(), &before, &column.oid(), &indexes);
            }
            let status = columns
                .iter()
                .find(|column| column.syntax().is_some_and(|syntax| syntax.name() == Some("RowStatus")));
            let other = columns.iter().find(|column| {
                matches!(column.access(), Access::ReadCreate | Access::ReadWrite)
                    && status.is_none_or(|status| status.oid() != column.oid())
            });
            let there: BTreeSet<Vec<u32>> =
                before.iter().map(|varbind| columns_index(&row.oid(), &varbind.name)).collect();
            for index in &indexes {
                if let Some(status) = status {
                    let Ok(name) = status.oid().extend(index.iter().copied()) else { continue };
                    let set = |value: Value| lab.set(&[(&name.to_string(), value)]).0;
                    match set(CREATE_AND_WAIT) {
                        ErrorStatus::NO_ERROR => {
                            assert!(!there.contains(index), "{name} is there already");
                            assert_eq!(set(DESTROY), ErrorStatus::NO_ERROR, "{name}");
                            made += 1;
                        }
                        _ => refused += 1,
                    }
                }
                // Of rows that are not there. A row that can be is notReady at most, and goes again.
                if let Some((column, syntax)) = other.and_then(|column| Some((column, column.syntax()?)))
                    && !there.contains(index)
                    && let Ok(name) = column.oid().extend(index.iter().copied())
                {
                    let (error, at) = lab.set(&[(&name.to_string(), value_of(&syntax))]);
                    assert!(
                        error != ErrorStatus::NO_ERROR && error != ErrorStatus::GEN_ERR,
                        "{name}: {error}"
                    );
                    assert_eq!(at, 1, "{name}");
                    refused += 1;
                }
            }
            assert_eq!(lab.walk(&row.oid().to_string()), before, "{row:?}");
            tables += usize::from(!before.is_empty() || status.is_some());
        }
    }
    assert_eq!(tables, 13, "all tables of these modules");
    assert!(asked > 10_000 && refused > 2_000 && made > 20, "{asked} asked, {refused} refused, {made} made");
}

/// The index of an instance.
fn columns_index(row: &Oid, name: &Oid) -> Vec<u32> {
    name.arcs().skip(row.arcs().count() + 1).collect()
}

/// GETNEXT from a damaged index goes on with the first variable behind it, and GET finds none. How many names it were.
fn retrievals(lab: &Lab, row: &Oid, all: &[VarBind], column: &Oid, indexes: &BTreeSet<Vec<u32>>) -> usize {
    let names: Vec<Oid> =
        indexes.iter().filter_map(|index| column.extend(index.iter().copied()).ok()).collect();
    for some in names.chunks(16) {
        let asked: Vec<VarBind> = some.iter().map(|name| VarBind::unspecified(name.clone())).collect();
        let next = lab.ask(PduHeader::new(PduKind::GetNext, 1), asked.clone());
        assert_eq!(next.header.error_status, ErrorStatus::NO_ERROR, "{some:?}");
        for (name, found) in some.iter().zip(&next.varbinds) {
            match all.iter().find(|varbind| varbind.name > *name) {
                Some(expected) => assert_eq!(found, expected, "behind {name}"),
                None => assert!(
                    found.value == Value::EndOfMibView || found.name.strip_prefix(row).is_none(),
                    "behind {name}: {found}"
                ),
            }
        }
        let got = lab.ask(PduHeader::new(PduKind::Get, 1), asked);
        assert_eq!(got.header.error_status, ErrorStatus::NO_ERROR, "{some:?}");
        for (name, found) in some.iter().zip(&got.varbinds) {
            match all.iter().find(|varbind| varbind.name == *name) {
                Some(expected) => assert_eq!(found, expected),
                None => assert!(
                    matches!(found.value, Value::NoSuchInstance | Value::NoSuchObject),
                    "{name}: {found}"
                ),
            }
        }
    }
    names.len()
}
