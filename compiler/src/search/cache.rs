//! Where indexes are kept between runs.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// How many indexes a folder keeps: there is one for each set of search paths. The oldest go.
const MAX_KEPT: usize = 32;

/// The ending of indexes.
pub(super) const INDEX: &str = "index";

/// The ending of the files that say when everything was last as an index says.
pub(super) const CHECKED: &str = "checked";

/// A folder for indexes, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cache {
    /// Nothing is kept: what is needed is read each time.
    #[default]
    None,
    /// A folder, which is made when something is written. Several processes may use it at once: a file is written
    /// aside and then put in place as a whole.
    Folder(PathBuf),
}

impl Cache {
    /// The user's: `$XDG_CACHE_HOME/mibc`, else `$HOME/.cache/mibc`, else `%LOCALAPPDATA%\mibc\cache`.
    pub fn of_user() -> Cache {
        // A relative path in XDG_CACHE_HOME is to be ignored (XDG Base Directory Specification).
        let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let found = folder("XDG_CACHE_HOME")
            .map(|path| path.join("mibc"))
            .or_else(|| folder("HOME").map(|path| path.join(".cache").join("mibc")))
            .or_else(|| folder("LOCALAPPDATA").map(|path| path.join("mibc").join("cache")));
        found.map_or(Cache::None, Cache::Folder)
    }

    /// The file of a key.
    pub(super) fn open(&self, key: &str, ending: &str) -> Option<File> {
        let Cache::Folder(folder) = self else { return None };
        File::open(folder.join(format!("{key}.{ending}"))).ok()
    }

    /// Puts a file in place. A failure costs time at the next run, nothing else.
    pub(super) fn store(&self, key: &str, ending: &str, bytes: &[u8]) {
        if let Cache::Folder(folder) = self
            && fs::create_dir_all(folder).is_ok()
            && put(folder, key, ending, bytes).is_ok()
            && ending == INDEX
        {
            prune(folder);
        }
    }
}

fn put(folder: &Path, key: &str, ending: &str, bytes: &[u8]) -> io::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let aside = folder.join(format!(".{key}.{}.{}", std::process::id(), now.as_nanos()));
    let write = || {
        File::create_new(&aside)?.write_all(bytes)?;
        fs::rename(&aside, folder.join(format!("{key}.{ending}")))
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&aside);
    })
}

/// Removes the oldest indexes beyond [`MAX_KEPT`].
fn prune(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut kept: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new(INDEX)))
        .filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path)))
        .collect();
    kept.sort_unstable();
    let surplus = kept.len().saturating_sub(MAX_KEPT);
    for (_, path) in kept.into_iter().take(surplus) {
        let _ = fs::remove_file(path.with_extension(CHECKED));
        let _ = fs::remove_file(path);
    }
}
