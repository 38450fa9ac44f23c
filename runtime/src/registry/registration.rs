//! What is registered, by whom, and how it ranks.

use super::subtrees::Subtrees;
use crate::oid::Oid;

/// Gives subtrees in a context to a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration<H> {
    pub(super) context: Vec<u8>,
    pub(super) subtrees: Subtrees,
    pub(super) priority: Priority,
    pub(super) owner: Owner,
    pub(super) handler: H,
}

impl<H> Registration<H> {
    /// A subtree in the default context, with the default priority.
    pub fn new(root: Oid, handler: H, owner: Owner) -> Self {
        Self::of(Subtrees::from(root), handler, owner)
    }

    /// Subtrees in the default context, with the default priority.
    pub fn of(subtrees: Subtrees, handler: H, owner: Owner) -> Self {
        Self { context: Vec::new(), subtrees, priority: Priority::default(), owner, handler }
    }

    /// In this context.
    #[must_use]
    pub fn context(self, name: impl Into<Vec<u8>>) -> Self {
        Self { context: name.into(), ..self }
    }

    /// With this priority.
    #[must_use]
    pub fn priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// The name of its context.
    #[must_use]
    pub fn context_name(&self) -> &[u8] {
        &self.context
    }

    /// What it covers.
    #[must_use]
    pub fn subtrees(&self) -> &Subtrees {
        &self.subtrees
    }

    /// How it ranks among registrations of equally many sub-identifiers.
    #[must_use]
    pub fn rank(&self) -> Priority {
        self.priority
    }

    /// Who registered it.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// Who answers.
    #[must_use]
    pub fn handler(&self) -> &H {
        &self.handler
    }
}

/// From 1 to 255; the lower one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// `None` for 0, which is not a priority.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        if value == 0 { None } else { Some(Self(value)) }
    }

    /// As a number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// 127, the default of RFC 2741 §6.2.3.
impl Default for Priority {
    fn default() -> Self {
        Self(127)
    }
}

/// On whose behalf something is registered, such as a session of AgentX: what one owner has can be withdrawn at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(pub u64);

impl Owner {
    /// The application that the agent is part of.
    pub const APPLICATION: Self = Self(0);
}

/// Names a registration; no other ever has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistrationId(pub(super) u64);

/// Why something cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// One of the subtrees is registered already with the same priority (RFC 2741 §7.1.4, duplicateRegistration).
    #[error(
        "{subtree} is registered already with priority {}: withdraw that registration, or register with another \
         priority, of which the lower wins",
        .priority.get()
    )]
    Duplicate {
        /// The subtree.
        subtree: Oid,
        /// The priority of both.
        priority: Priority,
        /// The registration that is there.
        existing: RegistrationId,
    },
}
