//! Views with wildcards: their families as a tree of sub-identifiers, in which a name is in several places at once.
//!
//! Below a point of the OID space a view depends on nothing but these places. All sub-identifiers that no family names
//! there lead to the same ones, so that one of them stands for all: what is shown next is found by going through
//! families, however many names are hidden in between.

use super::family::Family;
use crate::oid::{MAX_ARCS, Oid, OidRef};

/// Steps that one search for what is shown next may take. Families that contradict each other in many places can need
/// more; the walk then goes on from as far as the search has come.
const MAX_STEPS: usize = 1_000;

/// Families as a tree; the root is first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patterns {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    /// By sub-identifier.
    children: Vec<(u32, usize)>,
    /// For any sub-identifier.
    wild: Option<usize>,
    family: Option<End>,
    /// Whether a family that shows something ends below.
    shows: bool,
    /// Whether a family that hides something ends below.
    hides: bool,
}

/// A family ends at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct End {
    /// Of several with equally many sub-identifiers, the last in OID order counts.
    rank: usize,
    included: bool,
}

impl Node {
    fn child(&self, arc: u32) -> Option<usize> {
        let position = self.children.binary_search_by_key(&arc, |(arc, _)| *arc).ok()?;
        self.children.get(position).map(|(_, node)| *node)
    }

    /// Whether it or something below shows anything.
    fn may_show(&self) -> bool {
        self.shows || self.family.is_some_and(|end| end.included)
    }
}

/// Where a search is: the sub-identifiers down to there, and all places of the tree that they lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    arcs: Vec<u32>,
    /// Of the root, then of each sub-identifier.
    levels: Vec<Level>,
    /// Places of all levels, one after the other.
    places: Vec<usize>,
    /// The position of the last place among the children of the one above, where walks go from one to the next.
    child: usize,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    /// Where its places end.
    end: usize,
    shown: bool,
    /// Behind this, nothing below a sub-identifier that no family names is shown.
    others_hidden: bool,
}

/// What comes next in a view.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The OID of the path is shown.
    Shown,
    /// Nothing more is.
    Nothing,
    /// Nothing before this is; what about it and what follows is not known.
    NotBefore(Oid),
}

impl Patterns {
    /// Of families in OID order.
    pub(super) fn new<'f>(families: impl Iterator<Item = &'f Family>) -> Self {
        let mut patterns = Self { nodes: vec![Node::default()] };
        for (rank, family) in families.enumerate() {
            patterns.add(rank, family);
        }
        patterns
    }

    fn add(&mut self, rank: usize, family: &Family) {
        let mut at = 0;
        for (position, arc) in family.subtree().arcs().enumerate() {
            let fresh = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            if family.is_included() {
                node.shows = true;
            } else {
                node.hides = true;
            }
            at = if family.mask_of().is_wild(position) {
                *node.wild.get_or_insert(fresh)
            } else {
                match node.children.binary_search_by_key(&arc, |(arc, _)| *arc) {
                    Ok(known) => node.children.get(known).map_or(fresh, |(_, child)| *child),
                    Err(place) => {
                        node.children.insert(place, (arc, fresh));
                        fresh
                    }
                }
            };
            if at == fresh {
                self.nodes.push(Node::default());
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.family = Some(End { rank, included: family.is_included() });
        }
    }

    /// Whether the longest family that matches `name` shows it; `path` is used again from name to name.
    pub(super) fn contains(&self, path: &mut Path, name: OidRef<'_>) -> bool {
        path.follow(self, name);
        path.is_shown()
    }

    /// The first OID at or after `name` that the view shows; `path` is used again from search to search.
    pub(super) fn next(&self, path: &mut Path, name: OidRef<'_>) -> Found {
        path.follow(self, name);
        if path.is_shown() {
            return Found::Shown;
        }
        // Of what is below these sub-identifiers, a part comes before the name.
        let mut begun = path.arcs.len().saturating_sub(1);
        // Of a name that goes on behind the path, nothing is shown below the path.
        let mut from = if path.places().is_empty() { None } else { Some(0) };
        for _ in 0..MAX_STEPS {
            match from.and_then(|from| path.candidate(self, from)) {
                Some(arc) => {
                    path.push(self, arc);
                    if path.is_shown() && path.arcs.len() >= 2 {
                        return Found::Shown;
                    }
                    from = Some(0);
                }
                None => {
                    let Some(arc) = path.pop() else { return Found::Nothing };
                    if path.arcs.len() < begun {
                        begun = path.arcs.len();
                    } else {
                        path.nothing_below(self, arc);
                    }
                    from = arc.checked_add(1);
                }
            }
        }
        path.not_before(from)
    }
}

impl Path {
    /// The OID of the path.
    pub(super) fn oid(&self) -> Option<Oid> {
        Oid::from_arcs(&self.arcs).ok()
    }

    /// Whether all below the path is shown, if its end is.
    pub(super) fn is_uniform(&self, patterns: &Patterns) -> bool {
        !self.places().iter().filter_map(|place| patterns.nodes.get(*place)).any(|node| node.hides)
    }

    fn is_shown(&self) -> bool {
        self.levels.last().is_some_and(|level| level.shown)
    }

    /// The places at the end of the path.
    fn places(&self) -> &[usize] {
        let ends = (self.levels.len().checked_sub(2), self.levels.last());
        let start = ends.0.and_then(|before| self.levels.get(before)).map_or(0, |level| level.end);
        let end = ends.1.map_or(0, |level| level.end);
        self.places.get(start..end).unwrap_or_default()
    }

