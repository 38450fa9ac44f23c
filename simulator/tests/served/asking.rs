//! Managers.

use std::net::SocketAddr;
use std::time::Duration;

use mibc_runtime::manager::{Error, Extent, Manager, Session, Target};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use mibc_simulator::{Format, Read, Simulated, Simulator, read};

pub(crate) fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

/// A device of a recording in snmpsim's form.
pub(crate) fn device(text: &str) -> Simulated {
    let Read { recording, problems } = read(text.as_bytes(), Format::Snmprec, None, None);
    assert_eq!(problems, []);
    Simulated::of(recording)
}

/// A manager that does not wait for long, and asks once.
pub(crate) async fn session(address: SocketAddr, community: &str) -> Session {
    let target = Target::v2c(address, community).timeout(Duration::from_secs(20)).retries(0);
    Manager::bind().await.expect("a socket").target(target)
}

pub(crate) async fn public(simulator: &Simulator) -> Session {
    session(simulator.addr(), "public").await
}

pub(crate) async fn get(session: &Session, name: &str) -> Result<Value, Error> {
    let found = session.get_oids(&[oid(name)]).await?;
    Ok(found.into_iter().next().expect("a variable").value)
}

/// All that an agent has.
pub(crate) async fn walk(session: &Session) -> Result<Vec<VarBind>, Error> {
    let mut walk = session.bulk_walk(oid("0.0")).extent(Extent::Everything);
    let mut found = Vec::new();
    while let Some(varbind) = walk.try_next().await? {
        found.push(varbind);
    }
    Ok(found)
}
