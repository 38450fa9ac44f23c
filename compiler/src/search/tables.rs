//! Names and OIDs of all modules in two orders, as bytes that are searched where they are: in memory, or in the file.
//!
//! ```text
//! count · count with OID ┊ records by name ┊ numbers of records by OID ┊ pool of names and OIDs
//! ```
//!
//! Each part begins with a block of the [`Store`], and nothing goes over the end of one.

use super::bytes::Writer;
use super::entry::{EntryKind, revision};
use super::facts::{Fact, MAX_NAME, ModuleFacts};
use super::pool::{self, Pool, pooled};
use super::store::{BLOCK, Store, aligned};
use crate::model::Language;
use crate::resolve::standard;
use mibc_runtime::oid::{Oid, compare};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// Octets of a record: where its name and its OID are in the pool, its module and its kind, as 32-bit numbers.
const RECORD: usize = 16;

/// The place that stands for a missing OID.
const NO_OID: usize = u32::MAX as usize;

// Neither a record nor what is in the pool goes over the end of a block.
const _: () = assert!(BLOCK.is_multiple_of(RECORD) && MAX_NAME <= pool::MAX);

/// The modules whose names every module may use without importing them.
const BASE_MODULES: [&str; 2] = ["SNMPv2-SMI", "RFC1155-SMI"];

/// One record, its texts not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    name: usize,
    oid: usize,
    pub(super) module: usize,
    pub(super) kind: EntryKind,
}

/// The tables, read in place.
#[derive(Debug, Default)]
pub(super) struct Tables {
    store: Store,
    count: usize,
    with_oid: usize,
    /// Where the second and the third part begin.
    by_oid: usize,
    pool: usize,
}

impl Tables {
    /// Empty if the bytes are not a table.
    pub(super) fn new(store: Store) -> Tables {
        let parts = |store: &Store| {
            let (count, with_oid) = (store.u32(0)?, store.u32(4)?);
            let by_oid = aligned(BLOCK.checked_add(count.checked_mul(RECORD)?)?)?;
            let pool = aligned(by_oid.checked_add(with_oid.checked_mul(4)?)?)?;
            (pool <= store.len()).then_some((count, with_oid, by_oid, pool))
        };
        match parts(&store) {
            Some((count, with_oid, by_oid, pool)) => Tables { store, count, with_oid, by_oid, pool },
            None => Tables::default(),
        }
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn record(&self, number: usize) -> Option<Record> {
        let at = BLOCK + number * RECORD;
        let long = |place: usize| self.store.u32(at + place * 4);
        let kind = *EntryKind::ALL.get(long(3).filter(|_| number < self.count)?)?;
        Some(Record { name: long(0)?, oid: long(1)?, module: long(2)?, kind })
    }

    pub(super) fn name(&self, record: &Record) -> &str {
        self.pooled(record.name).and_then(|octets| std::str::from_utf8(octets).ok()).unwrap_or_default()
    }

    /// The octets of its OID; none if it has none.
    pub(super) fn oid(&self, record: &Record) -> &[u8] {
        if record.oid == NO_OID { &[] } else { self.pooled(record.oid).unwrap_or_default() }
    }

    /// What is in the pool behind its length.
    fn pooled(&self, place: usize) -> Option<&[u8]> {
        pooled(&self.store, self.pool.checked_add(place)?)
    }

    /// The records of a name.
    pub(super) fn named<'t>(&'t self, name: &str) -> impl Iterator<Item = Record> + use<'t> {
        let order = |number: usize| {
            self.record(number).map_or(Ordering::Greater, |record| self.name(&record).cmp(name))
        };
        let (start, end) = equal_range(self.count, order);
        (start..end).filter_map(move |number| self.record(number))
    }

    /// The records of an OID, or those of it and everything below it.
    pub(super) fn at<'t>(&'t self, oid: &[u8], below: bool) -> impl Iterator<Item = Record> + use<'t> {
        let order = |number: usize| match self.nth_oid(number) {
            Some(record) => {
                let found = self.oid(&record);
                // Canonical BER: below an OID is what begins with its octets.
                if below && found.starts_with(oid) { Ordering::Equal } else { compare(found, oid) }
            }
            None => Ordering::Greater,
        };
        let (start, end) = equal_range(self.with_oid, order);
        (start..end).filter_map(move |number| self.nth_oid(number))
    }

    fn nth_oid(&self, number: usize) -> Option<Record> {
        self.record(self.store.u32(self.by_oid + number * 4)?)
    }
}

