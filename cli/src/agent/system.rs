//! The system group.

use mibc_admin::administration::{Administration, SystemText};
use mibc_admin::config::System;
use mibc_generated::snmpv2_mib::{SYS_DESCR, SYS_OBJECT_ID, SYS_SERVICES, SYS_UP_TIME};
use mibc_runtime::agent::Agent;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::TimeTicks;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

/// sysServices of a host: applications and end-to-end (RFC 3418).
const HOST: u8 = 72;

/// The values as they are configured now.
pub(super) type Values = Arc<RwLock<System>>;

/// Serves the group. What managers may write keeps what they have written, whatever the file says.
pub(super) fn serve(agent: &Agent, administration: &Administration, values: &Values, started: Instant) {
    let of = Arc::clone(values);
    agent.serve(SYS_DESCR, move || {
        let described = of.read().unwrap_or_else(PoisonError::into_inner).description.clone();
        described.unwrap_or_else(description).as_str().into()
    });
    let of = Arc::clone(values);
    administration.serve_system(agent, move |text| {
        let system = of.read().unwrap_or_else(PoisonError::into_inner);
        match text {
            SystemText::Contact => system.contact.clone().unwrap_or_default(),
            SystemText::Name => system.name.clone().unwrap_or_else(host_name),
            SystemText::Location => system.location.clone().unwrap_or_default(),
        }
    });
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
