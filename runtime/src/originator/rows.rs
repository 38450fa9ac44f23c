//! Rows of SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB, SNMP-COMMUNITY-MIB and SNMP-PROXY-MIB, without their storage type and
//! status.

use std::fmt;

use super::tags::{Tag, TagList};
use crate::access::Model;
use crate::message::Level;
use crate::net::TransportAddress;

/// snmpTargetAddrTable and, in the last two fields, snmpTargetAddrExtTable: where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetAddress {
    /// snmpTargetAddrTDomain and snmpTargetAddrTAddress.
    pub address: TransportAddress,
    /// snmpTargetAddrTimeout: how long an inform waits for its acknowledgement, in hundredths of a second. Each
    /// repetition waits twice as long as the one before.
    pub timeout: u32,
    /// snmpTargetAddrRetryCount: how often an inform is sent again.
    pub retry_count: u8,
    /// snmpTargetAddrTagList.
    pub tag_list: TagList,
    /// snmpTargetAddrParams: the row of snmpTargetParamsTable.
    pub params: Vec<u8>,
    /// snmpTargetAddrTMask: without octets, or as long as the address.
    pub t_mask: Vec<u8>,
    /// snmpTargetAddrMMS: the largest message of SNMPv1 and SNMPv2c in octets; 0 if it is not known.
    pub mms: u32,
}

impl TargetAddress {
    /// With the defaults of the standard, but for the size of messages: [`mms`](Self::mms) is 0, where a row that is
    /// made over SNMP begins with 484.
    #[must_use]
    pub fn new(address: impl Into<TransportAddress>, params: impl Into<Vec<u8>>) -> Self {
        Self {
            address: address.into(),
            timeout: 1_500,
            retry_count: 3,
            tag_list: TagList::default(),
            params: params.into(),
            t_mask: Vec::new(),
            mms: 0,
        }
    }
}

/// A message processing model by its number (SnmpMessageProcessingModel of RFC 3411).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MpModel(pub u32);

impl MpModel {
    /// SNMPv1.
    pub const V1: Self = Self(0);
    /// SNMPv2c.
    pub const V2C: Self = Self(1);
    /// SNMPv3.
    pub const V3: Self = Self(3);
}

/// snmpTargetParamsTable: how messages are made, and in whose name.
#[derive(Clone, PartialEq, Eq)]
pub struct TargetParams {
    /// snmpTargetParamsMPModel.
    pub mp_model: MpModel,
    /// snmpTargetParamsSecurityModel.
    pub security_model: Model,
    /// snmpTargetParamsSecurityName.
    pub security_name: Vec<u8>,
    /// snmpTargetParamsSecurityLevel.
    pub security_level: Level,
}

/// Without the name: it can be that of a user.
impl fmt::Debug for TargetParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TargetParams")
            .field("mp_model", &self.mp_model)
            .field("security_model", &self.security_model)
            .field("security_level", &self.security_level)
            .finish_non_exhaustive()
    }
}

/// snmpNotifyType.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NotifyType {
    /// Sent once.
    #[default]
    Trap,
    /// Sent until it is acknowledged, over SNMPv2c and SNMPv3. SNMPv1 has no such PDU: its targets get traps (RFC 3584
    /// §4.2.3).
    Inform,
}

/// snmpNotifyTable: which target addresses get notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    /// snmpNotifyTag: selects the addresses that have it in their tag list.
    pub tag: Tag,
    /// snmpNotifyType.
    pub notify_type: NotifyType,
}

/// snmpCommunityTable: what a community string stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct CommunityEntry {
    /// snmpCommunityName: the community string.
    pub name: Vec<u8>,
    /// snmpCommunitySecurityName.
    pub security_name: Vec<u8>,
    /// snmpCommunityContextEngineID; without octets it is the entity's own.
    pub context_engine_id: Vec<u8>,
    /// snmpCommunityContextName.
    pub context_name: Vec<u8>,
    /// snmpCommunityTransportTag: the addresses that may use it; without octets all may.
    pub transport_tag: Tag,
}

impl CommunityEntry {
    /// For the default context, from and to everywhere.
    #[must_use]
    pub fn new(name: impl Into<Vec<u8>>, security_name: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            security_name: security_name.into(),
            context_engine_id: Vec::new(),
            context_name: Vec::new(),
            transport_tag: Tag::default(),
        }
    }
}

/// Keeps the community string out of logs.
impl fmt::Debug for CommunityEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommunityEntry")
            .field("security_name", &String::from_utf8_lossy(&self.security_name))
            .field("context_name", &String::from_utf8_lossy(&self.context_name))
            .field("transport_tag", &self.transport_tag)
            .finish_non_exhaustive()
    }
}

/// snmpProxyType: what a row of snmpProxyTable is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyType {
    /// GET, GETNEXT and GETBULK.
    Read,
    /// SET.
    Write,
    /// Notifications that nobody acknowledges.
    Trap,
    /// Notifications that are acknowledged.
    Inform,
}

/// snmpProxyTable: which messages are passed on, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyEntry {
    /// snmpProxyType.
    pub proxy_type: ProxyType,
    /// snmpProxyContextEngineID: of the messages. That of the entity itself is never passed on.
    pub context_engine_id: Vec<u8>,
    /// snmpProxyContextName: of the messages.
    pub context_name: Vec<u8>,
    /// snmpProxyTargetParamsIn: the row of snmpTargetParamsTable that says in whose name and in which version the messages
    /// come. A higher level is accepted as well.
    pub target_params_in: Vec<u8>,
    /// snmpProxySingleTargetOut: the row of snmpTargetAddrTable that requests go to.
    pub single_target_out: Vec<u8>,
    /// snmpProxyMultipleTargetOut: the rows of snmpTargetAddrTable that notifications go to have it in their tag list.
    pub multiple_target_out: Tag,
}

impl ProxyEntry {
    /// For the default context of an engine. It has no targets yet.
    #[must_use]
    pub fn new(
        proxy_type: ProxyType,
        context_engine_id: impl Into<Vec<u8>>,
        target_params_in: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            proxy_type,
            context_engine_id: context_engine_id.into(),
            context_name: Vec::new(),
            target_params_in: target_params_in.into(),
            single_target_out: Vec::new(),
            multiple_target_out: Tag::default(),
        }
    }
}

/// Why a row cannot be in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The name of the row, or another one that it has.
    #[error("{column} has {octets} octets: 1 to 32 are expected")]
    Name {
        /// Which one.
        column: &'static str,
        /// Its octets.
        octets: usize,
    },
    /// A mask that is not as long as the address.
    #[error(
        "snmpTargetAddrTMask has {mask} octets, and the address has {address}: a mask has as many, or none (inconsistentValue)"
    )]
    MaskLength {
        /// Octets of the mask.
        mask: usize,
        /// Octets of the address.
        address: usize,
    },
    /// A size of messages that is none.
    #[error("snmpTargetAddrMMS is {0}: 0 or 484 to 2147483647 is expected")]
    MessageSize(u32),
    /// A timeout that is none.
    #[error("snmpTargetAddrTimeout is {0}: 0 to 2147483647 is expected")]
    Timeout(u32),
}

/// Most octets of the names of rows.
const MAX_NAME: usize = 32;

pub(super) fn check_name(column: &'static str, name: &[u8]) -> Result<(), RowError> {
    if (1..=MAX_NAME).contains(&name.len()) {
        Ok(())
    } else {
        Err(RowError::Name { column, octets: name.len() })
    }
}
