//! What readers see: disjoint regions in OID order, which no later change alters.

use std::fmt;
use std::sync::Arc;

use super::registration::{Priority, RegistrationId};
use crate::oid::{Oid, OidRef};
use crate::persistent as map;

/// All contexts of a registry as they were at one time. Clones are the same snapshot and cost nothing.
pub struct Snapshot<H> {
    pub(super) contexts: map::Map<Arc<[u8]>, Regions<H>>,
}

impl<H> Snapshot<H> {
    /// The regions of a context; `None` if nothing is registered in it.
    #[must_use]
    pub fn context(&self, name: &[u8]) -> Option<&Regions<H>> {
        self.contexts
            .last_where(|known| **known <= *name)
            .and_then(|(_, known, regions)| if **known == *name { Some(regions) } else { None })
    }

    /// The contexts in which something is registered, ascending.
    pub fn contexts(&self) -> impl Iterator<Item = (&[u8], &Regions<H>)> {
        let first = self.contexts.first();
        std::iter::successors(first, |(place, ..)| self.contexts.after(*place))
            .map(|(_, name, regions)| (&**name, regions))
    }
}

/// Disjoint regions in OID order, each with one handler.
pub struct Regions<H> {
    pub(super) parts: map::Map<Oid, Part<H>>,
}

/// A region without its first OID.
#[derive(Clone, Debug)]
pub(super) struct Part<H> {
    pub(super) upper: Option<Oid>,
    /// Octets of the OID before the last number: the same for all registrations of equally many sub-identifiers at
    /// one place, fewer for shorter ones.
    pub(super) depth: u16,
    pub(super) priority: Priority,
    pub(super) id: RegistrationId,
    pub(super) handler: H,
}

/// A run of OIDs that one registration wins: from `lower` up to, and without, `upper`.
pub struct Region<'r, H> {
    lower: &'r Oid,
    part: &'r Part<H>,
}

/// Where a region is in its [`Regions`]: the next one is found from there without a search. It means nothing in the
/// regions of another context or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(map::Place);

impl<H: Clone> Regions<H> {
    /// One region that has all OIDs.
    #[must_use]
    pub fn everything(handler: H) -> Self {
        let priority = Priority::default();
        let part = Part { upper: None, depth: 0, priority, id: RegistrationId(0), handler };
        let mut parts = map::Map::default();
        parts.insert(Oid::ZERO, part);
        Self { parts }
    }
}

impl<H> Regions<H> {
    /// The region that `name` is in.
    #[must_use]
    pub fn find<'n>(&self, name: impl Into<OidRef<'n>>) -> Option<Region<'_, H>> {
        self.at(name.into()).map(|(_, region)| region)
    }

    /// As [`find`](Self::find), with its place.
    #[must_use]
    pub fn at<'n>(&self, name: impl Into<OidRef<'n>>) -> Option<(Place, Region<'_, H>)> {
        let name = name.into();
        let found = placed(self.parts.at_or_before(name)?);
        (!found.1.ends_before(name)).then_some(found)
    }

    /// The region that `name` is in, else the first one behind it.
    #[must_use]
    pub fn at_or_after<'n>(&self, name: impl Into<OidRef<'n>>) -> Option<(Place, Region<'_, H>)> {
        let name = name.into();
        let Some((place, lower, part)) = self.parts.at_or_before(name) else {
            return self.parts.first().map(placed);
        };
        if part.upper.as_ref().is_some_and(|upper| upper.as_ref() <= name) {
            return self.parts.after(place).map(placed);
        }
        Some(placed((place, lower, part)))
    }

    /// The region at a place.
    #[must_use]
    pub fn get(&self, place: Place) -> Option<Region<'_, H>> {
        self.parts.get(place.0).map(|(lower, part)| Region { lower, part })
    }

    /// The region behind a place.
    #[must_use]
    pub fn after(&self, place: Place) -> Option<(Place, Region<'_, H>)> {
        self.parts.after(place.0).map(placed)
    }

    /// All regions in OID order.
    pub fn iter(&self) -> impl Iterator<Item = Region<'_, H>> {
        let first = self.parts.first().map(placed);
        std::iter::successors(first, |(place, _)| self.after(*place)).map(|(_, region)| region)
    }
}

fn placed<'r, H>((place, lower, part): (map::Place, &'r Oid, &'r Part<H>)) -> (Place, Region<'r, H>) {
    (Place(place), Region { lower, part })
}

impl<'r, H> Region<'r, H> {
    /// The first OID of the region.
    #[must_use]
    pub fn lower(&self) -> &'r Oid {
        self.lower
    }

    /// The first OID after the region; `None` if it reaches the end of all OIDs.
    #[must_use]
    pub fn upper(&self) -> Option<&'r Oid> {
        self.part.upper.as_ref()
    }

    /// Who answers.
    #[must_use]
    pub fn handler(&self) -> &'r H {
        &self.part.handler
    }

    /// The registration that this region is a piece of.
    #[must_use]
    pub fn registration(&self) -> RegistrationId {
        self.part.id
    }

    /// Whether `name` lies behind the region.
    #[must_use]
    pub fn ends_before<'n>(&self, name: impl Into<OidRef<'n>>) -> bool {
        let name = name.into();
        self.upper().is_some_and(|upper| upper.as_ref() <= name)
    }
}

impl<H> Clone for Snapshot<H>
where
    map::Map<Arc<[u8]>, Regions<H>>: Clone,
{
    fn clone(&self) -> Self {
        Self { contexts: self.contexts.clone() }
    }
}

impl<H> Clone for Regions<H>
where
    map::Map<Oid, Part<H>>: Clone,
{
    fn clone(&self) -> Self {
        Self { parts: self.parts.clone() }
    }
}

impl<H> Default for Snapshot<H> {
    fn default() -> Self {
        Self { contexts: map::Map::default() }
    }
}

impl<H> Default for Regions<H> {
    fn default() -> Self {
        Self { parts: map::Map::default() }
    }
}

impl<H> Clone for Region<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Region<'_, H> {}

impl<H> fmt::Debug for Snapshot<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contexts = self.contexts().map(|(name, regions)| (String::from_utf8_lossy(name), regions));
        f.debug_map().entries(contexts).finish()
    }
}

impl<H> fmt::Debug for Regions<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<H> fmt::Debug for Region<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..", self.lower)?;
        self.upper().map_or(Ok(()), |upper| upper.fmt(f))
    }
}
