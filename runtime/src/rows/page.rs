//! Some rows that are next to one another, in one piece of memory.

use std::cmp::Ordering;

use super::record::Record;
use crate::oid::compare;

/// Rows of a page.
const MAX_ROWS: usize = 40;
/// Octets of a page, unless a single row has more.
const MAX_OCTETS: usize = 2048;

/// Rows in order. A page is not changed; another takes its place.
#[derive(Debug, Default)]
pub(super) struct Page {
    octets: Box<[u8]>,
    /// Where each row ends.
    ends: Box<[u32]>,
}

impl Page {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn octets_of(&self, row: usize) -> Option<&[u8]> {
        let start = match row.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.octets.get(start..*self.ends.get(row)? as usize)
    }

    #[inline]
    pub(super) fn row(&self, row: usize) -> Option<Record<'_>> {
        self.octets_of(row).map(Record::new)
    }

    /// Where the row with this key is, or would be.
    #[inline]
    pub(super) fn find(&self, key: &[u8]) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.ends.len());
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
    pub(super) fn with(&self, start: usize, end: usize, record: Option<&[u8]>) -> (Self, Option<Self>) {
        let is_last = start == self.len();
        let rows: Vec<&[u8]> = (0..start)
            .filter_map(|row| self.octets_of(row))
            .chain(record)
            .chain((end..self.len()).filter_map(|row| self.octets_of(row)))
            .collect();
        let octets: usize = rows.iter().map(|row| row.len()).sum();
        if rows.len() <= 1 || (rows.len() <= MAX_ROWS && octets <= MAX_OCTETS) {
            return (Self::of(&rows), None);
        }
        // Rows that come in order fill their pages.
        let middle = if is_last { rows.len() - 1 } else { rows.len() / 2 };
        let (left, right) = rows.split_at(middle);
        (Self::of(left), Some(Self::of(right)))
    }

    /// Both together, where one page holds them easily.
    pub(super) fn joined(&self, next: &Self) -> Option<Self> {
        let few = self.len() + next.len() <= MAX_ROWS / 2
            && self.octets.len() + next.octets.len() <= MAX_OCTETS / 2;
        few.then(|| {
            let rows: Vec<&[u8]> = [self, next]
                .into_iter()
                .flat_map(|page| (0..page.len()).filter_map(|row| page.octets_of(row)))
                .collect();
            Self::of(&rows)
        })
    }

    fn of(rows: &[&[u8]]) -> Self {
        let octets = rows.concat().into_boxed_slice();
        let mut end = 0;
        let ends = rows.iter().map(|row| {
            end += row.len() as u32;
            end
        });
        Self { ends: ends.collect(), octets }
    }
}
