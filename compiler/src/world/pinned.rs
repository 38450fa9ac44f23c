//! A world in which one file counts for its modules, whatever else there is.

use super::{Location, World};
use crate::diag::Diagnostic;
use crate::source::names_in;
use std::{borrow::Cow, io, path::PathBuf};

/// Finds the modules of one file only in that file, and all others where another world finds them. For questions about
/// a file: a later revision of its module elsewhere must not replace it.
#[derive(Debug)]
pub struct Pinned<W> {
    world: W,
    location: Location,
    modules: Vec<String>,
}

impl<W: World> Pinned<W> {
    /// Pins the modules of `location`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn new(world: W, location: Location) -> io::Result<Pinned<W>> {
        let modules = names_in(&world.read(&location)?);
        Ok(Pinned { world, location, modules })
    }
}

impl<W: World> World for Pinned<W> {
    fn candidates(&self, module: &str) -> Vec<Location> {
        if self.modules.iter().any(|name| name == module) {
            return vec![self.location.clone()];
        }
        let mut found = self.world.candidates(module);
        found.retain(|location| *location != self.location);
        found
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

#[cfg(test)]
mod tests {
    use super::Pinned;
    use crate::world::{Location, MemWorld, World};

    #[test]
    fn one_file_counts_for_its_modules() {
        let text = |name: &str| format!("{name} DEFINITIONS ::= BEGIN END");
        let world = MemWorld::new().file("old/A", text("A")).file("new/A", text("A")).file("B", text("B"));
        let pinned = Pinned::new(world, Location::File("old/A".into())).expect("a file");
        assert_eq!(pinned.candidates("A"), [Location::File("old/A".into())]);
        assert_eq!(pinned.candidates("B"), [Location::File("B".into())]);
        assert!(Pinned::new(MemWorld::new(), Location::File("C".into())).is_err());
    }
}
