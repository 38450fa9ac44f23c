//! What is kept of the last look at every folder and file, so that a question need not look at all of them again.

use super::bytes::{Reader, Writer};
use super::stamp::{Stamp, nanoseconds, sum};
use crate::world::FsWorld;
use std::{fs, path::Path, time::Duration, time::SystemTime};

/// What the file begins with; the last octets are the version of its format.
const MAGIC: &[u8; 8] = b"mibcck\x00\x02";

/// For how long a look at everything will do.
const HOLDS: Duration = Duration::from_secs(5 * 60);

/// When all folders and files were as the index says, and by what the folders are known to have the same files still.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// Nanoseconds since 1970.
    time: u64,
    /// Which index it was.
    pub(super) index: u64,
    /// Which built-in modules there were.
    built_in: u64,
    /// Each folder that was read, and each search path that is a file: its path as octets, its stamp.
    folders: Vec<(Vec<u8>, Stamp)>,
}

impl Checked {
    /// What to keep when `world` is as this index says; `None` if it has problems that have to be told each time.
    pub(super) fn of(world: &FsWorld, index: u64, built_in: &[mibc_mibs::Module]) -> Option<Checked> {
        let (seen, time) = world.seen();
        if !world.is_readable() || !world.files().iter().all(|path| path_is_kept(path)) {
            return None;
        }
        let stamp = |meta: &fs::Metadata| Stamp::of_meta(meta).settled(time);
        let folders = seen.iter().map(|(path, meta)| {
            path_is_kept(path).then(|| (path.as_os_str().as_encoded_bytes().to_vec(), stamp(meta)))
        });
        let folders = folders.collect::<Option<_>>()?;
        Some(Checked { time: nanoseconds(time), index, built_in: fingerprint(built_in), folders })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(MAGIC.to_vec());
        [self.time, self.index, self.built_in].into_iter().for_each(|number| out.u64(number));
        out.u32(self.folders.len());
        for (path, stamp) in &self.folders {
            out.octets(path);
            [stamp.size, stamp.time, stamp.inode].into_iter().for_each(|number| out.u64(number));
        }
        out.0
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Checked> {
        let mut from = Reader(bytes.strip_prefix(MAGIC)?);
        let (time, index, built_in) = (from.u64()?, from.u64()?, from.u64()?);
        let count = from.count(28)?;
        let mut folders = Vec::with_capacity(count);
        for _ in 0..count {
            let path = from.octets()?.to_vec();
            folders.push((path, Stamp { size: from.u64()?, time: from.u64()?, inode: from.u64()? }));
        }
        Some(Checked { time, index, built_in, folders })
    }

    /// Whether it is recent enough, and no folder has got or lost a file since.
    pub(super) fn holds(&self, built_in: &[mibc_mibs::Module]) -> bool {
        self.age().is_some_and(|age| age < HOLDS)
            && self.built_in == fingerprint(built_in)
            && self
                .folders
                .iter()
                .all(|(path, kept)| path_of(path).is_some_and(|path| Stamp::of(path).is(*kept)))
    }

    /// Whether another one can stand for this one for most of its time.
    pub(super) fn is_covered_by(&self, other: &Checked) -> bool {
        (self.index, self.built_in, &self.folders) == (other.index, other.built_in, &other.folders)
            && other.age().is_some_and(|age| age < HOLDS / 2)
    }

    /// `None` for a time to come: the clock has been set back.
    fn age(&self) -> Option<Duration> {
        nanoseconds(SystemTime::now()).checked_sub(self.time).map(Duration::from_nanos)
    }
}

/// What tells the built-in modules of one program from those of another, without reading their texts: these are
/// compared when everything is.
fn fingerprint(built_in: &[mibc_mibs::Module]) -> u64 {
    let mut all = Writer(env!("CARGO_PKG_VERSION").as_bytes().to_vec());
    for module in built_in {
        all.text(module.name);
        all.u32(module.size());
    }
    sum(&all.0)
}

/// The path of octets that were taken of one.
#[cfg(unix)]
pub(super) fn path_of(octets: &[u8]) -> Option<&Path> {
    use std::os::unix::ffi::OsStrExt;
    Some(Path::new(std::ffi::OsStr::from_bytes(octets)))
}

/// The path of octets that were taken of one, if it is UTF-8.
#[cfg(not(unix))]
pub(super) fn path_of(octets: &[u8]) -> Option<&Path> {
    std::str::from_utf8(octets).ok().map(Path::new)
}

/// Whether a path comes back from its octets.
fn path_is_kept(path: &Path) -> bool {
    let octets = path.as_os_str().as_encoded_bytes();
    octets.len() <= super::pool::MAX && path_of(octets).is_some()
}
