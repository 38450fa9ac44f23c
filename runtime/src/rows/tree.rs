//! All rows in the order of their indexes: pages in a map that snapshots share.

use super::page::{Page, PageForm};
use super::record::{Record, key_octets, key_oid};
use crate::oid::{Oid, OidRef};
use crate::persistent::{Map, Place};

/// Rows by index. A clone is a snapshot and costs nothing.
#[derive(Clone)]
pub(super) struct Tree {
    /// By what is not behind their first row; the first page, which is always there, by [`Oid::ZERO`].
    pages: Map<Oid, Page>,
    rows: usize,
    form: PageForm,
}

impl Tree {
    /// Without rows.
    pub(super) fn new(form: PageForm) -> Self {
        let mut pages = Map::default();
        pages.insert(Oid::ZERO, Page::default());
        Self { pages, rows: 0, form }
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The row with this index, which stands behind [`Oid::ZERO`].
    #[inline]
    pub(super) fn get(&self, key: &Oid) -> Option<Record<'_>> {
        let (_, _, page) = self.pages.at_or_before(key.as_ref())?;
        page.row(page.find(key_octets(key)).ok()?)
    }

    /// Puts a record in, or in the place of the one with its index.
    pub(super) fn put(&mut self, key: &Oid, record: &[u8]) {
        let Some((_, border, page)) = self.pages.at_or_before(key.as_ref()) else { return };
        let border = border.clone();
        let (start, end) = match page.find(key_octets(key)) {
            Ok(row) => (row, row + 1),
            Err(row) => (row, row),
        };
        let (left, right) = page.with(start, end, Some(record), self.form);
        self.rows += usize::from(start == end);
        self.set(&border, left);
        if let Some(right) = right
            && let Some(first) = right.row(0).map(|record| key_oid(record.key))
        {
            self.pages.insert(first, right);
        }
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, key: &Oid) {
        let Some((place, border, page)) = self.pages.at_or_before(key.as_ref()) else { return };
        let Ok(row) = page.find(key_octets(key)) else { return };
        let border = border.clone();
        let (left, _) = page.with(row, row + 1, None, self.form);
        self.rows -= 1;
        let next =
            self.pages.after(place).map(|(_, border, page)| (border.clone(), left.joined(page, self.form)));
        match next {
            Some((next, Some(both))) => {
                self.pages.remove(&next);
                self.set(&border, both);
            }
            _ if left.len() == 0 && border != Oid::ZERO => {
                self.pages.remove(&border);
            }
            _ => self.set(&border, left),
        }
    }

    fn set(&mut self, border: &Oid, page: Page) {
        match self.pages.get_mut(border) {
            Some(known) => *known = page,
            None => self.pages.insert(border.clone(), page),
        }
    }

    /// The rows from the first on.
    pub(super) fn iter(&self) -> Cursor<'_> {
        self.seek(Oid::ZERO.as_ref(), true)
    }

    /// The rows from an index on, with its own if `inclusive`.
    pub(super) fn seek(&self, key: OidRef<'_>, inclusive: bool) -> Cursor<'_> {
        let Some((place, _, page)) = self.pages.at_or_before(key) else {
            return Cursor { tree: self, page: None, row: 0, columns: u64::MAX };
        };
        let row = match page.find(key.as_ber().get(1..).unwrap_or_default()) {
            Ok(row) if inclusive => row,
            Ok(row) => row + 1,
            Err(row) => row,
        };
        Cursor { tree: self, page: Some((place, page)), row, columns: u64::MAX }
    }
}

/// Goes through rows in order.
#[derive(Clone)]
pub(super) struct Cursor<'t> {
    tree: &'t Tree,
    page: Option<(Place, &'t Page)>,
    row: usize,
    /// Pages without any of these columns are left out.
    columns: u64,
}

impl Cursor<'_> {
    /// Leaves out what can be left out at once if only rows with these columns are wanted.
    pub(super) fn with_columns(self, columns: u64) -> Self {
        Self { columns, ..self }
    }
}

impl<'t> Iterator for Cursor<'t> {
    type Item = Record<'t>;

    #[inline]
    fn next(&mut self) -> Option<Record<'t>> {
        loop {
            let (place, page) = self.page?;
            if page.columns() & self.columns != 0
                && let Some(record) = page.row(self.row)
            {
                self.row += 1;
                return Some(record);
            }
            self.page = self.tree.pages.after(place).map(|(place, _, page)| (place, page));
            self.row = 0;
        }
    }
}
