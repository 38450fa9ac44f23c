//! What events are kept in order by.

use super::event::Event;

/// What events are kept in order by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKey {
    /// Whom they speak for.
    Agent,
    /// Where they came from.
    Source,
    /// What they begin or end; otherwise whom they speak for.
    Alert,
}

impl EventKey {
    /// The key of an event.
    pub(super) fn of<'e>(self, event: &'e Event<'_>) -> &'e str {
        match (self, &event.alert) {
            (Self::Source, _) => &event.source,
            (Self::Alert, Some(alert)) => &alert.key,
            (Self::Agent | Self::Alert, _) => &event.agent,
        }
    }
}
