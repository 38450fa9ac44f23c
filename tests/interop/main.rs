//! Both ways against net-snmp: its commands read our agent, our manager reads its agent.

mod commands;
mod manager;
mod peer;
mod pysnmp;
mod traps;
mod v3;
