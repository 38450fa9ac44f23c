//! Interned names: each spelling is held once and compared as a number.

use rustc_hash::FxHashMap;

/// A spelling in the model's [`Names`]. Equal spellings are equal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

/// The spellings of one model.
#[derive(Clone, Debug, Default)]
pub struct Names {
    spellings: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, Name>,
}

impl Names {
    /// The name of a spelling, new or known.
    pub fn intern(&mut self, spelling: &str) -> Name {
        if let Some(&name) = self.numbers.get(spelling) {
            return name;
        }
        let name = Name(self.spellings.len() as u32);
        self.spellings.push(spelling.into());
        self.numbers.insert(spelling.into(), name);
        name
    }

    /// The name of a spelling, where it is known.
    pub fn get(&self, spelling: &str) -> Option<Name> {
        self.numbers.get(spelling).copied()
    }

    /// The spelling of a name of this table.
    pub fn spelling(&self, name: Name) -> &str {
        &self.spellings[name.0 as usize]
    }
}
