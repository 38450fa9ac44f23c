//! Interned names: each spelling is held once and compared as a number.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A spelling in the model's [`Names`]. Equal spellings are equal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

/// The spellings of one model.
#[derive(Clone, Debug, Default)]
pub struct Names {
    spellings: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, Name>,
}

impl Names {
    /// The name of a spelling, new or known.
    pub fn intern(&mut self, spelling: &str) -> Name {
        if let Some(&name) = self.numbers.get(spelling) {
            return name;
        }
        let name = Name(self.spellings.len() as u32);
        let spelling: Arc<str> = spelling.into();
        self.spellings.push(Arc::clone(&spelling));
        self.numbers.insert(spelling, name);
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
