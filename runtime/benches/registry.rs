//! What many registrations cost: `cargo bench -p mibc-runtime --bench registry`.
//!
//! Registering and withdrawing, and requests to an agent with 10 and with 100,000 scalars, from octets to octets. Of
//! changes it is the processor's time, of requests the best of many short rounds.

use std::hint::black_box;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Instant;

use mibc_runtime::agent::{Arrival, Community, Exchange, Handler, ReadError, Responder, Variables};
use mibc_runtime::ber::Writer;
use mibc_runtime::message::{PduHeader, PduKind, Version, write_community};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::registry::{Owner, Registration, RegistrationId, Registry};
use mibc_runtime::value::{Value, ValueRef, VarBind, VarBindRef};

const MANY: usize = 100_000;
const FEW: usize = 10;

/// A scalar.
struct Number {
    instance: Oid,
    value: i32,
}

impl Variables for Number {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        Ok(if self.instance == name { Value::Integer(self.value) } else { Value::NoSuchInstance })
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let is_next = match from {
            Bound::Included(from) => self.instance >= from,
            Bound::Excluded(from) => self.instance > from,
            Bound::Unbounded => true,
        };
        Ok(is_next.then(|| VarBind { name: self.instance.clone(), value: Value::Integer(self.value) }))
    }
}

/// The objects of a hundred groups.
fn object(number: usize) -> Oid {
    let arcs = [1, 3, 6, 1, 4, 1, 32473, 1 + (number / 1_000) as u32, 1 + (number % 1_000) as u32];
    Oid::from_arcs(&arcs).expect("an OID")
}

fn scalar(object: &Oid) -> Arc<dyn Handler> {
    Arc::new(Number { instance: object.child(0).expect("short"), value: 7 })
}

/// The numbers below `count` in an order that is the same each time.
fn shuffled(count: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for last in (1..count).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        numbers.swap(last, (state % (last as u64 + 1)) as usize);
    }
    numbers
}

fn registration(object: &Oid) -> Registration<Arc<dyn Handler>> {
    Registration::new(object.clone(), scalar(object), Owner(1))
}

/// Nanoseconds that this thread has had of a processor: a busy machine does not count. Where the system does not say,
/// the clock has to do.
fn processor_time(start: Instant) -> u64 {
    let known = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let known = known.and_then(|text| text.split(' ').next().and_then(|first| first.parse().ok()));
    known.unwrap_or_else(|| start.elapsed().as_nanos() as u64)
}

/// Microseconds of each of `count`.
fn each(what: &str, count: usize, work: impl FnOnce()) {
    let start = Instant::now();
    let before = processor_time(start);
    work();
    let total = (processor_time(start) - before) as f64;
    println!("{what:<66} {:>8.1} ms {:>8.2} us each", total / 1e6, total / 1e3 / count as f64);
}

fn changes() {
    let objects: Vec<Oid> = shuffled(MANY).into_iter().map(object).collect();
    for round in 0..3 {
        let mut registry = Registry::new();
        let mut ids: Vec<RegistrationId> = Vec::with_capacity(MANY);
        each(&format!("register 100,000 in random order, round {round}"), MANY, || {
            ids.extend(objects.iter().map(|object| registry.register(registration(object)).expect("new")));
        });
        each("withdraw 1,000 of them, one after the other", 1_000, || {
            for id in &ids[..1_000] {
                black_box(registry.withdraw(*id));
            }
        });
        let mut readers = Vec::with_capacity(1_000);
        each("register 1,000 again, each beside a reader with a snapshot", 1_000, || {
            for object in &objects[..1_000] {
                readers.push(registry.snapshot());
                black_box(registry.register(registration(object)).expect("new"));
            }
        });
        drop(readers);
        let outer: Oid = "1.3.6.1.4.1.32473".parse().expect("an OID");
        let mut id = None;
        each("register the subtree around all of them", 1, || {
            id = registry.register(registration(&outer)).ok();
        });
        each("withdraw it", 1, || {
            black_box(id.and_then(|id| registry.withdraw(id)));
        });
        each("withdraw all of the owner", MANY, || drop(registry.withdraw_all(Owner(1))));
    }
    let responder = Responder::new([], 65_507);
    each("register 100,000 at an agent, each by itself", MANY, || {
        for object in &objects {
            responder.register(object.clone(), scalar(object));
        }
    });
    let responder = Responder::new([], 65_507);
    each("register 100,000 at an agent as one batch", MANY, || {
        responder.registry().edit(|registry| {
            for object in &objects {
                registry.register(registration(object)).expect("new");
            }
        });
    });
}

