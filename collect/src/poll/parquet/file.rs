//! A file that others see only when it is whole.

use super::table::Table;
use crate::delivery::Record;
use crate::poll::encode::decode;
use parquet::errors::ParquetError;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What files that are being written end with.
const PART: &str = ".parquet.part";

/// How old a part is that nobody writes any more.
const OLD: Duration = Duration::from_secs(3600);

/// Why a file is not there.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    /// The record at this place of the batch has no rows.
    #[error("what waits in the queue is not a result in the form of this version of mibc")]
    Record(usize),
    #[error("{0}: {1}")]
    Write(PathBuf, ParquetError),
    #[error("{0}: {1}")]
    Disk(PathBuf, io::Error),
}

/// Writes records to a new file of a folder, and waits until the disk has it. It has its name when it is whole.
pub(super) fn write(folder: &Path, records: &[Record]) -> Result<PathBuf, FileError> {
    fs::create_dir_all(folder).map_err(|error| FileError::Disk(folder.to_owned(), error))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    // No two processes have the same seeds.
    let name = format!("samples-{now}-{:016x}", RandomState::new().hash_one(std::process::id()));
    let (part, whole) = (folder.join(format!(".{name}{PART}")), folder.join(format!("{name}.parquet")));
    let written = fill(&part, records).and_then(|()| {
        fs::rename(&part, &whole)
            .and_then(|()| File::open(folder)?.sync_all())
            .map_err(|error| FileError::Disk(whole.clone(), error))
    });
    if let Err(error) = written {
        // What is left of it is of no use, and goes later if not now.
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    Ok(whole)
}

fn fill(part: &Path, records: &[Record]) -> Result<(), FileError> {
    let disk = |error| FileError::Disk(part.to_owned(), error);
    let wrong = |error| FileError::Write(part.to_owned(), error);
    let file = OpenOptions::new().write(true).create_new(true).open(part).map_err(disk)?;
    let mut table = Table::new(BufWriter::new(file)).map_err(wrong)?;
    for (place, record) in records.iter().enumerate() {
        let mut failed = None;
        let known = decode(&record.payload, |poll, row| {
            if failed.is_none() {
                failed = table.add(poll, row).err();
            }
        });
        if let Some(error) = failed {
            return Err(wrong(error));
        }
        known.ok_or(FileError::Record(place))?;
    }
    let file = table.finish().map_err(wrong)?.into_inner().map_err(|error| disk(error.into_error()))?;
    file.sync_all().map_err(disk)
}

/// Removes parts that a process has left which was killed.
pub(super) fn tidy(folder: &Path) {
    let is_part = |name: &OsStr| {
        name.to_str().is_some_and(|name| name.starts_with(".samples-") && name.ends_with(PART))
    };
    for entry in
        fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| is_part(&entry.file_name()))
    {
        let changed = entry.metadata().and_then(|about| about.modified());
        if changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > OLD)) {
            // Another process may have been quicker.
            let _ = fs::remove_file(entry.path());
        }
    }
}
