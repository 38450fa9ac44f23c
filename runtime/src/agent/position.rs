//! Where a walk stands in the OID space.

use std::ops::Bound;

use crate::oid::{Oid, OidRef};

/// A point in the OID space: just before a name, or just after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    name: Oid,
    after: bool,
}

impl Position {
    /// Just before `name`: `name` itself comes next.
    pub(crate) fn at(name: Oid) -> Self {
        Self { name, after: false }
    }

    /// Just after `name`.
    pub(crate) fn after(name: Oid) -> Self {
        Self { name, after: true }
    }

    /// The name this position is next to.
    pub(crate) fn name(&self) -> &Oid {
        &self.name
    }

    /// Whether `name` still comes.
    pub(crate) fn admits(&self, name: &Oid) -> bool {
        if self.after { *name > self.name } else { *name >= self.name }
    }

    /// As the lower bound that a provider gets.
    pub(crate) fn as_bound(&self) -> Bound<OidRef<'_>> {
        if self.after { Bound::Excluded(self.name.as_ref()) } else { Bound::Included(self.name.as_ref()) }
    }
}

/// The first OID after all OIDs that begin with `root`, or `None` when there is none.
pub(crate) fn after_subtree(root: &Oid) -> Option<Oid> {
    let mut arcs: Vec<u32> = root.arcs().collect();
    while let Some(last) = arcs.pop() {
        let Some(next) = last.checked_add(1) else { continue };
        // One arc alone is no OID.
        let least = arcs.is_empty().then_some(0);
        let sibling: Vec<u32> = arcs.iter().copied().chain([next]).chain(least).collect();
        // Fails where the arc cannot grow, as in 1.39: then the step is one level up.
        if let Ok(oid) = Oid::from_arcs(&sibling) {
            return Some(oid);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        text.parse().expect("a valid OID")
    }

    #[test]
    fn the_end_of_a_subtree_is_its_next_sibling() {
        assert_eq!(after_subtree(&oid("1.3.6.1")), Some(oid("1.3.6.2")));
        assert_eq!(after_subtree(&oid("1.3.4294967295")), Some(oid("1.4")));
        assert_eq!(after_subtree(&oid("1.39.4294967295")), Some(oid("2.0")));
        assert_eq!(after_subtree(&oid("2.4294967295.4294967295")), None);
    }

    #[test]
    fn a_position_admits_what_comes_next() {
        let here = oid("1.3.6");
        assert!(Position::at(here.clone()).admits(&here));
        assert!(!Position::after(here.clone()).admits(&here));
        assert!(Position::after(here).admits(&oid("1.3.6.0")));
    }
}
