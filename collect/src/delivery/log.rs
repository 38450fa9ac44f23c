//! Records in files of a folder, in the order in which they came.
//!
//! Files are [segments](super::segment) with numbers for names. What is done is told by the file `position`, which names a
//! segment and a place in it, and is replaced as a whole. It may be older than what was done: then records are sent
//! again. A segment goes when all of it is done.
//!
//! A frame that is cut short at the end of the last segment was never acknowledged and is removed. Behind other damage
//! nothing can be read: the file is put aside as `NUMBER.damaged`.

use super::folder::{self, Lock};
use super::record::Record;
use super::segment::{self, Found, HEADER};
use super::settings::Batch;
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Octets after which a new segment begins.
const SEGMENT: u64 = 16 << 20;

const POSITION: &str = "position";
const NEW_POSITION: &str = "position.new";

/// The records of a folder.
#[derive(Debug)]
pub(super) struct Log {
    folder: PathBuf,
    sync: bool,
    /// Those that have something to be done or to be written, the oldest first.
    segments: VecDeque<Segment>,
    /// The last of them, at its end.
    tail: File,
    reader: Option<BufReader<File>>,
    /// A record that has been read and was too much for the batch, and the octets of its frame.
    ahead: Option<(Record, u64)>,
    /// Where reading goes on.
    read: Place,
    /// What could not be read: records, and their octets.
    lost: (usize, usize),
    /// Damaged files that were put aside.
    aside: Vec<PathBuf>,
    _lock: Lock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    number: u64,
    length: u64,
    /// Records that were not read, and their octets.
    unread: (usize, usize),
}

