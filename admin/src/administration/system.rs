//! What SNMPv2-MIB (RFC 3418) has besides counters.

use std::sync::Arc;

use mibc_generated::snmpv2_mib::{
    SNMP_ENABLE_AUTHEN_TRAPS, SNMP_SET_SERIAL_NO, SYS_CONTACT, SYS_LOCATION, SYS_NAME,
    SnmpEnableAuthenTraps as AuthenTraps, Snmpv2Mib,
};
use mibc_generated::snmpv2_tc::DisplayString;
use mibc_runtime::agent::{Agent, TestAndIncr};
use mibc_runtime::typed::{Scalar, access};

use super::capabilities::Capabilities;
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
    capabilities: Arc<Capabilities>,
}

impl SystemGroup {
    pub(super) fn open(kept: Option<&StoreJournal>) -> Self {
        Self {
            settings: Settings::open(kept),
            serial: spin_lock::new(),
            capabilities: Arc::new(Capabilities::own()),
        }
    }

    pub(super) fn serve(&self, agent: &Agent) {
        spin_lock::serve(agent, SNMP_SET_SERIAL_NO, &self.serial);
        self.capabilities.serve(agent);
    }

    pub(super) fn capabilities(&self) -> &Arc<Capabilities> {
        &self.capabilities
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
