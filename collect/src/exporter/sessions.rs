//! Sessions of the devices that were scraped, kept for the next scrape.

use crate::choice::Known;
use crate::fetch::Kept;
use mibc_runtime::manager::{Manager, Session, Target};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a device is remembered that nobody scrapes.
const IDLE: Duration = Duration::from_secs(15 * 60);

/// Most devices that are remembered.
const MOST: usize = 100_000;

/// A device, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) session: Session,
    pub(super) kept: Arc<Kept>,
    pub(super) object_id: Arc<Known>,
}

#[derive(Debug)]
pub(super) struct Sessions {
    manager: Manager,
    label_ttl: Duration,
    devices: Mutex<Devices>,
}

#[derive(Debug)]
struct Devices {
    known: HashMap<Target, (Device, Instant)>,
    swept: Instant,
}

impl Sessions {
    pub(super) fn new(manager: Manager, label_ttl: Duration) -> Self {
        let devices = Mutex::new(Devices { known: HashMap::new(), swept: Instant::now() });
        Self { manager, label_ttl, devices }
    }

    /// The session of a target.
    pub(super) fn get(&self, target: Target) -> Device {
        let now = Instant::now();
        let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((device, used)) = devices.known.get_mut(&target) {
            *used = now;
            return device.clone();
        }
        if now.duration_since(devices.swept) > IDLE / 15 || devices.known.len() >= MOST {
            devices.known.retain(|_, (_, used)| now.duration_since(*used) < IDLE);
            devices.swept = now;
        }
        let session = self.manager.target(target.clone());
        let device = Device { session, kept: Arc::new(Kept::new(self.label_ttl)), object_id: Arc::default() };
        // Beyond the limit devices are scraped, but not remembered.
        if devices.known.len() < MOST {
            devices.known.insert(target, (device.clone(), now));
        }
        device
    }

    pub(super) fn len(&self) -> usize {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner).known.len()
    }
}