impl Segment {
    /// A new one.
    fn new(number: u64) -> Self {
        Self { number, length: HEADER.len() as u64, unread: (0, 0) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    number: u64,
    offset: u64,
}

impl Log {
    /// Opens a folder, or makes it.
    ///
    /// # Errors
    /// Another process has it, or its files cannot be read or written.
    pub(super) fn open(folder: &Path, sync: bool) -> io::Result<Self> {
        let lock = folder::lock(folder)?;
        let done = position(folder);
        let numbers = numbers(folder)?;
        let last = numbers.last().copied().max(done.map(|done| done.number)).unwrap_or(0);
        let (mut segments, mut aside) = (VecDeque::new(), Vec::new());
        for number in numbers {
            let path = path(folder, number);
            if done.is_some_and(|done| number < done.number) {
                fs::remove_file(&path)?;
                continue;
            }
            let from = done.filter(|done| done.number == number).map_or(0, |done| done.offset);
            let scan = scan(&path, from)?;
            if scan.damaged {
                if number != last {
                    // For those who want to look behind the damage.
                    let copy = path.with_extension("damaged");
                    fs::copy(&path, &copy)?;
                    aside.push(copy);
                }
                OpenOptions::new().write(true).open(&path)?.set_len(scan.good)?;
            }
            if scan.records == 0 {
                fs::remove_file(&path)?;
                continue;
            }
            let unread = (scan.records, scan.octets);
            segments.push_back((Segment { number, length: scan.good, unread }, scan.from));
        }
        let tail = create(folder, last + 1, sync)?;
        segments.push_back((Segment::new(last + 1), HEADER.len() as u64));
        let (number, offset) =
            segments.front().map_or((last + 1, 0), |(segment, from)| (segment.number, *from));
        Ok(Self {
            folder: folder.to_path_buf(),
            sync,
            segments: segments.into_iter().map(|(segment, _)| segment).collect(),
            tail,
            reader: None,
            ahead: None,
            read: Place { number, offset },
            lost: (0, 0),
            aside,
            _lock: lock,
        })
    }

    /// Records that were not read, and their octets.
    pub(super) fn unread(&self) -> (usize, usize) {
        let each = self.segments.iter().map(|segment| segment.unread);
        each.fold((0, 0), |sum, unread| (sum.0 + unread.0, sum.1 + unread.1))
    }

    /// Files that were put aside when it was opened: a part of them could not be read.
    pub(super) fn put_aside(&self) -> &[PathBuf] {
        &self.aside
    }

    /// What could not be read since this was asked the last time: records, and their octets.
    pub(super) fn take_lost(&mut self) -> (usize, usize) {
        std::mem::take(&mut self.lost)
    }

    /// Adds records, all or none.
    ///
    /// # Errors
    /// They are not there. Others can be added later, as soon as the disk lets them.
    pub(super) fn append<'r>(&mut self, records: impl Iterator<Item = &'r Record>) -> io::Result<()> {
        let (mut octets, mut count, mut size) = (Vec::new(), 0, 0);
        for record in records {
            if segment::write(record, &mut octets).is_none() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "a record is too long"));
            }
            count += 1;
            size += record.octets();
        }
        if self.segments.back().is_some_and(|last| last.length >= SEGMENT) {
            self.roll()?;
        }
        let Some(last) = self.segments.back_mut() else { return Err(io::ErrorKind::NotFound.into()) };
        let written = self.tail.write_all(&octets);
        let written = written.and_then(|()| if self.sync { self.tail.sync_data() } else { Ok(()) });
        if let Err(error) = written {
            // A part may be there. If it cannot be removed, it is behind the end that readers know, and the last of its file.
            let length = last.length;
            let back = self.tail.set_len(length).and_then(|()| self.tail.seek(SeekFrom::Start(length)));
            if back.is_err() {
                self.roll()?;
            }
            return Err(error);
        }
        last.length += octets.len() as u64;
        last.unread.0 += count;
        last.unread.1 += size;
        Ok(())
    }

    /// Begins a new segment.
    fn roll(&mut self) -> io::Result<()> {
        let number = self.segments.back().map_or(1, |last| last.number + 1);
        self.tail = create(&self.folder, number, self.sync)?;
        self.segments.push_back(Segment::new(number));
        Ok(())
    }

    /// Reads what belongs to a batch, from where the last one ended.
    ///
    /// # Errors
    /// A file cannot be read. If it is damaged, its other records are [lost](Self::take_lost), and reading goes on behind
    /// it; otherwise where it was.
    pub(super) fn read(&mut self, batch: &Batch) -> io::Result<Vec<Record>> {
        let (mut records, mut octets) = (Vec::new(), 0);
        while self.find_next()? {
            let (record, length) = match self.ahead.take() {
                Some(ahead) => ahead,
                None => {
                    let Some(reader) = &mut self.reader else { break };
                    match segment::read(reader)? {
                        Found::Record(record, length) => (record, length),
                        Found::End | Found::Damage if records.is_empty() => return Err(self.give_up()?),
                        Found::End | Found::Damage => {
                            // These first; the next call finds the damage.
                            self.reader = None;
                            break;
                        }
                    }
                }
            };
            if !batch.has_room(records.len(), octets, record.octets()) {
                self.ahead = Some((record, length));
                break;
            }
            octets += record.octets();
            self.read.offset += length;
            let number = self.read.number;
            if let Some(segment) = self.segments.iter_mut().find(|segment| segment.number == number) {
                segment.unread.0 = segment.unread.0.saturating_sub(1);
                segment.unread.1 = segment.unread.1.saturating_sub(record.octets());
            }
            records.push(record);
        }
        Ok(records)
    }

    /// Leaves a file that is damaged where the reader is.
    fn give_up(&mut self) -> io::Result<io::Error> {
        let Place { number, offset } = self.read;
        if self.segments.back().is_some_and(|last| last.number == number) {
            self.roll()?;
        }
        self.reader = None;
        if let Some(segment) = self.segments.iter_mut().find(|segment| segment.number == number) {
            let lost = std::mem::take(&mut segment.unread);
            self.lost = (self.lost.0 + lost.0, self.lost.1 + lost.1);
            self.read.offset = segment.length;
        }
        let file = path(&self.folder, number);
        let wrong = format!("{}: what is at octet {offset} cannot be read any more", file.display());
        Ok(io::Error::new(io::ErrorKind::InvalidData, wrong))
    }

    /// Passes over the oldest records that were not read, so many at most. Gives how many, and their octets.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn skip(&mut self, records: usize) -> io::Result<(usize, usize)> {
        let batch = Batch { records, octets: usize::MAX, ..Batch::default() };
        let skipped = self.read(&batch)?;
        Ok((skipped.len(), skipped.iter().map(Record::octets).sum()))
    }

    /// Takes the reader to the next record; false if there is none.
    fn find_next(&mut self) -> io::Result<bool> {
        loop {
            let number = self.read.number;
            let Some(index) = self.segments.iter().position(|segment| segment.number == number) else {
                return Ok(false);
            };
            let length = self.segments.get(index).map_or(0, |segment| segment.length);
            if self.read.offset < length {
                if self.reader.is_none() && self.ahead.is_none() {
                    let mut file = File::open(path(&self.folder, number))?;
                    file.seek(SeekFrom::Start(self.read.offset))?;
                    self.reader = Some(BufReader::with_capacity(64 << 10, file));
                }
                return Ok(true);
            }
            let Some(next) = self.segments.get(index + 1) else { return Ok(false) };
            self.read = Place { number: next.number, offset: HEADER.len() as u64 };
            self.reader = None;
        }
    }

    /// All that has been read or passed over is done.
    ///
    /// # Errors
    /// This is not remembered: the records come again after a restart.
    pub(super) fn done(&mut self) -> io::Result<()> {
        // At the end of a segment that has a successor, reading goes on there.
        self.find_next()?;
        let Place { number, offset } = self.read;
        let line = format!("{number} {offset}");
        let text = format!("{line} {:08x}\n", crc32fast::hash(line.as_bytes()));
        let new = self.folder.join(NEW_POSITION);
        fs::write(&new, text)?;
        fs::rename(&new, self.folder.join(POSITION))?;
        while self.segments.front().is_some_and(|first| first.number < number) {
            if let Some(first) = self.segments.pop_front() {
                fs::remove_file(path(&self.folder, first.number))?;
            }
        }
        Ok(())
    }
}

