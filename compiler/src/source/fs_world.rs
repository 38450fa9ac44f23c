//! The world of real files: folders to search, by file name first and by content where that finds nothing.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock},
};

use super::{
    SourceFile, module_names,
    world::{Location, World, built_in, read_built_in},
};
use crate::diag::{Code, Diagnostic};

/// How deep folders are followed below a search path.
const MAX_DEPTH: usize = 32;
/// How many files are looked at below all search paths together.
const MAX_FILES: usize = 1_000_000;
/// The endings under which a module's file is looked for first, in this order; then any other ending.
const ENDINGS: &[&str] = &["", "mib", "txt", "my", "smi"];

/// Search paths on the file system. Folders are listed once, at the first question.
#[derive(Debug, Default)]
pub struct FsWorld {
    roots: Vec<Root>,
    listing: OnceLock<Listing>,
    by_content: OnceLock<HashMap<String, Vec<usize>>>,
    verified: Mutex<HashMap<usize, Vec<String>>>,
    read: Mutex<BTreeSet<PathBuf>>,
    problems: Mutex<BTreeMap<PathBuf, String>>,
}

#[derive(Debug)]
struct Root {
    path: PathBuf,
    below: bool,
}

/// Every file of the search paths, in search order, and where each lower-case stem occurs.
#[derive(Debug, Default)]
struct Listing {
    files: Vec<PathBuf>,
    /// Which folder each file is in, numbered in search order.
    folders: Vec<usize>,
    folder: usize,
    by_stem: HashMap<String, Vec<usize>>,
}

impl FsWorld {
    /// A world without search paths: only the built-in modules.
    pub fn new() -> FsWorld {
        FsWorld::default()
    }

    /// Searches `path`: a folder in itself but not below, or one file.
    #[must_use]
    pub fn include(self, path: impl Into<PathBuf>) -> FsWorld {
        self.root(path.into(), false)
    }

    /// Searches a folder and everything below it. Links are followed; a folder is visited once.
    #[must_use]
    pub fn include_below(self, path: impl Into<PathBuf>) -> FsWorld {
        self.root(path.into(), true)
    }

    fn root(mut self, path: PathBuf, below: bool) -> FsWorld {
        self.roots.push(Root { path, below });
        self.listing = OnceLock::new();
        self.by_content = OnceLock::new();
        self.verified = Mutex::default();
        self
    }

    /// The search paths, in order.
    pub fn roots(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(|root| root.path.as_path())
    }

    /// The search paths in order, and whether everything below each is searched too.
    pub(crate) fn search_paths(&self) -> impl Iterator<Item = (&Path, bool)> {
        self.roots.iter().map(|root| (root.path.as_path(), root.below))
    }

    /// Takes it as known that file `at` of [`files`](FsWorld::files) defines these modules: it is then not read to
    /// find out.
    pub(crate) fn assume(&self, at: usize, modules: Vec<String>) {
        if let Ok(mut verified) = self.verified.lock() {
            verified.insert(at, modules);
        }
    }

    /// Every file of the search paths, in search order.
    pub fn files(&self) -> &[PathBuf] {
        &self.listing().files
    }

