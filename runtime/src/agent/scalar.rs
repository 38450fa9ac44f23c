//! Scalars served by closures.

use std::ops::Bound;
use std::sync::Arc;

use super::cell::Cell;
use super::constraint::Constraint;
use crate::access::Principal;
use crate::entity::{
    GetBatch, Handler, NextBatch, Pending, Prepared, ReadError, SetError, Tested, Undo, UndoError, prepared,
};
use crate::oid::{Oid, OidError, OidRef};
use crate::value::{Syntax, Value, ValueRef, VarBind};

type Get = Box<dyn Fn(&Principal<'_>, &mut Cell<'_>) + Send + Sync>;
type Fetch = Box<dyn Fn(&Principal<'_>) -> Pending<Result<Value, ReadError>> + Send + Sync>;
type Test = Box<dyn Fn(&Principal<'_>, ValueRef<'_>) -> Result<Box<dyn Prepared>, SetError> + Send + Sync>;

/// One scalar: the instance `.0` of its object.
pub(crate) struct ScalarHandler {
    object: Oid,
    instance: Oid,
    constraint: Constraint,
    read: Read,
    write: Option<Test>,
}

enum Read {
    Now(Get),
    Later(Fetch),
}

impl ScalarHandler {
    /// A scalar that cannot be written.
    pub(crate) fn read_only<T: Syntax>(
        object: Oid,
        constraint: Constraint,
        get: impl Fn(&Principal<'_>) -> T + Send + Sync + 'static,
    ) -> Result<Self, OidError> {
        let read = Read::Now(Box::new(move |who, cell| cell.give(Some(get(who)))));
        Ok(Self { instance: object.child(0)?, object, constraint, read, write: None })
    }

    /// A scalar whose value is not available at once.
    pub(crate) fn waiting<T, F>(
        object: Oid,
        get: impl Fn(&Principal<'_>) -> F + Send + Sync + 'static,
    ) -> Result<Self, OidError>
    where
        T: Syntax,
        F: Future<Output = T> + Send + 'static,
    {
        let read = Read::Later(Box::new(move |who| {
            let value = get(who);
            Box::pin(async move { Ok(value.await.to_value()) })
        }));
        let constraint = Constraint::default();
        Ok(Self { instance: object.child(0)?, object, constraint, read, write: None })
    }

    /// A scalar whose changes are prepared by the application.
    pub(crate) fn prepared<T: Syntax>(
        object: Oid,
        constraint: Constraint,
        get: impl Fn(&Principal<'_>) -> T + Send + Sync + 'static,
        test: impl Fn(&Principal<'_>, T) -> Result<Box<dyn Prepared>, SetError> + Send + Sync + 'static,
    ) -> Result<Self, OidError> {
        let write: Test =
            Box::new(move |who, value| test(who, T::from_value(value).map_err(|_| SetError::wrong_type())?));
        Ok(Self { write: Some(write), ..Self::read_only(object, constraint, get)? })
    }

    /// A scalar that can be written. An undo without an action of its own sets what `get` gave before.
    pub(crate) fn read_write<T, R>(
        object: Oid,
        constraint: Constraint,
        get: impl Fn(&Principal<'_>) -> T + Send + Sync + 'static,
        check: impl Fn(&Principal<'_>, &T) -> Result<(), SetError> + Send + Sync + 'static,
        set: impl Fn(&Principal<'_>, T) -> Result<R, SetError> + Send + Sync + 'static,
    ) -> Result<Self, OidError>
    where
        T: Syntax + Send + 'static,
        R: SetOutcome,
    {
        let (get, set) = (Arc::new(get), Arc::new(set));
        let read = Arc::clone(&get);
        let write: Test = Box::new(move |who, value| {
            let new = T::from_value(value).map_err(|_| SetError::wrong_type())?;
            check(who, &new)?;
            let (get, set, who) = (Arc::clone(&get), Arc::clone(&set), who.clone().into_owned());
            Ok(prepared(move || {
                let old = get(&who);
                let undo = set(&who, new)?.into_undo();
                let back = move || set(&who, old).map(drop).map_err(|_| UndoError);
                Ok(undo.unwrap_or_else(|| Undo::try_with(back)))
            }))
        });
        Ok(Self { write: Some(write), ..Self::read_only(object, constraint, move |who| read(who))? })
    }
}

/// What the setter of a scalar returns: `()` when a change is undone by setting the value from before, or an
/// [`Undo`] of its own.
pub trait SetOutcome {
    /// The setter's own undo, `None` to set the value from before.
    fn into_undo(self) -> Option<Undo>;
}

impl SetOutcome for () {
    fn into_undo(self) -> Option<Undo> {
        None
    }
}

impl SetOutcome for Undo {
    fn into_undo(self) -> Option<Undo> {
        Some(self)
    }
}

impl Handler for ScalarHandler {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        while let Some(slot) = batch.next_slot() {
            match &self.read {
                _ if slot.name() != self.instance => slot.answer(ValueRef::NoSuchInstance),
                Read::Later(fetch) => slot.wait(fetch(who)),
                Read::Now(get) => {
                    let mut slot = Some(slot);
                    get(
                        who,
                        &mut Cell::new(&mut |value| slot.take().into_iter().for_each(|s| s.answer(value))),
                    );
                }
            }
        }
    }

    fn next(&self, who: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(mut run) = batch.next_run() {
            let comes = match run.from() {
                Bound::Included(name) => name <= self.instance,
                Bound::Excluded(name) => name < self.instance,
                Bound::Unbounded => true,
            };
            match &self.read {
                _ if !comes => run.end(),
                Read::Later(fetch) => {
                    run.push_later(&self.instance, || fetch(who));
                    run.end();
                }
                Read::Now(get) => {
                    get(
                        who,
                        &mut Cell::new(&mut |value| {
                            run.push(&self.instance, value);
                        }),
                    );
                    run.end();
                }
            }
        }
    }

    fn nests(&self) -> bool {
        false
    }

    fn object(&self, _: OidRef<'_>) -> Option<Oid> {
        Some(self.object.clone())
    }

    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let Some(write) = &self.write else { return Err(SetError::not_writable()).into() };
        let mut result = Err(SetError::not_writable());
        for (position, change) in changes.iter().enumerate() {
            let value = change.value.as_ref();
            let instance =
                || if change.name == self.instance { Ok(()) } else { Err(SetError::no_creation()) };
            result = self.constraint.check(value).and_then(|()| instance()).and_then(|()| write(who, value));
            if let Err(error) = result {
                return Err(error.varbind(position)).into();
            }
        }
        // There is one instance, and no variable is named twice.
        result.into()
    }
}
