//! sysORTable (RFC 3418): what the agent has, and what sub-agents tell of.

use std::sync::atomic::{AtomicU32, Ordering};

use mibc_generated::snmp_community_mib::SNMP_COMMUNITY_MIB;
use mibc_generated::snmp_framework_mib::SNMP_FRAMEWORK_MIB;
use mibc_generated::snmp_mpd_mib::SNMP_MPDMIB;
use mibc_generated::snmp_notification_mib::SNMP_NOTIFICATION_MIB;
use mibc_generated::snmp_proxy_mib::SNMP_PROXY_MIB;
use mibc_generated::snmp_target_mib::SNMP_TARGET_MIB;
use mibc_generated::snmp_user_based_sm_mib::SNMP_USM_MIB;
use mibc_generated::snmp_view_based_acm_mib::SNMP_VACM_MIB;
use mibc_generated::snmpv2_mib::{
    SNMP_MIB, SYS_OR_DESCR, SYS_OR_LAST_CHANGE, SYS_OR_UP_TIME, SYS_ORID, SysOrEntry,
};
use mibc_generated::snmpv2_tc::{DisplayString, TimeStamp};
use mibc_runtime::agent::Agent;
use mibc_runtime::oid::Oid;
use mibc_runtime::rows::RowStore;
use mibc_runtime::value::TimeTicks;

use std::sync::Arc;

/// Most octets of a DisplayString.
const MAX_TEXT: usize = 255;

/// The rows of sysORTable: those of the modules that [`Administration`](super::Administration) serves, and others that come and go.
pub struct Capabilities {
    rows: RowStore<SysOrEntry>,
    last: AtomicU32,
    /// sysORLastChange.
    changed: AtomicU32,
}

impl Capabilities {
    pub(super) fn own() -> Self {
        let modules: [(&[u32], &str); 9] = [
            (SNMP_MIB.arcs(), "SNMPv2-MIB: SNMP entities"),
            (SNMP_FRAMEWORK_MIB.arcs(), "SNMP-FRAMEWORK-MIB: the SNMP management architecture"),
            (SNMP_MPDMIB.arcs(), "SNMP-MPD-MIB: message processing and dispatching"),
            (SNMP_TARGET_MIB.arcs(), "SNMP-TARGET-MIB: targets"),
            (SNMP_NOTIFICATION_MIB.arcs(), "SNMP-NOTIFICATION-MIB: who gets notifications"),
            (SNMP_USM_MIB.arcs(), "SNMP-USER-BASED-SM-MIB: users"),
            (SNMP_VACM_MIB.arcs(), "SNMP-VIEW-BASED-ACM-MIB: access control"),
            (SNMP_COMMUNITY_MIB.arcs(), "SNMP-COMMUNITY-MIB: communities"),
            (SNMP_PROXY_MIB.arcs(), "SNMP-PROXY-MIB: what is passed on to other agents"),
        ];
        let own = Self { rows: RowStore::new(), last: AtomicU32::new(0), changed: AtomicU32::new(0) };
        for (arcs, words) in modules {
            own.add(&Oid::from_arcs(arcs).unwrap_or_default(), words.as_bytes(), TimeTicks(0));
        }
        own
    }

    pub(super) fn serve(self: &Arc<Self>, agent: &Agent) {
        agent.serve_rows(&self.rows);
        let capabilities = Arc::clone(self);
        agent.serve(SYS_OR_LAST_CHANGE, move || {
            TimeStamp(TimeTicks(capabilities.changed.load(Ordering::Relaxed)))
        });
    }

    /// Adds a row: sysORID, sysORDescr and sysORUpTime. What it gives names the row.
    pub fn add(&self, id: &Oid, description: &[u8], now: TimeTicks) -> u64 {
        // No agent lives to see so many rows that the numbers come again.
        let index = (self.last.fetch_add(1, Ordering::Relaxed) % (i32::MAX as u32)) + 1;
        let words: Vec<u8> = description.iter().copied().take(MAX_TEXT).collect();
        let inserted = self.rows.insert(index as i32, |row| {
            row.set(SYS_ORID, id.clone())
                .set(SYS_OR_DESCR, DisplayString(words.into()))
                .set(SYS_OR_UP_TIME, TimeStamp(now))
        });
        match inserted {
            Ok(_) => self.changed.store(now.0, Ordering::Relaxed),
            Err(error) => {
                tracing::error!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a row of sysORTable is left out")
            }
        }
        index.into()
    }

    /// Removes a row.
    pub fn remove(&self, row: u64, now: TimeTicks) {
        let Ok(index) = i32::try_from(row) else { return };
        match self.rows.remove(index) {
            Ok(true) => self.changed.store(now.0, Ordering::Relaxed),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a row of sysORTable stays")
            }
        }
    }
}

impl std::fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capabilities").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}
