//! What GET asks of one handler.

use super::encoded::{Encoded, PieceId};
use super::eventual::Pending;
use super::failure::Failure;
use super::handler::ReadError;
use super::query::{NamePlace, Query};
use super::waits::{Promise, Waits};
use crate::message::ErrorStatus;
use crate::oid::OidRef;
use crate::registry::{Place, RegistrationId};
use crate::value::{Value, ValueRef};

/// One variable of a GET.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(super) name: NamePlace,
    /// The region that it is in.
    pub(super) place: Option<Place>,
    pub(super) state: SlotState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotState {
    Open,
    Waiting,
    /// Its value is known.
    Known(PieceId),
}

/// All variables that a request asks of a handler at one time.
pub struct GetBatch<'b> {
    pub(super) query: &'b Query<'b>,
    pub(super) slots: &'b mut [Slot],
    pub(super) encoded: &'b mut Encoded,
    /// The slots that are for this handler: positions in `slots`.
    pub(super) members: &'b [(RegistrationId, u32)],
    /// The member to look at next.
    pub(super) next: usize,
    pub(super) failure: &'b mut Option<Failure>,
    pub(super) waits: &'b mut Waits,
}

/// One variable: its value is given at once, or waited for.
pub struct GetSlot<'s> {
    name: OidRef<'s>,
    v1: bool,
    slot: &'s mut Slot,
    position: u32,
    encoded: &'s mut Encoded,
    failure: &'s mut Option<Failure>,
    waits: &'s mut Waits,
}

impl GetBatch<'_> {
    /// How many variables there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The name of the variable at a position of the batch.
    #[must_use]
    pub fn name(&self, position: usize) -> Option<OidRef<'_>> {
        let (_, at) = self.members.get(position)?;
        self.slots.get(*at as usize).map(|slot| self.query.name(slot.name))
    }

    /// The next variable. Each is given once.
    #[inline]
    pub fn next_slot(&mut self) -> Option<GetSlot<'_>> {
        self.next += 1;
        self.slot(self.next - 1)
    }

    /// The variable at a position of the batch.
    #[inline]
    pub fn slot(&mut self, position: usize) -> Option<GetSlot<'_>> {
        let (_, at) = *self.members.get(position)?;
        let slot = self.slots.get_mut(at as usize)?;
        Some(GetSlot {
            name: self.query.name(slot.name),
            v1: self.query.v1,
            slot,
            position: at,
            encoded: self.encoded,
            failure: self.failure,
            waits: self.waits,
        })
    }

    /// Lets all variables wait that have no value yet: the future gives the value of each, in their order.
    pub fn wait_for_all(&mut self, pending: Pending<Vec<Result<Value, ReadError>>>) {
        let mut waiting = Vec::new();
        for (_, at) in self.members {
            if let Some(slot) = self.slots.get_mut(*at as usize).filter(|slot| slot.state == SlotState::Open)
            {
                slot.state = SlotState::Waiting;
                waiting.push(*at);
            }
        }
        if !waiting.is_empty() {
            self.waits.push(Promise::Values(waiting, pending));
        }
    }

    /// Variables that the handler did not touch are errors.
    #[inline]
    pub(super) fn finish(self) {
        for (_, at) in self.members {
            let Some(slot) = self.slots.get(*at as usize) else { continue };
            if slot.state == SlotState::Open {
                let error = ReadError::new("a handler gave no value");
                let failure = Failure::unreadable(*at as usize, self.query.name(slot.name), &error);
                Failure::note(self.failure, failure);
            }
        }
    }
}

impl<'s> GetSlot<'s> {
    /// The name of the variable.
    #[must_use]
    #[inline]
    pub fn name(&self) -> OidRef<'s> {
        self.name
    }

    /// Gives its value, or noSuchInstance or noSuchObject.
    #[inline]
    pub fn answer<'v>(self, value: impl Into<ValueRef<'v>>) {
        settle(self.name, self.v1, self.slot, self.position, self.encoded, self.failure, value.into());
    }

    /// As [`answer`](Self::answer), for a device that is imitated with its faults: `Null` is a value as well.
    pub fn imitate<'v>(self, value: impl Into<ValueRef<'v>>) {
        match value.into() {
            ValueRef::Null => {
                self.slot.state = SlotState::Known(self.encoded.push(self.name, ValueRef::Null));
            }
            value => self.answer(value),
        }
    }

    /// It exists and cannot be read: the request ends with genErr, or as the error says.
    pub fn fail(self, error: &ReadError) {
        Failure::note(self.failure, Failure::unreadable(self.position as usize, self.name, error));
        self.slot.state = SlotState::Waiting;
    }

    /// Lets it wait for its value.
    pub fn wait(self, pending: Pending<Result<Value, ReadError>>) {
        if self.slot.state == SlotState::Open {
            self.slot.state = SlotState::Waiting;
            self.waits.push(Promise::Value(self.position, pending));
        }
    }
}

/// Gives a variable its value.
#[inline]
pub(super) fn settle(
    name: OidRef<'_>,
    v1: bool,
    slot: &mut Slot,
    position: u32,
    encoded: &mut Encoded,
    failure: &mut Option<Failure>,
    value: ValueRef<'_>,
) {
    let position = position as usize;
    match value {
        ValueRef::EndOfMibView | ValueRef::Null => {
            let error = ReadError::new("a handler gave no value, or endOfMibView for one variable");
            Failure::note(failure, Failure::unreadable(position, name, &error));
        }
        ValueRef::Counter64(_) | ValueRef::NoSuchObject | ValueRef::NoSuchInstance if v1 => {
            Failure::note(failure, Failure::at(ErrorStatus::NO_SUCH_NAME, position));
        }
        _ => {}
    }
    slot.state = SlotState::Known(encoded.push(name, value));
}
