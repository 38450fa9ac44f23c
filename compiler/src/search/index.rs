//! The index: opened from the cache where it is current, rebuilt otherwise.

use super::build::{self, Known};
use super::bytes::{Reader, Writer};
use super::cache::Cache;
use super::entry::{Entry, ModuleEntry};
use super::facts::ModuleFacts;
use super::head::Head;
use super::stamp::Stamp;
use super::store::Store;
use super::tables::{Record, Tables};
use crate::world::{FsWorld, Location};
use mibc_runtime::oid::{Oid, OidRef};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    time::SystemTime,
};

/// What a cache file begins with. The last octets are the version of the format and of what is taken from files: it
/// grows with every change of either.
const MAGIC: &[u8; 8] = b"mibcix\x00\x02";

/// Magic, and the lengths of the three sections as 64-bit numbers.
const PREFIX: usize = 8 + 3 * 8;

/// Every module of the search paths and every name in them. See the [module](super).
#[derive(Debug)]
pub struct SearchIndex {
    places: Vec<Location>,
    head: Head,
    tables: Tables,
    parsed: usize,
}

/// A cache file with its sections.
#[derive(Debug)]
struct Sections {
    file: File,
    head: u64,
    tables: u64,
    facts: u64,
}

impl SearchIndex {
    /// The index of what `world` searches, and of the built-in modules. `world` then knows which module is in which
    /// file, and reads none to find one.
    pub fn open(world: &FsWorld, cache: &Cache) -> SearchIndex {
        SearchIndex::open_with(world, cache, mibc_mibs::modules())
    }

    /// With these built-in modules.
    pub(super) fn open_with(world: &FsWorld, cache: &Cache, built_in: &[mibc_mibs::Module]) -> SearchIndex {
        let index = SearchIndex::current(world, cache, built_in);
        index.inform(world);
        index
    }

    /// Tells another world, which searches some of the same files, which modules are in them. It must not have been
    /// asked for a module before.
    pub fn inform(&self, world: &FsWorld) {
        let mut contents: Vec<Vec<String>> = vec![Vec::new(); self.places.len()];
        for module in &self.head.modules {
            if let Some(names) = contents.get_mut(module.file) {
                names.push(module.name.clone());
            }
        }
        let own = |place: &Location, path: &Path| matches!(place, Location::File(own) if own == path);
        let files = world.files();
        // The world that the index was opened for has the same files in the same order.
        if files.len() <= self.places.len()
            && files.iter().zip(&self.places).all(|(path, place)| own(place, path))
        {
            contents.truncate(files.len());
            world.assume(contents.into_iter().enumerate());
            return;
        }
        let files = files.iter().enumerate().map(|(at, path)| (path.as_path(), at));
        let places: FxHashMap<&Path, usize> = files.collect();
        let known = self.places.iter().zip(contents).filter_map(|(place, names)| match place {
            Location::File(path) => Some((*places.get(path.as_path())?, names)),
            Location::BuiltIn(_) => None,
        });
        world.assume(known);
    }

    fn current(world: &FsWorld, cache: &Cache, built_in: &[mibc_mibs::Module]) -> SearchIndex {
        let now = SystemTime::now();
        let (mut places, mut files) = (Vec::new(), Vec::new());
        for path in world.files() {
            files.push((path.as_os_str().as_encoded_bytes().to_vec(), Stamp::of(path).settled(now)));
            places.push(Location::File(path.clone()));
        }
        for module in built_in {
            let place = Location::BuiltIn(module.name);
            files.push((place.to_string().into_bytes(), Stamp::of_text(module.text)));
            places.push(place);
        }
        let key = key(world);
        let kept = cache.open(&key).and_then(Sections::open);
        let (head, kept) = match kept {
            Some((head, sections)) if is_current(&head, &files) => {
                return SearchIndex { places, head, tables: sections.into_tables(), parsed: 0 };
            }
            Some((head, sections)) => (head, Some(sections)),
            None => (Head::default(), None),
        };
        let known = kept.and_then(|mut sections| sections.facts(&head)).unwrap_or_default();
        let built = build::build(&places, files, known);
        if *cache != Cache::None {
            cache.store(&key, &to_bytes(&built));
        }
        SearchIndex {
            places,
            head: built.head,
            tables: Tables::new(Store::of(&built.tables)),
            parsed: built.parsed,
        }
    }

    /// How many files were parsed to open it: 0 where the cache was current.
    pub fn parsed(&self) -> usize {
        self.parsed
    }

