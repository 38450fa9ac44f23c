//! The files of an index as a world: for the compiler, where the folders have not been looked at.

use super::SearchIndex;
use crate::world::{Location, World, read_location};
use std::{borrow::Cow, collections::BTreeSet, io, path::PathBuf, sync::Mutex};

/// Finds modules where an index has them. Whoever uses it asks the index afterwards whether
/// [what was taken from it](SearchIndex::stands) is still so.
#[derive(Debug)]
pub(crate) struct KeptWorld<'i> {
    index: &'i SearchIndex,
    read: Mutex<BTreeSet<PathBuf>>,
}

impl<'i> KeptWorld<'i> {
    pub(crate) fn new(index: &'i SearchIndex) -> KeptWorld<'i> {
        KeptWorld { index, read: Mutex::default() }
    }
}

impl World for KeptWorld<'_> {
    fn candidates(&self, module: &str) -> Vec<Location> {
        self.index.candidates(module)
    }

    fn read(&self, location: &Location) -> io::Result<Cow<'static, [u8]>> {
        let bytes = read_location(location)?;
        if let (Location::File(path), Ok(mut read)) = (location, self.read.lock()) {
            read.insert(path.clone());
        }
        Ok(bytes)
    }

    fn files_read(&self) -> Vec<PathBuf> {
        self.read.lock().map(|read| read.iter().cloned().collect()).unwrap_or_default()
    }
}
