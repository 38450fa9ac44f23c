//! The administrative MIBs of an agent, read and written, also by net-snmp's tools.

mod indexes;
mod lab;
mod proxies;
mod statistics;
mod tables;
mod users;
mod whole;
