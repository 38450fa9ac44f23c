//! Records, and changes to them that belong together.

use std::fmt;

use zeroize::Zeroizing;

/// One record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// The table.
    pub table: String,
    /// The key in the table.
    pub key: Vec<u8>,
    /// What is kept. May be a secret.
    pub value: Zeroed,
}

impl Record {
    /// For what implements [`Store`](super::Store).
    #[must_use]
    pub fn new(table: &str, key: &[u8], value: &[u8]) -> Self {
        Self { table: table.to_owned(), key: key.to_vec(), value: Zeroed::new(value) }
    }
}

/// Octets that are wiped when they are dropped.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zeroed(Vec<u8>);

impl Zeroed {
    pub(super) fn new(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }
}

impl std::ops::Deref for Zeroed {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Zeroed {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// Values can be keys of users.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("table", &self.table)
            .field("octets", &self.value.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Zeroed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.0.len())
    }
}

/// A change to one record.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) table: String,
    pub(super) key: Vec<u8>,
    /// `None` takes the record out.
    pub(super) value: Option<Zeroizing<Vec<u8>>>,
}

/// Changes that are made all together or not at all. Of several to one record the last counts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub(super) changes: Vec<Change>,
}

impl Batch {
    /// Without changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a record.
    pub fn put(&mut self, table: &str, key: &[u8], value: &[u8]) {
        let value = Some(Zeroizing::new(value.to_vec()));
        self.changes.push(Change { table: table.to_owned(), key: key.to_vec(), value });
    }

    /// Takes a record out, if it is there.
    pub fn remove(&mut self, table: &str, key: &[u8]) {
        self.changes.push(Change { table: table.to_owned(), key: key.to_vec(), value: None });
    }

    /// Takes the changes of another batch in, which count more.
    pub(super) fn append(&mut self, other: Batch) {
        self.changes.extend(other.changes);
    }

    /// Takes the changes out that are to records of another batch.
    pub(super) fn forget(&mut self, other: &Batch) {
        let is_same = |one: &Change, other: &Change| one.table == other.table && one.key == other.key;
        self.changes.retain(|change| !other.changes.iter().any(|other| is_same(change, other)));
    }

    /// The changes in order: table, key, and what is put there; nothing if the record is taken out. For what implements
    /// [`Store`](super::Store).
    pub fn changes(&self) -> impl Iterator<Item = (&str, &[u8], Option<&[u8]>)> {
        self.changes.iter().map(|Change { table, key, value }| {
            (table.as_str(), key.as_slice(), value.as_ref().map(|value| value.as_slice()))
        })
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("changes", &self.changes.len()).finish_non_exhaustive()
    }
}
