//! Records in files of a folder, in the order in which they came.
//!
//! Files are [segments](super::segment) with numbers for names. What is done is told by the file `position`, which names a
//! segment and a place in it, and is replaced as a whole. It may be older than what was done: then records are sent
//! again. A segment goes when all of it is done.
//!
//! A frame that is cut short at the end of a segment was never acknowledged and does not count. Other damage costs the
//! frames that it touches: reading goes on at the next whole one, and a copy of the file is kept as `NUMBER.damaged`.
//!
//! A disk that is full must not stay so because of a queue: opening writes nothing, what is done is removed even if
//! its place cannot be kept, and when all is done a segment that is not small goes as well.

use super::folder::{self, Lock};
use super::record::Record;
use super::segment::{self, Found, HEADER};
use super::settings::Batch;
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

mod scan;

/// Octets after which a new segment begins.
const SEGMENT: u64 = 16 << 20;

/// A segment of this size is removed when all is done. A smaller one is used on: files are not made for each record.
const SMALL: u64 = 1 << 20;

const POSITION: &str = "position";
const NEW_POSITION: &str = "position.new";

/// The records of a folder.
#[derive(Debug)]
pub(super) struct Log {
    folder: PathBuf,
    sync: bool,
    /// Those that have something to be done or to be written, the oldest first.
    segments: VecDeque<Segment>,
    /// The last of them, at its end, if it is written.
    tail: Option<File>,
    /// The number of the next one.
    next: u64,
    reader: Option<BufReader<File>>,
    /// A record that has been read and was too much for the batch, and the octets of its frame.
    ahead: Option<(Record, u64)>,
    /// Where reading goes on.
    read: Place,
    /// Up to where all is done.
    done: Place,
    /// What could not be read: records, and their octets.
    lost: (usize, usize),
    damage: Damage,
    _lock: Lock,
}

/// What was found damaged when a folder was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Damage {
    /// Damaged files, which were copied; where that was not possible, the files themselves.
    pub(super) files: Vec<PathBuf>,
    /// Places that cannot be read. Each has been one record at least.
    pub(super) places: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Segment {
    number: u64,
    length: u64,
    /// Records that were not read, and their octets.
    unread: (usize, usize),
    /// Where damage begins, and where the next whole frame does.
    holes: VecDeque<(u64, u64)>,
}

