//! Tables as streams of typed rows.

use super::deadline::Deadline;
use super::error::Error;
use super::log::Log;
use super::outstanding::Outstanding;
use super::pace::Pacing;
use super::request::Step;
use super::{Attempt, Details, Session};
use crate::ber::Anomaly;
use crate::engine::{Response, TablePlan, TableRow};
use crate::index::{self, Index, IndexError};
use crate::typed::{Columns, DecodeError, NameError, ObjectRef, RowCells, Siblings};
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Columns that are asked for in one request, unless a read sets another number.
const COLUMNS: usize = 4;

/// Requests of one table read that are under way at a time, unless it sets another number.
const PARALLEL: usize = 4;

/// The rows of a table read. [`Session::table`] makes it.
///
/// Up to four columns are asked for in the same requests; more in up to four [parallel](Self::parallel) ones. Their
/// cells are joined by index. A row that is odd is an error, and the next one follows; after any other error it is at
/// its end. It is a [`Stream`] as well.
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
    pacing: Pacing,
    budget: Option<Duration>,
    /// Set by the first request.
    deadline: Option<Deadline>,
    /// Requests under way, with the plan's numbers.
    outstanding: Vec<(usize, Outstanding)>,
    /// Why nothing more is asked for, to be reported after the rows that had come whole.
    failure: Option<Error>,
    log: Log,
    /// For numbers of other types than their columns', if these are accepted.
    siblings: Option<Siblings>,
}

impl<C: Columns> Table<C> {
    pub(super) fn new(session: Session, columns: C) -> Self {
        let mut objects = Vec::new();
        columns.columns(&mut objects);
        Self { columns, read: TableRead::new(session, objects) }
    }

    /// How many rows to ask for at a time, whatever the target has shown to answer; with 1 it uses GETNEXT.
    #[must_use]
    pub fn max_repetitions(mut self, max_repetitions: u32) -> Self {
        self.read.set_repetitions(max_repetitions);
        self
    }

    /// Asks for the columns in this many requests at a time, at most one per column, and for the rows to come while
    /// others are taken apart. With 1 the cells of a row come in one response, so that they fit each other. To be
    /// called before the first row.
    #[must_use]
    pub fn parallel(mut self, requests: usize) -> Self {
        self.read.set_parallel(requests);
        self
    }

    /// Ends the read with [`Error::Limit`] when more than `limit` rows come;
    /// [`Walk::LIMIT`](super::Walk::LIMIT) unless set.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.read.set_limit(limit);
        self
    }

    /// Ends the read with [`Error::Deadline`] when it has taken this long, from the first request on;
    /// [`Target::deadline`](super::Target::deadline) unless set.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.read.set_deadline(deadline);
        self
    }

    /// The next row in the order of the index: its index, and a cell per column, `None` if the row
    /// has a hole. `None` at the end. Cancel-safe: a call whose future is dropped loses nothing, and its
    /// requests stay under way until the table is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if a cell is of another type than its column, and [`Error::Index`] if a row has an index that
    /// the table cannot have: the next row still comes. A number of another number type is accepted if it fits,
    /// and noted in [`details`](Self::details), unless rules are strict. After the errors of
    /// [`Walk`](super::Walk::try_next) the table is at its end.
    pub async fn try_next(&mut self) -> Result<Option<(C::Index, C::Cells)>, Error> {
        poll_fn(|cx| self.poll_row(cx)).await
    }

    /// All rows that are left.
    ///
    /// # Errors
    ///
    /// The first one; the rows before it are lost.
    pub async fn collect(mut self) -> Result<Vec<(C::Index, C::Cells)>, Error> {
        let mut rows = Vec::new();
        while let Some(row) = self.try_next().await? {
            rows.push(row);
        }
        Ok(rows)
    }

    /// How the requests so far went, and what was odd about the responses.
    pub fn details(&self) -> Details {
        self.read.details()
    }

    #[expect(clippy::type_complexity)]
    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<(C::Index, C::Cells)>, Error>> {
        let Self { columns, read } = self;
        read.poll_row(cx).map(|row| row?.map(|row| read.read(&row, |cells| columns.cells(cells))).transpose())
    }
}

impl<C: Columns + Unpin> Stream for Table<C> {
    type Item = Result<(C::Index, C::Cells), Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_row(cx).map(Result::transpose)
    }
}

impl TableRead {
    pub(super) fn new(session: Session, objects: Vec<ObjectRef>) -> Self {
        let plan = match objects.iter().map(|object| object.oid()).collect::<Result<Vec<_>, _>>() {
            Ok(columns) => {
                let parallel = columns.len().div_ceil(COLUMNS).min(PARALLEL);
                let mut plan = TablePlan::new(session.version(), columns, 1);
                plan.set_limit(super::Walk::LIMIT);
                plan.set_parallel(parallel);
                Ok(plan)
            }
            Err(error) => Err(Some(error)),
        };
        let budget = session.shared.target.deadline;
        let siblings = session.is_lenient().then(Siblings::new);
        Self {
            session,
            objects,
            plan,
            pacing: Pacing::new(None),
            budget,
            deadline: None,
            outstanding: Vec::new(),
            failure: None,
            log: Log::new(),
            siblings,
        }
    }

    pub(super) fn set_repetitions(&mut self, max_repetitions: u32) {
        self.pacing = Pacing::new(Some(max_repetitions));
    }

