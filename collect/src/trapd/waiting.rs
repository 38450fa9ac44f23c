//! A notification that is to be dealt with.

use mibc_runtime::listener::ReceivedNotification;
use mibc_runtime::value::{ValueRef, VarBind};

/// A notification that is to be dealt with.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) notification: ReceivedNotification,
    pub(super) stage: Stage,
}

/// What has become of it up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing.
    New,
    /// It has been counted. An inform is acknowledged.
    Counted,
    /// The rate of this rule has held it as well.
    Held(usize),
    /// The same, and the service ends: no rate holds it any longer.
    Last,
}

impl Stage {
    /// Whether the rate of the rule at this place is asked.
    pub(super) fn asks(self, place: usize) -> bool {
        match self {
            Self::New | Self::Counted => true,
            Self::Held(by) => place >= by,
            Self::Last => false,
        }
    }

    /// Whether that rate has said no before.
    pub(super) fn asks_again(self, place: usize) -> bool {
        self == Self::Held(place)
    }
}

/// The memory that a notification takes, without what the allocator adds.
pub(super) fn octets(notification: &ReceivedNotification) -> usize {
    let of = |varbind: &VarBind| {
        let value = match varbind.value.as_ref() {
            ValueRef::OctetString(octets) | ValueRef::Opaque(octets) => octets.len(),
            ValueRef::ObjectIdentifier(oid) => oid.len() * size_of::<u32>(),
            _ => 0,
        };
        size_of_val(varbind) + varbind.name.len() * size_of::<u32>() + value
    };
    size_of_val(notification) + notification.varbinds.iter().map(of).sum::<usize>()
}