impl Segment {
    /// A new one.
    fn new(number: u64) -> Self {
        Self { number, length: HEADER.len() as u64, unread: (0, 0), holes: VecDeque::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    number: u64,
    offset: u64,
}

impl Place {
    /// Where the records of a segment begin.
    fn start(number: u64) -> Self {
        Self { number, offset: HEADER.len() as u64 }
    }
}

impl Log {
    /// Opens a folder, or makes it.
    ///
    /// # Errors
    /// Another process has it, its files cannot be read, or a newer version has written them.
    pub(super) fn open(folder: &Path, sync: bool) -> io::Result<Self> {
        let lock = folder::lock(folder)?;
        let done = position(folder);
        let numbers = numbers(folder).map_err(|error| folder::at(folder, &error))?;
        let last = numbers.last().map(|(number, _)| *number).max(done.map(|done| done.number)).unwrap_or(0);
        let (mut segments, mut damage, mut first) = (VecDeque::new(), Damage::default(), None);
        for (number, _) in numbers.into_iter().filter(|(_, is_file)| *is_file) {
            let path = path(folder, number);
            if done.is_some_and(|done| number < done.number) {
                remove(&path)?;
                continue;
            }
            let from = done.filter(|done| done.number == number).map_or(0, |done| done.offset);
            let found = scan::scan(&path, from).map_err(|error| folder::at(&path, &error))?;
            if found.damaged > 0 {
                damage.places += found.damaged;
                let copy = path.with_extension("damaged");
                let copied = copy.exists() || fs::copy(&path, &copy).is_ok();
                damage.files.push(if copied { copy } else { path.clone() });
            }
            if found.records == 0 {
                // Damage that could not be copied stays, for those who want to look.
                if damage.files.last() != Some(&path) {
                    remove(&path)?;
                }
                continue;
            }
            first.get_or_insert(Place { number, offset: found.from });
            let unread = (found.records, found.octets);
            segments.push_back(Segment { number, length: found.end, unread, holes: found.holes });
        }
        let next = last + 1;
        let read = first.unwrap_or(Place::start(next));
        Ok(Self {
            folder: folder.to_path_buf(),
            sync,
            segments,
            tail: None,
            next,
            reader: None,
            ahead: None,
            read,
            done: read,
            lost: (0, 0),
            damage,
            _lock: lock,
        })
    }

    /// Records that were not read, and their octets.
    pub(super) fn unread(&self) -> (usize, usize) {
        let each = self.segments.iter().map(|segment| segment.unread);
        each.fold((0, 0), |sum, unread| (sum.0 + unread.0, sum.1 + unread.1))
    }

    /// What was found damaged when it was opened.
    pub(super) fn damage(&self) -> &Damage {
        &self.damage
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
        match self.write(&octets) {
            // A full disk may be full of what is done.
            Err(_) if self.is_done() => {
                self.clear()?;
                self.write(&octets)?;
            }
            written => written?,
        }
        if let Some(last) = self.segments.back_mut() {
            last.unread.0 += count;
            last.unread.1 += size;
        }
        Ok(())
    }

    /// Writes whole frames, all or none.
    fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        if self.tail.is_none() || self.segments.back().is_some_and(|last| last.length >= SEGMENT) {
            self.roll()?;
        }
        let (Some(last), Some(tail)) = (self.segments.back_mut(), &mut self.tail) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let written = tail.write_all(octets);
        let written = written.and_then(|()| if self.sync { tail.sync_data() } else { Ok(()) });
        if let Err(error) = written {
            // A part may be there. If it cannot be removed, it is behind the end that readers know, and the last of its file.
            let length = last.length;
            let back = tail.set_len(length).and_then(|()| tail.seek(SeekFrom::Start(length)));
            if back.is_err() {
                self.tail = None;
            }
            return Err(folder::at(&path(&self.folder, last.number), &error));
        }
        last.length += octets.len() as u64;
        Ok(())
    }

    /// Begins a new segment.
    fn roll(&mut self) -> io::Result<()> {
        let number = self.next;
        self.tail = None;
        let made = create(&self.folder, number, self.sync);
        self.tail = Some(made.map_err(|error| folder::at(&path(&self.folder, number), &error))?);
        self.segments.push_back(Segment::new(number));
        self.next += 1;
        Ok(())
    }

    /// Whether all that was ever added is done.
    fn is_done(&self) -> bool {
        self.done == self.read && self.ahead.is_none() && self.unread().0 == 0
    }

    /// Removes all segments, when all is done.
    fn clear(&mut self) -> io::Result<()> {
        self.tail = None;
        self.reader = None;
        while let Some(first) = self.segments.front() {
            remove(&path(&self.folder, first.number))?;
            self.segments.pop_front();
        }
        self.read = Place::start(self.next);
        self.done = self.read;
        Ok(())
    }

    /// Reads what belongs to a batch, from where the last one ended.
    ///
    /// # Errors
    /// A file cannot be read. If it is damaged, the records that the damage touches are [lost](Self::take_lost), and
    /// reading goes on behind it; otherwise where it was.
    pub(super) fn read(&mut self, batch: &Batch) -> io::Result<Vec<Record>> {
        let (mut records, mut octets) = (Vec::new(), 0);
        while self.find_next()? {
            let (record, length) = match self.ahead.take() {
                Some(ahead) => ahead,
                None => {
                    let Some(reader) = &mut self.reader else { break };
                    match segment::read(reader)? {
                        Found::Record(record, length) => (record, length),
                        Found::End | Found::Torn | Found::Damage if records.is_empty() => {
                            return Err(self.pass_over()?);
                        }
                        Found::End | Found::Torn | Found::Damage => {
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

    /// Looks for the next whole frames of a file that is damaged where the reader is, and was not when it was opened.
    fn pass_over(&mut self) -> io::Result<io::Error> {
        let Place { number, offset } = self.read;
        self.reader = None;
        let file = path(&self.folder, number);
        // A file that somebody has cut short has nothing more from here on.
        let found = match fs::metadata(&file)?.len() < offset {
            true => scan::Scan { end: offset, ..scan::Scan::default() },
            false => scan::scan(&file, offset)?,
        };
        if let Some(segment) = self.segments.iter_mut().find(|segment| segment.number == number) {
            let (records, octets) = std::mem::replace(&mut segment.unread, (found.records, found.octets));
            self.lost.0 += records.saturating_sub(found.records);
            self.lost.1 += octets.saturating_sub(found.octets);
            segment.holes = found.holes;
            // What is behind the last whole frame is a hole as well.
            segment.holes.push_back((found.end, segment.length.max(found.end)));
        }
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
            let Some(segment) = self.segments.get_mut(index) else { return Ok(false) };
            if let Some((_, end)) =
                segment.holes.front().copied().filter(|(from, _)| *from <= self.read.offset)
            {
                segment.holes.pop_front();
                self.read.offset = self.read.offset.max(end);
                self.reader = None;
                continue;
            }
            if self.read.offset < segment.length {
                if self.reader.is_none() && self.ahead.is_none() {
                    let mut file = File::open(path(&self.folder, number))?;
                    file.seek(SeekFrom::Start(self.read.offset))?;
                    self.reader = Some(BufReader::with_capacity(64 << 10, file));
                }
                return Ok(true);
            }
            let Some(next) = self.segments.get(index + 1) else { return Ok(false) };
            self.read = Place::start(next.number);
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
        self.done = self.read;
        while self.segments.front().is_some_and(|first| first.number < self.done.number) {
            if let Some(first) = self.segments.pop_front() {
                remove(&path(&self.folder, first.number))?;
            }
        }
        let kept = self.keep_position();
        let small = self.segments.back().is_none_or(|last| last.length < SMALL);
        if self.is_done() && !(small && kept.is_ok()) {
            // Without segments no place needs to be kept.
            return self.clear();
        }
        kept
    }

    fn keep_position(&self) -> io::Result<()> {
        let line = format!("{} {}", self.done.number, self.done.offset);
        let text = format!("{line} {:08x}\n", crc32fast::hash(line.as_bytes()));
        let (new, position) = (self.folder.join(NEW_POSITION), self.folder.join(POSITION));
        let mut options = OpenOptions::new();
        folder::only_for_owner(options.write(true).create(true).truncate(true));
        let written = options.open(&new).and_then(|mut file| file.write_all(text.as_bytes()));
        let kept = written.and_then(|()| fs::rename(&new, &position));
        kept.map_err(|error| folder::at(&new, &error))
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

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(folder::at(path, &error)),
        _ => Ok(()),
    }
}

/// The numbers that are taken in a folder, in order, and whether a file has them.
fn numbers(folder: &Path) -> io::Result<Vec<(u64, bool)>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".log"));
        if let Some(number) = number.and_then(|number| number.parse::<u64>().ok()) {
            numbers.push((number, entry.file_type()?.is_file()));
        }
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
