//! What views cost: `cargo bench -p mibc-runtime --bench views`.
//!
//! Walks with GETBULK over a column of 1,000,000 rows of which a view shows 1 %, and over a column that has only
//! those rows, from octets to octets. Nanoseconds for each row shown, the best of several walks.

use std::hint::black_box;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Instant;

use mibc_runtime::access::{Family, Mask};
use mibc_runtime::agent::{Arrival, Community, Exchange, ReadError, Responder, Variables};
use mibc_runtime::ber::Writer;
use mibc_runtime::message::{Decoder, PduHeader, Version, write_community};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{Value, ValueRef, VarBind, VarBindRef};

const ROWS: u32 = 1_000_000;
const SHOWN: u32 = 10_000;
/// Rows that are shown stand this far apart.
const STEP: u32 = ROWS / SHOWN;

/// Rows of a group.
const GROUP: u32 = 100;

/// ifInOctets.
const COLUMN: [u32; 10] = [1, 3, 6, 1, 2, 1, 2, 2, 1, 10];

/// Rows in groups, for an index of two numbers: as many groups as there are numbers up to `ROWS / GROUP`, `step` apart. They
/// are computed as those of a [`Column`] are.
struct Groups {
    root: Oid,
    step: u32,
}

impl Groups {
    /// The first row from `row` of a group on.
    fn row(&self, group: u32, row: u32) -> Option<VarBind> {
        let (group, row) = if row > GROUP { (group + 1, 1) } else { (group, row.max(1)) };
        let shown = group.max(1).next_multiple_of(self.step);
        let row = if shown == group { row } else { 1 };
        let name = self.root.child(shown).and_then(|group| group.child(row)).ok();
        Some(VarBind { name: name.filter(|_| shown <= ROWS / GROUP)?, value: Value::Integer(7) })
    }
}

impl Variables for Groups {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let mut arcs = name.strip_prefix(&self.root).ok_or_else(|| ReadError::new("not of the column"))?;
        let row = arcs
            .next()
            .zip(arcs.next())
            .filter(|(group, row)| group.is_multiple_of(self.step) && *row <= GROUP);
        Ok(row.map_or(Value::NoSuchInstance, |_| Value::Integer(7)))
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let (Bound::Included(name) | Bound::Excluded(name)) = from else { return Ok(self.row(1, 1)) };
        let Some(mut arcs) = name.strip_prefix(&self.root) else { return Ok(self.row(1, 1)) };
        Ok(match (arcs.next(), arcs.next(), from) {
            (None, ..) => self.row(1, 1),
            (Some(group), None, _) => self.row(group, 1),
            (Some(group), Some(row), Bound::Included(_)) => self.row(group, row),
            (Some(group), Some(row), _) => self.row(group, row + 1),
        })
    }

    fn nests(&self) -> bool {
        false
    }
}

/// Rows `step` apart. They are computed: what an application needs to find a row among many is not measured.
struct Column {
    root: Oid,
    step: u32,
}

impl Column {
    /// The first row from `least` on.
    fn row(&self, least: u32) -> Option<VarBind> {
        let row = least.max(1).next_multiple_of(self.step);
        let name = self.root.child(row).ok().filter(|_| row <= ROWS)?;
        Some(VarBind { name, value: Value::Integer(7) })
    }
}

impl Variables for Column {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let mut arcs = name.strip_prefix(&self.root).ok_or_else(|| ReadError::new("not of the column"))?;
        let row = arcs.next().filter(|row| *row <= ROWS && row.is_multiple_of(self.step));
        Ok(row.map_or(Value::NoSuchInstance, |_| Value::Integer(7)))
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let (Bound::Included(name) | Bound::Excluded(name)) = from else { return Ok(self.row(1)) };
        let Some(mut arcs) = name.strip_prefix(&self.root) else { return Ok(self.row(1)) };
        Ok(match (arcs.next(), arcs.next(), from) {
            (None, ..) => self.row(1),
            (Some(row), None, Bound::Included(_)) => self.row(row),
            (Some(row), ..) => row.checked_add(1).and_then(|row| self.row(row)),
        })
    }

    fn nests(&self) -> bool {
        false
    }
}

