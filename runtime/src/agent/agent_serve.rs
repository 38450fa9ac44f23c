//! What an agent serves: each goes to its [`Responder`].

use std::sync::Arc;
use std::time::Instant;

use super::agent::Agent;
use super::lazy_table::{Page, RowsWanted};
use super::scalar::SetOutcome;
use super::table::{AnyColumn, ServeTable};
use crate::access::Principal;
use crate::entity::{Handler, ReadError, SetError};
use crate::oid::Oid;
use crate::typed::access::{Readable, Writable};
use crate::typed::{Module, Scalar};
use crate::value::Syntax;

#[cfg(doc)]
use super::responder::Responder;

impl Agent {
    /// Serves a scalar; see [`Responder::serve`].
    pub fn serve<M, T, A>(&self, scalar: Scalar<M, T, A>, get: impl Fn() -> T + Send + Sync + 'static)
    where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
    {
        self.shared.responder.serve(scalar, get);
    }

    /// Serves a scalar whose value depends on who asks; see [`Responder::serve_with`].
    pub fn serve_with<M, T, A>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn(&Principal<'_>) -> T + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
    {
        self.shared.responder.serve_with(scalar, get);
    }

    /// Serves a scalar whose value is not available at once; see [`Responder::serve_async`].
    pub fn serve_async<M, T, A, F>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> F + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
        F: Future<Output = T> + Send + 'static,
    {
        self.shared.responder.serve_async(scalar, get);
    }

    /// The same for a value that depends on who asks; see [`Responder::serve_async_with`].
    pub fn serve_async_with<M, T, A, F>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn(&Principal<'_>) -> F + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
        F: Future<Output = T> + Send + 'static,
    {
        self.shared.responder.serve_async_with(scalar, get);
    }

    /// Serves a scalar that can be written; see [`Responder::serve_rw`].
    pub fn serve_rw<M, T, A, R>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> T + Send + Sync + 'static,
        set: impl Fn(T) -> Result<R, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
        R: SetOutcome,
    {
        self.shared.responder.serve_rw(scalar, get, set);
    }

    /// Serves a scalar that can be written, with a check before anything is; see [`Responder::serve_rw_checked`].
    pub fn serve_rw_checked<M, T, A, R>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn() -> T + Send + Sync + 'static,
        check: impl Fn(&T) -> Result<(), SetError> + Send + Sync + 'static,
        set: impl Fn(T) -> Result<R, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
        R: SetOutcome,
    {
        self.shared.responder.serve_rw_checked(scalar, get, check, set);
    }

    /// The same where all depends on who asks; see [`Responder::serve_rw_with`].
    pub fn serve_rw_with<M, T, A, R>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn(&Principal<'_>) -> T + Send + Sync + 'static,
        check: impl Fn(&Principal<'_>, &T) -> Result<(), SetError> + Send + Sync + 'static,
        set: impl Fn(&Principal<'_>, T) -> Result<R, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
        R: SetOutcome,
    {
        self.shared.responder.serve_rw_with(scalar, get, check, set);
    }

    /// Serves a table; see [`Responder::serve_table`].
    pub fn serve_table<R, T>(&self, row: R, table: Arc<T>)
    where
        R: ServeTable<T> + 'static,
        T: Send + Sync + 'static,
    {
        self.shared.responder.serve_table(row, table);
    }

    /// Serves a table without some of its columns; see [`Responder::serve_table_without`].
    pub fn serve_table_without<R, T>(&self, row: R, table: Arc<T>, left_out: &[AnyColumn<R>])
    where
        R: ServeTable<T> + 'static,
        T: Send + Sync + 'static,
    {
        self.shared.responder.serve_table_without(row, table, left_out);
    }

    /// Serves a table whose rows depend on who asks; see [`Responder::serve_table_with`].
    pub fn serve_table_with<R, T>(
        &self,
        row: R,
        choose: impl Fn(&Principal<'_>) -> Arc<T> + Send + Sync + 'static,
    ) where
        R: ServeTable<T> + 'static,
        T: Send + Sync + 'static,
    {
        self.shared.responder.serve_table_with(row, choose);
    }

    /// Serves a table whose rows are elsewhere; see [`Responder::serve_table_lazily`].
    pub fn serve_table_lazily<R, T, F>(
        &self,
        row: R,
        fetch: impl Fn(&Principal<'_>, RowsWanted<R::Index>) -> F + Send + Sync + 'static,
    ) where
        R: ServeTable<T, Index: Send + Sync> + 'static,
        T: Send + Sync + 'static,
        F: Future<Output = Result<Page<T>, ReadError>> + Send + 'static,
    {
        self.shared.responder.serve_table_lazily(row, fetch);
    }

    /// Serves the agent's own counters; see [`Responder::serve_statistics`].
    pub fn serve_statistics(&self) {
        self.shared.responder.serve_statistics(Instant::now);
    }

    /// Gives the subtree at `root` to `handler`; see [`Responder::register`].
    pub fn register(&self, root: Oid, handler: Arc<dyn Handler>) {
        self.shared.responder.register(root, handler);
    }
}
