//! Reads a table of 8 columns from an agent that delays each answer, with columns in parallel and one request after
//! the other.
//!
//!     cargo run --release -p mibc-runtime --example slow_table -- [DELAY_MICROSECONDS [ROWS]]
//!     cargo run --release -p mibc-runtime --example slow_table -- 1000 5000 serve   # for other managers
#![forbid(unsafe_code)]

use mibc_runtime::agent::{Arrival, Community, Exchange, ReadError, Responder, Variables};
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::typed::{Column, Module, Row, access::ReadOnly};
use mibc_runtime::value::{Gauge32, Value, VarBind};
use std::error::Error;
use std::net::{SocketAddr, UdpSocket};
use std::ops::Bound;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

struct Entry;

impl Row for Entry {
    type Module = Mib;
    type Index = (i32,);
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 99999, 2, 1];
}

type Cell = Column<Entry, Gauge32, ReadOnly>;

const COLUMNS: u32 = 8;

/// Variables in order.
struct Sorted(Vec<VarBind>);

impl Variables for Sorted {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let found = self.0.binary_search_by(|varbind| varbind.name.as_ref().cmp(&name));
        let value = found.ok().and_then(|place| self.0.get(place)).map(|varbind| varbind.value.clone());
        Ok(value.unwrap_or(Value::NoSuchInstance))
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let place = self.0.partition_point(|varbind| match from {
            Bound::Included(name) => varbind.name.as_ref() < name,
            Bound::Excluded(name) => varbind.name.as_ref() <= name,
            Bound::Unbounded => false,
        });
        Ok(self.0.get(place).cloned())
    }
}

/// Serves the table on a port of its own; each answer leaves when its delay is over, any number at a time.
fn serve(delay: Duration, rows: u32) -> Result<SocketAddr, Box<dyn Error>> {
    let mut variables = Vec::new();
    variables.push(VarBind::new("1.3.6.1.4.1.99999.1.1.0".parse::<Oid>()?, Gauge32(1)));
    for column in 1..=COLUMNS {
        for row in 1..=rows {
            let name = Oid::from_arcs(&[1, 3, 6, 1, 4, 1, 99999, 2, 1, column, row])?;
            variables.push(VarBind::new(name, Gauge32(1_000)));
        }
    }
    let responder = Responder::new([Community::read_only("public")], 65_507);
    responder.register("1.3.6.1.4.1.99999".parse()?, Arc::new(Sorted(variables)));
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0")?);
    let address = socket.local_addr()?;
    let (queue, queued) = mpsc::channel::<(Instant, SocketAddr, Vec<u8>)>();
    let sender = Arc::clone(&socket);
    std::thread::spawn(move || {
        while let Ok((due, to, answer)) = queued.recv() {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let _ = sender.send_to(&answer, to);
        }
    });
    std::thread::spawn(move || {
        let mut exchange = Exchange::default();
        let mut buffer = vec![0; 65_536];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let due = Instant::now() + delay;
            let Some(request) = buffer.get(..length) else { continue };
            if let Ok(answer) = responder.respond(Arrival::new(Instant::now(), request), &mut exchange) {
                let _ = queue.send((due, from, answer.to_vec()));
            }
        }
    });
    Ok(address)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let delay = Duration::from_micros(arguments.next().map_or(Ok(1_000), |text| text.parse())?);
    let rows: u32 = arguments.next().map_or(Ok(5_000), |text| text.parse())?;
    let address = serve(delay, rows)?;
    if arguments.next().is_some() {
        println!("{address}");
        loop {
            std::thread::park();
        }
    }
    let manager = Manager::bind().await?;
    let target = || Target::v2c(address, "public");
    let report = |what: &str, varbinds: usize, begun: Instant| {
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{what:48} {varbinds:6} varbinds {seconds:7.3} s {:8.0} a second",
            varbinds as f64 / seconds
        );
    };

    let begun = Instant::now();
    let table: Oid = "1.3.6.1.4.1.99999.2".parse()?;
    let walk = manager.target(target()).bulk_walk(table.clone()).max_repetitions(25).collect().await?;
    report("walk, 25 repetitions, one request at a time", walk.len(), begun);
    let begun = Instant::now();
    let walk = manager.target(target()).bulk_walk(table).collect().await?;
    report("walk, learned repetitions", walk.len(), begun);

    let column = |n| -> Cell { Column::new(n) };
    let columns = (column(1), column(2), column(3), column(4), column(5), column(6), column(7), column(8));
    for (what, parallel) in
        [("table, one request at a time", Some(1)), ("table", None), ("table, 8 requests", Some(8))]
    {
        let session = manager.target(target());
        let begun = Instant::now();
        let table = session.table(columns);
        let table = match parallel {
            Some(requests) => table.parallel(requests),
            None => table,
        };
        let cells = table.collect().await?.len() * COLUMNS as usize;
        report(what, cells, begun);
    }
    Ok(())
}
