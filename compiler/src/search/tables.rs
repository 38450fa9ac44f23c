//! Names and OIDs of all modules in two orders, as bytes that are searched in place.
//!
//! ```text
//! count · count with OID · records by name · numbers of records by OID · pool of names and OIDs
//! ```

use super::bytes::Writer;
use super::entry::{EntryKind, revision};
use super::facts::{Fact, ModuleFacts};
use mibc_runtime::oid::{Oid, compare};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// Octets of a record: name, OID and module as 32-bit numbers, both lengths as 16-bit ones, the kind, three unused.
const RECORD: usize = 20;

/// The modules whose names every module may use without importing them.
const BASE_MODULES: [&str; 2] = ["SNMPv2-SMI", "RFC1155-SMI"];

/// One record, its texts not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    name: (usize, usize),
    oid: (usize, usize),
    pub(super) module: usize,
    pub(super) kind: EntryKind,
}

/// The tables, read in place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tables<'a> {
    records: &'a [u8],
    by_oid: &'a [u8],
    pool: &'a [u8],
}

impl<'a> Tables<'a> {
    /// Empty where the bytes are none.
    pub(super) fn new(bytes: &'a [u8]) -> Tables<'a> {
        let tables = || {
            let mut from = super::bytes::Reader(bytes);
            let (count, with_oid) = (from.u32()?, from.u32()?);
            let records = from.take(count.checked_mul(RECORD)?)?;
            let by_oid = from.take(with_oid.checked_mul(4)?)?;
            Some(Tables { records, by_oid, pool: from.0 })
        };
        tables().unwrap_or_default()
    }

    /// How many records there are.
    pub(super) fn len(self) -> usize {
        self.records.len() / RECORD
    }

    pub(super) fn record(self, number: usize) -> Option<Record> {
        let record = self.records.get(number * RECORD..)?.get(..RECORD)?;
        let long = |at: usize| {
            let octets: [u8; 4] = record.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_le_bytes(octets)).ok()
        };
        let short = |at: usize| {
            let octets: [u8; 2] = record.get(at..at + 2)?.try_into().ok()?;
            Some(usize::from(u16::from_le_bytes(octets)))
        };
        Some(Record {
            name: (long(0)?, short(12)?),
            oid: (long(4)?, short(14)?),
            module: long(8)?,
            kind: *EntryKind::ALL.get(usize::from(*record.get(16)?))?,
        })
    }

    pub(super) fn name(self, record: &Record) -> &'a str {
        self.pooled(record.name).and_then(|octets| std::str::from_utf8(octets).ok()).unwrap_or_default()
    }

    /// The octets of its OID; none where it has none.
    pub(super) fn oid(self, record: &Record) -> &'a [u8] {
        self.pooled(record.oid).unwrap_or_default()
    }

    fn pooled(self, (start, length): (usize, usize)) -> Option<&'a [u8]> {
        self.pool.get(start..)?.get(..length)
    }

    /// The records of a name.
    pub(super) fn named(self, name: &str) -> impl Iterator<Item = Record> + use<'a> {
        let order = |number: usize| {
            self.record(number).map_or(Ordering::Greater, |record| self.name(&record).cmp(name))
        };
        let (start, end) = equal_range(self.len(), order);
        (start..end).filter_map(move |number| self.record(number))
    }

    /// The records of an OID, or those of it and everything below it.
    pub(super) fn at(self, oid: &[u8], below: bool) -> impl Iterator<Item = Record> + use<'a> {
        let order = |number: usize| match self.nth_oid(number) {
            Some(record) => {
                let found = self.oid(&record);
                // Canonical BER: below an OID is what begins with its octets.
                if below && found.starts_with(oid) { Ordering::Equal } else { compare(found, oid) }
            }
            None => Ordering::Greater,
        };
        let (start, end) = equal_range(self.by_oid.len() / 4, order);
        (start..end).filter_map(move |number| self.nth_oid(number))
    }

    fn nth_oid(self, number: usize) -> Option<Record> {
        let octets: [u8; 4] = self.by_oid.get(number * 4..)?.get(..4)?.try_into().ok()?;
        self.record(usize::try_from(u32::from_le_bytes(octets)).ok()?)
    }
}

/// The numbers below `count` that `order` calls equal; it must be sorted.
fn equal_range(count: usize, order: impl Fn(usize) -> Ordering) -> (usize, usize) {
    let first = |not_yet: &dyn Fn(Ordering) -> bool| {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if not_yet(order(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    };
    (first(&|order| order == Ordering::Less), first(&|order| order != Ordering::Greater))
}

/// Which module of each name counts, by the numbers of `modules`: one of a file before a built-in one, then the
/// latest, then the first.
pub(super) fn choose<'m>(modules: &[(&'m ModuleFacts, bool)]) -> FxHashMap<&'m str, usize> {
    let mut chosen: FxHashMap<&str, usize> = FxHashMap::default();
    for (number, (facts, built_in)) in modules.iter().enumerate() {
        let place = chosen.entry(&facts.name).or_insert(number);
        let (other, other_built_in) = modules[*place];
        let better = (other_built_in && !built_in)
            || (other_built_in == *built_in && revision(&facts.last_updated) > revision(&other.last_updated));
        if better {
            *place = number;
        }
    }
    chosen
}

