//! Serves a table by the trait that was generated for it.

use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use super::cell::Cell;
use super::columns::{Columns, Names, ServedColumn};
use super::constraint::Constraint;
use super::seek::Seek;
use super::table::{AnyColumn, ServeTable};
use super::table_set::{Changes, Located};
use crate::access::Principal;
use crate::entity::{GetBatch, Handler, NextBatch, NextRun, Prepared, ReadError, Tested};
use crate::index::{self, Index, IndexError};
use crate::oid::{Oid, OidRef};
use crate::value::{ValueRef, VarBind};

/// Serves a table.
pub(crate) struct TableHandler<R, T> {
    source: Source<T>,
    pub(super) columns: Columns,
    /// Once there has been a row to tell by.
    nests: OnceLock<bool>,
    marker: PhantomData<fn() -> R>,
}

type Choose<T> = dyn Fn(&Principal<'_>) -> Arc<T> + Send + Sync;

/// Where the rows are.
pub(super) enum Source<T> {
    /// For everybody the same.
    Same(Arc<T>),
    /// By who asks.
    By(Box<Choose<T>>),
}

/// What comes of a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Put {
    /// It has no value, or no name.
    Hole,
    /// The next one is wanted.
    More,
    /// Nothing more is wanted.
    Enough,
}

/// Puts one cell into a run.
#[inline]
fn put<R: ServeTable<T>, T>(table: &T, names: &mut Names, index: &R::Index, run: &mut NextRun<'_>) -> Put {
    let sub_id = names.sub_id;
    let Some(name) = names.name(index) else { return Put::Hole };
    let mut put = Put::Hole;
    let mut take = |value: ValueRef<'_>| put = if run.push(name, value) { Put::More } else { Put::Enough };
    R::get(table, sub_id, index, &mut Cell::new(&mut take));
    put
}

impl<R: ServeTable<T>, T> TableHandler<R, T> {
    /// A handler for the subtree of the row `R`; `constraint` knows what MIB says about the values of a column.
    pub(super) fn new(
        source: Source<T>,
        row: Oid,
        left_out: &[AnyColumn<R>],
        constraint: impl Fn(u32) -> Constraint,
    ) -> Self {
        let columns = Columns::new::<R, T>(row, left_out, constraint);
        Self { source, columns, nests: OnceLock::new(), marker: PhantomData }
    }

    /// Whether an index can go on where another ends, as strings without a length can. It is the same for all indexes
    /// of a table.
    fn index_nests(&self) -> Option<bool> {
        let (Source::Same(table), Some(served)) = (&self.source, self.columns.get(0)) else { return None };
        let longer = served.names().name(&R::next(table, None)?)?.to_oid().child(0).ok()?;
        let decoded = index::decode::<R::Index>(longer.strip_prefix(&served.oid)?);
        Some(!matches!(decoded, Err(IndexError::Trailing { .. })))
    }