    pub(super) fn set_parallel(&mut self, requests: usize) {
        if let Ok(plan) = &mut self.plan {
            plan.set_parallel(requests);
        }
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        if let Ok(plan) = &mut self.plan {
            plan.set_limit(limit);
        }
    }

    pub(super) fn set_deadline(&mut self, deadline: Duration) {
        self.budget = Some(deadline);
    }

    pub(super) fn details(&self) -> Details {
        self.log.details
    }

    /// The next row, asking for more if needed.
    pub(super) fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<TableRow>, Error>> {
        self.try_poll_row(cx).map(|result| result.inspect_err(|_| self.finish()))
    }

    fn try_poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<TableRow>, Error>> {
        if let Err(error) = &mut self.plan {
            return Poll::Ready(error.take().map_or(Ok(None), |error| Err(error.into())));
        }
        loop {
            let before = self.outstanding.len();
            self.begin_requests();
            // What is new has to be sent, also while there are rows to hand out.
            let ended = self.poll_outstanding(cx, before);
            let Ok(plan) = &mut self.plan else { return Poll::Ready(Ok(None)) };
            match plan.row() {
                Ok(Some(row)) => return Poll::Ready(Ok(Some(row))),
                Ok(None) => {}
                Err(error) => {
                    return Poll::Ready(Err(self.session.plan_error(self.log.at(&self.session), error)));
                }
            }
            if let Some(error) = self.failure.take() {
                return Poll::Ready(Err(error));
            }
            if ended {
                continue;
            }
            if self.outstanding.is_empty() {
                return Poll::Ready(Ok(None));
            }
            if !self.poll_outstanding(cx, 0) {
                return Poll::Pending;
            }
        }
    }

    /// Begins all requests that can be under way.
    fn begin_requests(&mut self) {
        let Ok(plan) = &mut self.plan else { return };
        plan.set_max_repetitions(self.pacing.repetitions(&self.session));
        while let Some((group, header, names)) = plan.next_request() {
            let step = Step { header, number: self.log.begin() };
            let deadline = *self.deadline.get_or_insert_with(|| Deadline::new(self.budget));
            let request = Outstanding::new(&self.session, step, deadline, names.cloned().collect());
            self.outstanding.push((group, request));
        }
    }

    /// Polls the requests from this place on; true if one has ended. A failure ends all.
    fn poll_outstanding(&mut self, cx: &mut Context<'_>, from: usize) -> bool {
        let mut ended = false;
        let mut place = from;
        while let Some((_, request)) = self.outstanding.get_mut(place) {
            match request.poll(cx) {
                Poll::Pending => place += 1,
                Poll::Ready(result) => {
                    let (group, request) = self.outstanding.swap_remove(place);
                    ended = true;
                    if let Err(error) = self.take_in(group, &request, result) {
                        self.failure = Some(error);
                        self.outstanding.clear();
                        if let Ok(plan) = &mut self.plan {
                            plan.stop();
                        }
                    }
                }
            }
        }
        ended
    }

    /// Takes in how a request ended.
    fn take_in(
        &mut self,
        group: usize,
        request: &Outstanding,
        result: Result<Response, Error>,
    ) -> Result<(), Error> {
        let Ok(plan) = &mut self.plan else { return Ok(()) };
        self.log.end(request.step, &result);
        let asks_for_less = self.pacing.learn(&self.session, request, &result);
        match result {
            Ok(response) => plan.accept_from(group, &response).map_err(|error| {
                let mut error = self.session.plan_error(self.log.at(&self.session), error);
                if let Error::Status { oid: Some(name), object, .. } = &mut error {
                    let is_it = |object: &&ObjectRef| object.oid().is_ok_and(|root| name.starts_with(&root));
                    *object = self.objects.iter().find(is_it).copied();
                }
                error
            }),
            Err(_) if asks_for_less => {
                plan.give_up(group);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Ends the read, and takes back what is under way.
    fn finish(&mut self) {
        self.outstanding.clear();
        if let Ok(plan) = &mut self.plan {
            plan.finish();
        }
    }

    /// What a row gives. An error belongs only to this row.
    pub(super) fn read<I: Index, T>(
        &mut self,
        row: &TableRow,
        read: impl FnOnce(&RowCells<'_>) -> Result<T, DecodeError>,
    ) -> Result<(I, T), Error> {
        let index = index::decode(row.index()).map_err(|source| self.index_error(row, source))?;
        let mut cells = RowCells::new(&self.objects, row.index(), &row.cells);
        if let Some(siblings) = &self.siblings {
            cells = cells.accepting(siblings);
        }
        let result = read(&cells);
        if self.siblings.as_mut().is_some_and(Siblings::take) {
            self.log.details.anomalies.insert(Anomaly::SiblingType);
            self.session.note_anomaly(Anomaly::SiblingType);
        }
        result.map(|read| (index, read)).map_err(|source| Error::Value { at: self.at(), source })
    }

    #[cold]
    fn index_error(&self, row: &TableRow, source: IndexError) -> Error {
        let (at, oid) = (self.at(), row.name().clone());
        match self.objects.first() {
            Some(object) => Error::Index { at, oid, object: *object, source },
            None => Error::Mismatch { at, what: "a row without a column" },
        }
    }

    fn at(&self) -> Box<Attempt> {
        self.log.at(&self.session)
    }
}
