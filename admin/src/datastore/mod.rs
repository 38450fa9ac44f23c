//! The local configuration datastore: the rows that a configuration stands for, in the tables of SNMP-USER-BASED-SM-MIB,
//! SNMP-VIEW-BASED-ACM-MIB, SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB, SNMP-COMMUNITY-MIB and SNMP-PROXY-MIB.
//!
//! [`Datastore::of`] makes them of a [`Config`](crate::config::Config). Each row knows whether it is of the configuration
//! or was made over SNMP: [`Datastore::reload`] puts the rows of a new configuration in the place of those of the old one,
//! leaves what was made over SNMP, and says what has changed.
//!
//! ```
//! use mibc_admin::config::{Config, StandardNames};
//! use mibc_admin::datastore::Datastore;
//!
//! let config = |view: &str| {
//!     let text = format!("[[community]]\nname = \"public\"\nview = \"{view}\"\n");
//!     Config::parse(&text, "/".as_ref(), &StandardNames)
//! };
//! let mut store = Datastore::of(&config("system")?);
//! let differences = store.reload(Datastore::of(&config("interfaces")?));
//! let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
//! assert_eq!(told[0], "vacmAccessTable: community-1 in context `` (any, noAuthNoPriv) is changed");
//! # Ok::<(), mibc_admin::config::Problems>(())
//! ```

mod of_config;
mod reload;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use mibc_runtime::access::{AccessEntry, AccessIndex, Family, Model};
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::EngineId;

pub use reload::{Difference, What};
pub use rows::{
    AddressRow, CommunityRow, NotifyRow, Origin, ParametersRow, Peer, ProxyRow, Sourced, UserRow,
};

/// Rows of one table, by their index.
pub type Table<I, R> = BTreeMap<I, Sourced<R>>;

/// All rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Datastore {
    /// usmUserTable, by engine and name; no engine is the agent's own.
    pub users: Table<(Option<EngineId>, Vec<u8>), UserRow>,
    /// vacmContextTable.
    pub contexts: Table<Vec<u8>, ()>,
    /// vacmSecurityToGroupTable: the group of a model and a security name.
    pub groups: Table<(Model, Vec<u8>), Vec<u8>>,
    /// vacmAccessTable.
    pub access: Table<AccessIndex, AccessEntry>,
    /// vacmViewTreeFamilyTable, by view and subtree.
    pub families: Table<(Vec<u8>, Oid), Family>,
    /// snmpCommunityTable. Its order is that in which communities are tried.
    pub communities: Table<Vec<u8>, CommunityRow>,
    /// snmpTargetAddrTable and snmpTargetAddrExtTable.
    pub addresses: Table<Vec<u8>, AddressRow>,
    /// snmpTargetParamsTable.
    pub parameters: Table<Vec<u8>, ParametersRow>,
    /// snmpNotifyTable.
    pub notify: Table<Vec<u8>, NotifyRow>,
    /// snmpNotifyFilterProfileTable: the profile of parameters.
    pub profiles: Table<Vec<u8>, Vec<u8>>,
    /// snmpNotifyFilterTable, by profile and subtree.
    pub filters: Table<(Vec<u8>, Oid), Family>,
    /// snmpProxyTable.
    pub proxies: Table<Vec<u8>, ProxyRow>,
}
