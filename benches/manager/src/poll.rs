//! Polling of many targets through one socket.

use crate::usage::Start;
use crate::{Failure, Security, manager};
use futures_util::stream::{FuturesUnordered, StreamExt};
use mibc_runtime::manager::{Manager, Session};
use mibc_runtime::oid::Oid;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Port of the responder that answers for every loopback address.
const PORT: u16 = 16170;
/// Variables of one poll.
const VARIABLES: u32 = 10;

/// Polls every target in each round, `window` at a time. Round 0 is the first contact.
pub async fn poll(security: Security, targets: u32, rounds: u32, window: usize) -> Result<(), Failure> {
    let manager = manager().await?;
    let start = Start::now();
    let sessions = sessions(&manager, security, targets);
    start.print(&format!("setup {} targets={targets}", security.as_str()), sessions.len());
    let names = names()?;
    for round in 0..=rounds {
        let start = Start::now();
        let (good, bad) = ask_all(&sessions, &names, window).await;
        let security = security.as_str();
        start.print(
            &format!("poll {security} targets={targets} window={window} round={round} bad={bad}"),
            good,
        );
    }
    Ok(())
}

/// Memory that stays per target once each has been polled twice, and nothing is under way.
pub fn memory(runtime: &tokio::runtime::Runtime, security: Security, targets: u32) -> Result<(), Failure> {
    let manager = runtime.block_on(manager())?;
    let names = names()?;
    // What the manager keeps whatever the number of targets grows here.
    let few = sessions(&manager, security, 100);
    runtime.block_on(ask_all(&few, &names, 100));
    let mut sessions = Vec::new();
    let mut good = 0;
    let built = allocation_counter::measure(|| sessions = self::sessions(&manager, security, targets));
    let asked = allocation_counter::measure(|| {
        for _ in 0..2 {
            good += runtime.block_on(ask_all(&sessions, &names, 100)).0;
        }
    });
    let octets = (built.bytes_current + asked.bytes_current) as f64 / f64::from(targets);
    println!(
        "memory {} targets={targets} answered={good} octets_per_target={octets:.0} allocations_per_poll={:.1}",
        security.as_str(),
        asked.count_total as f64 / (2.0 * f64::from(targets)),
    );
    Ok(())
}

/// Polls every session once; counts those that went well and those that did not.
async fn ask_all(sessions: &[Session], names: &[Oid], window: usize) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    let mut waiting = sessions.iter();
    let mut under_way: FuturesUnordered<_> =
        waiting.by_ref().take(window).map(|session| session.get_oids(names)).collect();
    while let Some(result) = under_way.next().await {
        match result {
            Ok(varbinds) if varbinds.len() == names.len() => good += 1,
            Ok(_) => bad += 1,
            Err(error) => {
                if bad == 0 {
                    eprintln!("{error}");
                }
                bad += 1;
            }
        }
        if let Some(session) = waiting.next() {
            under_way.push(session.get_oids(names));
        }
    }
    (good, bad)
}

fn sessions(manager: &Manager, security: Security, targets: u32) -> Vec<Session> {
    let session = |n: u32| {
        let [_, high, middle, low] = n.to_be_bytes();
        let address = Ipv4Addr::new(127, 16 + high, middle, low);
        let target = security.target(SocketAddr::from((address, PORT)));
        manager.target(target.timeout(Duration::from_millis(500)).retries(2))
    };
    (0..targets).map(session).collect()
}

fn names() -> Result<Vec<Oid>, Failure> {
    let name = |n| Oid::from_arcs(&[1, 3, 6, 1, 4, 1, 99999, 1, n, 0]);
    Ok((1..=VARIABLES).map(name).collect::<Result<_, _>>()?)
}