    /// Fills a run with the cells at or after `start` in the column at `position`, and those of later columns; `true`
    /// if that was the last cell.
    fn fill(
        &self,
        table: &T,
        (position, mut start): (usize, Seek<R::Index>),
        run: &mut NextRun<'_>,
    ) -> Result<bool, ReadError> {
        for served in self.columns.behind(position) {
            let start = std::mem::replace(&mut start, Seek::First);
            if served.column.is_readable() && !self.fill_column(table, served, start, run)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The same within a column.
    fn fill_column(
        &self,
        table: &T,
        served: &ServedColumn,
        start: Seek<R::Index>,
        run: &mut NextRun<'_>,
    ) -> Result<bool, ReadError> {
        let mut names = served.names();
        let mut last = match start {
            Seek::First => None,
            Seek::After(index) => Some(index),
            Seek::End => return Ok(true),
            Seek::From(index) => {
                if put::<R, T>(table, &mut names, &index, run) == Put::Enough {
                    return Ok(false);
                }
                Some(index)
            }
        };
        while let Some(index) = next::<R, T>(table, last.as_ref())? {
            if put::<R, T>(table, &mut names, &index, run) == Put::Enough {
                return Ok(false);
            }
            last = Some(index);
        }
        Ok(true)
    }

    /// Fills runs of several columns that begin at the same row: the rows are gone through once. What is left to do then
    /// is done for each by itself.
    fn fill_together(&self, table: &T, batch: &mut NextBatch<'_>) -> Result<(), ReadError> {
        let mut begin: Option<Seek<R::Index>> = None;
        let mut columns: Vec<(usize, Names)> = Vec::with_capacity(batch.len());
        for at in 0..batch.len() {
            let Some(run) = batch.run(at).filter(|run| run.wanted() > 1) else { continue };
            let (position, start) = self.columns.start(run.from());
            let Some(served) = self.columns.get(position).filter(|served| served.column.is_readable()) else {
                continue;
            };
            if *begin.get_or_insert_with(|| start.clone()) == start {
                columns.push((at, served.names()));
            }
        }
        if columns.len() < 2 {
            return Ok(());
        }
        let (mut here, mut last) = match begin {
            Some(Seek::From(index)) => (Some(index), None),
            Some(Seek::After(index)) => (None, Some(index)),
            Some(Seek::First) => (None, None),
            Some(Seek::End) | None => return Ok(()),
        };
        loop {
            let index = match here.take() {
                Some(index) => index,
                None => match next::<R, T>(table, last.as_ref())? {
                    Some(index) => index,
                    None => return Ok(()),
                },
            };
            columns.retain_mut(|(at, names)| {
                let run = batch.run(*at);
                run.is_some_and(|mut run| put::<R, T>(table, names, &index, &mut run) != Put::Enough)
            });
            if columns.is_empty() {
                return Ok(());
            }
            last = Some(index);
        }
    }

    /// Whether a row has a value in a column.
    pub(super) fn has_cell(table: &T, served: &ServedColumn, index: &R::Index) -> bool {
        let mut found = false;
        R::get(table, served.column.sub_id(), index, &mut Cell::new(&mut |_| found = true));
        found
    }
}

impl<T> Source<T> {
    fn with<U>(&self, who: &Principal<'_>, see: impl FnOnce(&Arc<T>) -> U) -> U {
        match self {
            Self::Same(table) => see(table),
            Self::By(choose) => see(&choose(who)),
        }
    }
}

/// The next row, which must be behind the last one.
#[inline]
fn next<R: ServeTable<T>, T>(table: &T, last: Option<&R::Index>) -> Result<Option<R::Index>, ReadError> {
    let next = R::next(table, last);
    if let (Some(next), Some(last)) = (&next, last)
        && next <= last
    {
        return Err(ReadError::new("the next() of a table did not advance"));
    }
    Ok(next)
}

impl<R: ServeTable<T> + 'static, T: Send + Sync + 'static> Handler for TableHandler<R, T> {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        self.source.with(who, |table| {
            while let Some(slot) = batch.next_slot() {
                let Some((served, arcs)) = self.columns.locate_readable(slot.name()) else {
                    slot.answer(ValueRef::NoSuchObject);
                    continue;
                };
                let Some(index) = self.columns.index::<R::Index>(arcs) else {
                    slot.answer(ValueRef::NoSuchInstance);
                    continue;
                };
                let mut slot = Some(slot);
                let mut take =
                    |value: ValueRef<'_>| slot.take().into_iter().for_each(|slot| slot.answer(value));
                R::get(table, served.column.sub_id(), &index, &mut Cell::new(&mut take));
                if let Some(slot) = slot {
                    slot.answer(ValueRef::NoSuchInstance);
                }
            }
        });
    }

    fn next(&self, who: &Principal<'_>, batch: &mut NextBatch<'_>) {
        self.source.with(who, |table| {
            let mut result = if batch.len() > 1 { self.fill_together(table, batch) } else { Ok(()) };
            while let Some(mut run) = batch.next_run() {
                let start = self.columns.start(run.from());
                let filled =
                    std::mem::replace(&mut result, Ok(())).and_then(|()| self.fill(table, start, &mut run));
                match filled {
                    Ok(true) => run.end(),
                    Ok(false) => {}
                    Err(error) => run.fail(&error),
                }
            }
        });
    }

    fn nests(&self) -> bool {
        if R::Index::ARCS.is_some() {
            return false;
        }
        if let Some(nests) = self.nests.get() {
            return *nests;
        }
        // An empty table does not tell; none of its rows is asked about either.
        self.index_nests().is_none_or(|nests| *self.nests.get_or_init(|| nests))
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        self.columns.locate(name).map(|(served, _)| served.oid.clone())
    }

    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        self.source.with(who, |table| {
            let Changes { rows, places } = match self.sort(table, &changes) {
                Ok(sorted) => sorted,
                Err(error) => return Err(error).into(),
            };
            R::prepare(table, who, rows).map(move |prepared| match prepared {
                Ok(prepared) => Ok(Box::new(Located { prepared, places }) as Box<dyn Prepared>),
                Err(error) => Err(places.locate(error)),
            })
        })
    }
}
