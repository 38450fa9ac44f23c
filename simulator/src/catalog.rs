//! Which device a request is for.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mibc_runtime::access::Origin;
use mibc_runtime::net;
use rustc_hash::FxHashMap;

use crate::device::Device;

/// The OID of UDP over IPv4, before the number of the address that a device is asked at (snmpsim).
const UDP: &str = "1.3.6.1.6.1.1";

/// All devices, by name.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    devices: Vec<Device>,
    by_name: FxHashMap<Arc<[u8]>, u32>,
    /// Some device has the name of an address of ours.
    has_addresses: bool,
    /// Some device has the name of a transport, as in snmpsim.
    has_transports: bool,
}

impl Catalog {
    pub(crate) fn new(devices: Vec<Device>) -> Self {
        let mut catalog = Self::default();
        for device in &devices {
            let number = u32::try_from(catalog.by_name.len()).unwrap_or(u32::MAX);
            catalog.by_name.insert(Arc::clone(&device.name), number);
            let name = String::from_utf8_lossy(&device.name);
            let first = name.split('/').next().unwrap_or_default();
            catalog.has_addresses |= first.replace('_', ":").parse::<IpAddr>().is_ok();
            catalog.has_transports |= name.contains(UDP);
        }
        catalog.devices = devices;
        catalog
    }

    /// The device for a community or a context, from the most special name to the plainest: the address that is asked
    /// (`127.0.0.5`) with the context below it or not, then the context with the transport and the address of the manager
    /// below it, as in snmpsim, then the context.
    ///
    /// A catalogue of one device has no other.
    pub(crate) fn choose(&self, context: &[u8], origin: Option<&dyn Origin>) -> Option<&Device> {
        if self.has_addresses || self.has_transports {
            let found = self.choose_by_origin(context, origin);
            if found.is_some() {
                return found;
            }
        }
        match (self.find(context), self.devices.as_slice()) {
            (None, [only]) => Some(only),
            (found, _) => found,
        }
    }

    fn choose_by_origin(&self, context: &[u8], origin: Option<&dyn Origin>) -> Option<&Device> {
        let origin: &dyn std::any::Any = origin?;
        let origin = origin.downcast_ref::<net::Origin>()?;
        let file_name = |address: IpAddr| address.to_string().replace(':', "_").into_bytes();
        if self.has_addresses
            && let Some(local) = origin.local()
        {
            let local = file_name(local);
            let found = self.find(&joined(&[&local, context])).or_else(|| self.find(&local));
            if found.is_some() {
                return found;
            }
        }
        if self.has_transports
            && let Some(peer) = origin.peer().ip()
        {
            let peer = file_name(peer.ip());
            // snmpsim numbers the addresses that it listens on.
            let transport = format!("{UDP}.0").into_bytes();
            return self
                .find(&joined(&[context, &transport, &peer]))
                .or_else(|| self.find(&joined(&[context, &transport])));
        }
        None
    }

    /// The device of this name.
    pub(crate) fn named(&self, name: &[u8]) -> Option<&Device> {
        self.find(name)
    }

    fn find(&self, name: &[u8]) -> Option<&Device> {
        self.devices.get(*self.by_name.get(name)? as usize)
    }
}

/// Names with slashes between; empty ones are left out.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let parts: Vec<&[u8]> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(&b'/')
}

/// The recordings of a folder and the folders in it, with the names of their devices.
///
/// # Errors
///
/// A folder cannot be read.
pub(crate) fn scan(folder: &Path) -> Result<Vec<(String, PathBuf)>, crate::LoadError> {
    let mut found = Vec::new();
    scan_into(folder, "", 0, &mut found)?;
    found.sort();
    // Two files for one device: the first by its ending counts.
    found.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            tracing::warn!(target: mibc_runtime::logs::SIMULATOR, device = %later.0, file = %later.1.display(), used = %earlier.1.display(), "a file is not used: its device has another");
        }
        same
    });
    Ok(found)
}

/// Folders in folders that are looked into.
const MAX_DEPTH: usize = 16;

fn scan_into(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<(), crate::LoadError> {
    let io = |source| crate::LoadError::Io { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            if depth < MAX_DEPTH {
                scan_into(&path, &format!("{prefix}{name}/"), depth + 1, found)?;
            }
        } else if crate::reader::Format::of(&path).is_some() {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            found.push((format!("{prefix}{stem}"), path));
        }
    }
    Ok(())
}
