//! SET.

use std::sync::Arc;
use std::time::Duration;

use mibc_runtime::agent::{Eventual, Prepared, Principal, SetError, Tested, Undo, UndoError, prepared};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};

use super::{Devices, Simulation, notify};
use crate::device::{Device, Fate};
use crate::variation::Operation;

pub(super) fn test(devices: &Devices, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
    let Some(device) = devices.of(who) else { return Eventual::Now(Err(SetError::no_access())) };
    let now = devices.0.clock.now();
    let mut delay = match device.fate(changes.len()) {
        Fate::Lost => return Eventual::Now(Err(SetError::silent())),
        Fate::Failed(status) => return Eventual::Now(Err(SetError::with_status(status))),
        Fate::Answered(delay) => delay,
    };
    for (position, change) in changes.iter().enumerate() {
        match device.test(change, now) {
            Ok(Some(more)) => delay += more,
            Ok(None) => return Eventual::Now(Err(SetError::silent())),
            Err(status) => return Eventual::Now(Err(SetError::with_status(status).varbind(position))),
        }
    }
    for change in &changes {
        notify(device, change.name.as_ref(), Operation::Write, now);
    }
    let (simulation, name) = (Arc::clone(&devices.0), Arc::clone(&device.name));
    let change = move || -> Result<Box<dyn Prepared>, SetError> {
        Ok(prepared(move || {
            let changes = changes.into_iter().map(|change| (change.name, Some(change.value))).collect();
            let before = write(&simulation, &name, changes)?;
            Ok(Undo::try_with(move || match write(&simulation, &name, before) {
                Ok(_) => Ok(()),
                Err(_) => Err(UndoError),
            }))
        }))
    };
    match delay {
        Duration::ZERO => Eventual::Now(change()),
        delay => Eventual::later(async move {
            tokio::time::sleep(delay).await;
            change()
        }),
    }
}

type Changes = Vec<(Oid, Option<Value>)>;

fn write(simulation: &Simulation, name: &[u8], changes: Changes) -> Result<Changes, SetError> {
    let device: Option<&Device> = simulation.catalog.named(name);
    let device = device.ok_or_else(SetError::commit_failed)?;
    device.write(changes).map_err(|error| {
        tracing::error!(target: mibc_runtime::logs::SIMULATOR, %error, "what was written to a simulated device cannot be kept");
        SetError::commit_failed()
    })
}
