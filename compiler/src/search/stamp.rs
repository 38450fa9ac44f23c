//! By what a file is known not to have changed.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Size and times of change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    /// Nanoseconds since 1970; [`Stamp::UNSURE`] where a change could go unnoticed.
    pub(super) time: u64,
    /// On Unix, when anything about the file changed: unlike the time of the content, nobody can set it back. 0 elsewhere.
    pub(super) inode: u64,
}

/// A file that was changed less than this ago may change again without its time showing it.
const SETTLES: Duration = Duration::from_secs(2);

impl Stamp {
    /// Equal to no stamp of a file.
    pub(super) const UNSURE: u64 = u64::MAX;

    /// The stamp of a file now; of size 0 and unsure if there is none.
    pub(super) fn of(path: &Path) -> Stamp {
        fs::metadata(path)
            .map_or(Stamp { size: 0, time: Stamp::UNSURE, inode: 0 }, |meta| Stamp::of_meta(&meta))
    }

    /// The stamp of what this was said of.
    pub(super) fn of_meta(meta: &fs::Metadata) -> Stamp {
        let time = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let nanoseconds = time.and_then(|time| u64::try_from(time.as_nanos()).ok());
        Stamp { size: meta.len(), time: nanoseconds.unwrap_or(Stamp::UNSURE), inode: inode(meta) }
    }

    /// What stands for the text of a built-in module: its size, and a sum of the octets that the program has of it.
    pub(super) fn of_text(size: usize, embedded: &[u8]) -> Stamp {
        Stamp { size: size as u64, time: sum(embedded) & (u64::MAX >> 1), inode: 0 }
    }

    /// The stamp to keep for a file that is read at `now`: unsure if it has just been changed.
    pub(super) fn settled(self, now: SystemTime) -> Stamp {
        let age = nanoseconds(now).abs_diff(self.time);
        if Duration::from_nanos(age) < SETTLES { Stamp { time: Stamp::UNSURE, ..self } } else { self }
    }

    /// Whether a file with this stamp is the one that `kept` was taken of.
    pub(super) fn is(self, kept: Stamp) -> bool {
        self == kept && kept.time != Stamp::UNSURE
    }
}

/// When anything about the file changed.
#[cfg(unix)]
fn inode(meta: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    // As bits: it is only compared.
    (meta.ctime().wrapping_mul(1_000_000_000)).wrapping_add(meta.ctime_nsec()).cast_unsigned()
}

/// Nothing: the time does not exist.
#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> u64 {
    0
}

/// Nanoseconds since 1970; 0 before that.
pub(super) fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// A sum of octets that is another one after a change: one step for eight of them, each of which keeps what differs.
pub(super) fn sum(octets: &[u8]) -> u64 {
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let (words, rest) = octets.as_chunks::<8>();
    let sum = words.iter().fold(octets.len() as u64, |sum, word| step(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, octet| step(sum, u64::from(*octet)))
}
