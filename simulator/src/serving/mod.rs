//! Devices as an agent serves them: one handler for all contexts, which finds the device of a request.

mod access;
mod changes;
mod get;
mod next;

use std::sync::Arc;

use mibc_runtime::agent::{GetBatch, Handler, NextBatch, Principal, Tested};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::VarBind;

pub(crate) use access::Everybody;

use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::device::{Device, Now};
use crate::variation::Operation;

/// All devices.
#[derive(Clone, Debug)]
pub(crate) struct Devices(pub(crate) Arc<Simulation>);

/// What a simulation has.
#[derive(Debug)]
pub(crate) struct Simulation {
    pub(crate) catalog: Catalog,
    pub(crate) clock: Clock,
}

impl Devices {
    fn of(&self, who: &Principal<'_>) -> Option<&Device> {
        let origin = who.origin.as_ref().map(|origin| match origin {
            mibc_runtime::access::OriginRef::Borrowed(origin) => *origin,
            mibc_runtime::access::OriginRef::Shared(origin) => &**origin,
        });
        self.0.catalog.choose(&who.context_name, origin)
    }

    fn now(&self, device: &Device) -> Now {
        // Most devices do not need it.
        if device.is_plain() { Now::default() } else { self.0.clock.now() }
    }
}

impl Handler for Devices {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        if let Some(device) = self.of(who) {
            get::answer(device, self.now(device), batch);
        }
    }

    fn next(&self, who: &Principal<'_>, batch: &mut NextBatch<'_>) {
        if let Some(device) = self.of(who) {
            next::answer(device, self.now(device), who, batch);
        }
    }

    /// What has the same name but for the last number, as far as names say it.
    fn object(&self, name: OidRef<'_>) -> Option<Oid> {
        name.parent().map(OidRef::to_oid)
    }

    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        changes::test(self, who, changes)
    }
}

/// Sends what a request for a variable makes a device send. Without a runtime around it nothing is sent.
fn notify(device: &Device, name: OidRef<'_>, operation: Operation, now: Now) {
    if device.recording().is_constant() {
        return;
    }
    if let (Some(notice), Ok(runtime)) =
        (device.notice(name, operation, now), tokio::runtime::Handle::try_current())
    {
        runtime.spawn(notice.send(now.0));
    }
}
