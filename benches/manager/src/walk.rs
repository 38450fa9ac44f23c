//! Walks of one agent.

use crate::generated::bench_mib;
use crate::usage::Start;
use crate::{Failure, MAX_REPETITIONS, Security, manager};
use mibc_runtime::oid::Oid;
use std::net::SocketAddr;

/// What is walked: 40,000 variables, in the responder's arithmetic or the agent's table.
const TABLE: [u32; 8] = [1, 3, 6, 1, 4, 1, 99999, 2];
/// Something that exists, for the first contact.
const SCALAR: [u32; 10] = [1, 3, 6, 1, 4, 1, 99999, 1, 1, 0];

/// Walks everything, some times over.
pub async fn walk(security: Security, address: SocketAddr, repeats: u32) -> Result<(), Failure> {
    let manager = manager().await?;
    let session = manager.target(security.target(address));
    session.get_oids(&[Oid::from_arcs(&SCALAR)?]).await?;
    let start = Start::now();
    let mut count = 0;
    for _ in 0..repeats {
        let mut walk = session.bulk_walk(Oid::from_arcs(&TABLE)?).max_repetitions(MAX_REPETITIONS);
        while walk.try_next().await?.is_some() {
            count += 1;
        }
    }
    start.print(&format!("walk mibc {}", security.as_str()), count);
    Ok(())
}

/// Reads the four columns of the table side by side.
pub async fn table(address: SocketAddr) -> Result<(), Failure> {
    let manager = manager().await?;
    let session = manager.target(Security::V2c.target(address).max_repetitions(MAX_REPETITIONS));
    session.get_oids(&[Oid::from_arcs(&SCALAR)?]).await?;
    let start = Start::now();
    let mut rows = session.table((
        bench_mib::BENCH_NUMBER,
        bench_mib::BENCH_COUNT,
        bench_mib::BENCH_TEXT,
        bench_mib::BENCH_OCTETS,
    ));
    let mut count = 0;
    while let Some((_, cells)) = rows.try_next().await? {
        let (number, counter, text, octets) = cells;
        count += [number.is_some(), counter.is_some(), text.is_some(), octets.is_some()]
            .into_iter()
            .map(usize::from)
            .sum::<usize>();
    }
    start.print("table mibc v2c", count);
    Ok(())
}
