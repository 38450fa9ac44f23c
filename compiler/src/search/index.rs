//! The index: opened from the cache where it is current, rebuilt otherwise.

use super::build::{self, Known};
use super::bytes::{Reader, Writer};
use super::cache::{CHECKED, Cache, INDEX};
use super::checked::{Checked, path_of};
use super::entry::{Entry, ModuleEntry};
use super::facts::ModuleFacts;
use super::head::{self, Head, NO_FOLDER};
use super::stamp::{Stamp, sum};
use super::store::Store;
use super::tables::{Record, Tables};
use crate::world::{BUILT_IN, FsWorld, Location, fit};
use mibc_runtime::oid::{Oid, OidRef};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    sync::{Arc, Mutex, OnceLock},
    time::SystemTime,
};

/// What a cache file begins with. The last octets are the version of the format and of what is taken from files: it
/// grows with every change of either.
const MAGIC: &[u8; 8] = b"mibcix\x00\x04";

/// Magic, the sum of the first section, and the lengths of the three sections, as 64-bit numbers.
const PREFIX: usize = 8 + 4 * 8;

/// How many files are looked at for one answer; beyond that all are.
const MAX_USED: usize = 1_000;

/// Every module of the search paths and every name in them. See the [module](super).
#[derive(Debug)]
pub struct SearchIndex {
    /// Where each file is. In an index that was [kept](SearchIndex::kept), those that something was taken from.
    places: Vec<OnceLock<Location>>,
    head: Head,
    tables: Tables,
    parsed: usize,
}

