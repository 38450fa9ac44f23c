//! snmpTargetAddrExtTable of SNMP-COMMUNITY-MIB (RFC 3584 §5.3): masks and message sizes of the rows of snmpTargetAddrTable.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mibc_generated::snmp_community_mib::{
    SNMP_TARGET_ADDR_MMS, SNMP_TARGET_ADDR_T_MASK, SnmpTargetAddrExtEntry,
};
use mibc_generated::snmp_target_mib::SnmpTargetAddrIndex;
use mibc_runtime::access::Principal;
use mibc_runtime::agent::{
    Agent, Eventual, GetBatch, Handler, NextBatch, Prepared, SetError, Tested, UndoError,
};
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::originator::{Targets, to_domain};
use mibc_runtime::rows::{self, Change, RowEdit, RowStore};
use mibc_runtime::value::{OctetString, VarBind};

use super::table::used;

/// Most rows of one SET that are remembered until it is done.
const REMEMBERED: usize = 10_000;

/// Mask and size of a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Extension {
    mask: Option<OctetString>,
    mms: Option<i32>,
}

impl Extension {
    /// That of a row, if there is one.
    pub(super) fn of(rows: &RowStore<SnmpTargetAddrExtEntry>, index: &SnmpTargetAddrIndex) -> Self {
        Self { mask: rows.get(index, SNMP_TARGET_ADDR_T_MASK), mms: rows.get(index, SNMP_TARGET_ADDR_MMS) }
    }

    /// A row like this one.
    pub(super) fn fill<'a>(
        self,
        row: RowEdit<'a, SnmpTargetAddrExtEntry>,
    ) -> RowEdit<'a, SnmpTargetAddrExtEntry> {
        let row = match self.mask {
            Some(mask) => row.set(SNMP_TARGET_ADDR_T_MASK, mask),
            None => row,
        };
        match self.mms {
            Some(mms) => row.set(SNMP_TARGET_ADDR_MMS, mms),
            None => row,
        }
    }
}

/// Rows that have gone with their addresses, in case these come back.
#[derive(Debug, Default)]
pub(super) struct Removed(Mutex<BTreeMap<SnmpTargetAddrIndex, Extension>>);

impl Removed {
    pub(super) fn keep(&self, index: &SnmpTargetAddrIndex, rows: &RowStore<SnmpTargetAddrExtEntry>) {
        let mut removed = self.lock();
        if removed.len() >= REMEMBERED {
            removed.clear();
        }
        removed.insert(index.clone(), Extension::of(rows, index));
    }

    pub(super) fn take(&self, index: &SnmpTargetAddrIndex) -> Option<Extension> {
        self.lock().remove(index)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SnmpTargetAddrIndex, Extension>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The table as it is served: a SET may name a row whose address comes with the same SET.
pub(super) struct Extensions(RowStore<SnmpTargetAddrExtEntry>);

impl Extensions {
    /// Serves the table. That of the addresses must have been served before.
    pub(super) fn serve(rows: &RowStore<SnmpTargetAddrExtEntry>, agent: &Agent) {
        agent.register(rows.root().clone(), Arc::new(Self(rows.clone())));
    }
}

impl Handler for Extensions {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        Handler::get(&self.0, who, batch);
    }

    fn next(&self, who: &Principal<'_>, batch: &mut NextBatch<'_>) {
        Handler::next(&self.0, who, batch);
    }

    fn nests(&self) -> bool {
        Handler::nests(&self.0)
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        Handler::object(&self.0, name)
    }

    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        match Handler::test(&self.0, who, changes.clone()) {
            // Values have been checked before a row is looked for. Whether there is one is known when its address has
            // been committed.
            Eventual::Now(Err(error)) if error.status() == ErrorStatus::NO_CREATION => {
                let late = Late { rows: self.0.clone(), changes, prepared: None };
                Eventual::Now(Ok(Box::new(late)))
            }
            tested => tested,
        }
    }
}

/// Changes to rows that were not there yet.
struct Late {
    rows: RowStore<SnmpTargetAddrExtEntry>,
    changes: Vec<VarBind>,
    prepared: Option<rows::Prepared>,
}

impl Prepared for Late {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        match self.rows.prepare(&self.changes) {
            Ok(prepared) => Prepared::commit(self.prepared.insert(prepared)),
            Err(error) => Eventual::Now(Err(error)),
        }
    }

    fn seal(&mut self) -> Eventual<Result<(), SetError>> {
        self.prepared.as_mut().map_or(Eventual::Now(Ok(())), Prepared::seal)
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        self.prepared.as_mut().map_or(Eventual::Now(Ok(())), Prepared::undo)
    }
}

/// A mask is as long as the address, or empty (RFC 3584 §5.3). That of an address that is not active is looked at when it
/// becomes so.
pub(super) fn check_mask(
    change: &Change<'_, SnmpTargetAddrExtEntry>,
    targets: &Targets,
) -> Result<(), SetError> {
    let mask = change.after().and_then(|row| row.get(SNMP_TARGET_ADDR_T_MASK)).unwrap_or_default();
    let Some(index) = change.index().filter(|_| !mask.is_empty()) else { return Ok(()) };
    let tables = targets.tables();
    let Some(row) = tables.addresses().get(&index.snmp_target_addr_name.0.0) else { return Ok(()) };
    if to_domain(&row.address).is_none_or(|(_, octets)| octets.len() == mask.len()) {
        Ok(())
    } else {
        Err(SetError::inconsistent_value().column(SNMP_TARGET_ADDR_T_MASK.sub_id()))
    }
}

/// A mask that has changed counts at once where its address is active.
pub(super) fn follow_extension(change: &Change<'_, SnmpTargetAddrExtEntry>, targets: &Targets) {
    let (Some(index), Some(row)) = (change.index(), change.after()) else { return };
    let name = index.snmp_target_addr_name.0.0;
    targets.edit(|tables| {
        let Some(mut entry) = tables.addresses().get(&name).cloned() else { return };
        entry.t_mask = row.get(SNMP_TARGET_ADDR_T_MASK).unwrap_or_default().0;
        entry.mms = row.get(SNMP_TARGET_ADDR_MMS).and_then(|mms| u32::try_from(mms).ok()).unwrap_or(484);
        used(tables.set_address(name, entry));
    });
}
