//! Both ways against net-snmp: its commands read our agent, our manager reads its agent.
//! What goes to and fro is recorded, and read by tshark.

mod administration;
mod commands;
mod manager;
mod matrix;
mod pcap;
mod proxy;
mod pysnmp;
mod relay;
mod traps;
mod tshark;
mod v3;
