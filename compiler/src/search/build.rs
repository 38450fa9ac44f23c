//! Reads files, as many at once as there are cores, and keeps what is known of those that have not changed.

use super::bytes::Writer;
use super::facts::{self, ModuleFacts};
use super::head::{self, File, Module};
use super::stamp::Stamp;
use super::tables;
use crate::source::{FileId, SourceFile, decode};
use crate::world::{Location, read_file};
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Below this many files per thread another thread is not worth its start.
const FILES_PER_THREAD: usize = 4;

/// Stack of a thread that parses, in octets: as much as a program's first thread has.
const STACK: usize = 8 << 20;

/// The three sections of an index.
pub(super) struct Sections {
    pub(super) head: Vec<u8>,
    pub(super) tables: Vec<u8>,
    pub(super) facts: Vec<u8>,
    /// How many files were parsed.
    pub(super) parsed: usize,
}

/// What is known of a file: by its path as octets.
pub(super) type Known = FxHashMap<Vec<u8>, (Stamp, Vec<ModuleFacts>)>;

/// The index of these files, each with the number of its folder; `known` is used up.
pub(super) fn build(places: &[Location], files: &[File<'_>], mut known: Known) -> Sections {
    let mut all: Vec<Option<Vec<ModuleFacts>>> = files
        .iter()
        .map(|file| {
            let (kept, facts) = known.remove(file.path)?;
            file.stamp.is(kept).then_some(facts)
        })
        .collect();
    let missing: Vec<usize> =
        all.iter().enumerate().filter(|(_, facts)| facts.is_none()).map(|(at, _)| at).collect();
    for (at, facts) in read(places, &missing) {
        all[at] = Some(facts);
    }
    let all: Vec<Vec<ModuleFacts>> = all.into_iter().map(Option::unwrap_or_default).collect();

    let (mut modules, mut file_of) = (Vec::new(), Vec::new());
    for (file, facts) in all.iter().enumerate() {
        let built_in = matches!(places.get(file), Some(Location::BuiltIn(_)));
        modules.extend(facts.iter().map(|facts| (facts, built_in)));
        file_of.extend(std::iter::repeat_n(file, facts.len()));
    }
    let chosen = tables::choose(&modules);
    let tables = tables::pack(&modules, &chosen);
    let heads = modules.iter().zip(file_of).enumerate().map(|(number, ((facts, _), file))| {
        Module::new(facts, file, chosen.get(&*facts.name) != Some(&number))
    });
    let heads: Vec<Module<'_>> = heads.collect();
    let mut written = Writer::default();
    for facts in &all {
        written.u32(facts.len());
        facts.iter().for_each(|facts| facts.write(&mut written));
    }
    Sections { head: head::pack(files, &heads), tables, facts: written.0, parsed: missing.len() }
}

/// What these files say, in any order.
fn read(places: &[Location], wanted: &[usize]) -> Vec<(usize, Vec<ModuleFacts>)> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut out = Vec::new();
        while let Some(&at) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
            out.push((at, places.get(at).map(facts_of).unwrap_or_default()));
        }
        out
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(wanted.len().div_ceil(FILES_PER_THREAD));
    if threads <= 1 {
        return work();
    }
    thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut out = work();
        for thread in others {
            // A thread that is lost takes its files along: they are read again the next time.
            out.extend(thread.join().unwrap_or_default());
        }
        out
    })
}

/// Nothing for a file that cannot be read: whoever asks for its modules will hear of it.
fn facts_of(place: &Location) -> Vec<ModuleFacts> {
    let file = |text: String, encoding| {
        let Some(id) = FileId::new(0) else { return Vec::new() };
        facts::of(&SourceFile { id, name: place.to_string(), text, encoding })
    };
    match place {
        Location::File(path) => match read_file(path) {
            Ok(bytes) => {
                let (text, encoding) = decode(&bytes);
                file(text.into_owned(), encoding)
            }
            Err(_) => Vec::new(),
        },
        Location::BuiltIn(name) => {
            let text = mibc_mibs::find(name).map_or("", |module| module.text());
            file(text.to_owned(), crate::source::Encoding::Utf8)
        }
    }
}
