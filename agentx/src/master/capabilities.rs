//! sysORTable: capabilities that sub-agents tell of.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use mibc_generated::snmpv2_mib::{SYS_OR_LAST_CHANGE, SysOrEntry, SysOrIndex, SysOrTable};
use mibc_generated::snmpv2_tc::{DisplayString, TimeStamp};
use mibc_runtime::agent::Served;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::TimeTicks;

use super::shared::lock;

/// A sysORTable that takes rows. An application that has its own implements this, so that sub-agents' rows are in it.
pub trait CapabilityTable: Send + Sync {
    /// Adds a row: sysORID, sysORDescr and sysORUpTime. What it gives names the row.
    fn add(&self, id: &Oid, description: &[u8], now: TimeTicks) -> u64;

    /// Removes a row.
    fn remove(&self, row: u64, now: TimeTicks);
}

/// A sysORTable that has only sub-agents' rows.
#[derive(Debug, Default)]
pub(super) struct OwnTable(Mutex<Rows>);

#[derive(Debug, Default)]
struct Rows {
    rows: BTreeMap<i32, (Oid, Vec<u8>, TimeTicks)>,
    last: i32,
    changed: TimeTicks,
}

impl OwnTable {
    pub(super) fn serve(self: &Arc<Self>, served: &Served) {
        served.serve_table(SysOrEntry, Arc::clone(self));
        let table = Arc::clone(self);
        served.serve(SYS_OR_LAST_CHANGE, move || TimeStamp(lock(&table.0).changed));
    }
}

impl CapabilityTable for OwnTable {
    fn add(&self, id: &Oid, description: &[u8], now: TimeTicks) -> u64 {
        let mut rows = lock(&self.0);
        // There are far fewer rows than numbers.
        while {
            rows.last = if rows.last == i32::MAX { 1 } else { rows.last + 1 };
            rows.rows.contains_key(&rows.last)
        } {}
        let row = rows.last;
        rows.rows.insert(row, (id.clone(), description.iter().copied().take(255).collect(), now));
        rows.changed = now;
        row.unsigned_abs().into()
    }

    fn remove(&self, row: u64, now: TimeTicks) {
        let mut rows = lock(&self.0);
        if i32::try_from(row).is_ok_and(|row| rows.rows.remove(&row).is_some()) {
            rows.changed = now;
        }
    }
}

impl SysOrTable for OwnTable {
    fn next(&self, after: Option<&SysOrIndex>) -> Option<SysOrIndex> {
        let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.sys_or_index));
        let rows = lock(&self.0);
        rows.rows.range((from, Bound::Unbounded)).next().map(|(row, _)| SysOrIndex { sys_or_index: *row })
    }

    fn sys_orid(&self, index: &SysOrIndex) -> Option<Oid> {
        lock(&self.0).rows.get(&index.sys_or_index).map(|(id, ..)| id.clone())
    }

    fn sys_or_descr(&self, index: &SysOrIndex) -> Option<DisplayString> {
        lock(&self.0).rows.get(&index.sys_or_index).map(|(_, words, _)| DisplayString(words.clone().into()))
    }

    fn sys_or_up_time(&self, index: &SysOrIndex) -> Option<TimeStamp> {
        lock(&self.0).rows.get(&index.sys_or_index).map(|(.., since)| TimeStamp(*since))
    }
}
