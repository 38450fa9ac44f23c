//! What SNMPv2-MIB (RFC 3418) has besides counters.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mibc_generated::snmp_community_mib::SNMP_COMMUNITY_MIB;
use mibc_generated::snmp_framework_mib::SNMP_FRAMEWORK_MIB;
use mibc_generated::snmp_mpd_mib::SNMP_MPDMIB;
use mibc_generated::snmp_notification_mib::SNMP_NOTIFICATION_MIB;
use mibc_generated::snmp_target_mib::SNMP_TARGET_MIB;
use mibc_generated::snmp_user_based_sm_mib::SNMP_USM_MIB;
use mibc_generated::snmp_view_based_acm_mib::SNMP_VACM_MIB;
use mibc_generated::snmpv2_mib::{
    SNMP_MIB, SNMP_SET_SERIAL_NO, SYS_CONTACT, SYS_LOCATION, SYS_NAME, SYS_OR_DESCR, SYS_OR_LAST_CHANGE,
    SYS_OR_UP_TIME, SYS_ORID, Snmpv2Mib, SysOrEntry,
};
use mibc_generated::snmpv2_tc::{DisplayString, TimeStamp};
use mibc_runtime::agent::{Agent, SetError, TestAndIncr, Undo, UndoError};
use mibc_runtime::oid::Oid;
use mibc_runtime::rows::RowStore;
use mibc_runtime::typed::{Scalar, access};
use mibc_runtime::value::TimeTicks;

use super::spin_lock;
use crate::store::{Batch, Store};

/// The table of the store.
const TABLE: &str = "system";

/// A text of the system group that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SystemText {
    /// sysContact.
    Contact,
    /// sysName.
    Name,
    /// sysLocation.
    Location,
}

impl SystemText {
    const ALL: [Self; 3] = [Self::Contact, Self::Name, Self::Location];

    fn key(self) -> &'static [u8] {
        match self {
            Self::Contact => b"sysContact",
            Self::Name => b"sysName",
            Self::Location => b"sysLocation",
        }
    }

    fn object(self) -> Scalar<Snmpv2Mib, DisplayString, access::ReadWrite> {
        match self {
            Self::Contact => SYS_CONTACT,
            Self::Name => SYS_NAME,
            Self::Location => SYS_LOCATION,
        }
    }
}

/// The texts that were set, the lock of SETs, and what the agent has.
pub(super) struct SystemGroup {
    texts: Arc<Texts>,
    serial: TestAndIncr,
    capabilities: RowStore<SysOrEntry>,
}

struct Texts {
    kept: Option<Arc<dyn Store>>,
    set: Mutex<BTreeMap<SystemText, Vec<u8>>>,
}

impl SystemGroup {
    pub(super) fn open(kept: Option<&Arc<dyn Store>>) -> Self {
        let mut set = BTreeMap::new();
        for record in kept.into_iter().flat_map(|store| store.load()).filter(|record| record.table == TABLE) {
            if let Some(text) = SystemText::ALL.into_iter().find(|text| text.key() == record.key) {
                set.insert(text, record.value.to_vec());
            }
        }
        let texts = Arc::new(Texts { kept: kept.cloned(), set: Mutex::new(set) });
        Self { texts, serial: spin_lock::new(), capabilities: capabilities() }
    }

    pub(super) fn serve(&self, agent: &Agent) {
        spin_lock::serve(agent, SNMP_SET_SERIAL_NO, &self.serial);
        agent.serve_rows(&self.capabilities);
        agent.serve(SYS_OR_LAST_CHANGE, || TimeStamp(TimeTicks(0)));
    }

    pub(super) fn serve_texts(
        &self,
        agent: &Agent,
        configured: impl Fn(SystemText) -> String + Clone + Send + Sync + 'static,
    ) {
        for text in SystemText::ALL {
            let (get, set, configured) =
                (Arc::clone(&self.texts), Arc::clone(&self.texts), configured.clone());
            agent.serve_rw(
                text.object(),
                move || {
                    let value = get.lock().get(&text).cloned();
                    DisplayString(value.unwrap_or_else(|| configured(text).into_bytes()).into())
                },
                move |value: DisplayString| Texts::put(&set, text, Some(value.0.0)),
            );
        }
    }
}

impl Texts {
    /// Keeps a text, then has it read. `None`: it is as configured.
    fn put(texts: &Arc<Self>, text: SystemText, value: Option<Vec<u8>>) -> Result<Undo, SetError> {
        if let Some(store) = &texts.kept {
            let mut batch = Batch::new();
            match &value {
                Some(value) => batch.put(TABLE, text.key(), value),
                None => batch.remove(TABLE, text.key()),
            }
            store.write(&batch).map_err(|error| {
                tracing::error!(%error, "a SET is not committed");
                SetError::commit_failed()
            })?;
        }
        let before = match value {
            Some(value) => texts.lock().insert(text, value),
            None => texts.lock().remove(&text),
        };
        let texts = Arc::clone(texts);
        Ok(Undo::try_with(move || Self::put(&texts, text, before).map(drop).map_err(|_| UndoError)))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SystemText, Vec<u8>>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// sysORTable: the modules that are served, from the start.
fn capabilities() -> RowStore<SysOrEntry> {
    let modules: [(&[u32], &str); 8] = [
        (SNMP_MIB.arcs(), "SNMPv2-MIB: SNMP entities"),
        (SNMP_FRAMEWORK_MIB.arcs(), "SNMP-FRAMEWORK-MIB: the SNMP management architecture"),
        (SNMP_MPDMIB.arcs(), "SNMP-MPD-MIB: message processing and dispatching"),
        (SNMP_TARGET_MIB.arcs(), "SNMP-TARGET-MIB: targets"),
        (SNMP_NOTIFICATION_MIB.arcs(), "SNMP-NOTIFICATION-MIB: who gets notifications"),
        (SNMP_USM_MIB.arcs(), "SNMP-USER-BASED-SM-MIB: users"),
        (SNMP_VACM_MIB.arcs(), "SNMP-VIEW-BASED-ACM-MIB: access control"),
        (SNMP_COMMUNITY_MIB.arcs(), "SNMP-COMMUNITY-MIB: communities"),
    ];
    let store = RowStore::new();
    for (index, (arcs, words)) in (1..).zip(modules) {
        let inserted = store.insert(index, |row| {
            row.set(SYS_ORID, Oid::from_arcs(arcs).unwrap_or_default())
                .set(SYS_OR_DESCR, words)
                .set(SYS_OR_UP_TIME, TimeStamp(TimeTicks(0)))
        });
        if let Err(error) = inserted {
            tracing::error!(%error, "a row of sysORTable is left out");
        }
    }
    store
}
