//! What GETNEXT and GETBULK ask of one handler.

use std::ops::Bound;

use super::encoded::{Encoded, PieceId};
use super::eventual::Pending;
use super::failure::Failure;
use super::handler::ReadError;
use super::query::Query;
use super::waits::{Promise, Waits};
use super::walk::Walk;
use crate::oid::{Oid, OidRef};
use crate::registry::RegistrationId;
use crate::value::{Value, ValueRef, VarBind};

/// All runs of successors that a request asks of a handler at one time.
pub struct NextBatch<'b> {
    pub(super) query: &'b Query<'b>,
    pub(super) walks: &'b mut [Walk],
    pub(super) encoded: &'b mut Encoded,
    /// The walks that are for this handler: positions in `walks`.
    pub(super) members: &'b [(RegistrationId, u32)],
    /// The member to look at next.
    pub(super) next: usize,
    /// What has been handed out last.
    pub(super) given: Option<u32>,
    /// Some have been handed out, and may want more.
    pub(super) is_again: bool,
    pub(super) failure: &'b mut Option<Failure>,
    pub(super) waits: &'b mut Waits,
}

/// A run of successors: takes as many as it wants.
pub struct NextRun<'s> {
    query: &'s Query<'s>,
    walk: &'s mut Walk,
    position: u32,
    encoded: &'s mut Encoded,
    failure: &'s mut Option<Failure>,
    waits: &'s mut Waits,
}

/// Successors that were waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Successors {
    /// In OID order.
    pub varbinds: Vec<VarBind>,
    /// Whether nothing comes behind them.
    pub is_end: bool,
}

impl<'b> NextBatch<'b> {
    /// How many runs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The next run that wants something. One that has got something and wants more comes again, after the others, from
    /// behind what it has; where a view hides what is behind, from where the view goes on.
    pub fn next_run(&mut self) -> Option<NextRun<'_>> {
        self.check_given();
        loop {
            let Some((registration, at)) = self.members.get(self.next).copied() else {
                if !std::mem::take(&mut self.is_again) {
                    return None;
                }
                self.next = 0;
                continue;
            };
            self.next += 1;
            let walk = self.walks.get_mut(at as usize)?;
            if walk.arm(self.query, self.encoded) && walk.registration() == Some(registration) {
                walk.untouch();
                self.given = Some(at);
                self.is_again = true;
                return self.open(at);
            }
        }
    }

    /// The run at a position of the batch, if it wants something. This is for handlers that fill several runs at the
    /// same time; a run is not given again by itself.
    pub fn run(&mut self, position: usize) -> Option<NextRun<'_>> {
        let (registration, at) = *self.members.get(position)?;
        let walk = self.walks.get_mut(at as usize)?;
        (walk.is_open() && walk.registration() == Some(registration)).then_some(())?;
        self.open(at)
    }

    /// Lets all runs wait that want something: the future gives the successors of each, in their order.
    pub fn wait_for_all(&mut self, pending: Pending<Vec<Result<Successors, ReadError>>>) {
        let mut waiting = Vec::new();
        for (_, at) in self.members {
            if let Some(walk) = self.walks.get_mut(*at as usize).filter(|walk| walk.is_open()) {
                walk.wait();
                waiting.push(*at);
            }
        }
        if !waiting.is_empty() {
            self.waits.push(Promise::AllSuccessors(waiting, pending));
        }
    }

    fn open(&mut self, at: u32) -> Option<NextRun<'_>> {
        let walk = self.walks.get_mut(at as usize)?;
        Some(NextRun {
            query: self.query,
            walk,
            position: at,
            encoded: self.encoded,
            failure: self.failure,
            waits: self.waits,
        })
    }

    /// A run that got nothing when it was given would be given again and again.
    fn check_given(&mut self) {
        if let Some(at) = self.given.take() {
            self.check(at);
        }
    }

    fn check(&mut self, at: u32) {
        if let Some(walk) = self.walks.get_mut(at as usize)
            && walk.is_open()
            && !walk.is_touched()
        {
            walk.fail(self.encoded, at, self.failure, &ReadError::new("a handler gave no successor"));
        }
    }

    /// Runs that the handler did not touch are errors.
    pub(super) fn finish(mut self) {
        for (registration, at) in self.members {
            if self.walks.get(*at as usize).is_some_and(|walk| walk.registration() == Some(*registration)) {
                self.check(*at);
            }
        }
    }
}

