//! What the typed API costs beside the untyped one: `cargo bench -p mibc-runtime --bench typed`.
//!
//! Both sides do the same work without a socket, from names over the messages to values in a program's own
//! types. Prints nanoseconds, the best of many short rounds, and allocations.

#[path = "../tests/generated_shape/mibs/mod.rs"]
#[expect(dead_code, unreachable_pub, reason = "as the compiler writes it, more than is measured")]
mod mibs;

use mibc_runtime::ber::{Rules, VarBinds, Writer};
use mibc_runtime::index;
use mibc_runtime::message::{Decoder, ErrorStatus, PduHeader, PduKind, Version, write_community};
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::{Answers, Columns, Query, RowCells};
use mibc_runtime::value::{Counter64, Gauge32, OctetString, Value, ValueRef, VarBind, VarBindRef};
use mibs::acme_bank_mib::{ACME_BANK_COUNT, ACME_BANK_LIMIT, ACME_BANK_TRIPS, AcmeBankIndex};
use mibs::acme_outlet_mib::ACME_STRIP_NAME;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 2000;
const CALLS: u32 = 200;

fn best(what: &str, mut work: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..CALLS {
            work();
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(CALLS));
    }
    let allocations = allocation_counter::measure(&mut work).count_total;
    println!("{what:<56} {best:>8.1} ns  {allocations:>2} allocations");
}

/// Encoder and decoder of one program, and the response of the agent.
struct Wire {
    writer: Writer,
    decoder: Decoder,
    response: Vec<u8>,
}

impl Wire {
    /// An agent that answers with these.
    fn new(varbinds: &[VarBind]) -> Self {
        let mut writer = Writer::new();
        write_community(&mut writer, Version::V2c, b"public", |w| {
            let header = PduHeader::response(7, ErrorStatus::NO_ERROR, 0);
            header.write(w, varbinds.iter().map(VarBind::as_ref));
        });
        let response = writer.finish().expect("fits").to_vec();
        Self { writer, decoder: Decoder::new(Rules::Lenient), response }
    }

    /// A GET of these names and what comes back.
    fn exchange(&mut self, names: &[Oid]) -> VarBinds<'_> {
        self.writer.clear();
        write_community(&mut self.writer, Version::V2c, b"public", |w| {
            let names = names.iter().map(|name| VarBindRef { name: name.as_ref(), value: ValueRef::Null });
            PduHeader::new(PduKind::Get, 7).write(w, names);
        });
        black_box(self.writer.finish().is_ok());
        let decoded = self.decoder.decode(black_box(&self.response)).expect("a message");
        decoded.message.pdu().expect("no trap").varbinds
    }

    /// As `Session::get_oids` does it.
    fn get_oids(&mut self, names: &[Oid]) -> Vec<VarBind> {
        self.exchange(names).iter().map(VarBindRef::to_varbind).collect()
    }

    /// As `Session::get` does it.
    fn get<Q: Query>(&mut self, query: Q) -> Q::Output {
        let mut names = Vec::new();
        query.names(&mut names).expect("names");
        let varbinds = self.exchange(&names);
        query.decode(&mut Answers::borrowed(varbinds)).expect("values")
    }
}

fn instance(arcs: &[u32]) -> Oid {
    Oid::from_arcs(arcs).expect("an OID")
}

const COUNT: [u32; 10] = [1, 3, 6, 1, 4, 1, 32473, 2, 1, 0];
const NAME: [u32; 10] = [1, 3, 6, 1, 4, 1, 32473, 3, 1, 0];
const TRIPS: [u32; 11] = [1, 3, 6, 1, 4, 1, 32473, 2, 2, 1, 3];

/// What a program without types does with one number.
fn number(varbind: VarBind) -> Result<i32, VarBind> {
    match varbind.value {
        Value::Integer(number) => Ok(number),
        _ => Err(varbind),
    }
}

/// The same with a number, a text and a counter.
fn three(varbinds: Vec<VarBind>) -> (i32, OctetString, Counter64) {
    let [count, name, trips] = <[VarBind; 3]>::try_from(varbinds).expect("three answers");
    match (count.value, name.value, trips.value) {
        (Value::Integer(count), Value::OctetString(name), Value::Counter64(trips)) => (count, name, trips),
        other => panic!("{other:?}"),
    }
}

fn main() {
    let count = VarBind::new(instance(&COUNT), 12);
    let name = VarBind::new(instance(&NAME), "left, behind the door");
    let trips = VarBind::new(instance(&TRIPS).child(7).expect("an OID"), Counter64(123_456_789_012));

    let mut wire = Wire::new(std::slice::from_ref(&count));
    best("number: untyped, name made of arcs", || {
        let mut varbinds = wire.get_oids(&[instance(black_box(&COUNT))]);
        black_box(varbinds.pop().map(number).expect("an answer").expect("a number"));
    });
    let names = [instance(&COUNT)];
    best("number: untyped, name ready", || {
        let mut varbinds = wire.get_oids(black_box(&names));
        black_box(varbinds.pop().map(number).expect("an answer").expect("a number"));
    });
    best("number: typed", || {
        black_box(wire.get(black_box(ACME_BANK_COUNT)));
    });

    let mut wire = Wire::new(&[count, name, trips]);
    best("number, text, cell: untyped, names made of arcs", || {
        let row = instance(black_box(&TRIPS)).child(black_box(7)).expect("an OID");
        black_box(three(wire.get_oids(&[instance(black_box(&COUNT)), instance(black_box(&NAME)), row])));
    });
    let column = instance(&TRIPS);
    let names = [instance(&COUNT), instance(&NAME), column.child(7).expect("an OID")];
    best("number, text, cell: untyped, objects ready", || {
        let row = black_box(&column).child(black_box(7)).expect("an OID");
        let [count, name, _] = black_box(&names);
        black_box(three(wire.get_oids(&[count.clone(), name.clone(), row])));
    });
    best("number, text, cell: untyped, names ready", || {
        black_box(three(wire.get_oids(black_box(&names))));
    });
    best("number, text, cell: typed", || {
        let query = (ACME_BANK_COUNT, ACME_STRIP_NAME, ACME_BANK_TRIPS.at(black_box(7)));
        black_box(wire.get(query));
    });

    rows();
}

/// A row of a table once its cells are joined: its index and its values.
fn rows() {
    let name = instance(&TRIPS).child(7).expect("an OID");
    let cells = [Some(Value::Counter64(Counter64(123_456_789_012))), Some(Value::Gauge32(Gauge32(16)))];
    let prefix = instance(&TRIPS);
    best("row of two cells: untyped", || {
        let mut index = black_box(&name).strip_prefix(&prefix).expect("of the column");
        let (Some(bank), None) = (index.next(), index.next()) else { panic!("an index of one number") };
        match black_box(&cells) {
            [Some(Value::Counter64(trips)), Some(Value::Gauge32(limit))] => {
                black_box((bank, trips.0, limit.0));
            }
            other => panic!("{other:?}"),
        }
    });
    let columns = (ACME_BANK_TRIPS, ACME_BANK_LIMIT);
    let mut objects = Vec::new();
    columns.columns(&mut objects);
    best("row of two cells: typed", || {
        let arcs = black_box(&name).strip_prefix(&prefix).expect("of the column");
        let index: AcmeBankIndex = index::decode(arcs.clone()).expect("an index");
        let values = columns.cells(&RowCells::new(&objects, arcs, black_box(&cells))).expect("values");
        black_box((index, values));
    });
}
