//! Ids: how one part of the model names another.

use super::Name;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            pub(crate) fn index(self) -> usize {
                self.0 as usize
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
