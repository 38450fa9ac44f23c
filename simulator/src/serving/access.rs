//! Whoever asks may see the device that is asked for.

use std::sync::Arc;

use mibc_runtime::access::{AccessControl, Origin, OriginRef, Refusal, View, ViewType};
use mibc_runtime::agent::{CommunityLookup, KnownCommunity, Principal};

use super::Simulation;

/// Every community and context that a device has, and all users.
#[derive(Clone, Debug)]
pub(crate) struct Everybody {
    simulation: Arc<Simulation>,
    view: Arc<View>,
}

impl Everybody {
    pub(crate) fn of(simulation: &Arc<Simulation>) -> Self {
        Self { simulation: Arc::clone(simulation), view: Arc::new(View::everything()) }
    }
}

impl CommunityLookup for Everybody {
    fn find<'c>(&'c self, community: &'c [u8], origin: Option<&dyn Origin>) -> Option<KnownCommunity<'c>> {
        let known = KnownCommunity { security_name: b"simulated", context: community };
        self.simulation.catalog.choose(community, origin).map(|_| known)
    }
}

impl AccessControl for Everybody {
    fn view(&self, who: &Principal<'_>, context: &[u8], _: ViewType) -> Result<Arc<View>, Refusal> {
        let origin = who.origin.as_ref().map(|origin| match origin {
            OriginRef::Borrowed(origin) => *origin,
            OriginRef::Shared(origin) => &**origin,
        });
        match self.simulation.catalog.choose(context, origin) {
            // What may be written, the device says.
            Some(_) => Ok(Arc::clone(&self.view)),
            None => Err(Refusal::NoSuchContext),
        }
    }
}
