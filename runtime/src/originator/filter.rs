//! Notification filters (RFC 3413 §6).

use std::sync::{Arc, OnceLock};

use crate::access::{Family, View};
use crate::oid::{Oid, OidRef};
use crate::persistent::Map;

/// The rows of snmpNotifyFilterTable of one profile. The subtree that has the most sub-identifiers decides, of several
/// the lexicographically largest: as in views, but for what no row matches.
#[derive(Clone, Default)]
pub(super) struct Filters {
    by_subtree: Map<Oid, Family>,
    /// Made of them when it is asked for.
    filter: Arc<OnceLock<Arc<Filter>>>,
}

/// A profile with at least one row.
#[derive(Debug)]
pub(super) struct Filter {
    /// A notification that no row matches is excluded.
    notifications: View,
    /// A variable that no row matches is included.
    variables: View,
}

impl Filters {
    pub(super) fn set(&mut self, family: Family) {
        self.by_subtree.insert(family.subtree().clone(), family);
        self.filter = Arc::default();
    }

    pub(super) fn remove(&mut self, subtree: &Oid) -> Option<Family> {
        let removed = self.by_subtree.remove(subtree);
        if removed.is_some() {
            self.filter = Arc::default();
        }
        removed
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_subtree.first().is_none()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Family> {
        self.by_subtree.iter().map(|(_, family)| family)
    }

    /// `None` without rows: such a profile filters nothing.
    pub(super) fn filter(&self) -> Option<Arc<Filter>> {
        let make = || {
            let families = || self.iter().cloned();
            // The shortest of all, which every OID matches, stands for "no row matches".
            let otherwise = std::iter::once(Family::everything());
            Arc::new(Filter {
                notifications: View::new(families()),
                variables: View::new(otherwise.chain(families())),
            })
        };
        (!self.is_empty()).then(|| Arc::clone(self.filter.get_or_init(make)))
    }
}

impl Filter {
    /// Whether a notification passes, with these names in its variable bindings.
    pub(super) fn passes<'n>(
        &self,
        notification: OidRef<'_>,
        mut variables: impl Iterator<Item = OidRef<'n>>,
    ) -> bool {
        self.notifications.contains(notification) && variables.all(|name| self.variables.contains(name))
    }
}
