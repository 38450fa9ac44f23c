//! Files of recordings.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{ENDINGS, Format, MAX_FILE, Names, Read, read_at};

/// Where a recording is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In a file; the ending of its name says its form.
    File(PathBuf),
}

/// Why a recording cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is too large.
    #[error("{} has {octets} octets; {MAX_FILE} are read at most", .path.display())]
    TooLarge {
        /// Which one.
        path: PathBuf,
        /// Its size.
        octets: u64,
    },
    /// The ending of a file's name says nothing.
    #[error("{} is not known to be a recording: its name should end with {}", .path.display(), endings())]
    Unknown {
        /// Which one.
        path: PathBuf,
    },
    /// There is nothing in it.
    #[error("{} has no variables{}", .path.display(), first(.problems))]
    Empty {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        problems: Vec<crate::Problem>,
    },
    /// A folder has no recordings.
    #[error("there are no recordings in {}: files whose names end with {} are", .path.display(), endings())]
    NoDevices {
        /// Which one.
        path: PathBuf,
    },
    /// The options are wrong.
    #[error(transparent)]
    Options(#[from] crate::options::OptionsError),
}

fn endings() -> String {
    let endings: Vec<String> = ENDINGS.iter().map(|(ending, _)| format!(".{ending}")).collect();
    endings.join(", ")
}

fn first(problems: &[crate::Problem]) -> String {
    problems
        .first()
        .map(|problem| format!("; line {}: {}", problem.line, problem.message))
        .unwrap_or_default()
}

impl Source {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not known to be a recording.
    pub fn read(&self, names: Option<Names<'_>>) -> Result<Read, LoadError> {
        self.read_at(names, 0)
    }

    pub(super) fn read_at(&self, names: Option<Names<'_>>, depth: usize) -> Result<Read, LoadError> {
        let Self::File(path) = self;
        let format = Format::of(path).ok_or_else(|| LoadError::Unknown { path: path.clone() })?;
        let io = |source| LoadError::Io { path: path.clone(), source };
        let file = std::fs::File::open(path).map_err(io)?;
        let octets = file.metadata().map_err(io)?.len();
        if octets > MAX_FILE {
            return Err(LoadError::TooLarge { path: path.clone(), octets });
        }
        let mut text = Vec::new();
        // It may grow meanwhile.
        file.take(MAX_FILE).read_to_end(&mut text).map_err(io)?;
        let mut read = read_at(&text, format, path.parent(), names, depth);
        for problem in &mut read.problems {
            problem.file.get_or_insert_with(|| path.display().to_string());
        }
        Ok(read)
    }
}

/// The files of a folder whose names say that they are recordings, sorted.
pub(crate) fn folder_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if Format::of(&path).is_some() && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
