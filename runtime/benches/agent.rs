//! What a request costs an agent: `cargo bench -p mibc-runtime --bench agent`.
//!
//! Ten scalars, and a table of 1,000 rows and four columns in a `BTreeMap`, served as generated code serves them; a
//! community that may see everything, and one with a view of two subtrees. From octets to octets, best of many short
//! rounds. With a name and a number, such as `-- bulk25 200000`, only so many requests of this kind are made, for
//! measuring the process from outside.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use mibc_runtime::agent::table::{Cell, ServeTable, TableColumn, next_key};
use mibc_runtime::agent::{Account, Arrival, Community, EngineState, Exchange, Responder};
use mibc_runtime::message::{Level, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::Access;
use mibc_runtime::typed::{Module, Row, Scalar, access};
use mibc_runtime::value::{Counter32, Counter64, OctetString, VarBind};
use mibc_test_support::v3::{Made, engine_id, operator};

const ROWS: i32 = 1_000;

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

struct BenchEntry;

impl Row for BenchEntry {
    type Module = Mib;
    type Index = (i32,);
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 99999, 2, 1];
}

/// The trait that the compiler would write.
trait BenchTable: Send + Sync + 'static {
    fn next(&self, after: Option<&(i32,)>) -> Option<(i32,)>;
    fn number(&self, index: &(i32,)) -> Option<i32>;
    fn counter(&self, index: &(i32,)) -> Option<Counter32>;
    fn text(&self, index: &(i32,)) -> Option<OctetString>;
    fn large(&self, index: &(i32,)) -> Option<Counter64>;
}

impl<T: BenchTable> ServeTable<T> for BenchEntry {
    type Set = std::convert::Infallible;
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::new(2, Access::ReadOnly),
        TableColumn::new(3, Access::ReadOnly),
        TableColumn::new(4, Access::ReadOnly),
        TableColumn::new(5, Access::ReadOnly),
    ];

    fn next(table: &T, after: Option<&(i32,)>) -> Option<(i32,)> {
        table.next(after)
    }

    fn get(table: &T, column: u32, index: &(i32,), cell: &mut Cell<'_>) {
        match column {
            2 => cell.give(table.number(index)),
            3 => cell.give(table.counter(index)),
            4 => cell.give(table.text(index)),
            5 => cell.give(table.large(index)),
            _ => {}
        }
    }
}

struct Cells {
    number: i32,
    counter: Counter32,
    text: OctetString,
    large: Counter64,
}

struct Table(BTreeMap<(i32,), Cells>);

impl BenchTable for Table {
    fn next(&self, after: Option<&(i32,)>) -> Option<(i32,)> {
        next_key(&self.0, after)
    }

    fn number(&self, index: &(i32,)) -> Option<i32> {
        self.0.get(index).map(|row| row.number)
    }

    fn counter(&self, index: &(i32,)) -> Option<Counter32> {
        self.0.get(index).map(|row| row.counter)
    }

    fn text(&self, index: &(i32,)) -> Option<OctetString> {
        self.0.get(index).map(|row| row.text.clone())
    }

    fn large(&self, index: &(i32,)) -> Option<Counter64> {
        self.0.get(index).map(|row| row.large)
    }
}

const SCALARS: [Scalar<Mib, i32, access::ReadOnly>; 10] = [
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 1]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 2]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 3]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 4]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 5]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 6]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 7]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 8]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 9]),
    Scalar::new(&[1, 3, 6, 1, 4, 1, 99999, 1, 10]),
];

fn agent(now: Instant) -> Responder {
    let view = [oid(&[1]), oid(&[2])];
    let communities = [Community::read_only("public"), Community::read_only("narrow").view(view)];
    let state = EngineState { engine_id: engine_id("agent"), boots: 3 };
    let users = [Account::read_only(operator())];
    let responder =
        Responder::new(communities, 65_507).with_users(state, now, 1, users).expect("the user can be used");
    for (scalar, number) in SCALARS.into_iter().zip(1_000..) {
        responder.serve(scalar, move || number);
    }
    let row = |row: i32| {
        let number = row as u32;
        let cells = Cells {
            number: row * 7,
            counter: Counter32(number.wrapping_mul(100_003)),
            text: format!("row-{row:012}").into(),
            large: Counter64(u64::from(number) << 32 | u64::from(number * 3)),
        };
        ((row,), cells)
    };
    responder.serve_table(BenchEntry, Arc::new(Table((1..=ROWS).map(row).collect())));
    responder
}