fn request(kind: PduKind, names: &[Oid]) -> Vec<u8> {
    let mut writer = Writer::new();
    write_community(&mut writer, Version::V2c, b"public", |writer| {
        let names = names.iter().map(|name| VarBindRef { name: name.as_ref(), value: ValueRef::Null });
        let header = match kind {
            PduKind::GetBulk => PduHeader::bulk(7, 0, 100),
            kind => PduHeader::new(kind, 7),
        };
        header.write(writer, names);
    });
    writer.finish().expect("fits").to_vec()
}

/// Nanoseconds of a request, the best of many rounds over all of them.
fn best(responder: &Responder, requests: &[Vec<u8>]) -> f64 {
    let mut exchange = Exchange::default();
    // Long enough for the clock, short enough for a round that nobody disturbs.
    let repeats = (500 / requests.len()).max(1);
    let rounds = (400_000 / (repeats * requests.len())).max(7);
    let mut best = f64::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        for _ in 0..repeats {
            for request in requests {
                black_box(
                    responder
                        .respond(Arrival::new(start, black_box(request)), &mut exchange)
                        .expect("an answer"),
                );
            }
        }
        best = best.min(start.elapsed().as_nanos() as f64 / (repeats * requests.len()) as f64);
    }
    best
}

fn requests() {
    let agent = |count: usize| {
        let responder = Responder::new([Community::read_only("public")], 65_507);
        for number in 0..count {
            // As far apart as they can be: the ten are among the others.
            let object = object(number * (MANY / count));
            responder.register(object.clone(), scalar(&object));
        }
        responder
    };
    let (few, many) = (agent(FEW), agent(MANY));
    let ten: Vec<Oid> =
        (0..FEW).map(|number| object(number * (MANY / FEW)).child(0).expect("short")).collect();
    let all: Vec<Oid> =
        shuffled(MANY).into_iter().map(|number| object(number).child(0).expect("short")).collect();
    // GETNEXT asks for the object: its instance is what comes next.
    let ask = |kind: PduKind, names: &[Oid], size: usize| -> Vec<Vec<u8>> {
        let names: Vec<Oid> = names
            .iter()
            .map(|name| if kind == PduKind::Get { name.clone() } else { name.parent().expect("long") })
            .collect();
        names.chunks(size).map(|names| request(kind, names)).collect()
    };
    println!("{:<44} {:>10} {:>22} {:>18}", "", "10 scalars", "100,000, the same ten", "100,000, any");
    for (what, kind, size) in [
        ("GET of one", PduKind::Get, 1),
        ("GET of ten", PduKind::Get, 10),
        ("GETNEXT of one", PduKind::GetNext, 1),
        ("GETNEXT of ten", PduKind::GetNext, 10),
    ] {
        let same = ask(kind, &ten, size);
        let few = best(&few, &same);
        let hot = best(&many, &same);
        let cold = best(&many, &ask(kind, &all, size));
        println!(
            "{what:<44} {few:>7.0} ns {hot:>12.0} ns ({:.2}) {cold:>8.0} ns ({:.2})",
            hot / few,
            cold / few
        );
    }
    let start = [object(0)];
    let bulk = best(&many, &[request(PduKind::GetBulk, &start)]);
    println!("{:<44} {bulk:>40.0} ns", "GETBULK of 100 scalars in a row");
}

fn main() {
    // `-- requests` leaves out the changes.
    if !std::env::args().any(|argument| argument == "requests") {
        changes();
    }
    requests();
}
