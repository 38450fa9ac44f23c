//! Who answers for a part of the tree: one object-safe trait behind every registration.

use std::fmt;

use super::eventual::Eventual;
use super::get_batch::GetBatch;
use super::next_batch::NextBatch;
use super::prepared::Tested;
use super::set_error::SetError;
use crate::access::Principal;
use crate::message::ErrorStatus;
use crate::oid::{Oid, OidRef};
use crate::value::VarBind;

/// Answers for what is registered with it.
///
/// The typed methods of the agent ([`serve`](crate::agent::Served::serve),
/// [`serve_table`](crate::agent::Served::serve_table)) use it. Implement it for data whose shape is known only at run
/// time, or that lives elsewhere.
///
/// Each call has all that one request asks of the handler at this time, and `who` asks. Calls may come from several
/// threads at once, and are made while the agent does nothing else: a handler that blocks, blocks the agent. What is
/// not there at once is given as a future.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::ops::Bound;
/// use mibc_runtime::access::Principal;
/// use mibc_runtime::entity::{GetBatch, Handler, NextBatch};
/// use mibc_runtime::oid::Oid;
/// use mibc_runtime::value::Value;
///
/// /// Variables by name.
/// struct Variables(BTreeMap<Oid, Value>);
///
/// impl Handler for Variables {
///     fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
///         while let Some(slot) = batch.next_slot() {
///             match self.0.get(&slot.name().to_oid()) {
///                 Some(value) => slot.answer(value),
///                 None => slot.answer(&Value::NoSuchInstance),
///             }
///         }
///     }
///
///     fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
///         while let Some(mut run) = batch.next_run() {
///             let from = run.from_oid();
///             let mut behind = self.0.range((from, Bound::Unbounded));
///             // Until the run is full, or the map ends.
///             if behind.all(|(name, value)| run.push(name, value)) {
///                 run.end();
///             }
///         }
///     }
/// }
/// ```
pub trait Handler: Send + Sync {
    /// The values of variables: each [slot](super::GetSlot) is answered, or made to wait. A name that the handler
    /// does not have is [`NoSuchInstance`](crate::value::Value::NoSuchInstance) when the object is known and
    /// [`NoSuchObject`](crate::value::Value::NoSuchObject) when it is not (RFC 3416 §4.2.1).
    ///
    /// The request ends with genErr for a slot that is neither.
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>);

    /// The variables that come after a place: each [run](super::NextRun) takes as many as it wants, in OID order,
    /// and is ended after the last variable, or made to wait. A run that has got something and wants more comes again.
    ///
    /// The request ends with genErr for a run that gets nothing and is not ended, and for a variable that does not come
    /// after the one before.
    fn next(&self, who: &Principal<'_>, batch: &mut NextBatch<'_>);

    /// The object that `name` is an instance of: the name without its instance part; `None` when no object has it.
    ///
    /// Two things depend on it. A name outside of the view is noSuchInstance when other instances of its object are
    /// visible and noSuchObject otherwise; and SNMPv1, which has no Counter64, skips such a column at once.
    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        let _ = name;
        None
    }

    /// Whether the name of a variable can begin with the name of another, as rows can whose index ends with a string
    /// without its length (IMPLIED).
    ///
    /// `false` saves work for each row where a view shows few of them. The default, `true`, is never wrong.
    fn nests(&self) -> bool {
        true
    }

    /// Phase 1 of a SET: whether all `changes` can be made, without making any. What it gives has what it takes to make
    /// them.
    ///
    /// The order of the checks is that of RFC 3416 §4.2.5. No variable is named twice. No other SET of the entity is
    /// under way, from here until the last call to what this gives.
    ///
    /// # Errors
    ///
    /// The first change that cannot be made, located with [`SetError::varbind`]. Without this method: notWritable.
    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let _ = (who, changes);
        Eventual::Now(Err(SetError::not_writable()))
    }
}

/// A variable exists and could not be read: the request ends with genErr, unless the handler says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    reason: String,
    /// `None`: the request gets no answer.
    status: Option<ErrorStatus>,
}

impl ReadError {
    /// With a reason for the agent's log; managers only see genErr.
    pub fn new(reason: impl Into<String>) -> Self {
        Self::with_status(ErrorStatus::GEN_ERR, reason)
    }

    /// With another error-status than genErr, for a handler that stands for another agent.
    pub fn with_status(status: ErrorStatus, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), status: Some(status) }
    }

    /// The whole request gets no answer, as from an agent that is not there.
    pub fn silent(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), status: None }
    }

    /// What a manager reads in error-status; `None` without an answer.
    #[must_use]
    pub fn status(&self) -> Option<ErrorStatus> {
        self.status
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ReadError {}
