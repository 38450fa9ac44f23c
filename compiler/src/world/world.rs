//! Where modules are looked for, and how they are read. All access to files goes through here.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::Mutex,
};

use super::fs_world::read_file;
use crate::diag::Diagnostic;
use crate::source::names_in;

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Location {
    /// A file.
    File(PathBuf),
    /// A standard module that the program carries.
    BuiltIn(&'static str),
}

/// What stands before the name of a built-in module where another place has a path.
pub(crate) const BUILT_IN: &str = "<built-in>/";

/// The name for people and for [`SourceFile::name`](crate::source::SourceFile): the path, or `<built-in>/IF-MIB`.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => path.display().fmt(f),
            Location::BuiltIn(name) => write!(f, "{BUILT_IN}{name}"),
        }
    }
}

/// Finds modules and reads texts. Everything that the compiler reads comes through here.
pub trait World: Send + Sync {
    /// The places that seem to define `module`, best first. The standard modules that the program carries come
    /// last. A place may turn out not to define it once it is parsed.
    fn candidates(&self, module: &str) -> Vec<Location>;

    /// The octets of a text.
    ///
    /// # Errors
    /// The file cannot be read, or is longer than [`SourceFile::MAX_LEN`](crate::source::SourceFile::MAX_LEN).
    fn read(&self, location: &Location) -> io::Result<Cow<'static, [u8]>>;

    /// The first candidate for `module` that can be read.
    fn load(&self, module: &str) -> Option<(Location, Cow<'static, [u8]>)> {
        self.candidates(module).into_iter().find_map(|location| {
            let bytes = self.read(&location).ok()?;
            Some((location, bytes))
        })
    }

    /// The names of the modules that there are, as far as is known: what a misspelt one may have meant.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Every file that [`read`](World::read) has opened, sorted: what a build script has to watch.
    fn files_read(&self) -> Vec<PathBuf>;

    /// Search paths and files that could not be read while looking for modules.
    fn problems(&self) -> Vec<Diagnostic> {
        Vec::new()
    }
}

/// The place of a standard module that the program carries.
pub(super) fn built_in(module: &str) -> Option<Location> {
    mibc_mibs::find(module).map(|found| Location::BuiltIn(found.name))
}

/// The text of a standard module that the program carries.
pub(super) fn read_built_in(name: &str) -> io::Result<Cow<'static, [u8]>> {
    match mibc_mibs::find(name) {
        Some(found) => Ok(Cow::Borrowed(found.text().as_bytes())),
        None => Err(io::Error::new(io::ErrorKind::NotFound, format!("no built-in module `{name}`"))),
    }
}

/// The octets of a text, as [`World::read`] gives them where nothing is known of it.
pub(crate) fn read_location(location: &Location) -> io::Result<Cow<'static, [u8]>> {
    match location {
        Location::BuiltIn(name) => read_built_in(name),
        Location::File(path) => read_file(path).map(Cow::Owned),
    }
}

/// A world in memory, for tests and for callers that have the texts already.
#[derive(Debug, Default)]
pub struct MemWorld {
    files: BTreeMap<PathBuf, Vec<u8>>,
    built_in: bool,
    read: Mutex<std::collections::BTreeSet<PathBuf>>,
}

impl MemWorld {
    /// A world without any file, and without the built-in modules.
    pub fn new() -> MemWorld {
        MemWorld::default()
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> MemWorld {
        self.files.insert(path.into(), bytes.into());
        self
    }

    /// Falls back on the standard modules that the program carries.
    #[must_use]
    pub fn with_built_in(mut self) -> MemWorld {
        self.built_in = true;
        self
    }
}

impl World for MemWorld {
    fn candidates(&self, module: &str) -> Vec<Location> {
        let defines = |bytes: &[u8]| names_in(bytes).iter().any(|name| name == module);
        let mut found: Vec<&Path> =
            self.files.iter().filter(|(_, bytes)| defines(bytes)).map(|(path, _)| path.as_path()).collect();
        found.sort_by_key(|path| path.file_stem().is_none_or(|stem| stem != module));
        let files = found.into_iter().map(|path| Location::File(path.to_owned()));
        files.chain(built_in(module).filter(|_| self.built_in)).collect()
    }

    fn read(&self, location: &Location) -> io::Result<Cow<'static, [u8]>> {
        match location {
            Location::BuiltIn(name) => read_built_in(name),
            Location::File(path) => match self.files.get(path) {
                Some(bytes) => {
                    if let Ok(mut read) = self.read.lock() {
                        read.insert(path.clone());
                    }
                    Ok(Cow::Owned(bytes.clone()))
                }
                None => Err(io::Error::new(io::ErrorKind::NotFound, format!("no file `{}`", path.display()))),
            },
        }
    }

    fn names(&self) -> Vec<String> {
        self.files.values().flat_map(|bytes| names_in(bytes)).collect()
    }

    fn files_read(&self) -> Vec<PathBuf> {
        self.read.lock().map(|read| read.iter().cloned().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_finds_by_content_and_prefers_the_name() {
        let world = MemWorld::new()
            .file("a/old.txt", "X-MIB DEFINITIONS ::= BEGIN END")
            .file("b/X-MIB.mib", "X-MIB DEFINITIONS ::= BEGIN END")
            .file("b/Y-MIB", "Z-MIB DEFINITIONS ::= BEGIN END")
            .with_built_in();
        let names = |module| world.candidates(module).iter().map(|l| l.to_string()).collect::<Vec<_>>();
        assert_eq!(names("X-MIB"), ["b/X-MIB.mib", "a/old.txt"]);
        assert_eq!(names("Z-MIB"), ["b/Y-MIB"]);
        assert!(names("Y-MIB").is_empty());
        assert_eq!(names("IF-MIB"), ["<built-in>/IF-MIB"]);
        assert!(world.files_read().is_empty(), "looking is not reading");
        assert!(world.load("X-MIB").is_some());
        assert_eq!(world.files_read(), [PathBuf::from("b/X-MIB.mib")]);
        assert!(world.read(&Location::File("c".into())).is_err());
    }
}