    /// Goes along `name` until no family goes on. What both have in common is not gone through again.
    fn follow(&mut self, patterns: &Patterns, name: OidRef<'_>) {
        if self.levels.is_empty() {
            self.places.push(0);
            self.levels.push(Level { end: 1, shown: false, others_hidden: false });
        }
        let mut arcs = name.arcs();
        let common = self.arcs.iter().zip(name.arcs()).take_while(|(own, arc)| *own == arc).count();
        self.arcs.truncate(common);
        self.levels.truncate(common + 1);
        self.places.truncate(self.levels.last().map_or(0, |level| level.end));
        if common > 0 {
            arcs.nth(common - 1);
        }
        for arc in arcs {
            if self.places().is_empty() {
                break;
            }
            self.push(patterns, arc);
        }
    }

    fn push(&mut self, patterns: &Patterns, arc: u32) {
        let end = self.places.len();
        let start = end - self.places().len();
        let mut family = None;
        for at in start..end {
            let Some(node) = self.places.get(at).and_then(|place| patterns.nodes.get(*place)) else {
                continue;
            };
            for place in [node.child(arc), node.wild].into_iter().flatten() {
                family = family.max(patterns.nodes.get(place).and_then(|node| node.family));
                self.places.push(place);
            }
        }
        let shown = family.map_or(self.is_shown(), |family| family.included);
        self.levels.push(Level { end: self.places.len(), shown, others_hidden: false });
        self.arcs.push(arc);
    }

    /// From a subtree that is shown whole to the next one beside it, and its last sub-identifier. `name` is what comes
    /// behind the first, `parent` what both have in common.
    ///
    /// `None` if this is not plain: families with wildcards there, several that name the next, or one that hides a
    /// part of it.
    pub(super) fn step_aside(&mut self, patterns: &Patterns, parent: &[u8], name: OidRef<'_>) -> Option<u32> {
        if name.split_last().0 != parent || self.arcs.len() < 3 {
            return None;
        }
        let level = self.levels.len().checked_sub(2).and_then(|at| self.levels.get(at)).copied()?;
        let above = self.levels.len().checked_sub(3).and_then(|at| self.levels.get(at))?;
        let [place] = self.places.get(above.end..level.end)? else { return None };
        let node = patterns.nodes.get(*place).filter(|node| node.wild.is_none() && !level.shown)?;
        let from = name.last();
        let is_behind = |at: usize| node.children.get(at).is_some_and(|(arc, _)| *arc >= from);
        let next = self.child.checked_add(1)?;
        self.child = if is_behind(next) && !is_behind(self.child) {
            next
        } else {
            node.children.partition_point(|(arc, _)| *arc < from)
        };
        let (arc, child) = *node.children.get(self.child)?;
        let to = patterns.nodes.get(child)?;
        if to.hides || !to.family.is_some_and(|family| family.included) {
            return None;
        }
        self.pop();
        self.arcs.push(arc);
        self.places.push(child);
        self.levels.push(Level { end: self.places.len(), shown: true, others_hidden: false });
        Some(arc)
    }

    /// Goes up.
    fn pop(&mut self) -> Option<u32> {
        let arc = self.arcs.pop()?;
        self.levels.pop();
        self.places.truncate(self.levels.last().map_or(0, |level| level.end));
        Some(arc)
    }

    /// Takes note that nothing is shown below `arc`: if no family names it, it stands for all that none names.
    fn nothing_below(&mut self, patterns: &Patterns, arc: u32) {
        let nodes = self.places().iter().filter_map(|place| patterns.nodes.get(*place));
        let is_named = nodes.filter_map(|node| node.child(arc)).next().is_some();
        if let Some(level) = self.levels.last_mut() {
            level.others_hidden |= !is_named;
        }
    }

    /// The first sub-identifier from `from` on below which something may be shown.
    fn candidate(&self, patterns: &Patterns, from: u32) -> Option<u32> {
        let level = self.levels.last()?;
        let nodes = || self.places().iter().filter_map(|place| patterns.nodes.get(*place));
        let limit = match (self.arcs.len(), self.arcs.first()) {
            (0, _) => 2,
            (1, Some(0 | 1)) => 39,
            (MAX_ARCS.., _) => return None,
            _ => u32::MAX,
        };
        if from > limit {
            return None;
        }
        let wild =
            |node: &Node| node.wild.and_then(|wild| patterns.nodes.get(wild)).is_some_and(Node::may_show);
        if !level.others_hidden && (level.shown || nodes().any(wild)) {
            return Some(from);
        }
        // Only where families show something below what they name can there be more than below the others.
        let named = nodes().filter_map(|node| {
            let first = node.children.partition_point(|(arc, _)| *arc < from);
            let mut children = node.children.iter().skip(first);
            let promising =
                children.find(|(_, child)| patterns.nodes.get(*child).is_some_and(Node::may_show));
            promising.map(|(arc, _)| *arc)
        });
        named.min().filter(|arc| *arc <= limit)
    }

    /// The first OID that a search has not come to.
    fn not_before(&self, from: Option<u32>) -> Found {
        let next = match (self.arcs.as_slice(), from) {
            ([], from) => Oid::from_arcs(&[from.unwrap_or(0), 0]).ok(),
            ([first], from) => Oid::from_arcs(&[*first, from.unwrap_or(0)]).ok(),
            (_, Some(from)) => self.oid().and_then(|here| here.child(from).ok()),
            (_, None) => None,
        };
        let next = next.or_else(|| self.oid()?.as_ref().after_subtree());
        Found::NotBefore(next.unwrap_or_default())
    }
}
