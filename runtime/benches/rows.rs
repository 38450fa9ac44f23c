//! What a store of 1,000,000 rows costs: `cargo bench -p mibc-runtime --bench rows`.
//!
//! Rows with an index of a number and a text of six octets, and six columns: a text of eight octets, a number, an
//! enumeration, a counter, StorageType and RowStatus. Octets per row, beside a map of the standard library with a `Vec` of
//! values per row; nanoseconds for GET, GETNEXT, runs, SETs and the application's own calls, on rows
//! in random order. Memory is what is asked of the allocator, not what it adds.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::Bound;
use std::time::Instant;

use mibc_runtime::index::{Form, Index, IndexError, IndexReader, IndexWriter, order_part};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::Oid;
use mibc_runtime::rows::RowStore;
use mibc_runtime::typed::access::{ReadCreate, ReadOnly};
use mibc_runtime::typed::{Column, Module, Row};
use mibc_runtime::value::{Counter64, Gauge32, OctetString, Unsigned32, Value, VarBind};

const ROWS: u32 = 1_000_000;
/// Rows that are asked for.
const SAMPLE: usize = 50_000;
/// Rows of a round: short, so that some rounds have the processor to themselves.
const ROUND: usize = 100;

/// The module of the store's own tests.
struct AcmeMib;

impl Module for AcmeMib {
    const META: Meta<'static> = Meta::new(include_bytes!("../src/rows/tests/acme.meta"));
}

struct Port;

impl Row for Port {
    type Module = AcmeMib;
    type Index = PortIndex;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 5, 1];
}

const OWNER: Column<Port, OctetString, ReadCreate> = Column::new(3);
const SPEED: Column<Port, Unsigned32, ReadCreate> = Column::new(4);
const OCTETS: Column<Port, Counter64, ReadOnly> = Column::new(6);

#[derive(Clone, PartialEq, Eq)]
struct PortIndex {
    slot: i32,
    name: OctetString,
}

impl PortIndex {
    fn of(number: u32) -> Self {
        Self { slot: (number % 16 + 1) as i32, name: format!("{:06}", number / 16).into() }
    }
}

impl Index for PortIndex {
    fn write(&self, w: &mut IndexWriter) {
        w.part(&self.slot, Form::Variable);
        w.part(&self.name, Form::Variable);
    }

    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
        Ok(Self { slot: r.part(Form::Variable)?, name: r.part(Form::Variable)? })
    }
}

impl Ord for PortIndex {
    fn cmp(&self, other: &Self) -> Ordering {
        order_part(&self.slot, &other.slot, Form::Variable)
            .then_with(|| order_part(&self.name, &other.name, Form::Variable))
    }
}

impl PartialOrd for PortIndex {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn name(number: u32, column: u32) -> Oid {
    let mut writer = IndexWriter::column(Port::OID, column);
    PortIndex::of(number).write(&mut writer);
    writer.finish().expect("short")
}

/// The numbers below `count` in an order that is the same each time.
fn shuffled(count: u32) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..count).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for last in (1..numbers.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        numbers.swap(last, (state % (last as u64 + 1)) as usize);
    }
    numbers
}

fn fill(numbers: &[u32]) -> RowStore<Port> {
    let store = RowStore::builder().limit(usize::MAX).build().expect("a store");
    let filled = store.edit(|edit| {
        numbers.iter().try_for_each(|number| {
            edit.insert(PortIndex::of(*number), |row| {
                row.set(OWNER, "somebody").set(SPEED, 1_000).set(OCTETS, u64::from(*number) << 12)
            })
        })
    });
    filled.expect("rows that the MIB allows");
    store
}

/// What an application would write without the store.
fn map(numbers: &[u32]) -> BTreeMap<PortIndex, Vec<Option<Value>>> {
    let row = |number: u32| {
        [
            "somebody".into(),
            Gauge32(1_000).into(),
            1.into(),
            Counter64(u64::from(number) << 12).into(),
            2.into(),
            1.into(),
        ]
        .map(|value: Value| Some(value))
        .to_vec()
    };
    numbers.iter().map(|number| (PortIndex::of(*number), row(*number))).collect()
}

