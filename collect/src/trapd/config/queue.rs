//! The queues of outputs.

use super::Reading;
use super::raw::RawOutput;
use crate::delivery::{Batch, Limits, Overflow, Place, Settings};
use crate::written;
use toml::Spanned;

impl Reading<'_> {
    pub(super) fn settings(&mut self, raw: &RawOutput) -> Settings {
        let name = raw.name.as_ref();
        let mut settings = Settings::new(name.clone());
        let on_disk = match raw.queue.as_ref().map(|queue| queue.as_ref().as_str()) {
            None | Some("memory") => false,
            Some("disk") => true,
            Some(other) => {
                let other = format!("`queue` is `{other}`; expected memory or disk");
                self.wrong(raw.queue.as_ref().map_or(0..0, Spanned::span), other);
                false
            }
        };
        if on_disk {
            let folder = match (&raw.folder, &self.state) {
                (Some(folder), _) => Some(written::folder(self.folder).join(folder.as_ref())),
                (None, Some(state)) => Some(state.join("queues").join(file_name(name))),
                (None, None) => None,
            };
            match folder {
                Some(folder) => {
                    let sync = raw.sync.as_ref().is_none_or(|sync| *sync.as_ref());
                    settings.place = Place::Disk { folder, sync };
                }
                None => self.wrong(raw.name.span(), "a queue on disk needs a folder: expected `folder` here, or `state` at the top of the file"),
            }
            settings.limits = Limits { records: 1_000_000, octets: 1 << 30 };
        } else {
            for (key, place) in [
                ("folder", raw.folder.as_ref().map(Spanned::span)),
                ("sync", raw.sync.as_ref().map(Spanned::span)),
            ] {
                if let Some(place) = place
                    && raw.kind.as_ref() != "lines"
                {
                    self.wrong(
                        place,
                        format!("`{key}` belongs to a queue on disk; expected `queue = \"disk\"` with it"),
                    );
                }
            }
        }
        let number = |reading: &mut Self, key: &str, value: &Option<Spanned<usize>>, most: usize| {
            let value = value.as_ref()?;
            if !(1..=most).contains(value.as_ref()) {
                reading.wrong(value.span(), format!("`{key}` is {}; expected 1 to {most}", value.as_ref()));
                return None;
            }
            Some(*value.as_ref())
        };
        if let Some(records) = number(self, "max-records", &raw.max_records, 1_000_000_000) {
            settings.limits.records = records;
        }
        if let Some(octets) = number(self, "max-octets", &raw.max_octets, 1 << 40) {
            settings.limits.octets = octets;
        }
        let mut batch = Batch::default();
        if let Some(records) = number(self, "batch-records", &raw.batch_records, 100_000) {
            batch.records = records;
        }
        if let Some(octets) = number(self, "batch-octets", &raw.batch_octets, 64 << 20) {
            batch.octets = octets;
        }
        if let Some(linger) = &raw.linger {
            batch.linger = self.seconds("linger", linger, 0.0..=60.0);
        }
        settings.batch = batch;
        if let Some(pause) = &raw.max_pause {
            settings.pauses.most = self.seconds("max-pause", pause, 0.1..=3600.0);
        }
        settings.overflow = match raw.overflow.as_ref().map(|overflow| overflow.as_ref().as_str()) {
            None if raw.required => Overflow::Block,
            None => Overflow::DropOldest,
            Some("block") => Overflow::Block,
            Some("drop-oldest") => Overflow::DropOldest,
            Some("drop-newest") => Overflow::DropNewest,
            Some(other) => {
                let other = format!("`overflow` is `{other}`; expected block, drop-oldest or drop-newest");
                self.wrong(raw.overflow.as_ref().map_or(0..0, Spanned::span), other);
                Overflow::Block
            }
        };
        settings
    }
}

/// The name of a folder for an output.
pub(super) fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    name.chars().map(plain).collect()
}
