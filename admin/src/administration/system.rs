//! What SNMPv2-MIB (RFC 3418) has besides counters.

use std::sync::Arc;

use mibc_generated::snmp_community_mib::SNMP_COMMUNITY_MIB;
use mibc_generated::snmp_framework_mib::SNMP_FRAMEWORK_MIB;
use mibc_generated::snmp_mpd_mib::SNMP_MPDMIB;
use mibc_generated::snmp_notification_mib::SNMP_NOTIFICATION_MIB;
use mibc_generated::snmp_target_mib::SNMP_TARGET_MIB;
use mibc_generated::snmp_user_based_sm_mib::SNMP_USM_MIB;
use mibc_generated::snmp_view_based_acm_mib::SNMP_VACM_MIB;
use mibc_generated::snmpv2_mib::{
    SNMP_ENABLE_AUTHEN_TRAPS, SNMP_MIB, SNMP_SET_SERIAL_NO, SYS_CONTACT, SYS_LOCATION, SYS_NAME,
    SYS_OR_DESCR, SYS_OR_LAST_CHANGE, SYS_OR_UP_TIME, SYS_ORID, SnmpEnableAuthenTraps as AuthenTraps,
    Snmpv2Mib, SysOrEntry,
};
use mibc_generated::snmpv2_tc::{DisplayString, TimeStamp};
use mibc_runtime::agent::{Agent, TestAndIncr};
use mibc_runtime::oid::Oid;
use mibc_runtime::rows::RowStore;
use mibc_runtime::typed::{Scalar, access};
use mibc_runtime::value::TimeTicks;

use super::settings::Settings;
use super::spin_lock;
use crate::store::StoreJournal;

/// The key of snmpEnableAuthenTraps, and its values.
const AUTHENTICATION_TRAPS: &str = "snmpEnableAuthenTraps";
const ENABLED: &[u8] = b"1";
const DISABLED: &[u8] = b"2";

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

    fn key(self) -> &'static str {
        match self {
            Self::Contact => "sysContact",
            Self::Name => "sysName",
            Self::Location => "sysLocation",
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

/// What was set, the lock of SETs, and what the agent has.
pub(super) struct SystemGroup {
    settings: Arc<Settings>,
    serial: TestAndIncr,
    capabilities: RowStore<SysOrEntry>,
}

impl SystemGroup {
    pub(super) fn open(kept: Option<&StoreJournal>) -> Self {
        Self { settings: Settings::open(kept), serial: spin_lock::new(), capabilities: capabilities() }
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
                (Arc::clone(&self.settings), Arc::clone(&self.settings), configured.clone());
            agent.serve_rw_prepared(
                text.object(),
                move |_| {
                    let value = get.value(text.key());
                    DisplayString(value.unwrap_or_else(|| configured(text).into_bytes()).into())
                },
                move |_, value: DisplayString| Ok(set.change(text.key(), value.0.0, Arc::new(|_| {}))),
            );
        }
    }

    /// snmpEnableAuthenTraps: as was set over SNMP, else as configured.
    pub(super) fn serve_authentication_traps(&self, agent: &Agent, configured: bool) {
        self.configure_authentication_traps(agent, configured);
        let (get, set) = (agent.authentication_switch(), agent.authentication_switch());
        let settings = Arc::clone(&self.settings);
        agent.serve_rw_prepared(
            SNMP_ENABLE_AUTHEN_TRAPS,
            move |_| if get.is_enabled() { AuthenTraps::ENABLED } else { AuthenTraps::DISABLED },
            move |_, value: AuthenTraps| {
                let (switch, before) = (set.clone(), set.is_enabled());
                // Where nothing was set before, an undo goes back to what was configured.
                let told = move |value: Option<&[u8]>| {
                    switch.enable(value.map_or(before, |value| value == ENABLED));
                };
                let value = if value == AuthenTraps::ENABLED { ENABLED } else { DISABLED };
                Ok(settings.change(AUTHENTICATION_TRAPS, value.to_vec(), Arc::new(told)))
            },
        );
    }

    /// What the configuration says of snmpEnableAuthenTraps counts unless it was set over SNMP.
    pub(super) fn configure_authentication_traps(&self, agent: &Agent, configured: bool) {
        let set = self.settings.value(AUTHENTICATION_TRAPS);
        agent.enable_authentication_traps(set.map_or(configured, |value| value == ENABLED));
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
            tracing::error!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a row of sysORTable is left out");
        }
    }
    store
}
