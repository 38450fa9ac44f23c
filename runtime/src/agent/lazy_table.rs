//! Tables whose rows are elsewhere, and come when they are asked for.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use super::cell::Cell;
use super::columns::Columns;
use super::constraint::Constraint;
use super::seek::Seek;
use super::table::ServeTable;
use crate::access::Principal;
use crate::entity::{GetBatch, Handler, NextBatch, Pending, ReadError, Successors};
use crate::index::Index;
use crate::oid::{Oid, OidRef};
use crate::value::{Value, ValueRef, VarBind};

/// Rows asked for at a time, at most.
const MAX_ROWS: usize = 1_000;

/// Which rows of a table are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowsWanted<I> {
    /// Those with these indexes, in order, as far as they are there.
    These(Vec<I>),
    /// The first ones from a bound on: at least one if there is one, `count` are enough.
    Next {
        /// Where they begin.
        from: Bound<I>,
        /// How many.
        count: usize,
    },
}

/// Rows of a table.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows that are wanted, without a gap between the first and the last. Others do no harm.
    pub rows: T,
    /// No row comes behind them. It does not matter where certain rows were asked for.
    pub is_end: bool,
}

type Fetch<I, T> = dyn Fn(&Principal<'_>, RowsWanted<I>) -> Pending<Result<Page<T>, ReadError>> + Send + Sync;

/// Serves such a table.
pub(super) struct LazyTable<R: ServeTable<T>, T>(Arc<Parts<R, T>>);

struct Parts<R: ServeTable<T>, T> {
    columns: Columns,
    fetch: Box<Fetch<R::Index, T>>,
}

/// Where one run goes on.
struct Course<I> {
    /// The position of the column.
    column: usize,
    from: Bound<I>,
    count: usize,
}

impl<R: ServeTable<T> + 'static, T: Send + Sync + 'static> LazyTable<R, T> {
    /// For the subtree of the row `R`, which is at `row`.
    pub(super) fn new(row: Oid, fetch: Box<Fetch<R::Index, T>>) -> Self {
        let columns = Columns::new::<R, T>(row, &[], |_| Constraint::default());
        Self(Arc::new(Parts { columns, fetch }))
    }
}

impl<R, T> Handler for LazyTable<R, T>
where
    R: ServeTable<T, Index: Send + Sync> + 'static,
    T: Send + Sync + 'static,
{
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        let mut cells: Vec<(u32, R::Index)> = Vec::new();
        while let Some(slot) = batch.next_slot() {
            match self.0.columns.locate_readable(slot.name()) {
                None => slot.answer(ValueRef::NoSuchObject),
                Some((served, arcs)) => match self.0.columns.index(arcs) {
                    None => slot.answer(ValueRef::NoSuchInstance),
                    Some(index) => cells.push((served.column.sub_id(), index)),
                },
            }
        }
        if cells.is_empty() {
            return;
        }
        let rows: BTreeSet<&R::Index> = cells.iter().map(|(_, index)| index).collect();
        let page = (self.0.fetch)(who, RowsWanted::These(rows.into_iter().cloned().collect()));
        batch.wait_for_all(Box::pin(async move {
            match page.await {
                Ok(page) => {
                    let cells = cells.iter();
                    let values = cells.map(|(column, index)| cell::<R, T>(&page.rows, *column, index));
                    values.map(|value| Ok(value.unwrap_or(Value::NoSuchInstance))).collect()
                }
                Err(error) => vec![Err(error); cells.len()],
            }
        }));
    }

    fn next(&self, who: &Principal<'_>, batch: &mut NextBatch<'_>) {
        let mut courses = Vec::new();
        for at in 0..batch.len() {
            let Some(run) = batch.run(at) else { continue };
            let (column, start) = self.0.columns.start(run.from());
            let (column, from) = match start {
                Seek::First => (column, Bound::Unbounded),
                Seek::From(index) => (column, Bound::Included(index)),
                Seek::After(index) => (column, Bound::Excluded(index)),
                Seek::End => (column + 1, Bound::Unbounded),
            };
            // A varbind takes more than eight octets.
            let count = run.wanted().min(run.octets_left() / 8 + 1).min(MAX_ROWS);
            courses.push(Course { column, from, count });
        }
        let (parts, who) = (Arc::clone(&self.0), who.clone().into_owned());
        batch.wait_for_all(Box::pin(async move {
            let mut found = Vec::with_capacity(courses.len());
            // Columns that are read from the same row on share a page.
            let mut last: Option<(Bound<R::Index>, usize, Page<T>)> = None;
            for course in courses {
                let is_known = last
                    .as_ref()
                    .is_some_and(|(from, count, _)| *from == course.from && *count >= course.count);
                if !is_known {
                    let from = course.from.clone();
                    let fetched =
                        (parts.fetch)(&who, RowsWanted::Next { from: from.clone(), count: course.count });
                    last = match fetched.await {
                        Ok(page) => Some((from, course.count, page)),
                        Err(error) => {
                            found.push(Err(error));
                            last = None;
                            continue;
                        }
                    };
                }
                let Some((_, _, page)) = &last else { continue };
                found.push(parts.follow(&who, course, page).await);
            }
            found
        }));
    }

    fn nests(&self) -> bool {
        R::Index::ARCS.is_none()
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        self.0.columns.locate(name).map(|(served, _)| served.oid.clone())
    }
}

