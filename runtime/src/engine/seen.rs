//! Names that have come in a walk whose names need not increase.

use crate::oid::{Oid, OidRef};
use std::collections::BTreeSet;

/// So many names are remembered, whatever they are. Beyond, only those that do not increase: every circle has one.
const MOST: usize = 1 << 17;

/// The names that have come under each root. What is remembered grows with what the caller's limit lets come.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(BTreeSet<(Oid, Oid)>);

impl Seen {
    /// False for a name that has come under this root before.
    pub(super) fn is_new(&mut self, root: &Oid, name: OidRef<'_>, increases: bool) -> bool {
        let name = (root.clone(), name.to_oid());
        if self.0.len() < MOST || !increases { self.0.insert(name) } else { !self.0.contains(&name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(n: u32) -> Oid {
        Oid::from_arcs(&[1, 3, n]).expect("an OID")
    }

    /// A circle that is longer than what is remembered is found at the name that leads back.
    #[test]
    fn long_circles() {
        let (mut seen, length) = (Seen::default(), MOST as u32 + 10);
        // The first few names are never remembered: they come after all others.
        let circle = || (0..length).rev().take(5).chain(0..length - 5).map(oid);
        let mut before = oid(u32::MAX);
        let mut came = 0;
        for name in circle().chain(circle()) {
            if !seen.is_new(&oid(0), name.as_ref(), name > before) {
                break;
            }
            before = name;
            came += 1;
        }
        assert_eq!(came, length);
        assert!(seen.0.len() <= MOST + 6);
        assert!(seen.is_new(&oid(1), oid(0).as_ref(), true), "under another root");
    }
}
