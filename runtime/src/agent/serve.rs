//! The typed way to serve objects: from generated constants to handlers.

use std::sync::Arc;

use super::constraint::Constraint;
use super::lazy_table::{LazyTable, Page, RowsWanted};
use super::scalar::{ScalarHandler, SetOutcome};
use super::served::Served;
use super::table::{AnyColumn, ServeTable};
use super::table_handler::{Source, TableHandler};
use crate::access::Principal;
use crate::entity::{Pending, Prepared, ReadError, SetError};
use crate::oid::Oid;
use crate::syntax::BaseType;
use crate::typed::access::{Readable, Writable};
use crate::typed::{Module, ObjectRef, Scalar};
use crate::value::Syntax;

impl Served {
    /// Serves a scalar: `get` is called for each GET and each step of a walk that reaches it.
    ///
    /// # Panics
    ///
    /// When the OID of a hand-written scalar is no OID; generated ones always are.
    pub fn serve<M, T, A>(&self, scalar: Scalar<M, T, A>, get: impl Fn() -> T + Send + Sync + 'static)
    where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
    {
        self.serve_with(scalar, move |_| get());
    }

    /// As [`serve`](Self::serve), for a value that depends on who asks.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
    pub fn serve_with<M, T, A>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn(&Principal<'_>) -> T + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + 'static,
        A: Readable,
    {
        let (object, constraint) = describe::<T>(scalar.object());
        let handler = ScalarHandler::read_only(object.clone(), constraint, get);
        self.register(object, Arc::new(handler.expect(NO_INSTANCE)));
    }

    /// Serves a scalar whose value is not available at once. Other requests are answered while one waits for it. The
    /// values that one request asks for are waited for together.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
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
        self.serve_async_with(scalar, move |_| get());
    }

    /// As [`serve_async`](Self::serve_async), for a value that depends on who asks.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
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
        let (object, _) = describe::<T>(scalar.object());
        let handler = ScalarHandler::waiting(object.clone(), get);
        self.register(object, Arc::new(handler.expect(NO_INSTANCE)));
    }

