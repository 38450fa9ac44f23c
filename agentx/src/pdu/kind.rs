//! The 18 kinds of PDU.

use std::fmt;

/// h.type (RFC 2741 §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Opens a session.
    Open = 1,
    /// Closes a session.
    Close = 2,
    /// Registers a region.
    Register = 3,
    /// Takes a registration back.
    Unregister = 4,
    /// Asks for values.
    Get = 5,
    /// Asks for successors.
    GetNext = 6,
    /// Asks for several successors.
    GetBulk = 7,
    /// The first phase of a SET.
    TestSet = 8,
    /// The second phase of a SET.
    CommitSet = 9,
    /// Takes a SET back.
    UndoSet = 10,
    /// The end of a SET.
    CleanupSet = 11,
    /// A notification.
    Notify = 12,
    /// Asks whether the other one is there.
    Ping = 13,
    /// Asks for index values.
    IndexAllocate = 14,
    /// Gives index values back.
    IndexDeallocate = 15,
    /// Adds a row to sysORTable.
    AddAgentCaps = 16,
    /// Removes a row from sysORTable.
    RemoveAgentCaps = 17,
    /// The answer to any of these, except `CleanupSet`.
    Response = 18,
}

impl Kind {
    /// All, by their number.
    pub const ALL: [Self; 18] = [
        Self::Open,
        Self::Close,
        Self::Register,
        Self::Unregister,
        Self::Get,
        Self::GetNext,
        Self::GetBulk,
        Self::TestSet,
        Self::CommitSet,
        Self::UndoSet,
        Self::CleanupSet,
        Self::Notify,
        Self::Ping,
        Self::IndexAllocate,
        Self::IndexDeallocate,
        Self::AddAgentCaps,
        Self::RemoveAgentCaps,
        Self::Response,
    ];

    /// The kind with this number.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Whether a context may follow the header (RFC 2741 §6.1.1).
    #[must_use]
    pub fn has_context(self) -> bool {
        !matches!(
            self,
            Self::Open | Self::Close | Self::CommitSet | Self::UndoSet | Self::CleanupSet | Self::Response
        )
    }

    /// Whether a master agent sends it for an SNMP request.
    #[must_use]
    pub fn is_request(self) -> bool {
        (Self::Get as u8..=Self::CleanupSet as u8).contains(&(self as u8))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "agentx-{self:?}-PDU")
    }
}
