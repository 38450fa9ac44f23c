//! Rows of the tables, typed.

use std::time::Duration;

use mibc_runtime::message::{Level, Version};
use mibc_runtime::originator::ProxyType;
use mibc_runtime::usm::{Auth, EngineId, Privacy, User};

use crate::config::{Hidden, NotifyType, Peers};

/// Where a row is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration: it goes when the configuration has it no longer.
    Configuration,
    /// It was made or changed over SNMP.
    Snmp,
}

/// A row and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<R> {
    /// The row.
    pub row: R,
    /// Where it is from.
    pub origin: Origin,
}

impl<R> Sourced<R> {
    /// Of the configuration.
    pub fn configured(row: R) -> Self {
        Self { row, origin: Origin::Configuration }
    }

    /// Made or changed over SNMP.
    pub fn set(row: R) -> Self {
        Self { row, origin: Origin::Snmp }
    }
}

/// A user (usmUserEntry).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// Name and secrets.
    pub user: User,
    /// usmUserAuthProtocol.
    pub auth: Option<Auth>,
    /// usmUserPrivProtocol.
    pub privacy: Option<Privacy>,
}

/// A community (snmpCommunityEntry).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommunityRow {
    /// snmpCommunityName.
    pub name: Hidden,
    /// snmpCommunitySecurityName.
    pub security_name: Vec<u8>,
    /// snmpCommunityContextEngineID; the agent's own unless given.
    pub engine_id: Option<EngineId>,
    /// snmpCommunityContextName.
    pub context: Vec<u8>,
    /// snmpCommunityTransportTag: only senders at addresses with this tag; all if it is empty.
    pub transport_tag: String,
}

/// An address (snmpTargetAddrEntry, snmpTargetAddrExtEntry).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRow {
    /// snmpTargetAddrTDomain, snmpTargetAddrTAddress and snmpTargetAddrTMask.
    pub peer: Peer,
    /// snmpTargetAddrTimeout.
    pub timeout: Duration,
    /// snmpTargetAddrRetryCount.
    pub retries: u8,
    /// snmpTargetAddrTagList.
    pub tags: Vec<String>,
    /// snmpTargetAddrParams; empty for addresses that nothing is sent to.
    pub parameters: Vec<u8>,
}

/// What an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A receiver: `[TRANSPORT:]ADDRESS`, a name perhaps.
    Receiver(String),
    /// Senders.
    Senders(Peers),
}

/// How messages are sent (snmpTargetParamsEntry).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParametersRow {
    /// snmpTargetParamsMPModel and snmpTargetParamsSecurityModel.
    pub version: Version,
    /// snmpTargetParamsSecurityName.
    pub security_name: Vec<u8>,
    /// snmpTargetParamsSecurityLevel.
    pub level: Level,
}

/// Which addresses get notifications (snmpNotifyEntry).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyRow {
    /// snmpNotifyTag.
    pub tag: String,
    /// snmpNotifyType.
    pub kind: NotifyType,
}

/// Messages that are passed on (snmpProxyEntry).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyRow {
    /// snmpProxyType.
    pub proxy_type: ProxyType,
    /// snmpProxyContextEngineID.
    pub engine_id: EngineId,
    /// snmpProxyContextName.
    pub context: Vec<u8>,
    /// snmpProxyTargetParamsIn.
    pub parameters: Vec<u8>,
    /// snmpProxySingleTargetOut, or snmpProxyMultipleTargetOut of notifications.
    pub out: String,
}
