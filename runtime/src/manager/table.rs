//! Tables as streams of typed rows.

use super::Session;
use super::error::Error;
use super::request::Step;
use super::session::unspecified;
use crate::engine::{TablePlan, TableRow};
use crate::index;
use crate::message::PduHeader;
use crate::typed::{Columns, DecodeError, NameError, ObjectRef, RowCells};
use std::time::Duration;

/// The rows of a table read. [`Session::table`] makes it.
///
/// All columns are asked for in the same requests; their cells are joined by index. After an error it
/// is at its end.
#[derive(Debug)]
pub struct Table<C> {
    columns: C,
    read: TableRead,
}

/// What a table read is, whatever the types of its columns.
#[derive(Debug)]
pub(super) struct TableRead {
    session: Session,
    objects: Vec<ObjectRef>,
    plan: Result<TablePlan, Option<NameError>>,
    last: Step,
    attempts: u32,
    elapsed: Duration,
}

impl<C: Columns> Table<C> {
    pub(super) fn new(session: Session, columns: C) -> Self {
        let mut objects = Vec::new();
        columns.columns(&mut objects);
        Self { columns, read: TableRead::new(session, objects) }
    }

    /// How many rows to ask for at a time; with 1 it uses GETNEXT.
    #[must_use]
    pub fn max_repetitions(mut self, max_repetitions: u32) -> Self {
        if let Ok(plan) = &mut self.read.plan {
            plan.set_max_repetitions(max_repetitions);
        }
        self
    }

    /// Ends the read with [`Error::Limit`] when more than `limit` rows come.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        if let Ok(plan) = &mut self.read.plan {
            plan.set_limit(limit);
        }
        self
    }

    /// The next row in the order of the index: its index, and a cell per column, `None` where the row
    /// has a hole. `None` at the end. Cancel-safe: a call whose future is dropped loses nothing.
    pub async fn try_next(&mut self) -> Result<Option<(C::Index, C::Cells)>, Error> {
        let Some(row) = self.read.next().await? else { return Ok(None) };
        let index = self.read.index(&row)?;
        let cells = self.columns.cells(&self.read.cells(&row));
        Ok(Some((index, cells.map_err(|error| self.read.value_error(error))?)))
    }

    /// All rows that are left.
    pub async fn collect(mut self) -> Result<Vec<(C::Index, C::Cells)>, Error> {
        let mut rows = Vec::new();
        while let Some(row) = self.try_next().await? {
            rows.push(row);
        }
        Ok(rows)
    }
}

impl TableRead {
    pub(super) fn new(session: Session, objects: Vec<ObjectRef>) -> Self {
        let plan = match objects.iter().map(|object| object.oid()).collect::<Result<Vec<_>, _>>() {
            Ok(columns) => {
                Ok(TablePlan::new(session.version(), columns, session.shared.target.max_repetitions))
            }
            Err(error) => Err(Some(error)),
        };
        let header = PduHeader::bulk(0, 0, 0);
        let last = Step { header, number: 0 };
        Self { session, objects, plan, last, attempts: 0, elapsed: Duration::ZERO }
    }

    /// The next row, asking for more where needed.
    pub(super) async fn next(&mut self) -> Result<Option<TableRow>, Error> {
        let plan = match &mut self.plan {
            Ok(plan) => plan,
            Err(error) => return error.take().map_or(Ok(None), |error| Err(error.into())),
        };
        loop {
            let at = || self.session.at(self.last, self.attempts, self.elapsed);
            match plan.row() {
                Ok(Some(row)) => return Ok(Some(row)),
                Ok(None) => {}
                Err(error) => return Err(self.session.plan_error(at(), error)),
            }
            let step = Step { header: plan.header(), number: self.last.number.saturating_add(1) };
            let Some((_, names)) = plan.request() else { return Ok(None) };
            let response = match self.session.exchange(step, names.map(unspecified)).await {
                Ok(response) => response,
                Err(error) => {
                    plan.finish();
                    return Err(error);
                }
            };
            self.last = step;
            (self.attempts, self.elapsed) = (response.attempts, response.elapsed);
            if let Err(error) = plan.accept(&response) {
                let error = self.session.plan_error(self.session.after(step, &response), error);
                return Err(error.about(&self.objects));
            }
        }
    }

    pub(super) fn index<I: index::Index>(&mut self, row: &TableRow) -> Result<I, Error> {
        index::decode(row.index()).map_err(|source| {
            let oid = row.name().clone();
            let at = self.at();
            if let Ok(plan) = &mut self.plan {
                plan.finish();
            }
            match self.objects.first() {
                Some(object) => Error::Index { at, oid, object: *object, source },
                None => Error::Mismatch { at, what: "a row of no column" },
            }
        })
    }

    pub(super) fn cells<'r>(&'r self, row: &'r TableRow) -> RowCells<'r> {
        RowCells::new(&self.objects, row.index(), &row.cells)
    }

    pub(super) fn value_error(&mut self, source: DecodeError) -> Error {
        if let Ok(plan) = &mut self.plan {
            plan.finish();
        }
        Error::Value { at: self.at(), source }
    }

    fn at(&self) -> Box<super::Attempt> {
        self.session.at(self.last, self.attempts, self.elapsed)
    }
}
