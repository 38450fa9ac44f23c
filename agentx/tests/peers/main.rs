//! Our sub-agent under net-snmp's master agent; net-snmp's sub-agents, and daemons of others, under ours.

mod device;
mod foreign;
mod under_ours;
mod under_snmpd;

use mibc_runtime::manager::{Error, Manager, Session, Target};
use mibc_runtime::message::ErrorStatus;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long a peer may take; machines can be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A manager that asks an agent once, and waits long enough for the agent to wait for others.
async fn manager(address: SocketAddr, community: &str) -> Session {
    let target = Target::v2c(address, community).timeout(Duration::from_secs(20)).retries(0);
    Manager::bind().await.expect("loopback").target(target)
}

/// The error status and index that a request ended with.
fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> (ErrorStatus, i32) {
    match result {
        Err(Error::Status { status, index, .. }) => (status, index),
        other => panic!("expected an error status, found {other:?}"),
    }
}

/// Waits until something is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < end, "{what}: not within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