impl<'s> NextRun<'s> {
    /// From where successors are wanted: at or behind a name, never unbounded. It may lie before all that the handler
    /// has.
    #[must_use]
    pub fn from(&self) -> Bound<OidRef<'_>> {
        self.walk.from(self.encoded)
    }

    /// As [`from`](Self::from), free of the run.
    #[must_use]
    pub fn from_oid(&self) -> Bound<Oid> {
        self.from().map(OidRef::to_oid)
    }

    /// What is asked of the handler ends here, at the first name that is another's; `None` without an end. What comes
    /// there or behind is not taken: [`push`](Self::push) says that the run has enough.
    #[must_use]
    pub fn until(&self) -> Option<&Oid> {
        self.walk.until(self.query)
    }

    /// How many successors are wanted, at least one.
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.walk.wanted()
    }

    /// How many octets of varbinds there is room for. The last one may take more.
    #[must_use]
    pub fn octets_left(&self) -> usize {
        self.walk.octets_left()
    }

    /// Takes the next successor; whether the one behind it is wanted too. If it is not, the run has enough, or goes on
    /// elsewhere: in both cases there is nothing more to do about it now.
    pub fn push<'v>(&mut self, name: impl Into<OidRef<'v>>, value: impl Into<ValueRef<'v>>) -> bool {
        let pushed = self.walk.push(self.query, self.encoded, name.into(), value.into());
        pushed.unwrap_or_else(|error| {
            self.walk.fail(self.encoded, self.position, self.failure, &error);
            false
        })
    }

    /// As [`push`](Self::push), for a device that is imitated with its faults: neither does the name have to come behind
    /// the one before or lie in the part of the tree that the handler has, nor does the value have to be one. The
    /// manager may then walk for ever.
    pub fn imitate<'v>(&mut self, name: impl Into<OidRef<'v>>, value: impl Into<ValueRef<'v>>) -> bool {
        self.walk.imitate(self.encoded, name.into(), value.into())
    }

    /// As [`push`](Self::push), for a successor whose value is waited for. The future is made only if it is taken.
    pub fn push_later<'v>(
        &mut self,
        name: impl Into<OidRef<'v>>,
        value: impl FnOnce() -> Pending<Result<Value, ReadError>>,
    ) -> bool {
        match self.walk.push_promised(self.query, self.encoded, name.into()) {
            Ok((goes_on, piece)) => {
                if let Some(piece) = piece {
                    self.waits.push(Promise::Found(self.position, piece, value()));
                }
                goes_on
            }
            Err(error) => {
                self.walk.fail(self.encoded, self.position, self.failure, &error);
                false
            }
        }
    }

    /// Nothing comes behind what it has got.
    pub fn end(self) {
        self.walk.end_region(self.query);
    }

    /// What comes next cannot be read: the request ends with genErr.
    pub fn fail(self, error: &ReadError) {
        self.walk.fail(self.encoded, self.position, self.failure, error);
    }

    /// Lets it wait for more.
    pub fn wait(self, pending: Pending<Result<Successors, ReadError>>) {
        if self.walk.is_open() {
            self.walk.wait();
            self.waits.push(Promise::Successors(self.position, pending));
        }
    }
}

/// Gives a varbind that a walk has found the value that was waited for.
pub(super) fn settle_found(
    query: &Query<'_>,
    walk: &mut Walk,
    position: u32,
    piece: PieceId,
    encoded: &mut Encoded,
    failure: &mut Option<Failure>,
    arrived: Result<Value, ReadError>,
) {
    let settled = arrived.and_then(|value| walk.settle_found(query, encoded, piece, value.as_ref()));
    if let Err(error) = settled {
        walk.fail(encoded, position, failure, &error);
    }
}

/// Puts what was waited for into a walk.
pub(super) fn settle(
    query: &Query<'_>,
    walk: &mut Walk,
    position: u32,
    encoded: &mut Encoded,
    failure: &mut Option<Failure>,
    arrived: Result<Successors, ReadError>,
) {
    walk.go_on();
    let taken = arrived.and_then(|Successors { varbinds, is_end }| {
        for varbind in &varbinds {
            if !walk.push(query, encoded, varbind.name.as_ref(), varbind.value.as_ref())? {
                return Ok(());
            }
        }
        match (is_end, varbinds.is_empty()) {
            (true, _) => walk.end_region(query),
            (false, true) => return Err(ReadError::new("a handler gave no successor")),
            (false, false) => {}
        }
        Ok(())
    });
    if let Err(error) = taken {
        walk.fail(encoded, position, failure, &error);
    }
}
