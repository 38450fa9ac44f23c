//! The plain way to be a handler: one variable at a time, at once, whoever asks.

use std::ops::Bound;

use super::eventual::Eventual;
use super::get_batch::GetBatch;
use super::handler::{Handler, ReadError};
use super::next_batch::NextBatch;
use super::prepared::Tested;
use super::set_error::SetError;
use crate::access::Principal;
use crate::oid::{Oid, OidRef};
use crate::value::{Value, VarBind};

/// Variables that are looked up one by one. Whatever has this is a [`Handler`].
///
/// Where many are walked through, a handler that fills runs by itself is faster: here each is searched for.
pub trait Variables: Send + Sync {
    /// The value of the variable `name`, [`Value::NoSuchInstance`] when the object is known and this instance is
    /// not there, or [`Value::NoSuchObject`] (RFC 3416 §4.2.1).
    ///
    /// # Errors
    ///
    /// The request fails with genErr.
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError>;

    /// The first variable at or after the bound, `None` when there is none. Never `Unbounded`.
    ///
    /// # Errors
    ///
    /// The request fails with genErr, as it does for a variable that does not come after the bound.
    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError>;

    /// As [`Handler::object`].
    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        let _ = name;
        None
    }

    /// As [`Handler::nests`].
    fn nests(&self) -> bool {
        true
    }

    /// As [`Handler::test`].
    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let _ = (who, changes);
        Eventual::Now(Err(SetError::not_writable()))
    }
}

impl<V: Variables> Handler for V {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        while let Some(slot) = batch.next_slot() {
            match Variables::get(self, slot.name()) {
                Ok(value) => slot.answer(&value),
                Err(error) => slot.fail(&error),
            }
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(mut run) = batch.next_run() {
            loop {
                match Variables::next(self, run.from()) {
                    Ok(Some(found)) if run.push(&found.name, &found.value) => {}
                    Ok(Some(_)) => break,
                    Ok(None) => {
                        run.end();
                        break;
                    }
                    Err(error) => {
                        run.fail(&error);
                        break;
                    }
                }
            }
        }
    }

    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        Variables::object(self, name)
    }

    fn nests(&self) -> bool {
        Variables::nests(self)
    }

    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        Variables::test(self, who, changes)
    }
}