fn agent(step: u32, families: Vec<Family>) -> Responder {
    let responder = Responder::new([Community::read_only("public").families(families)], 65_507);
    let root = Oid::from_arcs(&COLUMN).expect("an OID");
    responder.register(root.clone(), Arc::new(Column { root, step }));
    responder
}

fn agent_of_groups(step: u32, families: Vec<Family>) -> Responder {
    let responder = Responder::new([Community::read_only("public").families(families)], 65_507);
    let root = Oid::from_arcs(&COLUMN).expect("an OID");
    responder.register(root.clone(), Arc::new(Groups { root, step }));
    responder
}

/// Walks the column in pages of 100; the rows found.
fn walk(responder: &Responder, exchange: &mut Exchange, decoder: &mut Decoder, writer: &mut Writer) -> u32 {
    let root = Oid::from_arcs(&COLUMN).expect("an OID");
    let mut name = root.clone();
    let mut found = 0;
    let now = Instant::now();
    loop {
        writer.clear();
        write_community(writer, Version::V2c, b"public", |writer| {
            let from = VarBindRef { name: name.as_ref(), value: ValueRef::Null };
            PduHeader::bulk(7, 0, 100).write(writer, std::iter::once(from));
        });
        let request = writer.finish().expect("fits");
        let response = responder.respond(Arrival::new(now, request), exchange).expect("an answer");
        let decoded = decoder.decode(response).expect("a message");
        let varbinds = decoded.message.pdu().expect("a response").varbinds;
        let mut last = None;
        for varbind in varbinds.iter() {
            if matches!(varbind.value, ValueRef::EndOfMibView) || !varbind.name.starts_with(&root) {
                return found;
            }
            found += 1;
            last = Some(varbind.name);
        }
        match last {
            Some(last) => name = last.to_oid(),
            None => return found,
        }
    }
}

/// The best of walks that take turns.
fn compare(agents: &[(&str, Responder)]) {
    let (mut exchange, mut decoder, mut writer) = (Exchange::default(), Decoder::default(), Writer::new());
    let mut best = vec![f64::MAX; agents.len()];
    for _ in 0..30 {
        for ((what, responder), best) in agents.iter().zip(&mut best) {
            let start = Instant::now();
            let found = walk(black_box(responder), &mut exchange, &mut decoder, &mut writer);
            let taken = start.elapsed().as_nanos() as f64 / f64::from(SHOWN);
            assert_eq!(found, SHOWN, "{what}");
            *best = best.min(taken);
        }
    }
    let base = best.first().copied().unwrap_or(f64::NAN);
    for ((what, _), best) in agents.iter().zip(&best) {
        println!("{what:<64} {best:>7.0} ns {:>6.2}", best / base);
    }
}

fn main() {
    let shown = || (1..=SHOWN).map(|row| row * STEP);
    let everything = || vec![Family::everything()];
    let column = Oid::from_arcs(&COLUMN).expect("an OID");
    let rows = shown().map(|row| Family::included(column.child(row).expect("short"))).collect();
    let entry = column.parent().expect("long");
    let masked = |row: u32| {
        let name = entry.child(0).and_then(|column| column.child(row)).expect("short");
        Family::included(name).mask(Mask::wild([9]).expect("short"))
    };
    let mut hidden: Vec<Family> = shown().map(masked).collect();
    hidden.push(Family::included("1.3.6.1".parse().expect("an OID")));
    hidden.push(Family::excluded(entry.clone()));
    compare(&[
        ("the shown rows alone, a view of everything", agent(STEP, everything())),
        ("1,000,000 rows, a view of 10,000 subtrees", agent(1, rows)),
        ("1,000,000 rows, a view of 10,000 masks ifEntry.*.N", agent(1, shown().map(masked).collect())),
        ("the same in a MIB that is shown, of which ifEntry is hidden", agent(1, hidden)),
    ]);
    let groups = (1..=SHOWN / GROUP).map(|group| group * STEP);
    let groups = groups.map(|group| Family::included(column.child(group).expect("short"))).collect();
    compare(&[
        ("the shown rows alone, an index of two numbers", agent_of_groups(STEP, everything())),
        ("1,000,000 rows, a view of 100 subtrees of 100 rows", agent_of_groups(1, groups)),
    ]);
}
