//! A store that is one file: batches one behind the other.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Store;
use super::batch::{Batch, Record, Zeroed};
use super::disk::{Disk, OsDisk};
use super::error::StoreError;
use super::frame::{self, HEADER, Header, VERSION};

/// The name of the file, and of the one that takes its place.
const FILE: &str = "store";
const NEW: &str = "store.new";

/// Octets of changes that are put into one frame when the file is written anew.
const CHUNK: usize = 1 << 20;

/// When a store writes its file anew, and how long it may get.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A shorter file stays as it is.
    pub small: u64,
    /// The file is written anew when it is so many times as long as what it says.
    pub ratio: u64,
    /// Most octets of a file.
    pub most: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { small: 64 << 10, ratio: 4, most: 256 << 20 }
    }
}

/// Records in a file that batches are appended to. When most of it has been overwritten, a new file takes its place.
pub struct LogStore {
    inner: Mutex<Inner>,
}

struct Inner {
    disk: Box<dyn Disk>,
    path: PathBuf,
    limits: Limits,
    records: BTreeMap<(String, Vec<u8>), Zeroed>,
    /// Octets of the file that are whole.
    end: u64,
    /// Of the next frame.
    number: u64,
    /// About as many as a new file would have.
    live: u64,
    /// No new file is tried before the file is so long.
    retry: u64,
    /// What is on the disk is not known.
    unsure: bool,
}