/// The tables of some modules, of which `chosen` count.
pub(super) fn pack(modules: &[(&ModuleFacts, bool)], chosen: &FxHashMap<&str, usize>) -> Vec<u8> {
    let nodes: Vec<(usize, &Fact)> = modules
        .iter()
        .enumerate()
        .filter(|(number, (facts, built_in))| !built_in || chosen.get(&*facts.name) == Some(number))
        .flat_map(|(number, (facts, _))| facts.definitions.iter().map(move |fact| (number, fact)))
        .collect();
    let oids = Resolver::new(modules, chosen, &nodes).run();
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by(|&a, &b| (&nodes[a].1.name, nodes[a].0).cmp(&(&nodes[b].1.name, nodes[b].0)));

    let mut pool: Vec<u8> = Vec::new();
    let mut records = Vec::with_capacity(order.len() * RECORD);
    let mut by_oid: Vec<(&Oid, u32)> = Vec::new();
    let mut last: (usize, &str) = (0, "");
    for (number, &node) in order.iter().enumerate() {
        let (module, fact) = nodes[node];
        if fact.name != last.1 {
            last = (pool.len(), &fact.name);
            pool.extend_from_slice(fact.name.as_bytes());
        }
        let oid = oids[node].as_ref();
        let oid_at = pool.len();
        if let Some(oid) = oid {
            pool.extend_from_slice(oid.as_ber());
            by_oid.push((oid, number as u32));
        }
        for long in [last.0, oid_at, module] {
            records.extend_from_slice(&(long as u32).to_le_bytes());
        }
        for short in [fact.name.len(), oid.map_or(0, |oid| oid.as_ber().len())] {
            records.extend_from_slice(&(short as u16).to_le_bytes());
        }
        records.extend_from_slice(&[fact.kind as u8, 0, 0, 0]);
    }
    by_oid.sort();

    let mut out = Writer::default();
    out.u32(order.len());
    out.u32(by_oid.len());
    out.0.extend_from_slice(&records);
    by_oid.iter().for_each(|(_, number)| out.0.extend_from_slice(&number.to_le_bytes()));
    out.0.extend_from_slice(&pool);
    out.0
}

/// Follows the names of OID values through the modules.
struct Resolver<'f> {
    nodes: &'f [(usize, &'f Fact)],
    /// First definition of a name in a module.
    by_name: FxHashMap<(usize, &'f str), usize>,
    /// What a module imports, and from where.
    imports: Vec<FxHashMap<&'f str, &'f str>>,
    chosen: &'f FxHashMap<&'f str, usize>,
    oids: Vec<Option<Oid>>,
}

/// What stands above a node.
enum Above {
    Node(usize),
    /// One of the three roots, which are no OIDs of their own.
    Root(u32),
    Nothing,
}

impl<'f> Resolver<'f> {
    fn new(
        modules: &'f [(&'f ModuleFacts, bool)],
        chosen: &'f FxHashMap<&'f str, usize>,
        nodes: &'f [(usize, &'f Fact)],
    ) -> Resolver<'f> {
        let mut by_name = FxHashMap::default();
        for (number, (module, fact)) in nodes.iter().enumerate() {
            if fact.kind != EntryKind::Type {
                by_name.entry((*module, &*fact.name)).or_insert(number);
            }
        }
        let imports = |(facts, _): &(&'f ModuleFacts, bool)| {
            facts.imports.iter().map(|(symbol, module)| (&**symbol, &**module)).collect()
        };
        let imports = modules.iter().map(imports).collect();
        Resolver { nodes, by_name, imports, chosen, oids: vec![None; nodes.len()] }
    }

    fn run(mut self) -> Vec<Option<Oid>> {
        let mut done: Vec<bool> = vec![false; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let mut chain = Vec::new();
            let mut on_chain = FxHashSet::default();
            let mut at = start;
            while !done[at] && on_chain.insert(at) {
                chain.push(at);
                let Above::Node(parent) = self.above(at) else { break };
                at = parent;
            }
            while let Some(node) = chain.pop() {
                self.oids[node] = self.assign(node);
                done[node] = true;
            }
        }
        self.oids
    }

    fn assign(&self, node: usize) -> Option<Oid> {
        let fact = self.nodes[node].1;
        if fact.kind == EntryKind::Type {
            return None;
        }
        match self.above(node) {
            Above::Node(parent) => self.oids[parent].as_ref()?.extend(fact.arcs.iter().copied()).ok(),
            Above::Root(root) => {
                let arcs: Vec<u32> = std::iter::once(root).chain(fact.arcs.iter().copied()).collect();
                Oid::from_arcs(&arcs).ok()
            }
            Above::Nothing if fact.parent.is_empty() => Oid::from_arcs(&fact.arcs).ok(),
            Above::Nothing => None,
        }
    }

    fn above(&self, node: usize) -> Above {
        let (module, fact) = self.nodes[node];
        let parent = &*fact.parent;
        let in_module = |name: &str| {
            let module = *self.chosen.get(name)?;
            self.by_name.get(&(module, parent)).copied()
        };
        let found = self.by_name.get(&(module, parent)).copied();
        let found = found.or_else(|| self.imports[module].get(parent).and_then(|from| in_module(from)));
        let found = found.or_else(|| BASE_MODULES.into_iter().find_map(in_module));
        match (found, parent) {
            (Some(found), _) => Above::Node(found),
            (None, "ccitt" | "itu-t") => Above::Root(0),
            (None, "iso") => Above::Root(1),
            (None, "joint-iso-ccitt" | "joint-iso-itu-t") => Above::Root(2),
            (None, _) => Above::Nothing,
        }
    }
}
