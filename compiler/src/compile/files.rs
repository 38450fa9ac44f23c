//! The files of one compilation while it still grows: syntax trees borrow from those that are there already.

use crate::source::{Encoding, FileId, SourceFile, SourceMap};
use std::sync::OnceLock;

/// How many buckets there are: room for 16 million files.
const BUCKETS: usize = 20;

/// The first bucket's size; each further one is twice as large.
const FIRST: usize = 16;

/// A list that only grows, through a shared reference: buckets of doubling size never move.
#[derive(Debug, Default)]
pub(super) struct Files {
    buckets: [OnceLock<Box<[OnceLock<SourceFile>]>>; BUCKETS],
}

/// Hands out places; apart from [`Files`], so that those can be borrowed meanwhile.
#[derive(Debug, Default)]
pub(super) struct Counter(usize);

impl Counter {
    /// How many files there are.
    pub(super) fn count(&self) -> u32 {
        self.0 as u32
    }
}

impl Files {
    /// Keeps a text; `None` beyond the limit of files.
    pub(super) fn add(
        &self,
        counter: &mut Counter,
        name: String,
        (text, encoding): (String, Encoding),
    ) -> Option<&SourceFile> {
        let number = counter.0;
        let slot = self.slot(number)?;
        counter.0 += 1;
        let id = FileId::new(number)?;
        Some(slot.get_or_init(|| SourceFile { id, name, text, encoding }))
    }

    fn slot(&self, number: usize) -> Option<&OnceLock<SourceFile>> {
        let bucket = (number / FIRST + 1).ilog2() as usize;
        let before = FIRST * ((1 << bucket) - 1);
        let slots = self.buckets.get(bucket)?.get_or_init(|| {
            let size = FIRST << bucket;
            std::iter::repeat_with(OnceLock::new).take(size).collect()
        });
        slots.get(number - before)
    }

    /// The file of that identity.
    pub(super) fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.slot(id.index())?.get()
    }

    /// All of them, in order, for the model.
    pub(super) fn into_sources(self) -> SourceMap {
        let buckets = self.buckets.into_iter().filter_map(OnceLock::into_inner);
        let slots = buckets.flat_map(Vec::from).map_while(OnceLock::into_inner);
        SourceMap::from_files(slots.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Counter, Files};
    use crate::source::Encoding;

    #[test]
    fn files_stay_where_they_are() {
        let files = Files::default();
        let mut counter = Counter::default();
        let text = |text: &str| (text.to_owned(), Encoding::Utf8);
        let first = files.add(&mut counter, "f0".to_owned(), text("text 0")).expect("a place");
        for number in 1..100 {
            let file = files.add(&mut counter, format!("f{number}"), text("")).expect("a place");
            assert_eq!(file.id.index(), number);
        }
        assert_eq!(first.text, "text 0");
        let sources = files.into_sources();
        assert_eq!(sources.files().len(), 100);
        assert_eq!(sources.files()[99].name, "f99");
    }
}
