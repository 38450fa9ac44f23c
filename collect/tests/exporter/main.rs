//! The exporter over HTTP: agents of this process, and Debian's snmp_exporter beside it.

mod behaviour;
mod debian;
mod labels;
mod place;
