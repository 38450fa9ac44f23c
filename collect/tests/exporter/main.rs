//! The exporter over HTTP: agents of this process, Debian's snmp_exporter beside it and Debian's Prometheus in front of it.

mod behaviour;
mod debian;
mod labels;
mod limits;
mod place;
mod prometheus;
mod recording;
mod web;
