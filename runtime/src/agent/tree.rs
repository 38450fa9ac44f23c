//! The dispatch tree: which provider answers for which part of the OID space.
//!
//! Registered subtrees may nest; the longest one wins inside itself. Nesting is resolved when a subtree is
//! registered, so that a request sees a flat list of disjoint regions in OID order: GET is one binary search, and a
//! walk is one binary search followed by a cursor that moves from region to region.

use std::fmt;
use std::sync::Arc;

use super::community::View;
use super::position::{Position, after_subtree};
use super::provider::{Provider, ReadError};
use crate::oid::{Oid, OidRef};
use crate::value::VarBind;

/// Providers by subtree, flattened into disjoint regions in OID order.
#[derive(Clone, Default)]
pub struct Tree {
    regions: Vec<Region>,
}

/// A run of OIDs with one provider: `lower` inclusive to `upper` exclusive (`None`: to the end of the OID space).
#[derive(Clone)]
pub(crate) struct Region {
    lower: Oid,
    upper: Option<Oid>,
    root: Oid,
    provider: Arc<dyn Provider>,
}

impl Region {
    /// Who answers in this region.
    pub(crate) fn provider(&self) -> &Arc<dyn Provider> {
        &self.provider
    }

    /// Root of the registered subtree that this region is a piece of.
    pub(crate) fn root(&self) -> &Oid {
        &self.root
    }

    fn ends_before(&self, name: OidRef<'_>) -> bool {
        self.upper.as_ref().is_some_and(|upper| upper.as_ref() <= name)
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.regions.iter().map(|region| &region.lower)).finish()
    }
}

impl Tree {
    /// A tree in which every name is noSuchObject.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the subtree at `root` to `provider`.
    ///
    /// A subtree registered before at the same root is replaced. Subtrees inside this one keep their own providers,
    /// and this one is carved out of those around it.
    pub fn register(&mut self, root: Oid, provider: Arc<dyn Provider>) {
        let end = after_subtree(&root);
        let first = self.regions.partition_point(|region| region.ends_before(root.as_ref()));
        let last = match &end {
            Some(end) => self.regions.partition_point(|region| region.lower < *end),
            None => self.regions.len(),
        };
        let piece = |lower: Oid, upper: Option<Oid>| Region {
            lower,
            upper,
            root: root.clone(),
            provider: Arc::clone(&provider),
        };
        let mut merged = Vec::with_capacity(last.saturating_sub(first) + 3);
        let mut trailing = None;
        // Where the next piece of the new subtree begins; `None` once an inner region reaches the end of all OIDs.
        let mut from = Some(root.clone());
        for old in self.regions.drain(first..last) {
            if old.root.len() > root.len() && old.root.starts_with(root.as_ref()) {
                if let Some(from) = from.take().filter(|from| *from < old.lower) {
                    merged.push(piece(from, Some(old.lower.clone())));
                }
                from = old.upper.clone();
                merged.push(old);
                continue;
            }
            if old.root == root {
                continue;
            }
            if let Some(end) = &end
                && old.upper.as_ref().is_none_or(|upper| upper > end)
            {
                trailing = Some(Region { lower: end.clone(), ..old.clone() });
            }
            if old.lower < root {
                merged.push(Region { upper: Some(root.clone()), ..old });
            }
        }
        if let Some(from) = from
            && end.as_ref().is_none_or(|end| from < *end)
        {
            merged.push(piece(from, end));
        }
        merged.extend(trailing);
        self.regions.splice(first..first, merged);
    }

    /// Takes back the subtree registered at `root`; what lies around it does not grow into the gap.
    ///
    /// Returns whether there was one.
    pub fn withdraw(&mut self, root: &Oid) -> bool {
        let before = self.regions.len();
        self.regions.retain(|region| region.root != *root);
        before != self.regions.len()
    }

    /// The region that holds `name`.
    pub(crate) fn find(&self, name: OidRef<'_>) -> Option<&Region> {
        self.regions.get(self.index_at(name)).filter(|region| region.lower.as_ref() <= name)
    }

    /// The first region that does not end before `name`.
    fn index_at(&self, name: OidRef<'_>) -> usize {
        self.regions.partition_point(|region| region.ends_before(name))
    }
}

/// A walk through the tree in OID order, clipped to a view.
///
/// It stays in the region it is in: the next step is one call of that region's provider.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    position: Position,
    /// Region of the position; `None` before the first descent.
    region: Option<usize>,
    /// The last name returned, else the name that the walk began with.
    last: Oid,
}

impl Cursor {
    /// A walk over all names after `name`.
    pub(crate) fn after(name: Oid) -> Self {
        Self { position: Position::after(name.clone()), region: None, last: name }
    }

    /// The last name returned, else the name that the walk began with.
    pub(crate) fn last(&self) -> &Oid {
        &self.last
    }

    /// Leaves out the rest of the subtree at `root`.
    pub(crate) fn skip_subtree(&mut self, root: &Oid) -> bool {
        match after_subtree(root) {
            Some(next) => {
                self.position = Position::at(next);
                true
            }
            None => false,
        }
    }

    /// The next variable, or `None` at the end of the view.
    ///
    /// # Errors
    ///
    /// What the provider reports, or [`ReadError`] when it returns a name that does not come after the position: a
    /// walk that does not advance would never end.
    pub(crate) fn advance(&mut self, tree: &Tree, view: &View) -> Result<Option<VarBind>, ReadError> {
        loop {
            if !view.clip(&mut self.position) {
                return Ok(None);
            }
            let Some((index, region)) = self.descend(tree) else {
                return Ok(None);
            };
            self.region = Some(index);
            if self.position.name() < &region.lower {
                self.position = Position::at(region.lower.clone());
                // The start of the region may lie outside of the view.
                continue;
            }
            let found = region.provider.next(self.position.as_bound())?;
            let inside = found.filter(|found| !region.ends_before(found.name.as_ref()));
            let Some(found) = inside else {
                match &region.upper {
                    Some(upper) => self.position = Position::at(upper.clone()),
                    None => return Ok(None),
                }
                continue;
            };
            if !self.position.admits(&found.name) {
                return Err(ReadError::new("a provider's next() did not advance"));
            }
            if !view.contains(found.name.as_ref()) {
                self.position = Position::at(found.name);
                continue;
            }
            self.position = Position::after(found.name.clone());
            self.last = found.name.clone();
            return Ok(Some(found));
        }
    }

    /// The region at or after the position: the one from the last step, else its neighbour, else a binary search.
    fn descend<'t>(&self, tree: &'t Tree) -> Option<(usize, &'t Region)> {
        let name = self.position.name().as_ref();
        if let Some(known) = self.region {
            for index in [known, known + 1] {
                let region = tree.regions.get(index)?;
                if !region.ends_before(name) {
                    return Some((index, region));
                }
            }
        }
        let index = tree.index_at(name);
        tree.regions.get(index).map(|region| (index, region))
    }
}

#[cfg(test)]
mod tests;
