//! The agent that `benches/compare-agent` asks: `mibc-agent-bench ADDRESS [ROWS]`.
//!
//! It serves what the peers serve, by the typed API: ten scalars, and a table of 1,000 rows and four columns in a
//! `BTreeMap`, as an application would. Community and user have a view of two subtrees, in which both lie.
#![forbid(unsafe_code)]

mod mibs {
    include!(concat!(env!("OUT_DIR"), "/mibs.rs"));
}

use mibc_runtime::agent::table::next_key;
use mibc_runtime::agent::{Account, Agent, Community, Grant};
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{Auth, Privacy, User};
use mibc_runtime::value::{Counter32, Counter64, OctetString};
use mibs::bench_mib::*;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

type Failure = Box<dyn std::error::Error>;

struct Cells {
    number: i32,
    count: Counter32,
    text: OctetString,
    octets: Counter64,
}

impl Cells {
    fn new(row: i32) -> Self {
        let number = row as u32;
        Self {
            number: row * 7,
            count: Counter32(number.wrapping_mul(100_003)),
            text: format!("row-{row:012}").into(),
            octets: Counter64(u64::from(number) << 32 | u64::from(number * 3)),
        }
    }
}

struct Table(BTreeMap<BenchIndex, Cells>);

impl BenchTable for Table {
    fn next(&self, after: Option<&BenchIndex>) -> Option<BenchIndex> {
        next_key(&self.0, after)
    }

    fn bench_number(&self, index: &BenchIndex) -> Option<i32> {
        self.0.get(index).map(|row| row.number)
    }

    fn bench_count(&self, index: &BenchIndex) -> Option<Counter32> {
        self.0.get(index).map(|row| row.count)
    }

    fn bench_text(&self, index: &BenchIndex) -> Option<OctetString> {
        self.0.get(index).map(|row| row.text.clone())
    }

    fn bench_octets(&self, index: &BenchIndex) -> Option<Counter64> {
        self.0.get(index).map(|row| row.octets)
    }
}

async fn serve(address: SocketAddr, rows: i32) -> Result<(), Failure> {
    let view = vec![Oid::from_arcs(BENCH_SCALARS.arcs())?, Oid::from_arcs(BENCH_TABLE.arcs())?];
    let user = User::new("sha2aes").auth(Auth::Sha256, "authpass123").privacy(Privacy::Aes128, "privpass123");
    let agent = Agent::builder()
        .community(Community::read_only("public").view(view.clone()))
        .user(Account::new(user, Grant::read_only().view(view)))
        .bind(address)
        .await?;
    let scalars = [
        BENCH_ONE,
        BENCH_TWO,
        BENCH_THREE,
        BENCH_FOUR,
        BENCH_FIVE,
        BENCH_SIX,
        BENCH_SEVEN,
        BENCH_EIGHT,
        BENCH_NINE,
        BENCH_TEN,
    ];
    for (scalar, number) in scalars.into_iter().zip(1_000..) {
        agent.serve(scalar, move || number);
    }
    let rows = (1..=rows).map(|row| (row.into(), Cells::new(row))).collect();
    agent.serve_table(BenchEntry, Arc::new(Table(rows)));
    println!("listening on {}", agent.local_addr());
    Ok(agent.run().await?)
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("expected the address to listen on")?.parse()?;
    let rows = arguments.next().map_or(Ok(1_000), |rows| rows.parse())?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve(address, rows))
}