    /// Serves a scalar that can be written. `set` only gets values of the object's type, size and range.
    ///
    /// It returns `Ok(())`, and is then called with the value that `get` gave before when a later part of the same
    /// request fails; or an [`Undo`](super::Undo) of its own.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
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
        self.serve_rw_checked(scalar, get, |_| Ok(()), set);
    }

    /// As [`serve_rw`](Self::serve_rw), with `check` for phase 1: it says whether a value can be set now, before
    /// anything of the request is set.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
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
        self.serve_rw_with(scalar, move |_| get(), move |_, value| check(value), move |_, value| set(value));
    }

    /// As [`serve_rw_checked`](Self::serve_rw_checked), where all depends on who asks.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
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
        let (object, constraint) = describe::<T>(scalar.object());
        let handler = ScalarHandler::read_write(object.clone(), constraint, get, check, set);
        self.register(object, Arc::new(handler.expect(NO_INSTANCE)));
    }

    /// As [`serve_rw_with`](Self::serve_rw_with), for a change that has phases of its own: `test` says whether it can be
    /// made, and gives what commits, [seals](Prepared::seal) and undoes it.
    ///
    /// # Panics
    ///
    /// As [`serve`](Self::serve).
    pub fn serve_rw_prepared<M, T, A>(
        &self,
        scalar: Scalar<M, T, A>,
        get: impl Fn(&Principal<'_>) -> T + Send + Sync + 'static,
        test: impl Fn(&Principal<'_>, T) -> Result<Box<dyn Prepared>, SetError> + Send + Sync + 'static,
    ) where
        M: Module,
        T: Syntax + Send + 'static,
        A: Readable + Writable,
    {
        let (object, constraint) = describe::<T>(scalar.object());
        let handler = ScalarHandler::prepared(object.clone(), constraint, get, test);
        self.register(object, Arc::new(handler.expect(NO_INSTANCE)));
    }

    /// Serves a table: `table` implements the generated trait of the table whose row is `row`.
    ///
    /// Keep a clone of the [`Arc`] to change the rows while they are served.
    ///
    /// # Panics
    ///
    /// When the OID of a hand-written row is no OID; generated ones always are.
    pub fn serve_table<R, T>(&self, row: R, table: Arc<T>)
    where
        R: ServeTable<T> + 'static,
        T: Send + Sync + 'static,
    {
        self.serve_table_without(row, table, &[]);
    }

    /// As [`serve_table`](Self::serve_table), without some of its columns, which depend on the device that the program
    /// runs on; those that it never has are in `LEFT_OUT` of the trait.
    ///
    /// # Panics
    ///
    /// As [`serve_table`](Self::serve_table).
    pub fn serve_table_without<R, T>(&self, row: R, table: Arc<T>, left_out: &[AnyColumn<R>])
    where
        R: ServeTable<T> + 'static,
        T: Send + Sync + 'static,
    {
        self.register_table(row, Source::Same(table), left_out);
    }

    /// As [`serve_table`](Self::serve_table), where the rows depend on who asks: `choose` is called once for each step of
    /// a request.
    ///
    /// # Panics
    ///
    /// As [`serve_table`](Self::serve_table).
    pub fn serve_table_with<R, T>(
        &self,
        row: R,
        choose: impl Fn(&Principal<'_>) -> Arc<T> + Send + Sync + 'static,
    ) where
        R: ServeTable<T> + 'static,
        T: Send + Sync + 'static,
    {
        self.register_table(row, Source::By(Box::new(choose)), &[]);
    }

    /// Serves a table whose rows are elsewhere, such as in a database: `fetch` gets the rows that a request is about,
    /// which it says, and gives them, in anything that implements the generated trait. It cannot be written.
    ///
    /// # Panics
    ///
    /// As [`serve_table`](Self::serve_table).
    pub fn serve_table_lazily<R, T, F>(
        &self,
        row: R,
        fetch: impl Fn(&Principal<'_>, RowsWanted<R::Index>) -> F + Send + Sync + 'static,
    ) where
        R: ServeTable<T, Index: Send + Sync> + 'static,
        T: Send + Sync + 'static,
        F: Future<Output = Result<Page<T>, ReadError>> + Send + 'static,
    {
        let _ = row;
        let root = Oid::from_arcs(R::OID).expect("the OID of a row is an OID");
        let fetch = move |who: &Principal<'_>, rows: RowsWanted<R::Index>| -> Pending<_> {
            Box::pin(fetch(who, rows))
        };
        self.register(root.clone(), Arc::new(LazyTable::<R, T>::new(root, Box::new(fetch))));
    }

    fn register_table<R, T>(&self, row: R, source: Source<T>, left_out: &[AnyColumn<R>])
    where
        R: ServeTable<T> + 'static,
        T: Send + Sync + 'static,
    {
        // The marker says which table; there is nothing in it.
        let _ = row;
        let meta = <R::Module as Module>::META;
        let root = Oid::from_arcs(R::OID).expect("the OID of a row is an OID");
        let handler = TableHandler::<R, T>::new(source, root.clone(), left_out, |sub_id| {
            constraint(ObjectRef::column(meta, R::OID, sub_id), None)
        });
        self.register(root, Arc::new(handler));
    }
}

const NO_INSTANCE: &str = "the OID of a scalar leaves room for the instance";

fn describe<T: Syntax>(object: ObjectRef) -> (Oid, Constraint) {
    let oid = object.oid().expect("the OID of a scalar is an OID");
    (oid, constraint(object, Some(T::BASE)))
}

/// What MIB says about the values of an object; where it says nothing, `base`.
fn constraint(object: ObjectRef, base: Option<BaseType>) -> Constraint {
    let described = object.oid().ok().and_then(|oid| object.module().object_exact(&oid));
    let Some(syntax) = described.and_then(|object| object.syntax()) else {
        return base.map_or_else(Constraint::default, Constraint::of);
    };
    match base {
        Some(base) => Constraint::described(&syntax).typed(base),
        None => Constraint::described(&syntax),
    }
}
