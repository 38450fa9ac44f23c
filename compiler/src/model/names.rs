//! Interned names: each spelling is held once and compared as a number.

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// A spelling in the model's [`Names`]. Equal spellings are equal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// Its place among all spellings.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The spellings of one model: all in one text, one after another, and a table to find them by.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    entries: Vec<Entry>,
    table: HashTable<Name>,
}

/// One spelling.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where it ends in the text.
    end: u32,
    /// Of the spelling: most others are told apart, and the table grows, without a look at the text.
    hash: u32,
}

impl Names {
    /// Makes room for that many more spellings.
    pub(crate) fn reserve(&mut self, count: usize) {
        let Names { entries, table, .. } = self;
        entries.reserve(count);
        table.reserve(count, |&name| spread(entries[name.0 as usize].hash));
    }

    /// How many spellings there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What spellings are told apart by at first.
    pub(crate) fn hash(spelling: &str) -> u32 {
        let hash = FxBuildHasher.hash_one(spelling);
        (hash ^ (hash >> 32)) as u32
    }

    /// The name of a spelling, new or known.
    ///
    /// # Panics
    /// All spellings together have more than 4 GiB.
    pub fn intern(&mut self, spelling: &str) -> Name {
        self.intern_hashed(spelling, Names::hash(spelling))
    }

    /// As [`intern`](Names::intern), for a spelling whose hash is known.
    pub(crate) fn intern_hashed(&mut self, spelling: &str, hash: u32) -> Name {
        let Names { text, entries, table } = self;
        if let Some(&name) = table.find(spread(hash), |&name| is(text, entries, name, hash, spelling)) {
            return name;
        }
        let name = Name(entries.len() as u32);
        text.push_str(spelling);
        let end = u32::try_from(text.len()).expect("names of less than 4 GiB");
        entries.push(Entry { end, hash });
        table.insert_unique(spread(hash), name, |&name| spread(entries[name.0 as usize].hash));
        name
    }

    /// The name of a spelling, if it is known.
    pub fn get(&self, spelling: &str) -> Option<Name> {
        let hash = Names::hash(spelling);
        let known = |&name: &Name| is(&self.text, &self.entries, name, hash, spelling);
        self.table.find(spread(hash), known).copied()
    }

    /// The spelling of a name of this table.
    pub fn spelling(&self, name: Name) -> &str {
        piece(&self.text, &self.entries, name)
    }
}

/// A hash for the table, which looks at both ends of 64 bits.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn is(text: &str, entries: &[Entry], name: Name, hash: u32, spelling: &str) -> bool {
    entries[name.0 as usize].hash == hash && piece(text, entries, name) == spelling
}

fn piece<'t>(text: &'t str, entries: &[Entry], name: Name) -> &'t str {
    let at = name.0 as usize;
    let start = if at == 0 { 0 } else { entries[at - 1].end };
    &text[start as usize..entries[at].end as usize]
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_spelling_is_held_once() {
        let mut names = Names::default();
        let first = names.intern("ifIndex");
        let empty = names.intern("");
        assert_ne!(first, empty);
        for number in 0..1000 {
            names.intern(&format!("name{number}"));
        }
        assert_eq!(names.intern("ifIndex"), first);
        assert_eq!((names.spelling(first), names.spelling(empty)), ("ifIndex", ""));
        assert_eq!(names.get("name999").map(|name| names.spelling(name)), Some("name999"));
        assert_eq!(names.get("name1000"), None);
    }
}
