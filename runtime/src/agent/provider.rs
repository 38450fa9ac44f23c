//! The untyped way to serve objects: one object-safe trait behind every part of the tree.
//!
//! The typed methods ([`Agent::serve`](super::Agent::serve), [`Agent::serve_table`](super::Agent::serve_table)) use
//! it. Implement it directly for data whose shape is known only at run time.

use std::fmt;
use std::ops::Bound;

use super::set_error::{SetError, Undo};
use super::waits::Pending;
use crate::oid::{Oid, OidRef};
use crate::value::{Value, VarBind};

/// Answers for one subtree.
///
/// Calls are synchronous and may come from several threads at once. They are made while a request waits: a provider
/// that blocks, blocks the agent.
pub trait Provider: Send + Sync {
    /// The value of the variable `name`, [`Value::NoSuchInstance`] when the object is known and this instance is
    /// not there, or [`Value::NoSuchObject`] (RFC 3416 §4.2.1).
    ///
    /// # Errors
    ///
    /// The request fails with genErr.
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError>;

    /// The first variable in the subtree at or after the bound, `None` when there is none. Never `Unbounded`.
    ///
    /// The agent asks again with the returned name excluded: a result that is not greater ends the request with
    /// genErr.
    ///
    /// # Errors
    ///
    /// The request fails with genErr.
    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError>;

    /// A value that is not available at once: [`get`](Self::get) and [`next`](Self::next) give [`Value::Null`] in its
    /// place, and this gives the future to wait for. Called only for such names.
    fn wait(&self, name: OidRef<'_>) -> Option<Pending> {
        let _ = name;
        None
    }

    /// The object that `name` is an instance of: the name without its instance part; `None` when no object has it.
    ///
    /// Two things depend on it. A name outside of the community's view is noSuchInstance when other instances of its
    /// object are visible and noSuchObject otherwise; and SNMPv1, which has no Counter64, skips such a column at
    /// once.
    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        let _ = name;
        None
    }

    /// Whether the name of a variable can begin with the name of another, as rows can whose index ends with a string
    /// without its length (IMPLIED).
    ///
    /// `false` saves a call for each row where a view shows few of them. The default, `true`, is never wrong.
    fn nests(&self) -> bool {
        true
    }

    /// Phase 1 of a SET: whether all `changes` to this subtree can be made, without making any.
    ///
    /// The order of the checks is that of RFC 3416 §4.2.5. No variable is named twice.
    ///
    /// # Errors
    ///
    /// The first change that cannot be made, located with [`SetError::varbind`]. Without this method: notWritable.
    fn test(&self, changes: &[VarBind]) -> Result<(), SetError> {
        let _ = changes;
        Err(SetError::not_writable())
    }

    /// Phase 2 of a SET: makes the `changes` that [`test`](Self::test) has allowed.
    ///
    /// # Errors
    ///
    /// Nothing has been changed; the agent undoes what other providers committed.
    fn commit(&self, changes: &[VarBind]) -> Result<Undo, SetError> {
        let _ = changes;
        Err(SetError::commit_failed())
    }
}

/// A variable exists and could not be read: the request ends with genErr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    reason: String,
}

impl ReadError {
    /// With a reason for the agent's log; managers only see genErr.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ReadError {}
