//! Some rows that are next to one another, in one piece of memory.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::record::Record;
use crate::oid::compare;

/// Rows of a page.
const MAX_ROWS: usize = 40;
/// Octets of a page's rows, unless a single row has more.
const MAX_OCTETS: usize = 2048;

/// Octets in front: which columns any row has, and how many rows there are.
const HEAD: usize = 8 + 4;

/// Rows in order. A page is not changed; another takes its place.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// The head, where each row ends (counted from the first row), the rows.
    octets: Octets,
}

/// What is alike for all pages of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageForm {
    /// Octets of a row's map of cells.
    pub(super) map_octets: usize,
    /// Some column is hidden from managers.
    pub(super) is_secret: bool,
}

/// Octets that snapshots share.
#[derive(Clone)]
enum Octets {
    Plain(Arc<[u8]>),
    /// Wiped when the last one goes.
    Secret(Arc<Zeroizing<Vec<u8>>>),
}

impl Octets {
    fn of(form: PageForm, octets: Vec<u8>) -> Self {
        if form.is_secret {
            Self::Secret(Arc::new(Zeroizing::new(octets)))
        } else {
            Self::Plain(octets.into())
        }
    }
}

impl Deref for Octets {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Self::Plain(octets) => octets,
            Self::Secret(octets) => octets,
        }
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.len())
    }
}

impl Default for Page {
    fn default() -> Self {
        Self { octets: Octets::Plain(Arc::new([0; HEAD])) }
    }
}

impl Page {
    pub(super) fn len(&self) -> usize {
        number(&self.octets, 8)
    }

    /// A bit for each column that any row has; perhaps also of some that no row has any more.
    pub(super) fn columns(&self) -> u64 {
        self.octets.first_chunk().map_or(0, |octets| u64::from_le_bytes(*octets))
    }

    fn rows(&self) -> &[u8] {
        self.octets.get(HEAD + 4 * self.len()..).unwrap_or_default()
    }

    /// Where the rows before this one end.
    #[inline]
    fn start(&self, row: usize) -> usize {
        row.checked_sub(1).map_or(0, |before| number(&self.octets, HEAD + 4 * before))
    }

    fn octets_of(&self, row: usize) -> Option<&[u8]> {
        if row >= self.len() {
            return None;
        }
        self.rows().get(self.start(row)..self.start(row + 1))
    }

    #[inline]
    pub(super) fn row(&self, row: usize) -> Option<Record<'_>> {
        self.octets_of(row).map(Record::new)
    }

    /// Where the row with this key is, or would be.
    #[inline]
    pub(super) fn find(&self, key: &[u8]) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let found = self.row(middle).map_or(Ordering::Greater, |record| compare(record.key, key));
            match found {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// This page with a row in the place of those from `start` to `end`; two pages where it is too much for one.
    pub(super) fn with(
        &self,
        start: usize,
        end: usize,
        record: Option<&[u8]>,
        form: PageForm,
    ) -> (Self, Option<Self>) {
        let rows = self.len() - (end - start) + usize::from(record.is_some());
        let (from, to) = (self.start(start), self.start(end));
        let added = record.unwrap_or_default();
        let octets = self.rows().len() - (to - from) + added.len();
        if rows <= 1 || (rows <= MAX_ROWS && octets <= MAX_OCTETS) {
            let columns =
                self.columns() | record.map_or(0, |record| Record::new(record).columns(form.map_octets));
            let ends = (0..start)
                .map(|row| self.start(row + 1))
                .chain(record.map(|record| from + record.len()))
                .chain((end..self.len()).map(|row| self.start(row + 1) - (to - from) + added.len()));
            let [before, behind] =
                [self.rows().get(..from), self.rows().get(to..)].map(Option::unwrap_or_default);
            return (Self::of(form, columns, (rows, ends), octets, &[before, added, behind]), None);
        }
        let all: Vec<&[u8]> = (0..start)
            .filter_map(|row| self.octets_of(row))
            .chain(record)
            .chain((end..self.len()).filter_map(|row| self.octets_of(row)))
            .collect();
        // Rows that come in order fill their pages.
        let middle = if start == self.len() { all.len() - 1 } else { all.len() / 2 };
        let (left, right) = all.split_at(middle);
        (Self::of_rows(left, form), Some(Self::of_rows(right, form)))
    }

    /// Both together, where one page holds them easily.
    pub(super) fn joined(&self, next: &Self, form: PageForm) -> Option<Self> {
        let (rows, octets) = (self.len() + next.len(), self.rows().len() + next.rows().len());
        if rows > MAX_ROWS / 2 || octets > MAX_OCTETS / 2 {
            return None;
        }
        let first = self.rows().len();
        let ends = (0..self.len())
            .map(|row| self.start(row + 1))
            .chain((0..next.len()).map(|row| first + next.start(row + 1)));
        let columns = self.columns() | next.columns();
        Some(Self::of(form, columns, (rows, ends), octets, &[self.rows(), next.rows()]))
    }

    fn of_rows(rows: &[&[u8]], form: PageForm) -> Self {
        let columns = rows.iter().fold(0, |columns, row| columns | Record::new(row).columns(form.map_octets));
        let mut end = 0;
        let ends = rows.iter().map(|row| {
            end += row.len();
            end
        });
        Self::of(form, columns, (rows.len(), ends), rows.iter().map(|row| row.len()).sum(), rows)
    }

    fn of(
        form: PageForm,
        columns: u64,
        (rows, ends): (usize, impl Iterator<Item = usize>),
        octets: usize,
        pieces: &[&[u8]],
    ) -> Self {
        let mut out = Vec::with_capacity(HEAD + 4 * rows + octets);
        out.extend(columns.to_le_bytes());
        // A page of 4 GiB would be a single row: no value is so long.
        for number in std::iter::once(rows).chain(ends) {
            out.extend((number as u32).to_le_bytes());
        }
        pieces.iter().for_each(|piece| out.extend_from_slice(piece));
        Self { octets: Octets::of(form, out) }
    }
}

/// The number that stands at this place.
#[inline]
fn number(octets: &[u8], at: usize) -> usize {
    let octets = octets.get(at..).and_then(<[u8]>::first_chunk);
    octets.map_or(0, |octets| u32::from_le_bytes(*octets) as usize)
}
