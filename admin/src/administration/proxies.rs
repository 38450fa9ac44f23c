//! SNMP-PROXY-MIB (RFC 3413 §4.2): which messages for other engines are passed on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mibc_generated::snmp_proxy_mib::{
    SNMP_PROXY_CONTEXT_ENGINE_ID, SNMP_PROXY_CONTEXT_NAME, SNMP_PROXY_MULTIPLE_TARGET_OUT,
    SNMP_PROXY_SINGLE_TARGET_OUT, SNMP_PROXY_STORAGE_TYPE, SNMP_PROXY_TARGET_PARAMS_IN, SNMP_PROXY_TYPE,
    SnmpProxyEntry, SnmpProxyIndex, SnmpProxyType,
};
use mibc_runtime::agent::Agent;
use mibc_runtime::originator::{ProxyEntry, ProxyType, Tag, TargetTables, Targets};
use mibc_runtime::rows::{RowError, RowRef};

use super::AdministrationError;
use super::table::{Fill, Staged, Table, follow, tag_of, used};
use crate::datastore::Datastore;
use crate::store::StoreJournal;

/// The table, and a proxy that follows it.
pub(super) struct ProxyTable(Table<SnmpProxyEntry>);

impl ProxyTable {
    pub(super) fn open(kept: Option<&StoreJournal>, targets: &Arc<Targets>) -> Result<Self, RowError> {
        let to = Arc::clone(targets);
        let table = Table::open(
            kept,
            Some(SNMP_PROXY_STORAGE_TYPE),
            |builder| {
                // Which of the two targets counts depends on the type.
                builder
                    .default_value(SNMP_PROXY_CONTEXT_NAME, "")
                    .default_value(SNMP_PROXY_SINGLE_TARGET_OUT, "")
                    .default_value(SNMP_PROXY_MULTIPLE_TARGET_OUT, "")
                    .frozen(SNMP_PROXY_TYPE)
                    .frozen(SNMP_PROXY_CONTEXT_ENGINE_ID)
                    .frozen(SNMP_PROXY_CONTEXT_NAME)
                    .frozen(SNMP_PROXY_TARGET_PARAMS_IN)
                    .frozen(SNMP_PROXY_SINGLE_TARGET_OUT)
                    .frozen(SNMP_PROXY_MULTIPLE_TARGET_OUT)
                    .on_test(tag_of(SNMP_PROXY_MULTIPLE_TARGET_OUT))
            },
            follow(to, set_proxy, |tables, index| drop(tables.remove_proxy(&index.snmp_proxy_name.0.0))),
        )?;
        Ok(Self(table))
    }

    pub(super) fn serve(&self, agent: &Agent) {
        self.0.serve(agent);
    }

    /// Makes ready to take the rows of a configuration in.
    pub(super) fn stage(&self, rows: &Datastore) -> Result<Staged<'_, SnmpProxyEntry>, AdministrationError> {
        let rows = rows.proxies.iter().map(|(name, row)| {
            let row = &row.row;
            let (proxy_type, is_request) = match row.proxy_type {
                ProxyType::Read => (SnmpProxyType::READ, true),
                ProxyType::Write => (SnmpProxyType::WRITE, true),
                ProxyType::Trap => (SnmpProxyType::TRAP, false),
                ProxyType::Inform => (SnmpProxyType::INFORM, false),
            };
            let fill: Fill<'_, SnmpProxyEntry> = Box::new(move |edit| {
                let (single, multiple) =
                    if is_request { (row.out.as_str(), "") } else { ("", row.out.as_str()) };
                edit.set(SNMP_PROXY_TYPE, proxy_type)
                    .set(SNMP_PROXY_CONTEXT_ENGINE_ID, row.engine_id.as_bytes().to_vec())
                    .set(SNMP_PROXY_CONTEXT_NAME, row.context.clone())
                    .set(SNMP_PROXY_TARGET_PARAMS_IN, row.parameters.clone())
                    .set(SNMP_PROXY_SINGLE_TARGET_OUT, single)
                    .set(SNMP_PROXY_MULTIPLE_TARGET_OUT, multiple)
            });
            (SnmpProxyIndex { snmp_proxy_name: name.clone().into() }, fill)
        });
        Ok(self.0.stage(rows.collect())?)
    }

    /// Removes rows that were left unfinished.
    pub(super) fn expire(&self, now: Instant, age: Duration) -> Result<usize, RowError> {
        self.0.expire(now, age)
    }

    pub(super) fn publish(&self, tables: &mut TargetTables) {
        self.0.each_active(|row| set_proxy(tables, row));
    }
}

fn set_proxy(tables: &mut TargetTables, row: RowRef<'_, SnmpProxyEntry>) {
    let (Some(index), Some(proxy_type), Some(engine_id), Some(params)) = (
        row.index(),
        row.get(SNMP_PROXY_TYPE),
        row.get(SNMP_PROXY_CONTEXT_ENGINE_ID),
        row.get(SNMP_PROXY_TARGET_PARAMS_IN),
    ) else {
        return;
    };
    let proxy_type = match proxy_type {
        SnmpProxyType::READ => ProxyType::Read,
        SnmpProxyType::WRITE => ProxyType::Write,
        SnmpProxyType::TRAP => ProxyType::Trap,
        SnmpProxyType::INFORM => ProxyType::Inform,
        _ => return,
    };
    let tag = row.get(SNMP_PROXY_MULTIPLE_TARGET_OUT).and_then(|tag| Tag::new(tag.0.0).ok());
    let entry = ProxyEntry {
        context_name: row.get(SNMP_PROXY_CONTEXT_NAME).map(|name| name.0.0).unwrap_or_default(),
        single_target_out: row.get(SNMP_PROXY_SINGLE_TARGET_OUT).map(|name| name.0.0).unwrap_or_default(),
        multiple_target_out: tag.unwrap_or_default(),
        ..ProxyEntry::new(proxy_type, engine_id.0.0, params.0.0)
    };
    used(tables.set_proxy(index.snmp_proxy_name.0.0, entry));
}
