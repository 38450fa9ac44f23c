//! What PDUs say.

use mibc_runtime::oid::Oid;
use mibc_runtime::registry::Priority;
use mibc_runtime::value::VarBind;

use super::header::ByteOrder;
use super::kind::Kind;
use super::status::{CloseReason, Status};

/// The name of a context; `None` for the default one, of which PDUs say nothing.
pub type Context = Option<Vec<u8>>;

/// A whole PDU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdu {
    /// The order of the octets of its numbers.
    pub order: ByteOrder,
    /// h.sessionID.
    pub session_id: u32,
    /// h.transactionID.
    pub transaction_id: u32,
    /// h.packetID.
    pub packet_id: u32,
    /// What it says.
    pub body: Body,
}

/// What a PDU says, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Opens a session.
    Open(Open),
    /// Closes a session.
    Close(CloseReason),
    /// Registers a region.
    Register(Register),
    /// Takes a registration back.
    Unregister(Unregister),
    /// Asks for values.
    Get(Search),
    /// Asks for successors.
    GetNext(Search),
    /// Asks for several successors.
    GetBulk(Bulk),
    /// The first phase of a SET.
    TestSet(Bindings),
    /// The second phase of a SET.
    CommitSet,
    /// Takes a SET back.
    UndoSet,
    /// The end of a SET.
    CleanupSet,
    /// A notification.
    Notify(Bindings),
    /// Asks whether the other one is there.
    Ping(Context),
    /// Asks for index values.
    IndexAllocate(Choice, Bindings),
    /// Gives index values back.
    IndexDeallocate(Bindings),
    /// Adds a row to sysORTable.
    AddAgentCaps(Capabilities),
    /// Removes a row from sysORTable: its sysORID.
    RemoveAgentCaps(Context, Oid),
    /// An answer.
    Response(Response),
}

impl Body {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Open(_) => Kind::Open,
            Self::Close(_) => Kind::Close,
            Self::Register(_) => Kind::Register,
            Self::Unregister(_) => Kind::Unregister,
            Self::Get(_) => Kind::Get,
            Self::GetNext(_) => Kind::GetNext,
            Self::GetBulk(_) => Kind::GetBulk,
            Self::TestSet(_) => Kind::TestSet,
            Self::CommitSet => Kind::CommitSet,
            Self::UndoSet => Kind::UndoSet,
            Self::CleanupSet => Kind::CleanupSet,
            Self::Notify(_) => Kind::Notify,
            Self::Ping(_) => Kind::Ping,
            Self::IndexAllocate(..) => Kind::IndexAllocate,
            Self::IndexDeallocate(_) => Kind::IndexDeallocate,
            Self::AddAgentCaps(_) => Kind::AddAgentCaps,
            Self::RemoveAgentCaps(..) => Kind::RemoveAgentCaps,
            Self::Response(_) => Kind::Response,
        }
    }

    /// The context that it is about.
    #[must_use]
    pub fn context(&self) -> Option<&[u8]> {
        match self {
            Self::Register(Register { region, .. }) | Self::Unregister(Unregister { region, .. }) => {
                region.context.as_deref()
            }
            Self::Get(search) | Self::GetNext(search) => search.context.as_deref(),
            Self::GetBulk(bulk) => bulk.search.context.as_deref(),
            Self::TestSet(bindings)
            | Self::Notify(bindings)
            | Self::IndexAllocate(_, bindings)
            | Self::IndexDeallocate(bindings) => bindings.context.as_deref(),
            Self::Ping(context) | Self::RemoveAgentCaps(context, _) => context.as_deref(),
            Self::AddAgentCaps(capabilities) => capabilities.context.as_deref(),
            _ => None,
        }
    }

    /// Its varbinds, if it is of a kind that has some.
    #[must_use]
    pub fn varbinds(&self) -> &[VarBind] {
        match self {
            Self::TestSet(bindings)
            | Self::Notify(bindings)
            | Self::IndexAllocate(_, bindings)
            | Self::IndexDeallocate(bindings) => &bindings.varbinds,
            Self::Response(response) => &response.varbinds,
            _ => &[],
        }
    }
}

/// Who opens a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Seconds after which the sub-agent is not waited for any more; 0: as the master agent thinks fit.
    pub timeout: u8,
    /// Who it is; 0.0 if it has no name.
    pub id: Oid,
    /// What it is, in words.
    pub description: Vec<u8>,
}

/// A part of the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// Of which context.
    pub context: Context,
    /// The lower one wins.
    pub priority: Priority,
    /// The subtree, or the first of them.
    pub subtree: Oid,
    /// The position of the sub-identifier that runs, counted from 1, and where it ends.
    pub range: Option<(u8, u32)>,
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Of what.
    pub region: Region,
    /// Seconds to wait for answers about it; 0: as the session says.
    pub timeout: u8,
    /// The subtree is the name of an instance.
    pub is_instance: bool,
}

/// A registration that is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unregister {
    /// Of what.
    pub region: Region,
}

/// Names from one to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Where it begins.
    pub start: Oid,
    /// Whether the first name is in it.
    pub include: bool,
    /// The first name behind it.
    pub end: Option<Oid>,
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// In which context.
    pub context: Context,
    /// Where.
    pub ranges: Vec<Range>,
}

/// A search for several successors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bulk {
    /// What is looked for.
    pub search: Search,
    /// Ranges of which one variable is wanted.
    pub non_repeaters: u16,
    /// How many are wanted of the others.
    pub max_repetitions: u16,
}

/// Variables with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings {
    /// In which context.
    pub context: Context,
    /// Them.
    pub varbinds: Vec<VarBind>,
}

/// Which index value is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The one that is named.
    #[default]
    This,
    /// One that is free.
    Any,
    /// One that nobody has ever had.
    New,
}

/// A row of sysORTable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// In which context.
    pub context: Context,
    /// sysORID.
    pub id: Oid,
    /// sysORDescr.
    pub description: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// sysUpTime of the master agent, in hundredths of a second; nothing in answers to it.
    pub up_time: u32,
    /// What went wrong.
    pub status: Status,
    /// The varbind at fault, counted from 1.
    pub index: u16,
    /// What was asked for.
    pub varbinds: Vec<VarBind>,
}
