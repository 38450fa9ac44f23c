//! Ids: how one part of the model names another.

use super::Name;
use std::num::NonZeroU32;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        // One more than the place, so that an absent id takes no more memory than one.
        pub struct $name(NonZeroU32);

        impl $name {
            /// The one at that place, which is below 2^32 - 1: no text that is read has so many definitions.
            pub(crate) fn new(place: usize) -> $name {
                $name(NonZeroU32::MIN.saturating_add(place as u32))
            }

            /// Its place in its list of the model.
            pub(crate) fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    };
}

id! {
    /// A module of the model.
    ModuleId
}
id! {
    /// Anything with an OID: object, notification, group …
    DefId
}
id! {
    /// A textual convention or derived type.
    TypeId
}

/// A name used by a definition, bound or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ref<T> {
    /// Bound to this.
    Bound(T),
    /// Could not be bound; reported once, kept by name.
    Unresolved(Name),
}

impl<T: Copy> Ref<T> {
    /// What it is bound to.
    pub fn bound(self) -> Option<T> {
        match self {
            Ref::Bound(id) => Some(id),
            Ref::Unresolved(_) => None,
        }
    }
}
