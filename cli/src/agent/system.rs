//! The system group.

use mibc_admin::config::System;
use mibc_generated::snmpv2_mib::{
    SYS_CONTACT, SYS_DESCR, SYS_LOCATION, SYS_NAME, SYS_OBJECT_ID, SYS_SERVICES, SYS_UP_TIME,
};
use mibc_runtime::agent::Agent;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::TimeTicks;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

/// sysServices of a host: applications and end-to-end (RFC 3418).
const HOST: u8 = 72;

/// The values as they are configured now.
pub(super) type Values = Arc<RwLock<System>>;

/// Serves the group. All of it is read-only, as snmpd's is where it is configured.
pub(super) fn serve(agent: &Agent, values: &Values, started: Instant) {
    let text = |get: fn(&System) -> Option<String>, default: fn() -> String| {
        let values = Arc::clone(values);
        move || get(&values.read().unwrap_or_else(PoisonError::into_inner)).unwrap_or_else(default)
    };
    let description = text(|system| system.description.clone(), description);
    agent.serve(SYS_DESCR, move || description().as_str().into());
    let contact = text(|system| system.contact.clone(), String::new);
    agent.serve(SYS_CONTACT, move || contact().as_str().into());
    let name = text(|system| system.name.clone(), host_name);
    agent.serve(SYS_NAME, move || name().as_str().into());
    let location = text(|system| system.location.clone(), String::new);
    agent.serve(SYS_LOCATION, move || location().as_str().into());
    let of = Arc::clone(values);
    agent.serve(SYS_OBJECT_ID, move || {
        of.read().unwrap_or_else(PoisonError::into_inner).object_id.clone().unwrap_or(Oid::ZERO)
    });
    let of = Arc::clone(values);
    agent.serve(SYS_SERVICES, move || {
        of.read().unwrap_or_else(PoisonError::into_inner).services.unwrap_or(HOST).into()
    });
    agent.serve(SYS_UP_TIME, move || {
        // Wraps after 497 days, as the MIB says.
        TimeTicks((started.elapsed().as_millis() / 10) as u32)
    });
}

fn description() -> String {
    format!("mibc {} on {} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH)
}

/// The name of this computer, where the system tells it in a file.
fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().chars().take(255).collect()
}
