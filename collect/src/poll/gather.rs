//! All devices of a configuration, read once.

use super::device::Device;
use super::discovery::{self, Place};
use super::fleet::Fleet;
use std::collections::HashSet;
use std::sync::Arc;

impl Fleet {
    /// The devices of the file itself and of all lists, and what is wrong with lists. Of several with one name the first
    /// one counts.
    pub async fn gather(&self) -> (Vec<Arc<Device>>, Vec<String>) {
        let mut devices = self.devices.clone();
        let mut problems = Vec::new();
        for list in &self.discoveries {
            let place = list.place.name();
            let groups = match &list.place {
                Place::Files(patterns) => {
                    let (groups, wrong) = discovery::read(patterns);
                    // Here a list that is not there would take its devices away.
                    let named = patterns.iter().filter(|file| !file.to_string_lossy().contains('*'));
                    let missing = named.filter(|file| !file.exists());
                    problems.extend(missing.map(|file| format!("{}: there is no such file", file.display())));
                    problems.extend(wrong.iter().map(ToString::to_string));
                    groups
                }
                Place::Http(inventory) => match inventory.read(list.interval).await {
                    Ok(groups) => groups,
                    Err(problem) => {
                        problems.push(problem.to_string());
                        continue;
                    }
                },
            };
            let (listed, wrong) = self.listed(list, &groups);
            problems.extend(wrong.into_iter().map(|problem| format!("{place}: {problem}")));
            devices.extend(listed.into_iter().map(Arc::new));
        }
        let mut names = HashSet::with_capacity(devices.len());
        devices.retain(|device| names.insert(Arc::clone(&device.name)));
        (devices, problems)
    }
}
