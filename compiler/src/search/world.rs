//! The world of real files with an index beside it.

use super::{Cache, SearchIndex};
use crate::diag::Diagnostic;
use crate::source::{FsWorld, Location, World};
use std::{borrow::Cow, io, path::PathBuf};

/// Finds modules as [`FsWorld`] does, by file name and then by content, but knows the content of every file without
/// reading it.
#[derive(Debug)]
pub struct IndexedWorld {
    world: FsWorld,
    index: SearchIndex,
}

impl IndexedWorld {
    /// Opens the index of `world`.
    pub fn new(world: FsWorld, cache: &Cache) -> IndexedWorld {
        let index = SearchIndex::open(&world, cache);
        for (at, modules) in index.contents().into_iter().enumerate().take(world.files().len()) {
            world.assume(at, modules);
        }
        IndexedWorld { world, index }
    }

    /// The index.
    pub fn index(&self) -> &SearchIndex {
        &self.index
    }

    /// The files behind it.
    pub fn files(&self) -> &FsWorld {
        &self.world
    }
}

impl World for IndexedWorld {
    fn candidates(&self, module: &str) -> Vec<Location> {
        self.world.candidates(module)
    }

    fn read(&self, location: &Location) -> io::Result<Cow<'static, [u8]>> {
        self.world.read(location)
    }

    fn files_read(&self) -> Vec<PathBuf> {
        self.world.files_read()
    }

    fn problems(&self) -> Vec<Diagnostic> {
        self.world.problems()
    }
}