fn memory() {
    for (order, numbers) in [("in order", in_order()), ("in random order", shuffled(ROWS))] {
        let mut store = None;
        let start = Instant::now();
        let measured = allocation_counter::measure(|| store = Some(fill(&numbers)));
        let nanoseconds = start.elapsed().as_nanos() as f64 / f64::from(ROWS);
        let octets = measured.bytes_current as f64 / f64::from(ROWS);
        println!("store filled {order:<36} {octets:>8.1} octets a row {nanoseconds:>8.0} ns");
        drop(store);
        let mut kept = None;
        let measured = allocation_counter::measure(|| kept = Some(map(&numbers)));
        let octets = measured.bytes_current as f64 / f64::from(ROWS);
        println!("map filled {order:<38} {octets:>8.1} octets a row");
        drop(kept);
    }
}

/// As the indexes are ordered.
fn in_order() -> Vec<u32> {
    (0..16).flat_map(|slot| (0..ROWS / 16).map(move |name| name * 16 + slot)).collect()
}

/// Nanoseconds of each. Every row is asked for once, so that little of it is in a cache; of the rounds it is the one that a
/// tenth of them are faster than.
fn each<T>(what: &str, items: &[T], mut work: impl FnMut(&T)) {
    let mut rounds: Vec<f64> = items
        .chunks(ROUND)
        .map(|items| {
            let start = Instant::now();
            items.iter().for_each(&mut work);
            start.elapsed().as_nanos() as f64 / items.len() as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{what:<48} {:>8.0} ns", rounds[rounds.len() / 10]);
}

fn speed() {
    let store = fill(&shuffled(ROWS));
    let sample: Vec<u32> = shuffled(ROWS).into_iter().take(SAMPLE).collect();
    let names: Vec<Oid> = sample.iter().map(|number| name(*number, 6)).collect();
    each("GET of a counter", &names, |name| drop(black_box(store.value(name.as_ref()))));
    each("GETNEXT", &names, |name| drop(black_box(store.run(Bound::Excluded(name.as_ref()), 1))));
    each("25 successors", &names[..SAMPLE / 10], |name| {
        let mut count = 0;
        store.visit(Bound::Excluded(name.as_ref()), |name, value| {
            black_box((name, value));
            count += 1;
            count < 25
        });
    });
    let set: Vec<Vec<VarBind>> = sample
        .iter()
        .map(|number| vec![VarBind::new(name(*number, 4), Gauge32(number % 1_000 + 1))])
        .collect();
    each("SET of one column: test", &set, |changes| drop(store.prepare(changes).expect("allowed")));
    let mut round = 0;
    each("SET of one column: test and commit", &set, |changes| {
        round += 1;
        let change = VarBind::new(changes[0].name.clone(), Gauge32(round % 1_000 + 1));
        store.prepare(&[change]).and_then(|mut prepared| prepared.commit()).expect("allowed");
    });
    let create_and_destroy: Vec<[Vec<VarBind>; 2]> = sample
        .iter()
        .map(|number| {
            let new = ROWS + number % 1_000;
            let owner = VarBind::new(name(new, 3), Value::from("somebody"));
            [vec![VarBind::new(name(new, 8), 4), owner], vec![VarBind::new(name(new, 8), 6)]]
        })
        .collect();
    each("createAndGo and destroy of a row", &create_and_destroy, |[create, destroy]| {
        for changes in [create, destroy] {
            store.prepare(changes).and_then(|mut prepared| prepared.commit()).expect("allowed");
        }
    });
    let indexes: Vec<PortIndex> = sample.iter().map(|number| PortIndex::of(*number)).collect();
    each("get of the application", &indexes, |index| {
        black_box(store.get(index, OCTETS));
    });
    let mut octets = 0_u64;
    each("update of the application", &indexes, |index| {
        octets += 1;
        store.update(index.clone(), |row| row.set(OCTETS, octets)).expect("it is there");
    });
    let snapshot = store.snapshot();
    let start = Instant::now();
    let sum: u64 =
        snapshot.iter().filter_map(|row| row.get(OCTETS)).map(|octets| octets.0).fold(0, u64::wrapping_add);
    let each = start.elapsed().as_nanos() as f64 / f64::from(ROWS);
    println!("{:<48} {each:>8.0} ns", "each row of a snapshot");
    black_box(sum);
}

/// What an application would do without the store.
fn of_a_map() {
    let map = map(&in_order());
    let indexes: Vec<PortIndex> = shuffled(ROWS).into_iter().take(SAMPLE).map(PortIndex::of).collect();
    each("get of a map", &indexes, |index| {
        black_box(map.get(index).and_then(|row| row[3].clone()));
    });
    each("next of a map", &indexes, |index| {
        black_box(
            map.range((Bound::Excluded(index), Bound::Unbounded)).next().and_then(|(_, row)| row[3].clone()),
        );
    });
}

fn main() {
    memory();
    speed();
    of_a_map();
}
