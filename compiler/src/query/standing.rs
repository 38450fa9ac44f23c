//! Which of several definitions of one OID gives its name.
//!
//! Standards are often written more than once: an older document defines what a later one takes over, a module repeats
//! the node that it hangs its own objects from, a vendor ships a copy. The name is that of the document that has the
//! say today:
//!
//! 1. a module that counts on the search path, not one that another file shadows;
//! 2. a standard of those that are [built in](mibc_mibs), whether or not a folder has a newer copy of it: all else that
//!    defines one of their OIDs borrows it;
//! 3. objects, then notifications, then mere nodes;
//! 4. SMIv2 before SMIv1: RMON-MIB before RFC1271-MIB;
//! 5. of nodes, the definition of the module that begins what is below: RMON-MIB's `rmon`, which has the first of its
//!    children, before that of RMON2-MIB, which adds to them;
//! 6. the latest by LAST-UPDATED, or by the number of the RFC in the module's name: RFC1213-MIB before RFC1158-MIB.

use crate::model::Language;
use crate::search::{Entry, EntryKind, SearchIndex};
use std::cmp::Reverse;

/// How many definitions are looked at below a node for the one that begins it.
const MAX_BELOW: usize = 4096;

/// What can be said of a definition by itself; the least is taken.
pub(super) fn preference(entry: &Entry<'_>) -> impl Ord + use<> {
    (grade(entry), age(entry))
}

/// What counts more than who begins a node.
fn grade(entry: &Entry<'_>) -> impl Ord + use<> {
    let borrowed = mibc_mibs::find(entry.module.name).is_none();
    let old = entry.module.language == Language::SmiV1;
    // A MODULE-IDENTITY is a node like others here: it says nothing of who else adds to it.
    let rank = if is_node(entry) { EntryKind::Value.rank() } else { entry.kind.rank() };
    (entry.module.shadowed, borrowed, rank, old)
}

/// The latest first, and what says more of the same age.
fn age(entry: &Entry<'_>) -> impl Ord + use<> {
    (entry.kind.rank(), Reverse(entry.module.revision()), Reverse(rfc(entry.module.name)))
}

/// Sorts definitions of the same OID: the one whose name is taken comes first. `preferred` go before all others.
pub(super) fn sort(index: &SearchIndex, found: &mut [Entry<'_>], preferred: impl Fn(&Entry<'_>) -> bool) {
    found.sort_by_key(|entry| (!preferred(entry), grade(entry), age(entry)));
    let Some(first) = found.first() else { return };
    let best = (!preferred(first), grade(first));
    let equals = found.iter().take_while(|entry| (!preferred(entry), grade(entry)) == best).count();
    let Some(equals) = found.get_mut(..equals).filter(|equals| equals.len() > 1) else { return };
    let (Some(oid), true) = (equals.first().and_then(|entry| entry.oid), equals.iter().all(is_node)) else {
        return;
    };
    // What is below comes by OID: who defines the first of it has begun the node. That may be several.
    let below = index.below(&oid.to_oid()).take(MAX_BELOW).filter(|entry| entry.oid != Some(oid));
    let place_of = |below: &Entry<'_>| {
        let same = |entry: &Entry<'_>| entry.module.name == below.module.name && !below.module.shadowed;
        equals.iter().position(same)
    };
    let mut begun = below.filter_map(|below| Some((below.oid, place_of(&below)?)));
    let begins = begun.next().map(|(oid, place)| {
        begun.take_while(|(other, _)| *other == oid).map(|(_, place)| place).fold(place, usize::min)
    });
    if let Some(place) = begins
        && let Some(front) = equals.get_mut(..=place)
    {
        front.rotate_right(1);
    }
}

/// Whether it is a name in the tree and nothing else.
fn is_node(entry: &Entry<'_>) -> bool {
    matches!(entry.kind, EntryKind::Value | EntryKind::ObjectIdentity | EntryKind::ModuleIdentity)
}

/// The number of the RFC that a module is named after; 0 for all others.
fn rfc(module: &str) -> u32 {
    let digits = module.strip_prefix("RFC").map(|rest| rest.trim_start_matches('-'));
    let digits = digits.and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::rfc;

    #[test]
    fn numbers_of_rfcs() {
        assert_eq!((rfc("RFC1213-MIB"), rfc("RFC-1212"), rfc("RFC1155-SMI")), (1213, 1212, 1155));
        assert_eq!((rfc("IF-MIB"), rfc("RFC-MIB"), rfc("RFC"), rfc("RFC99999999999-MIB")), (0, 0, 0, 0));
    }
}