/// What a file has from a place on.
struct Scan {
    records: usize,
    octets: usize,
    /// Where the first of them begins.
    from: u64,
    /// The length of the file up to the first damage.
    good: u64,
    damaged: bool,
}

fn scan(path: &Path, from: u64) -> io::Result<Scan> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut header = [0; HEADER.len()];
    if length < HEADER.len() as u64 {
        return Ok(Scan { records: 0, octets: 0, from: 0, good: 0, damaged: false });
    }
    file.read_exact(&mut header)?;
    if header != HEADER {
        let wrong = format!("{}: this is not a file of a queue, or one of a newer version", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, wrong));
    }
    // A position behind the end: the disk has lost what was not synced. All that is there is read again.
    let from = if from > length { 0 } else { from }.max(HEADER.len() as u64);
    file.seek(SeekFrom::Start(from))?;
    let mut reader = BufReader::with_capacity(256 << 10, file);
    let mut scan = Scan { records: 0, octets: 0, from, good: from, damaged: false };
    loop {
        match segment::read(&mut reader)? {
            Found::Record(record, octets) => {
                scan.records += 1;
                scan.octets += record.octets();
                scan.good += octets;
            }
            Found::End => return Ok(scan),
            Found::Damage => {
                scan.damaged = true;
                return Ok(scan);
            }
        }
    }
}

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:016}.log"))
}

fn create(folder: &Path, number: u64, sync: bool) -> io::Result<File> {
    let mut file = folder::only_for_owner(OpenOptions::new().write(true).create(true).truncate(true))
        .open(path(folder, number))?;
    file.write_all(&HEADER)?;
    if sync {
        file.sync_data()?;
        folder::sync(folder)?;
    }
    Ok(file)
}

/// The numbers of the segments of a folder, in order.
fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".log"));
        numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The place up to which all is done, if that is known.
fn position(folder: &Path) -> Option<Place> {
    let text = fs::read_to_string(folder.join(POSITION)).ok()?;
    let (line, checksum) = text.trim_end().rsplit_once(' ')?;
    let checksum = u32::from_str_radix(checksum, 16).ok()?;
    let (number, offset) = line.split_once(' ')?;
    let place = Place { number: number.parse().ok()?, offset: offset.parse().ok()? };
    (crc32fast::hash(line.as_bytes()) == checksum).then_some(place)
}

#[cfg(test)]
mod tests;
