//! A heating controller. Managers write its schedule, RowStatus and all; the rows are on the disk before a SET is answered,
//! so that neither `kill -9` nor a power cut takes back what was acknowledged.
//!
//! ```sh
//! COMMUNITY=private cargo run -p example-agents --bin device-agent -- STATE_FOLDER [ADDRESS]
//! ```
#![forbid(unsafe_code)]

use example_agents::mibs::acme_heating_mib::*;
use mibc::rows::{Change, RowStore, Source};
use mibc::{Agent, Community, SetError};
use mibc_admin::store::{EngineRecord, LogStore, Store, StoreJournal};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("expected the folder for what survives a restart")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:1161".to_owned());
    let community = std::env::var("COMMUNITY").map_err(|_| "set COMMUNITY to the community to answer to")?;

    let store: Arc<dyn Store> = Arc::new(LogStore::open(Path::new(&folder))?);
    let schedule = RowStore::<AcmeScheduleEntry>::builder()
        .limit(100)
        .on_test(is_sensible)
        .on_change(apply)
        .journal(Arc::new(StoreJournal::new(Arc::clone(&store))))
        .build()?;

    let agent = Agent::builder()
        .community(Community::read_write(community))
        .engine_store(EngineRecord::new(store)) // engine ID and boots, in the same file
        .bind(address)
        .await?;
    agent.serve_rows(&schedule);
    println!("listening on {}, {:?} start, {} rows", agent.local_addr(), agent.start(), schedule.len());
    tokio::select! {
        ended = agent.run() => Ok(ended?),
        stopped = tokio::signal::ctrl_c() => Ok(stopped?),
    }
}

/// Refuses a row that makes no sense: nobody needs more than 25 degrees at night.
fn is_sensible(change: &Change<'_, AcmeScheduleEntry>) -> Result<(), SetError> {
    let Some(row) = change.after() else { return Ok(()) };
    match (row.get(ACME_SCHEDULE_MINUTE), row.get(ACME_SCHEDULE_CELSIUS)) {
        (Some(0..=300), Some(celsius)) if celsius > 25 => {
            Err(SetError::inconsistent_value().column(ACME_SCHEDULE_CELSIUS.sub_id()))
        }
        _ => Ok(()),
    }
}

/// What the controller does with a change: this one only tells of it.
fn apply(change: &Change<'_, AcmeScheduleEntry>) {
    let by = if change.source() == Source::Application { "the application" } else { "a manager" };
    println!("{by}: {change:?}");
}
