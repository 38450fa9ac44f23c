//! An agent with many interfaces, for `benches/compare-exporter`: prints its address, and runs until it is ended.
//!
//! Usage: `interfaces ROWS`

use mibc_generated::if_mib::{IfEntry, IfIndex, IfTable, InterfaceIndex};
use mibc_generated::snmpv2_mib::SYS_UP_TIME;
use mibc_generated::snmpv2_tc::DisplayString;
use mibc_runtime::agent::{Agent, Community};
use mibc_runtime::value::{Counter32, Gauge32, TimeTicks};
use std::sync::Arc;

struct Interfaces(i32);

/// A column of counters that grow with the row.
macro_rules! counters {
    ($($column:ident)*) => {
        $(fn $column(&self, index: &IfIndex) -> Option<Counter32> {
            Some(Counter32(index.if_index.0.unsigned_abs().wrapping_mul(1_000_003)))
        })*
    };
}

impl IfTable for Interfaces {
    fn next(&self, after: Option<&IfIndex>) -> Option<IfIndex> {
        let next = after.map_or(1, |index| index.if_index.0 + 1);
        (next <= self.0).then(|| IfIndex::from(next))
    }

    fn if_index(&self, index: &IfIndex) -> Option<InterfaceIndex> {
        Some(index.if_index)
    }

    fn if_descr(&self, index: &IfIndex) -> Option<DisplayString> {
        Some(format!("Ethernet{}/{}", index.if_index.0 / 48, index.if_index.0 % 48).as_str().into())
    }

    fn if_mtu(&self, _: &IfIndex) -> Option<i32> {
        Some(1_500)
    }

    fn if_speed(&self, _: &IfIndex) -> Option<Gauge32> {
        Some(Gauge32(1_000_000_000))
    }

    fn if_out_q_len(&self, _: &IfIndex) -> Option<Gauge32> {
        Some(Gauge32(0))
    }

    counters! {
        if_in_octets if_in_ucast_pkts if_in_n_ucast_pkts if_in_discards if_in_errors if_in_unknown_protos
        if_out_octets if_out_ucast_pkts if_out_n_ucast_pkts if_out_discards if_out_errors
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows = std::env::args().nth(1).ok_or("usage: interfaces ROWS")?.parse()?;
    let agent = Agent::builder().community(Community::read_only("public")).bind("127.0.0.1:0").await?;
    agent.serve_table(IfEntry, Arc::new(Interfaces(rows)));
    agent.serve(SYS_UP_TIME, || TimeTicks(1));
    println!("{}", agent.local_addr());
    agent.run().await?;
    Ok(())
}
