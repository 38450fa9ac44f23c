//! The typed way to serve objects: from generated constants to providers.

use std::sync::Arc;

use super::constraint::Constraint;
use super::responder::Responder;
use super::scalar::{ScalarProvider, SetOutcome};
use super::set_error::SetError;
use super::table::{ServeTable, TableProvider};
use crate::oid::Oid;
use crate::syntax::BaseType;
use crate::typed::access::{Readable, Writable};
use crate::typed::{Module, ObjectRef, Scalar};
use crate::value::Syntax;

impl Responder {
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
        let (object, constraint) = describe::<T>(scalar.object());
        let provider = ScalarProvider::read_only(object.clone(), constraint, get);
        self.register(object, Arc::new(provider.expect(NO_INSTANCE)));
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
        let (object, _) = describe::<T>(scalar.object());
        let provider = ScalarProvider::waiting(object.clone(), get);
        self.register(object, Arc::new(provider.expect(NO_INSTANCE)));
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
        let (object, constraint) = describe::<T>(scalar.object());
        let provider = ScalarProvider::read_write(object.clone(), constraint, get, check, set);
        self.register(object, Arc::new(provider.expect(NO_INSTANCE)));
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
        R: ServeTable<T>,
        T: Send + Sync + 'static,
    {
        // The marker says which table; there is nothing in it.
        let _ = row;
        let meta = <R::Module as Module>::META;
        let root = Oid::from_arcs(R::OID).expect("the OID of a row is an OID");
        let provider = TableProvider::<R, T>::new(table, root.clone(), |sub_id| {
            constraint(ObjectRef::column(meta, R::OID, sub_id), None)
        });
        self.register(root, Arc::new(provider));
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
    Constraint::of_type(&syntax, base)
}
