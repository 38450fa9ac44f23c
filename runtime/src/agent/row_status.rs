//! The life of a row with a RowStatus column (RFC 2579 §2, RowStatus).
//!
//! A table keeps a [`RowState`] per row and asks [`RowState::after`] in its test and in its commit. What the machine
//! needs to know beside the request is whether the row would be complete: whether every column without a default has
//! a value, counting those that come in the same request (notes 2 and 3 of the standard's table).
//!
//! ```
//! use mibc_runtime::agent::{RowChange, RowRules, RowState};
//!
//! // createAndGo(4) for a new row, all columns given in the same request
//! let change = RowChange { status: Some(4), complete: true, in_use: false };
//! assert_eq!(RowState::Absent.after(change, RowRules::default()), Ok(RowState::Active));
//! ```

use crate::entity::SetError;

/// State of a row: the value of its RowStatus column, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowState {
    /// The row does not exist.
    Absent,
    /// notReady(3): columns are missing.
    NotReady,
    /// notInService(2): complete, and not used by the device.
    NotInService,
    /// active(1): in use.
    Active,
}

/// What one request asks of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowChange {
    /// New value of the RowStatus column; `None` when the request sets only other columns.
    pub status: Option<i32>,
    /// With this request, every required column has a value, and the values go together.
    pub complete: bool,
    /// The row cannot be taken out of service or removed now.
    pub in_use: bool,
}

/// What the standard leaves to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRules {
    /// Rows can exist without being active: createAndWait and notInService are supported.
    pub wait: bool,
    /// Setting any column of a row that does not exist creates it.
    pub implicit: bool,
    /// Columns of an active row can be changed.
    pub live_changes: bool,
}

impl Default for RowRules {
    /// createAndWait is supported, only the status column creates rows, active rows can be changed.
    fn default() -> Self {
        Self { wait: true, implicit: false, live_changes: true }
    }
}

impl RowState {
    /// What a GET of the status column reads: 1, 2 or 3, never an action; `None` for a row that is not there.
    #[must_use]
    pub fn value(self) -> Option<i32> {
        match self {
            Self::Absent => None,
            Self::Active => Some(1),
            Self::NotInService => Some(2),
            Self::NotReady => Some(3),
        }
    }

    /// The state after `change`.
    ///
    /// # Errors
    ///
    /// wrongValue for notReady(3), for numbers that RowStatus does not have, and for what the rules do not support;
    /// otherwise the error that the standard's table has in this cell. Point it to the status column with
    /// [`SetError::column`] where it is about that.
    pub fn after(self, change: RowChange, rules: RowRules) -> Result<RowState, SetError> {
        let waiting = if change.complete { Self::NotInService } else { Self::NotReady };
        let Some(status) = change.status else {
            return match self {
                Self::Absent if rules.implicit => Ok(waiting),
                Self::Absent => Err(SetError::inconsistent_name()),
                Self::NotReady => Ok(waiting),
                Self::NotInService => Ok(self),
                Self::Active if rules.live_changes => Ok(self),
                Self::Active => Err(SetError::inconsistent_value()),
            };
        };
        match (Action::from_value(status)?, self) {
            (Action::CreateAndGo, Self::Absent) if change.complete => Ok(Self::Active),
            (Action::CreateAndWait, Self::Absent) if rules.wait => Ok(waiting),
            (Action::CreateAndWait, Self::Absent) => Err(SetError::wrong_value()),

            (Action::Active, Self::Active) => Ok(self),
            (Action::Active, Self::NotReady | Self::NotInService) if change.complete => Ok(Self::Active),

            (Action::NotInService, Self::Active) if !rules.wait => Err(SetError::wrong_value()),
            (Action::NotInService, Self::Active) if !change.in_use => Ok(Self::NotInService),
            (Action::NotInService, Self::NotInService) => Ok(self),
            (Action::NotInService, Self::NotReady) if change.complete => Ok(Self::NotInService),

            (Action::Destroy, Self::Active) if change.in_use => Err(SetError::inconsistent_value()),
            (Action::Destroy, _) => Ok(Self::Absent),

            _ => Err(SetError::inconsistent_value()),
        }
    }
}

/// What a manager can write into a RowStatus column.
#[derive(Clone, Copy)]
enum Action {
    Active,
    NotInService,
    CreateAndGo,
    CreateAndWait,
    Destroy,
}

impl Action {
    fn from_value(value: i32) -> Result<Self, SetError> {
        match value {
            1 => Ok(Self::Active),
            2 => Ok(Self::NotInService),
            4 => Ok(Self::CreateAndGo),
            5 => Ok(Self::CreateAndWait),
            6 => Ok(Self::Destroy),
            // notReady(3) can be read, not written.
            _ => Err(SetError::wrong_value()),
        }
    }
}

#[cfg(test)]
mod tests;