impl LogStore {
    /// Opens the store of a folder, or makes an empty one.
    ///
    /// # Errors
    /// The folder is another process's, or what is in it cannot be read; it stays as it is then.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, Limits::default())
    }

    /// The same with other limits.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(folder: &Path, limits: Limits) -> Result<Self, StoreError> {
        let disk = OsDisk::lock(folder).map_err(|source| StoreError::Io {
            what: "use the folder",
            path: folder.to_path_buf(),
            source,
        })?;
        let disk = disk.ok_or_else(|| StoreError::Locked { folder: folder.to_path_buf() })?;
        Self::on(Box::new(disk), folder.join(FILE), limits)
    }

    /// On any disk. The path is only told in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn on(mut disk: Box<dyn Disk>, path: PathBuf, limits: Limits) -> Result<Self, StoreError> {
        let fail = |what| {
            let path = path.clone();
            move |source| StoreError::Io { what, path, source }
        };
        let octets = disk.read(FILE, limits.most).map_err(fail("read"))?;
        let mut inner = Inner {
            disk,
            path: path.clone(),
            limits,
            records: BTreeMap::new(),
            end: HEADER as u64,
            number: 1,
            live: HEADER as u64,
            retry: 0,
            unsure: false,
        };
        match octets {
            None => inner.replace().map_err(fail("make"))?,
            Some(octets) => {
                inner.read(&octets)?;
                if inner.end < octets.len() as u64 {
                    // The last write was cut short, and nobody was told that it is there.
                    inner.cut().map_err(fail("cut"))?;
                }
            }
        }
        Ok(Self { inner: Mutex::new(inner) })
    }

    /// Octets of the file.
    #[must_use]
    pub fn octets(&self) -> u64 {
        self.inner().end
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for LogStore {
    fn load(&self) -> Vec<Record> {
        let inner = self.inner();
        let record = |((table, key), value): (&(String, Vec<u8>), &Zeroed)| Record {
            table: table.clone(),
            key: key.clone(),
            value: value.clone(),
        };
        inner.records.iter().map(record).collect()
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut inner = self.inner();
        if inner.unsure {
            return Err(StoreError::Unsure { path: inner.path.clone() });
        }
        if batch.is_empty() {
            return Ok(());
        }
        inner.append(batch)?;
        inner.tidy();
        Ok(())
    }
}

impl Inner {
    /// Takes in all batches of a file that are whole.
    fn read(&mut self, octets: &[u8]) -> Result<(), StoreError> {
        let path = || self.path.clone();
        if octets.len() as u64 > self.limits.most {
            let most = usize::try_from(self.limits.most).unwrap_or(usize::MAX);
            return Err(StoreError::TooLarge { what: "the store", found: octets.len(), most });
        }
        match frame::read_header(octets) {
            Header::Ours => {}
            Header::Later(found) => {
                return Err(StoreError::LaterVersion { path: path(), found, known: VERSION });
            }
            Header::Other => return Err(StoreError::NotAStore { path: path() }),
        }
        let mut rest = octets.get(HEADER..).unwrap_or_default();
        while let Some((number, batch, length)) = frame::read(rest) {
            if number != self.number {
                return Err(StoreError::Damaged { path: self.path.clone(), at: self.end });
            }
            self.take_in(&batch);
            self.end += length as u64;
            self.number += 1;
            rest = rest.get(length..).unwrap_or_default();
        }
        if frame::is_cut_short(rest, self.number) {
            Ok(())
        } else {
            Err(StoreError::Damaged { path: self.path.clone(), at: self.end })
        }
    }

    fn take_in(&mut self, batch: &Batch) {
        for change in &batch.changes {
            let index = (change.table.clone(), change.key.clone());
            let front = 8 + change.table.len() + change.key.len();
            let before = match &change.value {
                Some(value) => {
                    self.live += (front + value.len()) as u64;
                    self.records.insert(index, Zeroed::new(value))
                }
                None => self.records.remove(&index),
            };
            if let Some(before) = before {
                self.live = self.live.saturating_sub((front + before.len()) as u64);
            }
        }
    }

    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let frame = frame::write(self.number, batch)?;
        let length = frame.len() as u64;
        if self.end + length > self.limits.most {
            let most = usize::try_from(self.limits.most).unwrap_or(usize::MAX);
            return Err(StoreError::TooLarge {
                what: "the store",
                found: (self.end + length) as usize,
                most,
            });
        }
        let written = self.disk.write_at(FILE, self.end, &frame);
        let (written, is_written) = match written {
            Ok(()) => (self.disk.sync(FILE), true),
            Err(error) => (Err(error), false),
        };
        if let Err(source) = written {
            // Once syncing has failed, nobody knows what a later one means.
            self.unsure = is_written || self.cut().is_err();
            return Err(StoreError::Io { what: "write", path: self.path.clone(), source });
        }
        self.take_in(batch);
        self.end += length;
        self.number += 1;
        Ok(())
    }

    /// Takes what is behind the last whole batch away.
    fn cut(&mut self) -> io::Result<()> {
        self.disk.cut(FILE, self.end)?;
        self.disk.sync(FILE)
    }

    /// Writes the file anew, where that is worth it. What was written is there either way.
    fn tidy(&mut self) {
        let wasteful = self.end > self.limits.small && self.end / self.limits.ratio.max(1) > self.live;
        if wasteful && self.end > self.retry && self.replace().is_err() {
            self.retry = self.end * 2;
        }
    }

    /// Puts a new file with all records in the place of the old one.
    fn replace(&mut self) -> io::Result<()> {
        self.disk.create(NEW)?;
        let header = frame::header();
        self.disk.write_at(NEW, 0, &header)?;
        let (mut end, mut number) = (header.len() as u64, 1);
        let mut batch = Batch::new();
        let mut octets = 0;
        for ((table, key), value) in &self.records {
            batch.put(table, key, value);
            octets += table.len() + key.len() + value.len();
            if octets >= CHUNK {
                end += write_frame(self.disk.as_mut(), end, number, &std::mem::take(&mut batch))?;
                number += 1;
                octets = 0;
            }
        }
        if !batch.is_empty() {
            end += write_frame(self.disk.as_mut(), end, number, &batch)?;
            number += 1;
        }
        self.disk.sync(NEW)?;
        self.disk.rename(NEW, FILE)?;
        (self.end, self.number, self.retry) = (end, number, 0);
        // If the name is not on the disk, the old file comes back after a crash, without what is written from now on.
        self.disk.sync_folder().inspect_err(|_| self.unsure = true)
    }
}

fn write_frame(disk: &mut dyn Disk, at: u64, number: u64, batch: &Batch) -> io::Result<u64> {
    let frame = frame::write(number, batch).map_err(io::Error::other)?;
    disk.write_at(NEW, at, &frame)?;
    Ok(frame.len() as u64)
}

/// Without what is in it.
impl fmt::Debug for LogStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner();
        f.debug_struct("LogStore")
            .field("path", &inner.path)
            .field("records", &inner.records.len())
            .finish_non_exhaustive()
    }
}
