//! The commands that speak SNMP, as their users call them: against our agent, and beside net-snmp's tools.

mod agent;
mod conf;
mod fake;
mod help;
mod lines;
mod listen;
mod netsnmp;
mod netsnmp_modules;
mod odd;
mod own;
mod place;
mod proxies;
mod roots;
#[cfg(unix)]
mod scripts;
mod service;
mod simulate;
mod tools;
mod trap;
mod trapd;
mod users;
mod words;
