//! Interned names: each spelling is held once and compared as a number.

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// A spelling in the model's [`Names`]. Equal spellings are equal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

/// The spellings of one model: all in one text, one after another, and a table to find them by.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    /// Where each spelling ends.
    ends: Vec<usize>,
    table: HashTable<Name>,
}

impl Names {
    /// The name of a spelling, new or known.
    pub fn intern(&mut self, spelling: &str) -> Name {
        let Names { text, ends, table } = self;
        let hash = hash(spelling);
        if let Some(&name) = table.find(hash, |&name| piece(text, ends, name) == spelling) {
            return name;
        }
        let name = Name(ends.len() as u32);
        text.push_str(spelling);
        ends.push(text.len());
        table.insert_unique(hash, name, |&name| self::hash(piece(text, ends, name)));
        name
    }

    /// The name of a spelling, where it is known.
    pub fn get(&self, spelling: &str) -> Option<Name> {
        self.table.find(hash(spelling), |&name| self.spelling(name) == spelling).copied()
    }

    /// The spelling of a name of this table.
    pub fn spelling(&self, name: Name) -> &str {
        piece(&self.text, &self.ends, name)
    }
}

fn hash(spelling: &str) -> u64 {
    FxBuildHasher.hash_one(spelling)
}

fn piece<'t>(text: &'t str, ends: &[usize], name: Name) -> &'t str {
    let at = name.0 as usize;
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &text[start..ends[at]]
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
