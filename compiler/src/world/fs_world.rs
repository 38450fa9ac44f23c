//! The world of real files: folders whose files are known by the modules in them, whatever they are called.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ffi::OsStr,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock},
    time::SystemTime,
};

use super::world::{Location, World, built_in, read_built_in};
use crate::diag::{Code, Diagnostic, Severity};
use crate::parallel;
use crate::source::{SourceFile, names_in};
use rustc_hash::FxHashMap;

/// How deep folders are followed below a search path.
const MAX_DEPTH: usize = 32;
/// How many files are looked at below all search paths together.
const MAX_FILES: usize = 1_000_000;
/// The endings of a module's file in the order of preference; then any other.
const ENDINGS: &[&str] = &["", "mib", "txt", "my", "smi"];

/// What a file holds, and the modules in it.
type FileRead = (Vec<u8>, Vec<String>);

/// Search paths on the file system. Folders are listed once, at the first question; then every file is scanned once
/// for the heads of modules, unless a search index knows it already.
#[derive(Debug, Default)]
pub struct FsWorld {
    roots: Vec<Root>,
    listing: OnceLock<Listing>,
    by_content: OnceLock<FxHashMap<String, Vec<usize>>>,
    verified: Mutex<FxHashMap<usize, Vec<String>>>,
    /// Files that have been read already, see [`FsWorld::hand_over`].
    handed_over: Mutex<HashMap<PathBuf, FileRead>>,
    read: Mutex<BTreeSet<PathBuf>>,
    problems: Mutex<BTreeMap<PathBuf, Problem>>,
}

/// Why something of the search paths could not be read.
#[derive(Debug)]
struct Problem {
    error: String,
    severity: Severity,
}

#[derive(Debug)]
struct Root {
    path: PathBuf,
    below: bool,
}

/// Every file of the search paths, in search order.
#[derive(Debug, Default)]
struct Listing {
    files: Vec<PathBuf>,
    /// Which folder each file is in, numbered in search order.
    folders: Vec<usize>,
    folder: usize,
    /// The folders that were read, and the search paths that are files, as each was before it was read.
    seen: Vec<(PathBuf, fs::Metadata)>,
    /// When that began.
    started: Option<SystemTime>,
    by_stem: OnceLock<HashMap<String, Vec<usize>>>,
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

    /// Takes it as known which modules some files define, by their places in [`files`](FsWorld::files): they are then not
    /// read to find out.
    pub(crate) fn assume(&self, modules: impl Iterator<Item = (usize, Vec<String>)>) {
        if let Ok(mut verified) = self.verified.lock() {
            verified.extend(modules);
        }
    }

    /// Every file of the search paths, in search order.
    pub fn files(&self) -> &[PathBuf] {
        &self.listing().files
    }

    /// The number of the folder that each of [`files`](FsWorld::files) is in, in search order.
    pub(crate) fn folders(&self) -> &[usize] {
        &self.listing().folders
    }

    /// What was looked into for [`files`](FsWorld::files), as each folder was before, and when that began.
    pub(crate) fn seen(&self) -> (&[(PathBuf, fs::Metadata)], SystemTime) {
        let listing = self.listing();
        (&listing.seen, listing.started.unwrap_or_else(SystemTime::now))
    }

    /// Whether nothing of the search paths was found to be unreadable.
    pub(crate) fn is_readable(&self) -> bool {
        self.listing();
        self.problems.lock().is_ok_and(|problems| problems.is_empty())
    }

    /// Every module that a file of the search paths seems to define, sorted. Reads all the files.
    pub fn modules(&self) -> Vec<String> {
        let mut names: Vec<String> = self.by_content().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// The files of the search paths that seem to define a module, in search order.
    pub fn files_with_modules(&self) -> Vec<&Path> {
        let mut places: Vec<usize> = self.by_content().values().flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|at| self.files().get(at).map(PathBuf::as_path)).collect()
    }

    /// As [`files_with_modules`](FsWorld::files_with_modules), for a caller that has `reader` read all of them, and whose
    /// search paths have them, too: what is read here to find the modules is not read again there.
    pub fn hand_over(&self, reader: &FsWorld) -> Vec<PathBuf> {
        let read = |path: &PathBuf| {
            let bytes = read_file(path).ok()?;
            let names = names_in(&bytes);
            (!names.is_empty()).then(|| (path.clone(), (bytes, names)))
        };
        let found: Vec<_> =
            parallel::map(self.files().iter().collect(), read).into_iter().flatten().collect();
        let paths = found.iter().map(|(path, _)| path.clone()).collect();
        if let Ok(mut handed_over) = reader.handed_over.lock() {
            handed_over.extend(found);
        }
        paths
    }

