//! Scalars served by closures.

use std::ops::Bound;
use std::sync::Arc;

use super::constraint::Constraint;
use super::provider::{Provider, ReadError};
use super::set_error::{SetError, Undo, UndoError};
use super::waits::Pending;
use crate::oid::{Oid, OidError, OidRef};
use crate::value::{Syntax, Value, ValueRef, VarBind};

type Get = Box<dyn Fn() -> Value + Send + Sync>;
type Fetch = Box<dyn Fn() -> Pending + Send + Sync>;
type Check = Box<dyn Fn(ValueRef<'_>) -> Result<(), SetError> + Send + Sync>;
type Set = Box<dyn Fn(ValueRef<'_>) -> Result<Undo, SetError> + Send + Sync>;

/// One scalar: the instance `.0` of its object.
pub(crate) struct ScalarProvider {
    object: Oid,
    instance: Oid,
    constraint: Constraint,
    get: Get,
    /// For a value that is not available at once; `get` gives null then.
    fetch: Option<Fetch>,
    write: Option<(Check, Set)>,
}

impl ScalarProvider {
    /// A scalar that cannot be written.
    pub(crate) fn read_only<T: Syntax>(
        object: Oid,
        constraint: Constraint,
        get: impl Fn() -> T + Send + Sync + 'static,
    ) -> Result<Self, OidError> {
        Ok(Self {
            instance: object.child(0)?,
            object,
            constraint,
            get: Box::new(move || get().to_value()),
            fetch: None,
            write: None,
        })
    }

    /// A scalar whose value is not available at once.
    pub(crate) fn waiting<T, F>(
        object: Oid,
        get: impl Fn() -> F + Send + Sync + 'static,
    ) -> Result<Self, OidError>
    where
        T: Syntax,
        F: Future<Output = T> + Send + 'static,
    {
        Ok(Self {
            instance: object.child(0)?,
            object,
            constraint: Constraint::default(),
            get: Box::new(|| Value::Null),
            fetch: Some(Box::new(move || {
                let value = get();
                Box::pin(async move { Ok(value.await.to_value()) })
            })),
            write: None,
        })
    }

    /// A scalar that can be written. An undo without an action of its own sets what `get` gave before.
    pub(crate) fn read_write<T, R>(
        object: Oid,
        constraint: Constraint,
        get: impl Fn() -> T + Send + Sync + 'static,
        check: impl Fn(&T) -> Result<(), SetError> + Send + Sync + 'static,
        set: impl Fn(T) -> Result<R, SetError> + Send + Sync + 'static,
    ) -> Result<Self, OidError>
    where
        T: Syntax + Send + 'static,
        R: SetOutcome,
    {
        let get = Arc::new(get);
        let set = Arc::new(set);
        let read = Arc::clone(&get);
        let check: Check = Box::new(move |value| check(&decode(value)?));
        let write: Set = Box::new(move |value| {
            let new = decode(value)?;
            let old = get();
            let set = Arc::clone(&set);
            let undo = set(new)?.into_undo();
            Ok(undo.unwrap_or_else(|| Undo::try_with(move || set(old).map(drop).map_err(|_| UndoError))))
        });
        Ok(Self { write: Some((check, write)), ..Self::read_only(object, constraint, move || read())? })
    }

    fn variable(&self) -> VarBind {
        VarBind { name: self.instance.clone(), value: (self.get)() }
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

fn decode<T: Syntax>(value: ValueRef<'_>) -> Result<T, SetError> {
    T::from_value(value).map_err(|_| SetError::wrong_type())
}

impl Provider for ScalarProvider {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        Ok(if name == self.instance { (self.get)() } else { Value::NoSuchInstance })
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let comes = match from {
            Bound::Included(name) => name <= self.instance,
            Bound::Excluded(name) => name < self.instance,
            Bound::Unbounded => true,
        };
        Ok(comes.then(|| self.variable()))
    }

    fn nests(&self) -> bool {
        false
    }

    fn wait(&self, name: OidRef<'_>) -> Option<Pending> {
        let fetch = self.fetch.as_ref()?;
        (name == self.instance).then(fetch)
    }

    fn object(&self, _: OidRef<'_>) -> Option<Oid> {
        Some(self.object.clone())
    }

    fn test(&self, changes: &[VarBind]) -> Result<(), SetError> {
        let Some((check, _)) = &self.write else {
            return Err(SetError::not_writable());
        };
        for (position, change) in changes.iter().enumerate() {
            let value = change.value.as_ref();
            self.constraint
                .check(value)
                .and_then(
                    |()| if change.name == self.instance { Ok(()) } else { Err(SetError::no_creation()) },
                )
                .and_then(|()| check(value))
                .map_err(|error| error.varbind(position))?;
        }
        Ok(())
    }

    fn commit(&self, changes: &[VarBind]) -> Result<Undo, SetError> {
        // The test leaves one change at most: that of the one instance.
        match (&self.write, changes.first()) {
            (Some((_, set)), Some(change)) => set(change.value.as_ref()),
            _ => Err(SetError::commit_failed()),
        }
    }
}
