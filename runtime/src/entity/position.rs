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
    pub(crate) fn admits(&self, name: OidRef<'_>) -> bool {
        if self.after { name > self.name } else { name >= self.name }
    }

    /// As the lower bound that a provider gets.
    pub(crate) fn as_bound(&self) -> Bound<OidRef<'_>> {
        if self.after { Bound::Excluded(self.name.as_ref()) } else { Bound::Included(self.name.as_ref()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        text.parse().expect("a valid OID")
    }

    #[test]
    fn a_position_admits_what_comes_next() {
        let here = oid("1.3.6");
        assert!(Position::at(here.clone()).admits(here.as_ref()));
        assert!(!Position::after(here.clone()).admits(here.as_ref()));
        assert!(Position::after(here).admits(oid("1.3.6.0").as_ref()));
    }
}
