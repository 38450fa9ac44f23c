//! How an agent is administered.
//!
//! | for | module |
//! |---|---|
//! | the administrative MIBs, for reading and writing | [`administration`] |
//! | what an agent is configured with, in Rust and TOML | [`config`] |
//! | the rows of the standard tables that it stands for | [`datastore`] |
//! | taking over the configuration of net-snmp's agent | [`snmpd`] |
//! | the same of its receiver of notifications | [`snmptrapd`] |
//! | what survives a restart | [`store`] |
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub mod administration;
pub mod config;
pub mod datastore;
mod hex;
pub mod snmpd;
pub mod snmptrapd;
pub mod store;
