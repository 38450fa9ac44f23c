//! Tables as streams of the user's own structs.

use super::table::TableRead;
use super::{Details, Error, Session};
use crate::typed::FromRow;
use futures_core::Stream;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The rows of a table as structs with `#[derive(FromRow)]`. [`Session::each_row`] makes it.
///
/// As with a [`Table`](super::Table), the error of a row is that of one row: the next ones follow. It is a [`Stream`]
/// as well.
#[derive(Debug)]
pub struct Rows<T> {
    read: TableRead,
    row: PhantomData<fn() -> T>,
}

impl<T: FromRow> Rows<T> {
    pub(super) fn new(session: Session) -> Self {
        let mut objects = Vec::new();
        T::columns(&mut objects);
        Self { read: TableRead::new(session, objects), row: PhantomData }
    }

    /// As [`Table::max_repetitions`](super::Table::max_repetitions).
    #[must_use]
    pub fn max_repetitions(mut self, max_repetitions: u32) -> Self {
        self.read.set_repetitions(max_repetitions);
        self
    }

    /// As [`Table::parallel`](super::Table::parallel).
    #[must_use]
    pub fn parallel(mut self, requests: usize) -> Self {
        self.read.set_parallel(requests);
        self
    }

    /// As [`Table::limit`](super::Table::limit).
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.read.set_limit(limit);
        self
    }

    /// As [`Table::deadline`](super::Table::deadline).
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.read.set_deadline(deadline);
        self
    }

    /// The next row in the order of the index; `None` at the end. Cancel-safe, as
    /// [`Table::try_next`](super::Table::try_next) is.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if a cell that the struct must have is absent or of another type, and [`Error::Index`] if
    /// a row has an index that the table cannot have: the next row still comes. After those of
    /// [`Walk`](super::Walk::try_next) it is at its end.
    pub async fn try_next(&mut self) -> Result<Option<(T::Index, T)>, Error> {
        poll_fn(|cx| self.poll_row(cx)).await
    }

    /// All rows that are left.
    ///
    /// # Errors
    ///
    /// The first one; the rows before it are lost.
    pub async fn collect(mut self) -> Result<Vec<(T::Index, T)>, Error> {
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
    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<(T::Index, T)>, Error>> {
        self.read.poll_row(cx).map(|row| row?.map(|row| self.read.read(&row, T::from_cells)).transpose())
    }
}

impl<T: FromRow> Stream for Rows<T> {
    type Item = Result<(T::Index, T), Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_row(cx).map(Result::transpose)
    }
}
