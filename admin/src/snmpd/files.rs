//! Where configuration files are read from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Most octets of one file.
pub const MAX_FILE: u64 = 4 << 20;

/// Reads files and lists folders; the file system, or something made up.
pub trait Files {
    /// The octets of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, path: &Path) -> Result<Vec<u8>, String>;

    /// The files in a folder.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String>;
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFiles;

impl Files for OsFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        // Asked before it is opened: opening a pipe waits for its other end.
        let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
        if !about.is_file() {
            return Err("it is not a file".to_owned());
        }
        let mut octets = Vec::new();
        let file = File::open(path).map_err(|error| error.to_string())?;
        file.take(MAX_FILE + 1).read_to_end(&mut octets).map_err(|error| error.to_string())?;
        Ok(octets)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
        Ok(entries.flatten().map(|entry| entry.path()).collect())
    }
}

/// Files that are only in memory, by their paths.
#[derive(Clone, Debug, Default)]
pub struct MemFiles(pub BTreeMap<PathBuf, Vec<u8>>);

impl Files for MemFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "it is not there".to_owned())
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        Ok(self.0.keys().filter(|path| path.parent() == Some(folder)).cloned().collect())
    }
}
