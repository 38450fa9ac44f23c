//! Takes results to files.

use super::file::{self, FileError};
use crate::delivery::{Failure, Record, Sending, Sink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Writes each batch as a file of Parquet, which is taken when the file is whole and on the disk.
#[derive(Debug)]
pub(super) struct Parquet {
    folder: Arc<Path>,
    /// Whether what a process has left that was killed is away.
    tidy: bool,
}

impl Parquet {
    /// Files of a folder, which is made where it is missing.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder: folder.into(), tidy: false }
    }
}

impl Sink for Parquet {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            let (folder, records, tidy) = (Arc::clone(&self.folder), batch.to_vec(), self.tidy);
            self.tidy = true;
            let written = spawn_blocking(move || {
                if !tidy {
                    file::tidy(&folder);
                }
                file::write(&folder, &records)
            });
            match written.await {
                Ok(Ok(_)) => Ok(()),
                // It is found by halves, and the others are written.
                Ok(Err(error @ FileError::Record(_))) => Err(Failure::refused(error.to_string())),
                Ok(Err(error)) => Err(Failure::again(error.to_string())),
                Err(error) => Err(Failure::again(error.to_string())),
            }
        })
    }
}