    fn listing(&self) -> &Listing {
        self.listing.get_or_init(|| {
            let mut listing = Listing { started: Some(SystemTime::now()), ..Listing::default() };
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
                            listing.seen.push((path, meta));
                        }
                    }
                    Ok(meta) => {
                        listing.folder += 1;
                        listing.seen.push((path.clone(), meta));
                        listing.add(path);
                    }
                    Err(error) => self.problem(&path, &error, Severity::Error),
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
            Err(error) => return self.problem(folder, &error, Severity::Error),
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

    /// Which module is in which files: every file is scanned that is not known, as many at once as there are cores.
    fn by_content(&self) -> &FxHashMap<String, Vec<usize>> {
        if let Some(index) = self.by_content.get() {
            return index;
        }
        // No lock is held meanwhile, that of the cell included: a thread of the pool may be given other work which
        // asks this world, too.
        let files = &self.listing().files;
        let mut known = self.verified.lock().map(|known| known.clone()).unwrap_or_default();
        let unknown: Vec<usize> = (0..files.len()).filter(|at| !known.contains_key(at)).collect();
        let scanned = parallel::map(unknown, |at| (at, files.get(at).map(|path| self.scan(path))));
        known.extend(scanned.into_iter().filter_map(|(at, names)| Some((at, names?))));
        let mut index: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        index.reserve(known.len());
        for at in 0..files.len() {
            for name in known.remove(&at).unwrap_or_default() {
                let places = index.entry(name).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        self.by_content.get_or_init(|| index)
    }

    /// The modules that a file seems to define.
    fn scan(&self, path: &Path) -> Vec<String> {
        match read_file(path) {
            Ok(bytes) => names_in(&bytes),
            Err(error) => {
                // Whether it matters is not known: a module that is missed for it is reported by itself.
                self.problem(path, &error, Severity::Warning);
                Vec::new()
            }
        }
    }

    /// Keeps which modules a file of the listing seems to define, so that it is not read again to find out.
    fn note_modules(&self, path: &Path, names: impl FnOnce() -> Vec<String>) {
        if self.by_content.get().is_some() {
            return;
        }
        let listing = self.listing();
        let Some(stem) = path.file_stem() else { return };
        let stem = stem.to_string_lossy().to_ascii_lowercase();
        let places = listing.by_stem().get(&stem).map_or(&[][..], Vec::as_slice);
        let same = |at: &&usize| listing.files.get(**at).is_some_and(|listed| listed == path);
        let Some(&at) = places.iter().find(same) else { return };
        let names = names();
        if let Ok(mut verified) = self.verified.lock() {
            verified.insert(at, names);
        }
    }

    fn problem(&self, path: &Path, error: &io::Error, severity: Severity) {
        if let Ok(mut problems) = self.problems.lock() {
            problems.insert(path.to_owned(), Problem { error: error.to_string(), severity });
        }
    }
}

impl World for FsWorld {
    fn candidates(&self, module: &str) -> Vec<Location> {
        let listing = self.listing();
        let mut found = self.by_content().get(module).cloned().unwrap_or_default();
        // In the order of the search paths; in one folder the module's own name first, then the usual endings.
        found.sort_by_key(|&at| rank(listing, at, module));
        let files = found.into_iter().filter_map(|at| listing.files.get(at).cloned()).map(Location::File);
        files.chain(built_in(module)).collect()
    }

    fn read(&self, location: &Location) -> io::Result<Cow<'static, [u8]>> {
        match location {
            Location::BuiltIn(name) => read_built_in(name),
            Location::File(path) => {
                let handed_over = self.handed_over.lock().ok().and_then(|mut files| files.remove(path));
                let bytes = match handed_over {
                    Some((bytes, names)) => {
                        self.note_modules(path, || names);
                        bytes
                    }
                    None => {
                        let bytes = read_file(path)?;
                        self.note_modules(path, || names_in(&bytes));
                        bytes
                    }
                };
                if let Ok(mut read) = self.read.lock() {
                    read.insert(path.clone());
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }

    fn names(&self) -> Vec<String> {
        self.modules()
    }

    fn files_read(&self) -> Vec<PathBuf> {
        self.read.lock().map(|read| read.iter().cloned().collect()).unwrap_or_default()
    }

    fn problems(&self) -> Vec<Diagnostic> {
        let Ok(problems) = self.problems.lock() else { return Vec::new() };
        let diagnostic = |(path, Problem { error, severity }): (&PathBuf, &Problem)| {
            let message = format!("cannot read `{}`: {error}", path.display());
            let mut diagnostic = Diagnostic::new(Code::UnreadableFile, message);
            diagnostic.severity = *severity;
            diagnostic.help("check the path and its permissions")
        };
        problems.iter().map(diagnostic).collect()
    }
}

impl Listing {
    fn add(&mut self, path: PathBuf) {
        if self.files.len() >= MAX_FILES {
            return;
        }
        self.files.push(path);
        self.folders.push(self.folder);
    }

    /// Where each lower-case stem occurs; made when a file is read of which nothing is known.
    fn by_stem(&self) -> &HashMap<String, Vec<usize>> {
        self.by_stem.get_or_init(|| {
            let mut by_stem: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, path) in self.files.iter().enumerate() {
                if let Some(stem) = path.file_stem() {
                    by_stem.entry(stem.to_string_lossy().to_ascii_lowercase()).or_default().push(at);
                }
            }
            by_stem
        })
    }
}

/// The folder's place in the search order, then how well the file name fits.
fn rank(listing: &Listing, at: usize, module: &str) -> (usize, bool, usize) {
    let (Some(path), Some(&folder)) = (listing.files.get(at), listing.folders.get(at)) else {
        return (usize::MAX, true, usize::MAX);
    };
    let (other_name, ending) = fit(path, module);
    (folder, other_name, ending)
}

/// How well the name of a file fits a module: whether it is another one, then the place of its ending.
pub(crate) fn fit(path: &Path, module: &str) -> (bool, usize) {
    let exact = path.file_stem() == Some(OsStr::new(module));
    let ending =
        path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    (!exact, ENDINGS.iter().position(|known| *known == ending).unwrap_or(ENDINGS.len()))
}

/// The octets of a file, unless it is longer than what is read.
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > SourceFile::MAX_LEN as u64 {
        let text = format!("{length} octets; at most {} are read", SourceFile::MAX_LEN);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