impl<R: ServeTable<T>, T: Send + Sync + 'static> Parts<R, T> {
    /// The cells of a course; those of the first page, or, where it has none, of the first page that has.
    async fn follow(
        &self,
        who: &Principal<'static>,
        mut course: Course<R::Index>,
        first: &Page<T>,
    ) -> Result<Successors, ReadError> {
        let mut fetched: Option<Page<T>> = None;
        let mut is_first = true;
        loop {
            let Some(served) = self.columns.get(course.column) else {
                return Ok(Successors { varbinds: Vec::new(), is_end: true });
            };
            if served.column.is_readable() {
                if !std::mem::take(&mut is_first) {
                    let rows = RowsWanted::Next { from: course.from.clone(), count: course.count };
                    fetched = Some((self.fetch)(who, rows).await?);
                }
                let page = fetched.as_ref().unwrap_or(first);
                let (varbinds, last) = self.cells(&course, &page.rows);
                if !varbinds.is_empty() {
                    return Ok(Successors { varbinds, is_end: false });
                }
                if let Some(last) = last
                    && !page.is_end
                {
                    course.from = Bound::Excluded(last);
                    continue;
                }
                if !page.is_end {
                    return Err(ReadError::new("a page without rows is not the last one of its table"));
                }
            }
            is_first = false;
            course.column += 1;
            course.from = Bound::Unbounded;
        }
    }

    /// The cells of a column from a bound on, and the last row that there is on the page.
    fn cells(&self, course: &Course<R::Index>, rows: &T) -> (Vec<VarBind>, Option<R::Index>) {
        let mut varbinds = Vec::new();
        let Some(served) = self.columns.get(course.column) else { return (varbinds, None) };
        let mut names = served.names();
        let mut put = |index: &R::Index| {
            if let Some(value) = cell::<R, T>(rows, served.column.sub_id(), index)
                && let Some(name) = names.name(index)
            {
                varbinds.push(VarBind { name: name.to_oid(), value });
            }
            varbinds.len() < course.count
        };
        let mut last = match &course.from {
            Bound::Included(index) => {
                if !put(index) {
                    return (varbinds, None);
                }
                Some(index.clone())
            }
            Bound::Excluded(index) => Some(index.clone()),
            Bound::Unbounded => None,
        };
        let mut is_any = false;
        while let Some(index) = R::next(rows, last.as_ref()).filter(|index| last.as_ref() < Some(index)) {
            is_any = true;
            let goes_on = put(&index);
            last = Some(index);
            if !goes_on {
                break;
            }
        }
        let last = last.filter(|_| is_any || matches!(course.from, Bound::Included(_)));
        (varbinds, last)
    }
}

/// A cell as a value of its own.
fn cell<R: ServeTable<T>, T>(rows: &T, column: u32, index: &R::Index) -> Option<Value> {
    let mut found = None;
    R::get(rows, column, index, &mut Cell::new(&mut |value| found = Some(value.to_value())));
    found
}

impl<R: ServeTable<T>, T> fmt::Debug for LazyTable<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LazyTable")
    }
}
