//! By what a file is known not to have changed.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Size and time of change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    /// Nanoseconds since 1970; [`Stamp::UNSURE`] where a change could go unnoticed.
    pub(super) time: u64,
}

/// A file that was changed less than this ago may change again without its time showing it.
const SETTLES: Duration = Duration::from_secs(2);

impl Stamp {
    /// Equal to no stamp of a file.
    pub(super) const UNSURE: u64 = u64::MAX;

    /// The stamp of a file now; of size 0 and unsure if there is none.
    pub(super) fn of(path: &Path) -> Stamp {
        let Ok(meta) = fs::metadata(path) else { return Stamp { size: 0, time: Stamp::UNSURE } };
        let time = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let nanoseconds = time.and_then(|time| u64::try_from(time.as_nanos()).ok());
        Stamp { size: meta.len(), time: nanoseconds.unwrap_or(Stamp::UNSURE) }
    }

    /// What stands for the text of a built-in module: its length and a sum of its octets (64-bit FNV-1a).
    pub(super) fn of_text(text: &str) -> Stamp {
        let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, octet| {
            (sum ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Stamp { size: text.len() as u64, time: sum & (u64::MAX >> 1) }
    }

    /// The stamp to keep for a file that is read at `now`: unsure if it has just been changed.
    pub(super) fn settled(self, now: SystemTime) -> Stamp {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let age = now.abs_diff(Duration::from_nanos(self.time));
        if age < SETTLES { Stamp { time: Stamp::UNSURE, ..self } } else { self }
    }

    /// Whether a file with this stamp is the one that `kept` was taken of.
    pub(super) fn is(self, kept: Stamp) -> bool {
        self == kept && kept.time != Stamp::UNSURE
    }
}
