//! Managers against a small agent on loopback.

mod agent;
mod blocking_calls;
mod fleet;
mod oddities;
mod operations;
mod patience;
mod reading;
mod trouble;

use super::*;
use crate::index::{Index, IndexError, IndexReader, IndexWriter};
use crate::message::ErrorStatus;
use crate::meta::Meta;
use crate::oid::Oid;
use crate::typed::access::{ReadOnly, ReadWrite};
use crate::typed::{Column, DecodeError, FromRow, Module, ObjectRef, Problem, Row, RowCells, Scalar};
use crate::value::{Counter32, OctetString, TimeTicks, Value, VarBind};
use agent::Agent;
use std::time::Duration;

struct TestMib;

impl Module for TestMib {
    const META: Meta<'static> = Meta::EMPTY;
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PortIndex(i32);

impl Index for PortIndex {
    fn write(&self, w: &mut IndexWriter) {
        w.integer(self.0);
    }

    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
        Ok(Self(r.integer()?))
    }
}

impl From<i32> for PortIndex {
    fn from(n: i32) -> Self {
        Self(n)
    }
}

struct PortEntry;

impl Row for PortEntry {
    type Module = TestMib;
    type Index = PortIndex;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 99999, 2, 1];
}

const UP_TIME: Scalar<TestMib, TimeTicks, ReadOnly> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 3]);
const NAME: Scalar<TestMib, OctetString, ReadWrite> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);
const MISSING: Scalar<TestMib, i32, ReadWrite> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 99]);
const PORT_NAME: Column<PortEntry, OctetString, ReadWrite> = Column::new(2);
const PORT_COUNT: Column<PortEntry, Counter32, ReadOnly> = Column::new(3);

#[derive(Debug, PartialEq)]
struct Port {
    name: OctetString,
    count: Option<Counter32>,
}

impl FromRow for Port {
    type Index = PortIndex;

    fn columns(columns: &mut Vec<ObjectRef>) {
        columns.extend([PORT_NAME.object(), PORT_COUNT.object()]);
    }

    fn from_cells(row: &RowCells<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: row.required(0)?, count: row.optional(1)? })
    }
}

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

/// Twenty ports; every third has no count.
fn variables() -> Vec<VarBind> {
    let mut variables = vec![
        VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(4711)),
        VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::from("a name")),
    ];
    for n in 1..=20u32 {
        let name = format!("port {n}");
        variables
            .push(VarBind::new(oid(&format!("1.3.6.1.4.1.99999.2.1.2.{n}")), Value::from(name.as_str())));
        if !n.is_multiple_of(3) {
            variables.push(VarBind::new(oid(&format!("1.3.6.1.4.1.99999.2.1.3.{n}")), Counter32(n * 100)));
        }
    }
    variables
}

async fn manager() -> Manager {
    Manager::bind().await.expect("a socket")
}

fn hasty(target: Target) -> Target {
    target.timeout(Duration::from_millis(100)).retries(1)
}
