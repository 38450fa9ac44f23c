//! What communities and users may do, as rows of access control's tables.

use crate::access::{AccessEntry, AccessIndex, Family, Tables};
use crate::oid::Oid;

/// What requests may do: read, perhaps write, and in which subtrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    writable: bool,
    families: Vec<Family>,
}

impl Grant {
    /// Allows GET, GETNEXT and GETBULK.
    #[must_use]
    pub fn read_only() -> Self {
        Self { writable: false, families: vec![Family::everything()] }
    }

    /// Allows SET as well.
    #[must_use]
    pub fn read_write() -> Self {
        Self { writable: true, ..Self::read_only() }
    }

    /// Narrows the grant to the given subtrees, for reading and writing. What lies outside looks absent.
    #[must_use]
    pub fn view(self, subtrees: impl IntoIterator<Item = Oid>) -> Self {
        self.families(subtrees.into_iter().map(Family::included))
    }

    /// Narrows the grant to what these families show, for reading and writing. What they do not show looks absent.
    #[must_use]
    pub fn families(self, families: impl IntoIterator<Item = Family>) -> Self {
        Self { families: families.into_iter().collect(), ..self }
    }

    /// Adds an access entry, and the view `name` for it.
    pub(super) fn fill(&self, tables: &mut Tables, index: AccessIndex, name: &str) {
        for family in &self.families {
            tables.set_family(name, family.clone());
        }
        let view = name.as_bytes().to_vec();
        let write_view = if self.writable { view.clone() } else { Vec::new() };
        let entry =
            AccessEntry { write_view, notify_view: view.clone(), read_view: view, ..Default::default() };
        tables.set_access(index, entry);
    }
}
