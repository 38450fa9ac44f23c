//! What one request asks, and what it may see.

use std::sync::Arc;

use super::handler::Handler;
use crate::access::{Principal, View};
use crate::oid::OidRef;
use crate::registry::Regions;

/// Who answers in one context: GET is one search in it, a walk is one search, and then goes from region to region.
pub(crate) type Handlers = Regions<Arc<dyn Handler>>;

/// A request that has been authenticated and authorised.
#[derive(Clone, Copy)]
pub(crate) struct Query<'q> {
    pub(crate) handlers: &'q Handlers,
    pub(crate) view: &'q View,
    pub(crate) who: &'q Principal<'q>,
    /// SNMPv1: no Counter64, no exceptions.
    pub(crate) v1: bool,
    /// The content of its list of varbinds.
    pub(crate) octets: &'q [u8],
}

/// Where in the octets of a request a name is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamePlace {
    start: u32,
    length: u32,
}

impl NamePlace {
    /// A name of so many octets that begins there.
    pub(crate) fn new(start: usize, length: usize) -> Self {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { start: number(start), length: number(length) }
    }
}

impl<'q> Query<'q> {
    /// Where a name is that has been read from these octets.
    #[inline]
    pub(crate) fn place(&self, name: OidRef<'_>) -> NamePlace {
        let name = name.as_ber();
        let start = name.as_ptr().addr().wrapping_sub(self.octets.as_ptr().addr());
        NamePlace { start: u32::try_from(start).unwrap_or(u32::MAX), length: name.len() as u32 }
    }

    /// The name at a place.
    #[inline]
    pub(crate) fn name(&self, place: NamePlace) -> OidRef<'q> {
        let start = place.start as usize;
        OidRef::trusted(self.octets.get(start..start.saturating_add(place.length as usize)).unwrap_or(&[0]))
    }
}