    /// Every module that a file of the search paths seems to define, sorted. Reads all the files.
    pub fn modules(&self) -> Vec<String> {
        let mut names: Vec<String> = self.by_content().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    fn listing(&self) -> &Listing {
        self.listing.get_or_init(|| {
            let mut listing = Listing::default();
            for root in &self.roots {
                self.list(root, &mut listing);
            }
            listing
        })
    }

    /// Adds the files of one search path: those of a folder before those below it, each sorted by name.
    fn list(&self, root: &Root, listing: &mut Listing) {
        let mut visited = HashSet::new();
        let mut level = vec![root.path.clone()];
        for depth in 0..=MAX_DEPTH {
            let mut below = Vec::new();
            for path in level {
                match fs::metadata(&path) {
                    Ok(meta) if meta.is_dir() => {
                        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                        if (depth == 0 || root.below) && visited.insert(real) {
                            self.entries(&path, listing, &mut below);
                        }
                    }
                    Ok(_) => {
                        listing.folder += 1;
                        listing.add(path);
                    }
                    Err(error) => self.problem(&path, &error),
                }
            }
            if below.is_empty() {
                return;
            }
            level = below;
        }
    }

    /// Sorts the entries of a folder into files, which are listed at once, and folders to look into later.
    fn entries(&self, folder: &Path, listing: &mut Listing, below: &mut Vec<PathBuf>) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problem(folder, &error),
        };
        let named = |entry: fs::DirEntry| Some((entry.path(), entry.file_type().ok()?));
        let mut found: Vec<(PathBuf, fs::FileType)> = entries.flatten().filter_map(named).collect();
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        listing.folder += 1;
        for (path, mut kind) in found {
            if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
                continue;
            }
            // Only a link needs a further look. A dangling one is nobody's search path: passed over.
            if kind.is_symlink() {
                let Ok(meta) = fs::metadata(&path) else { continue };
                kind = meta.file_type();
            }
            if kind.is_dir() {
                below.push(path);
            } else if kind.is_file() {
                listing.add(path);
            }
        }
    }

    /// Which module is in which files, by reading every file once.
    fn by_content(&self) -> &HashMap<String, Vec<usize>> {
        self.by_content.get_or_init(|| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for at in 0..self.listing().files.len() {
                for name in self.modules_of(at) {
                    let places = index.entry(name).or_default();
                    if places.last() != Some(&at) {
                        places.push(at);
                    }
                }
            }
            index
        })
    }

    /// The modules that file `at` of the listing seems to define; it is read at most once for that.
    fn modules_of(&self, at: usize) -> Vec<String> {
        let Ok(mut verified) = self.verified.lock() else { return Vec::new() };
        if let Some(names) = verified.get(&at) {
            return names.clone();
        }
        let Some(path) = self.listing().files.get(at) else { return Vec::new() };
        let names: Vec<String> = match read_file(path) {
            Ok(bytes) => module_names(&bytes).into_iter().map(str::to_owned).collect(),
            Err(error) => {
                self.problem(path, &error);
                Vec::new()
            }
        };
        verified.insert(at, names.clone());
        names
    }

    /// Keeps which modules a file of the listing seems to define, so that it is not read again to find out.
    fn note_modules(&self, path: &Path, bytes: &[u8]) {
        let listing = self.listing();
        let Some(stem) = path.file_stem() else { return };
        let stem = stem.to_string_lossy().to_ascii_lowercase();
        let places = listing.by_stem.get(&stem).map_or(&[][..], Vec::as_slice);
        let same = |at: &&usize| listing.files.get(**at).is_some_and(|listed| listed == path);
        let Some(&at) = places.iter().find(same) else { return };
        let names: Vec<String> = module_names(bytes).into_iter().map(str::to_owned).collect();
        if let Ok(mut verified) = self.verified.lock() {
            verified.insert(at, names);
        }
    }

    fn problem(&self, path: &Path, error: &io::Error) {
        if let Ok(mut problems) = self.problems.lock() {
            problems.insert(path.to_owned(), error.to_string());
        }
    }
}

impl World for FsWorld {
    fn candidates(&self, module: &str) -> Vec<Location> {
        let listing = self.listing();
        let defines = |at: &usize| self.modules_of(*at).iter().any(|name| name == module);
        let named = listing.by_stem.get(&module.to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<usize> = named.iter().copied().filter(defines).collect();
        // The order of the search paths decides; in one folder the exact name, then the usual endings.
        found.sort_by_key(|&at| rank(listing, at, module));
        if found.is_empty() {
            found = self.by_content().get(module).cloned().unwrap_or_default();
        }
        let files = found.into_iter().filter_map(|at| listing.files.get(at).cloned()).map(Location::File);
        files.chain(built_in(module)).collect()
    }

    fn read(&self, location: &Location) -> io::Result<Cow<'static, [u8]>> {
        match location {
            Location::BuiltIn(name) => read_built_in(name),
            Location::File(path) => {
                let bytes = read_file(path)?;
                self.note_modules(path, &bytes);
                if let Ok(mut read) = self.read.lock() {
                    read.insert(path.clone());
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }

    fn files_read(&self) -> Vec<PathBuf> {
        self.read.lock().map(|read| read.iter().cloned().collect()).unwrap_or_default()
    }

    fn problems(&self) -> Vec<Diagnostic> {
        let Ok(problems) = self.problems.lock() else { return Vec::new() };
        let diagnostic = |(path, error): (&PathBuf, &String)| {
            Diagnostic::new(Code::UnreadableFile, format!("cannot read `{}`: {error}", path.display()))
                .help("check the path and its permissions")
        };
        problems.iter().map(diagnostic).collect()
    }
}

impl Listing {
    fn add(&mut self, path: PathBuf) {
        if self.files.len() >= MAX_FILES {
            return;
        }
        if let Some(stem) = path.file_stem() {
            let stem = stem.to_string_lossy().to_ascii_lowercase();
            self.by_stem.entry(stem).or_default().push(self.files.len());
        }
        self.files.push(path);
        self.folders.push(self.folder);
    }
}

/// The folder's place in the search order, then how well the file name fits.
fn rank(listing: &Listing, at: usize, module: &str) -> (usize, bool, usize) {
    let (Some(path), Some(&folder)) = (listing.files.get(at), listing.folders.get(at)) else {
        return (usize::MAX, true, usize::MAX);
    };
    let exact = path.file_stem() == Some(OsStr::new(module));
    let ending =
        path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    (folder, !exact, ENDINGS.iter().position(|known| *known == ending).unwrap_or(ENDINGS.len()))
}

/// The octets of a file, unless it is longer than what is read.
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len();
    if length > SourceFile::MAX_LEN as u64 {
        let text = format!("{length} octets; at most {} are read", SourceFile::MAX_LEN);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    fs::read(path)
}

#[cfg(test)]
mod tests;
