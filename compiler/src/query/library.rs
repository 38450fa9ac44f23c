//! What there is to ask.

use super::TranslateError;
use super::standing::preference;
use crate::compile::{Compilation, compile};
use crate::diag::Diagnostic;
use crate::search::{Cache, KeptWorld, SearchIndex};
use crate::world::{FsWorld, World};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many similar names are compared with one that is not found.
const MAX_SIMILAR: usize = 20_000;

/// Search paths, with an index that is opened when a question needs it.
#[derive(Debug)]
pub struct Library {
    world: FsWorld,
    cache: Cache,
    index: OnceLock<SearchIndex>,
    /// The index as the last run has left it; see [`Library::kept`].
    kept: OnceLock<Option<SearchIndex>>,
    /// Whether it is not to be used any more.
    doubted: AtomicBool,
    preferred: Vec<String>,
}

impl Library {
    /// What `world` searches; its index is kept in `cache`.
    pub fn new(world: FsWorld, cache: Cache) -> Library {
        Library {
            world,
            cache,
            index: OnceLock::new(),
            kept: OnceLock::new(),
            doubted: AtomicBool::new(false),
            preferred: Vec::new(),
        }
    }

    /// Looks names without a module, and OIDs, up in these modules first. All others stay known.
    ///
    /// # Errors
    /// A module that is not found; the text has a similar name.
    pub fn prefer(mut self, modules: Vec<String>) -> Result<Library, TranslateError> {
        for module in &modules {
            if !self.has_module(module) {
                let similar = self.similar_module(module).map(str::to_owned);
                return Err(TranslateError::UnknownModule { module: module.clone(), similar });
            }
        }
        self.preferred = modules;
        Ok(self)
    }

    /// Whether there is a module of this name.
    pub fn has_module(&self, name: &str) -> bool {
        if let Some(kept) = self.kept() {
            if kept.modules_named(name).next().is_some() && self.stands() {
                return true;
            }
            self.doubt();
        }
        self.index().modules_named(name).next().is_some()
    }

    /// Whether a module is one of those that are [preferred](Self::prefer).
    pub fn prefers(&self, module: &str) -> bool {
        self.preferred.iter().any(|preferred| preferred == module)
    }

    /// The index as the last run has left it, for a question about one name or OID: folders have been looked at, files
    /// have not. Whoever takes an answer from it asks [`stands`](Library::stands) then, and asks the question again
    /// behind [`doubt`](Library::doubt) where it does not. `None` if there is none, or where it is doubted.
    pub(super) fn kept(&self) -> Option<&SearchIndex> {
        if self.doubted.load(Ordering::Relaxed) || self.index.get().is_some() {
            return None;
        }
        self.kept.get_or_init(|| SearchIndex::kept(&self.world, &self.cache)).as_ref()
    }

    /// Whether the files that something was taken from are as the kept index says.
    pub(super) fn stands(&self) -> bool {
        self.kept().is_some_and(SearchIndex::stands)
    }

    /// Has every file looked at from now on.
    pub(super) fn doubt(&self) {
        self.doubted.store(true, Ordering::Relaxed);
    }

    /// The kept index, or that of files that have all been looked at.
    pub(super) fn kept_or_current(&self) -> &SearchIndex {
        self.kept().unwrap_or_else(|| self.index())
    }

    /// As [`Library::compile`], with the files of the kept index where there is one.
    pub(super) fn compile_kept(&self, module: &str) -> Compilation {
        match self.kept() {
            Some(index) => compile(&KeptWorld::new(index), &[module]),
            None => self.compile(&[module]),
        }
    }

    /// The index, with all files looked at; opened at the first call.
    pub fn index(&self) -> &SearchIndex {
        self.index.get_or_init(|| SearchIndex::open(&self.world, &self.cache))
    }

    /// Search paths that cannot be read. Does not look at folders that had none of that a short while ago, and have not
    /// changed.
    pub fn problems(&self) -> Vec<Diagnostic> {
        if self.kept().is_some() {
            return Vec::new();
        }
        self.world.files();
        self.world.problems()
    }

    /// The files behind it.
    pub fn world(&self) -> &FsWorld {
        &self.world
    }

    /// Compiles modules with what they import.
    pub fn compile<N: AsRef<str>>(&self, modules: &[N]) -> Compilation {
        // A cached index saves reading files only to find modules. Making one just for this run would save nothing, nor
        // would an index of the built-in modules.
        if self.cache != Cache::None && self.world.roots().next().is_some() {
            self.index();
        }
        compile(&self.world, modules)
    }

    /// A module whose name is close to this one.
    pub fn similar_module(&self, name: &str) -> Option<&str> {
        crate::resolve::closest(name, self.index().modules().map(|module| module.name))
    }

    /// A name that is close to this one, and the module whose definition of it would be taken.
    pub fn similar_name(&self, name: &str) -> Option<(&str, &str)> {
        let index = self.index();
        let near = |other: &str| {
            other.len().abs_diff(name.len()) <= 3
                && other.bytes().zip(name.bytes()).take(4).filter(|(a, b)| a.eq_ignore_ascii_case(b)).count()
                    >= 2
        };
        let names = index.entries().map(|entry| entry.name).filter(|other| near(other)).take(MAX_SIMILAR);
        let found = crate::resolve::closest(name, names)?;
        Some((found, index.named(found).min_by_key(preference)?.module.name))
    }
}