/// The numbers below `count` that `order` calls equal; it must be sorted.
pub(super) fn equal_range(count: usize, order: impl Fn(usize) -> Ordering) -> (usize, usize) {
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

    let mut pool = Pool::default();
    let mut records = Vec::with_capacity(order.len() * RECORD);
    let mut by_oid: Vec<(&Oid, u32)> = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    for (number, &node) in order.iter().enumerate() {
        let (module, fact) = nodes[node];
        let name = match last {
            Some((place, name)) if name == fact.name => place,
            _ => pool.add(fact.name.as_bytes()),
        };
        last = Some((name, &fact.name));
        let oid = oids[node].as_ref();
        let oid_at = oid.map_or(NO_OID, |oid| pool.add(oid.as_ber()));
        by_oid.extend(oid.map(|oid| (oid, number as u32)));
        for long in [name, oid_at, module, fact.kind as usize] {
            records.extend_from_slice(&(long as u32).to_le_bytes());
        }
    }
    by_oid.sort();

    let mut out = Writer::default();
    out.u32(order.len());
    out.u32(by_oid.len());
    let align = |out: &mut Writer| out.0.resize(out.0.len().next_multiple_of(BLOCK), 0);
    align(&mut out);
    out.0.extend_from_slice(&records);
    align(&mut out);
    by_oid.iter().for_each(|(_, number)| out.0.extend_from_slice(&number.to_le_bytes()));
    align(&mut out);
    out.0.extend_from_slice(&pool.0);
    out.0
}

/// Follows the names of OID values through the modules.
struct Resolver<'f> {
    nodes: &'f [(usize, &'f Fact)],
    /// First definition of a name in a module.
    by_name: FxHashMap<(usize, &'f str), usize>,
    /// What a module imports, and from where.
    imports: Vec<FxHashMap<&'f str, &'f str>>,
    /// The version of the SMI of each module.
    languages: Vec<Language>,
    chosen: &'f FxHashMap<&'f str, usize>,
    /// The names of built-in modules that other modules define, too.
    doubtful: FxHashSet<&'f str>,
    oids: Vec<Option<Oid>>,
}

/// What stands above a node.
enum Above {
    Node(usize),
    /// One of the three roots, which are not OIDs by themselves.
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
        let languages = modules.iter().map(|(facts, _)| facts.language).collect();
        let of_others = nodes.iter().filter(|(module, _)| !standard::is_standard(&modules[*module].0.name));
        let doubtful =
            of_others.map(|(_, fact)| &*fact.name).filter(|name| standard::defines(name)).collect();
        Resolver { nodes, by_name, imports, languages, chosen, doubtful, oids: vec![None; nodes.len()] }
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
        // As the resolver does.
        let found = found.or_else(|| {
            let smi_v2 = self.languages[module] == Language::SmiV2;
            in_module(standard::definer(parent, smi_v2).filter(|_| !self.doubtful.contains(parent))?)
        });
        match (found, parent) {
            (Some(found), _) => Above::Node(found),
            (None, "ccitt" | "itu-t") => Above::Root(0),
            (None, "iso") => Above::Root(1),
            (None, "joint-iso-ccitt" | "joint-iso-itu-t") => Above::Root(2),
            (None, _) => Above::Nothing,
        }
    }
}