/// Below the experimental subtree of the peers' benchmarks.
fn oid(arcs: &[u32]) -> Oid {
    let base = [1, 3, 6, 1, 4, 1, 99999];
    Oid::from_arcs(&[&base, arcs].concat()).expect("an OID")
}

fn scalar(number: u32) -> Oid {
    oid(&[1, number, 0])
}

fn column(column: u32, row: u32) -> Oid {
    oid(&[2, 1, column, row])
}

/// A request over SNMPv2c by community, or over SNMPv3.
fn request(how: &str, header: PduHeader, names: &[Oid]) -> Vec<u8> {
    let varbinds: Vec<VarBind> = names.iter().cloned().map(VarBind::unspecified).collect();
    if how == "v3" {
        return Made { header, varbinds, ..Made::get(&operator(), Level::AuthPriv) }.datagram();
    }
    let body = OwnedBody::Pdu(Pdu { header, varbinds });
    let mut writer = mibc_runtime::ber::Writer::new();
    Message { version: Version::V2c, community: how.into(), body }.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

/// 100 requests of a kind.
fn requests(kind: &str) -> Option<Vec<Vec<u8>>> {
    let (kind, how) = match kind.split_once('-') {
        Some((kind, "view")) => (kind, "narrow"),
        Some((kind, "v3")) => (kind, "v3"),
        _ => (kind, "public"),
    };
    let get = |id| PduHeader::new(PduKind::Get, id);
    let make = |id: i32| {
        let number = id as u32;
        let row = number.wrapping_mul(2_654_435_761) % 900 + 1;
        Some(match kind {
            "get1" => request(how, get(id), &[scalar(number % 10 + 1)]),
            "get10" => request(how, get(id), &(1..=10).map(scalar).collect::<Vec<_>>()),
            "cells10" => {
                request(how, get(id), &(0..10).map(|n| column(2 + n % 4, row + n / 4)).collect::<Vec<_>>())
            }
            "next" => request(how, PduHeader::new(PduKind::GetNext, id), &[column(2 + number % 4, row)]),
            "bulk25" => request(how, PduHeader::bulk(id, 0, 25), &[column(2 + number % 4, row)]),
            "table" => {
                let columns: Vec<Oid> = (2..=5).map(|number| column(number, row)).collect();
                request(how, PduHeader::bulk(id, 0, 25), &columns)
            }
            "scalars" => request(how, PduHeader::bulk(id, 0, 10), &[oid(&[1])]),
            _ => return None,
        })
    };
    (0..100).map(make).collect()
}

const KINDS: [&str; 14] = [
    "get1",
    "get10",
    "cells10",
    "next",
    "bulk25",
    "table",
    "scalars",
    "get10-view",
    "next-view",
    "bulk25-view",
    "table-view",
    "get10-v3",
    "bulk25-v3",
    "table-v3",
];

fn main() {
    let now = Instant::now();
    let responder = agent(now);
    let mut exchange = Exchange::default();
    let now = now + std::time::Duration::from_secs(1_000);
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [kind, count] = arguments.as_slice() {
        let requests = requests(kind).expect("a known kind");
        let count: usize = count.parse().expect("a number of requests");
        for request in requests.iter().cycle().take(count) {
            black_box(
                responder.respond(Arrival::new(now, black_box(request)), &mut exchange).expect("an answer"),
            );
        }
        return;
    }
    for kind in KINDS {
        let requests = requests(kind).expect("a known kind");
        let mut best = f64::MAX;
        for _ in 0..300 {
            let begun = Instant::now();
            for request in &requests {
                black_box(
                    responder
                        .respond(Arrival::new(now, black_box(request)), &mut exchange)
                        .expect("an answer"),
                );
            }
            best = best.min(begun.elapsed().as_nanos() as f64 / requests.len() as f64);
        }
        let request = requests.first().expect("100 requests");
        let octets = responder.respond(Arrival::new(now, request), &mut exchange).expect("an answer").len();
        let allocations = allocation_counter::measure(|| {
            let _ = black_box(responder.respond(Arrival::new(now, request), &mut exchange));
        });
        println!("{kind:<12} {best:>8.0} ns, {octets:>5} octets, {} allocations", allocations.count_total);
    }
}