    /// Every module, in search order; the built-in ones last.
    pub fn modules(&self) -> impl Iterator<Item = ModuleEntry<'_>> {
        (0..self.head.modules.len()).filter_map(|number| self.module_at(number))
    }

    /// The modules of a name, in search order.
    pub fn modules_named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = ModuleEntry<'s>> {
        self.modules().filter(move |module| module.name == name)
    }

    /// The definitions of a name.
    pub fn named<'s>(&'s self, name: &str) -> impl Iterator<Item = Entry<'s>> + use<'s> {
        self.tables.named(name).filter_map(|record| self.entry(&record))
    }

    /// The definitions at an OID.
    pub fn at<'s>(&'s self, oid: &Oid) -> impl Iterator<Item = Entry<'s>> + use<'s> {
        self.tables.at(oid.as_ber(), false).filter_map(|record| self.entry(&record))
    }

    /// The definitions at an OID and below it, by OID.
    pub fn below<'s>(&'s self, oid: &Oid) -> impl Iterator<Item = Entry<'s>> + use<'s> {
        self.tables.at(oid.as_ber(), true).filter_map(|record| self.entry(&record))
    }

    /// Every definition, by name.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.tables.len()).filter_map(|number| self.entry(&self.tables.record(number)?))
    }

    fn module_at(&self, number: usize) -> Option<ModuleEntry<'_>> {
        let module = self.head.modules.get(number)?;
        Some(ModuleEntry {
            name: &module.name,
            location: self.places.get(module.file)?,
            language: module.language,
            last_updated: &module.last_updated,
            objects: module.objects,
            notifications: module.notifications,
            types: module.types,
            definitions: module.definitions,
            shadowed: module.shadowed,
        })
    }

    fn entry<'s>(&'s self, record: &Record) -> Option<Entry<'s>> {
        Some(Entry {
            name: self.tables.name(record),
            kind: record.kind,
            oid: OidRef::from_ber(self.tables.oid(record)).ok(),
            module: self.module_at(record.module)?,
        })
    }
}

/// What tells one set of search paths from another: the folders do not have to have the same content.
fn key(world: &FsWorld) -> String {
    let mut hash = Sha256::new();
    for (path, below) in world.search_paths() {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update(if below { b"\0+" } else { b"\0-" });
    }
    hash.finalize().iter().take(16).map(|octet| format!("{octet:02x}")).collect()
}

fn is_current(head: &Head, files: &[(Vec<u8>, Stamp)]) -> bool {
    head.files.len() == files.len() && {
        let mut both = files.iter().zip(&head.files);
        both.all(|((path, stamp), (kept_path, kept))| path == kept_path && stamp.is(*kept))
    }
}

fn to_bytes(built: &build::Sections) -> Vec<u8> {
    let mut head = Writer::default();
    built.head.write(&mut head);
    let sections = [&head.0, &built.tables, &built.facts];
    let mut out = Writer(MAGIC.to_vec());
    sections.iter().for_each(|section| out.u64(section.len() as u64));
    sections.iter().for_each(|section| out.0.extend_from_slice(section));
    out.0
}

impl Sections {
    /// Reads the head of a cache file; `None` where it is of another version, or damaged.
    fn open(mut file: File) -> Option<(Head, Sections)> {
        let mut prefix = [0; PREFIX];
        file.read_exact(&mut prefix).ok()?;
        let mut from = Reader(prefix.strip_prefix(MAGIC)?);
        let (head, tables, facts) = (from.u64()?, from.u64()?, from.u64()?);
        let length = (PREFIX as u64).checked_add(head)?.checked_add(tables)?.checked_add(facts)?;
        if file.metadata().ok()?.len() != length {
            return None;
        }
        let mut sections = Sections { file, head, tables, facts };
        let bytes = sections.section(0, head)?;
        Some((Head::read(&mut Reader(&bytes))?, sections))
    }

    /// The tables, of which only what is asked for is read.
    fn into_tables(self) -> Tables {
        let length = usize::try_from(self.tables).unwrap_or(0);
        Tables::new(Store::of_file(self.file, PREFIX as u64 + self.head, length))
    }

    fn section(&mut self, start: u64, length: u64) -> Option<Vec<u8>> {
        self.file.seek(SeekFrom::Start(PREFIX as u64 + start)).ok()?;
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// What is known of each file of `head`.
    fn facts(&mut self, head: &Head) -> Option<Known> {
        let bytes = self.section(self.head + self.tables, self.facts)?;
        let mut from = Reader(&bytes);
        let mut known = Known::default();
        for (path, stamp) in &head.files {
            let count = from.count(10)?;
            let facts = (0..count).map(|_| ModuleFacts::read(&mut from)).collect::<Option<Vec<_>>>()?;
            known.insert(path.clone(), (*stamp, facts));
        }
        Some(known)
    }
}