/// A cache file with its sections.
#[derive(Debug)]
struct Sections {
    file: Arc<Mutex<File>>,
    /// The sum of the first section.
    sum: u64,
    head: Head,
    tables: Tables,
    /// Where the last section begins, and its length.
    facts_at: u64,
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
        for module in (0..self.head.modules()).filter_map(|number| self.head.module(number)) {
            if let Some(names) = contents.get_mut(module.file) {
                names.push(module.name.to_owned());
            }
        }
        let own =
            |place: Option<&Location>, path: &Path| matches!(place, Some(Location::File(own)) if own == path);
        let files = world.files();
        // The world that the index was opened for has the same files in the same order.
        if files.len() <= self.places.len()
            && files.iter().enumerate().all(|(number, path)| own(self.place(number), path))
        {
            contents.truncate(files.len());
            world.assume(contents.into_iter().enumerate());
            return;
        }
        let files = files.iter().enumerate().map(|(at, path)| (path.as_path(), at));
        let places: FxHashMap<&Path, usize> = files.collect();
        let known =
            contents.into_iter().enumerate().filter_map(|(number, names)| match self.place(number)? {
                Location::File(path) => Some((*places.get(path.as_path())?, names)),
                Location::BuiltIn(_) => None,
            });
        world.assume(known);
    }

    fn current(world: &FsWorld, cache: &Cache, built_in: &[mibc_mibs::Module]) -> SearchIndex {
        let now = SystemTime::now();
        let mut places: Vec<Location> = world.files().iter().cloned().map(Location::File).collect();
        places.extend(built_in.iter().map(|module| Location::BuiltIn(module.name)));
        let names: Vec<String> =
            built_in.iter().map(|module| Location::BuiltIn(module.name).to_string()).collect();
        let mut files = Vec::with_capacity(places.len());
        for (path, &folder) in world.files().iter().zip(world.folders()) {
            let stamp = Stamp::of(path).settled(now);
            files.push(head::File { path: path.as_os_str().as_encoded_bytes(), stamp, folder });
        }
        for (name, module) in names.iter().zip(built_in) {
            let stamp = Stamp::of_text(module.size(), module.embedded());
            files.push(head::File { path: name.as_bytes(), stamp, folder: NO_FOLDER });
        }
        let key = key(world);
        let kept = cache.open(&key, INDEX).and_then(Sections::open);
        if let Some(sections) = kept.as_ref().filter(|sections| is_current(&sections.head, &files)) {
            note_check(world, cache, &key, sections.sum, built_in);
        }
        let known = match kept {
            Some(sections) if is_current(&sections.head, &files) => {
                let places = places.into_iter().map(OnceLock::from).collect();
                return SearchIndex { places, head: sections.head, tables: sections.tables, parsed: 0 };
            }
            Some(sections) => sections.facts(),
            None => None,
        };
        let built = build::build(&places, &files, known.unwrap_or_default());
        if *cache != Cache::None {
            let sum = sum(&built.head);
            cache.store(&key, INDEX, &to_bytes(sum, &built));
            note_check(world, cache, &key, sum, built_in);
        }
        SearchIndex {
            places: places.into_iter().map(OnceLock::from).collect(),
            head: Head::new(Store::of(&built.head)).unwrap_or_default(),
            tables: Tables::new(Store::of(&built.tables)),
            parsed: built.parsed,
        }
    }

    /// The index of the last run, if everything was looked at a short while ago and no folder has changed since. Files are
    /// not looked at: whoever takes something from it asks [`SearchIndex::stands`] behind that. See the
    /// [module](super) for what may be missed.
    pub(crate) fn kept(world: &FsWorld, cache: &Cache) -> Option<SearchIndex> {
        SearchIndex::kept_with(world, cache, mibc_mibs::modules())
    }

    /// With these built-in modules.
    pub(super) fn kept_with(
        world: &FsWorld,
        cache: &Cache,
        built_in: &[mibc_mibs::Module],
    ) -> Option<SearchIndex> {
        let key = key(world);
        let checked = checked(cache, &key).filter(|checked| checked.holds(built_in))?;
        let sections = cache.open(&key, INDEX).and_then(Sections::open)?;
        if sections.sum != checked.index {
            return None;
        }
        let places = std::iter::repeat_with(OnceLock::new).take(sections.head.files()).collect();
        Some(SearchIndex { places, head: sections.head, tables: sections.tables, parsed: 0 })
    }

    /// Whether every file that something was taken from is as it was. Of an index that has just been opened, and not
    /// [kept](SearchIndex::kept), that is every file.
    pub(crate) fn stands(&self) -> bool {
        let used = || self.places.iter().enumerate().filter(|(_, place)| place.get().is_some());
        let same = |(number, place): (usize, &OnceLock<Location>)| match place.get() {
            Some(Location::File(path)) => {
                self.head.file(number).is_some_and(|file| Stamp::of(path).is(file.stamp))
            }
            _ => true,
        };
        used().nth(MAX_USED).is_none() && used().all(same)
    }

    /// The places of a module, in the order of [`FsWorld`]'s.
    pub(crate) fn candidates(&self, module: &str) -> Vec<Location> {
        let rank = |number: usize| {
            let file = self.head.module(number)?.file;
            let place = self.place(file)?;
            let fit = match place {
                Location::File(path) => fit(path, module),
                Location::BuiltIn(_) => (false, 0),
            };
            Some((self.head.file(file)?.folder, fit, file, place))
        };
        let mut found: Vec<_> = self.head.named(module).filter_map(rank).collect();
        found.sort_by_key(|&(folder, fit, file, _)| (folder, fit, file));
        found.dedup_by_key(|found| found.2);
        found.into_iter().map(|(.., place)| place.clone()).collect()
    }

    /// How many files were parsed to open it: 0 if the cache was current.
    pub fn parsed(&self) -> usize {
        self.parsed
    }

    /// Every module, in search order; the built-in ones last.
    pub fn modules(&self) -> impl Iterator<Item = ModuleEntry<'_>> {
        (0..self.head.modules()).filter_map(|number| self.module_at(number))
    }

    /// The modules of a name, in search order.
    pub fn modules_named<'s>(&'s self, name: &str) -> impl Iterator<Item = ModuleEntry<'s>> + use<'s> {
        self.head.named(name).filter_map(|number| self.module_at(number))
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

    fn place(&self, file: usize) -> Option<&Location> {
        let place = self.places.get(file)?;
        if place.get().is_none() {
            let file = self.head.file(file)?;
            let found = match file.folder {
                NO_FOLDER => {
                    let name = std::str::from_utf8(file.path).ok()?.strip_prefix(BUILT_IN)?;
                    Location::BuiltIn(mibc_mibs::find(name)?.name)
                }
                _ => Location::File(path_of(file.path)?.to_owned()),
            };
            return Some(place.get_or_init(|| found));
        }
        place.get()
    }

    fn module_at(&self, number: usize) -> Option<ModuleEntry<'_>> {
        let module = self.head.module(number)?;
        Some(ModuleEntry {
            name: module.name,
            location: self.place(module.file)?,
            language: module.language,
            last_updated: module.last_updated,
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

/// What was kept of the last look at everything.
fn checked(cache: &Cache, key: &str) -> Option<Checked> {
    let mut bytes = Vec::new();
    cache.open(key, CHECKED)?.read_to_end(&mut bytes).ok()?;
    Checked::read(&bytes)
}

/// Keeps that everything is as the index with this sum says.
fn note_check(world: &FsWorld, cache: &Cache, key: &str, index: u64, built_in: &[mibc_mibs::Module]) {
    let Some(now) = Checked::of(world, index, built_in) else { return };
    if !checked(cache, key).is_some_and(|kept| now.is_covered_by(&kept)) {
        cache.store(key, CHECKED, &now.to_bytes());
    }
}

/// What tells one set of search paths from another: the folders do not have to have the same content. Paths of files in
/// an index begin with search paths as they were written.
fn key(world: &FsWorld) -> String {
    let mut hash = Sha256::new();
    for (path, below) in world.search_paths() {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        hash.update(absolute.as_os_str().as_encoded_bytes());
        hash.update(b"\0");
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update(if below { b"\0+" } else { b"\0-" });
    }
    hash.finalize().iter().take(16).map(|octet| format!("{octet:02x}")).collect()
}

fn is_current(head: &Head, files: &[head::File<'_>]) -> bool {
    let same = |(number, file): (usize, &head::File<'_>)| {
        head.file(number).is_some_and(|kept| file.path == kept.path && file.stamp.is(kept.stamp))
    };
    head.files() == files.len() && files.iter().enumerate().all(same)
}

fn to_bytes(sum: u64, built: &build::Sections) -> Vec<u8> {
    let sections = [&built.head, &built.tables, &built.facts];
    let mut out = Writer(MAGIC.to_vec());
    out.u64(sum);
    sections.iter().for_each(|section| out.u64(section.len() as u64));
    sections.iter().for_each(|section| out.0.extend_from_slice(section));
    out.0
}

impl Sections {
    /// Opens a cache file; `None` if it is of another version, or damaged.
    fn open(mut file: File) -> Option<Sections> {
        let mut prefix = [0; PREFIX];
        file.read_exact(&mut prefix).ok()?;
        let mut from = Reader(prefix.strip_prefix(MAGIC)?);
        let (sum, head, tables, facts) = (from.u64()?, from.u64()?, from.u64()?, from.u64()?);
        let facts_at = (PREFIX as u64).checked_add(head)?.checked_add(tables)?;
        if file.metadata().ok()?.len() != facts_at.checked_add(facts)? {
            return None;
        }
        // Only what is asked for is read.
        let file = Arc::new(Mutex::new(file));
        let section = |start: u64, length: u64| {
            Some(Store::of_file(Arc::clone(&file), start, usize::try_from(length).ok()?))
        };
        let tables = Tables::new(section(PREFIX as u64 + head, tables)?);
        let head = Head::new(section(PREFIX as u64, head)?)?;
        Some(Sections { file, sum, head, tables, facts_at, facts })
    }

    /// What is known of each file.
    fn facts(&self) -> Option<Known> {
        let mut bytes = vec![0; usize::try_from(self.facts).ok()?];
        let mut file = self.file.lock().ok()?;
        file.seek(SeekFrom::Start(self.facts_at)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        drop(file);
        let mut from = Reader(&bytes);
        let mut known = Known::default();
        for number in 0..self.head.files() {
            let file = self.head.file(number)?;
            let count = from.count(10)?;
            let facts = (0..count).map(|_| ModuleFacts::read(&mut from)).collect::<Option<Vec<_>>>()?;
            known.insert(file.path.to_vec(), (file.stamp, facts));
        }
        Some(known)
    }
}
