//! The files, and the modules that they define, as bytes that are read where they are: in memory, or in the file.
//!
//! ```text
//! count of files · count of modules ┊ files ┊ modules ┊ numbers of modules by name ┊ pool of paths and names
//! ```
//!
//! Each part begins with a block of the [`Store`], and nothing goes over the end of one.

use super::entry::EntryKind;
use super::facts::ModuleFacts;
use super::pool::{Pool, pooled};
use super::stamp::Stamp;
use super::store::{BLOCK, Store, aligned};
use super::tables::equal_range;
use crate::model::Language;
use std::cmp::Ordering;

/// Octets of a file or a module.
const RECORD: usize = 32;

/// The folder of a built-in module.
pub(super) const NO_FOLDER: usize = u32::MAX as usize;

const _: () = assert!(BLOCK.is_multiple_of(RECORD));

/// A file, or a built-in module in the place of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct File<'a> {
    /// The path as octets.
    pub(super) path: &'a [u8],
    pub(super) stamp: Stamp,
    /// The number of its folder in search order.
    pub(super) folder: usize,
}

/// One module; see [`ModuleEntry`](super::ModuleEntry).
#[derive(Clone, Copy, Debug)]
pub(super) struct Module<'a> {
    pub(super) name: &'a str,
    pub(super) file: usize,
    pub(super) language: Language,
    pub(super) last_updated: &'a str,
    pub(super) objects: usize,
    pub(super) notifications: usize,
    pub(super) types: usize,
    pub(super) definitions: usize,
    pub(super) shadowed: bool,
}

impl<'a> Module<'a> {
    pub(super) fn new(facts: &'a ModuleFacts, file: usize, shadowed: bool) -> Module<'a> {
        let count =
            |wanted: fn(EntryKind) -> bool| facts.definitions.iter().filter(|fact| wanted(fact.kind)).count();
        Module {
            name: &facts.name,
            file,
            language: facts.language,
            last_updated: &facts.last_updated,
            objects: count(|kind| kind.rank() == 0),
            notifications: count(|kind| kind == EntryKind::Notification),
            types: count(|kind| kind == EntryKind::Type),
            definitions: facts.definitions.len(),
            shadowed,
        }
    }
}

/// The bytes of files, in search order, and of modules, in the order of their files.
pub(super) fn pack(files: &[File<'_>], modules: &[Module<'_>]) -> Vec<u8> {
    let mut pool = Pool::default();
    let mut out = Vec::new();
    let align = |out: &mut Vec<u8>| out.resize(out.len().next_multiple_of(BLOCK), 0);
    let long = |out: &mut Vec<u8>, number: usize| {
        out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    };
    long(&mut out, files.len());
    long(&mut out, modules.len());
    align(&mut out);
    for file in files {
        out.extend_from_slice(&file.stamp.size.to_le_bytes());
        out.extend_from_slice(&file.stamp.time.to_le_bytes());
        [pool.add(file.path), file.folder].into_iter().for_each(|number| long(&mut out, number));
        out.extend_from_slice(&file.stamp.inode.to_le_bytes());
    }
    align(&mut out);
    for module in modules {
        let flags = usize::from(module.language == Language::SmiV2) | usize::from(module.shadowed) << 1;
        let texts = [pool.add(module.name.as_bytes()), pool.add(module.last_updated.as_bytes())];
        let counts = [module.objects, module.notifications, module.types, module.definitions];
        texts.into_iter().chain([module.file, flags]).chain(counts).for_each(|number| long(&mut out, number));
    }
    align(&mut out);
    let mut by_name: Vec<usize> = (0..modules.len()).collect();
    by_name.sort_by_key(|&number| (modules[number].name, number));
    by_name.into_iter().for_each(|number| long(&mut out, number));
    align(&mut out);
    out.extend_from_slice(&pool.0);
    out
}

/// The files and modules, read in place.
#[derive(Debug, Default)]
pub(super) struct Head {
    store: Store,
    files: usize,
    modules: usize,
    /// Where the parts behind the files begin.
    modules_at: usize,
    by_name: usize,
    pool: usize,
}

impl Head {
    /// `None` if the bytes are none.
    pub(super) fn new(store: Store) -> Option<Head> {
        let (files, modules) = (store.u32(0)?, store.u32(4)?);
        let modules_at = aligned(BLOCK.checked_add(files.checked_mul(RECORD)?)?)?;
        let by_name = aligned(modules_at.checked_add(modules.checked_mul(RECORD)?)?)?;
        let pool = aligned(by_name.checked_add(modules.checked_mul(4)?)?)?;
        (pool <= store.len()).then_some(Head { store, files, modules, modules_at, by_name, pool })
    }

    /// How many files there are, built-in modules included.
    pub(super) fn files(&self) -> usize {
        self.files
    }

    /// How many modules there are.
    pub(super) fn modules(&self) -> usize {
        self.modules
    }

    pub(super) fn file(&self, number: usize) -> Option<File<'_>> {
        let at = BLOCK + (number < self.files).then_some(number)? * RECORD;
        let long = |place: usize| self.store.u64(at + place * 8);
        let stamp = Stamp { size: long(0)?, time: long(1)?, inode: long(3)? };
        Some(File { path: self.pooled(at + 16)?, stamp, folder: self.store.u32(at + 20)? })
    }

    pub(super) fn module(&self, number: usize) -> Option<Module<'_>> {
        let at = self.modules_at + (number < self.modules).then_some(number)? * RECORD;
        let long = |place: usize| self.store.u32(at + place * 4);
        let text = |place: usize| std::str::from_utf8(self.pooled(at + place * 4)?).ok();
        let flags = long(3)?;
        Some(Module {
            name: text(0)?,
            last_updated: text(1)?,
            file: long(2).filter(|file| *file < self.files)?,
            language: if flags & 1 == 1 { Language::SmiV2 } else { Language::SmiV1 },
            shadowed: flags & 2 == 2,
            objects: long(4)?,
            notifications: long(5)?,
            types: long(6)?,
            definitions: long(7)?,
        })
    }

    /// The numbers of the modules of a name, in search order.
    pub(super) fn named<'h>(&'h self, name: &str) -> impl Iterator<Item = usize> + use<'h> {
        let nth = |place: usize| self.store.u32(self.by_name + place * 4);
        let order = |place: usize| match nth(place).and_then(|number| self.module(number)) {
            Some(module) => module.name.cmp(name),
            None => Ordering::Greater,
        };
        let (start, end) = equal_range(self.modules, order);
        (start..end).filter_map(nth)
    }

    /// The string whose place in the pool is written at `at`.
    fn pooled(&self, at: usize) -> Option<&[u8]> {
        pooled(&self.store, self.pool.checked_add(self.store.u32(at)?)?)
    }
}
