//! The advisory locks of the administrative MIBs (TestAndIncr).

use std::time::{SystemTime, UNIX_EPOCH};

use mibc_generated::snmpv2_tc;
use mibc_runtime::agent::{Agent, TestAndIncr};
use mibc_runtime::typed::{Module, Scalar, access};

/// Begins elsewhere after each start.
pub(super) fn new() -> TestAndIncr {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    TestAndIncr::new((since.as_secs() as i32).wrapping_mul(1_009) ^ since.subsec_nanos() as i32)
}

/// Serves a lock.
pub(super) fn serve<M: Module>(
    agent: &Agent,
    object: Scalar<M, snmpv2_tc::TestAndIncr, access::ReadWrite>,
    lock: &TestAndIncr,
) {
    let (get, check, set) = (lock.clone(), lock.clone(), lock.clone());
    agent.serve_rw_checked(
        object,
        move || snmpv2_tc::TestAndIncr(get.get()),
        move |value| check.check(value.0),
        move |value| set.set(value.0),
    );
}
