//! Which devices are polled, for what, and where the results go: a configuration that was read.

use super::device::{self, Credentials, Device};
use super::discovery::{self, Discovery, Group, Place};
use super::output::OutputConfig;
use super::profile::Profile;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many polls may be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Of devices that have answered last time, and of those that were not asked yet.
    pub in_flight: usize,
    /// Of devices that have not answered last time. Others do not wait for them.
    pub silent_in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { in_flight: 2_000, silent_in_flight: 10_000 }
    }
}

/// A configuration of `mibc poll`.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Fleet {
    /// The devices that the file itself has.
    pub devices: Vec<Arc<Device>>,
    /// Where to look for others.
    pub discoveries: Vec<Discovery>,
    /// What devices are asked for, by name.
    pub profiles: BTreeMap<Arc<str>, Arc<Profile>>,
    /// How devices are asked, by name.
    pub auths: BTreeMap<Arc<str>, Arc<Credentials>>,
    /// Where results go.
    pub outputs: Vec<OutputConfig>,
    /// How many polls may be under way.
    pub limits: Limits,
    /// What modules of names leave out.
    pub notes: Vec<String>,
}

/// The label that is the name of a device; without it, its address is.
const NAME: &str = "__name";

/// The label that names profiles, with commas between.
const PROFILE: &str = "__profile";

/// The labels that name an auth: ours, and that of the exporter's `/sd`.
const AUTH: [&str; 2] = ["__auth", "__param_auth"];

/// What the devices of a group have in common.
struct Common {
    profiles: Vec<Arc<Profile>>,
    credentials: Arc<Credentials>,
    labels: Box<[(Box<str>, Box<str>)]>,
}

impl Fleet {
    /// What outputs cannot write, as far as that can be told without writing: files, and folders of queues.
    pub fn unwritable(&self) -> Vec<String> {
        self.outputs.iter().flat_map(OutputConfig::unwritable).collect()
    }

    /// The names of all devices that are known without asking a server, and what is wrong with lists in files.
    pub fn survey(&self) -> (Vec<Arc<str>>, Vec<String>) {
        let mut names: Vec<Arc<str>> = self.devices.iter().map(|device| Arc::clone(&device.name)).collect();
        let mut problems = Vec::new();
        for discovery in &self.discoveries {
            if let Place::Files(patterns) = &discovery.place {
                let (groups, wrong) = discovery::read(patterns);
                problems.extend(wrong.iter().map(ToString::to_string));
                let (devices, wrong) = self.listed(discovery, &groups);
                let place = discovery.place.name();
                problems.extend(wrong.into_iter().map(|problem| format!("{place}: {problem}")));
                names.extend(devices.into_iter().map(|device| device.name));
            }
        }
        names.sort_unstable();
        names.dedup();
        (names, problems)
    }

    /// The devices of a list, and what is wrong with others.
    pub fn listed(&self, discovery: &Discovery, groups: &[Group]) -> (Vec<Device>, Vec<String>) {
        let (mut devices, mut problems) = (Vec::new(), Vec::new());
        for group in groups {
            let common = match self.common(discovery, group) {
                Ok(common) => common,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            for address in &group.targets {
                let name = group.labels.get(NAME).filter(|_| group.targets.len() == 1).unwrap_or(address);
                if let Err(problem) = device::check_name(name) {
                    problems.push(problem);
                    continue;
                }
                devices.push(Device {
                    name: Arc::from(name.as_str()),
                    address: address.as_str().into(),
                    credentials: Arc::clone(&common.credentials),
                    profiles: common.profiles.clone(),
                    labels: common.labels.clone(),
                });
            }
        }
        (devices, problems)
    }

    fn common(&self, discovery: &Discovery, group: &Group) -> Result<Common, String> {
        let subject = group.targets.first().map_or("a group without targets", String::as_str);
        let profiles = match group.labels.get(PROFILE) {
            None => discovery.profiles.clone(),
            Some(names) => {
                let named = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                let found = named.map(|name| {
                    let found = self.profiles.get(name).cloned();
                    found.ok_or_else(|| format!("{subject}: `{name}` is not the name of a profile"))
                });
                found.collect::<Result<_, _>>()?
            }
        };
        let credentials = match AUTH.iter().find_map(|label| group.labels.get(*label)) {
            None => Arc::clone(&discovery.credentials),
            Some(name) => {
                let found = self.auths.get(name.as_str()).cloned();
                found.ok_or_else(|| format!("{subject}: `{name}` is not the name of an auth"))?
            }
        };
        let kept = group.labels.iter().filter(|(name, _)| !name.starts_with("__"));
        let mut labels = Vec::new();
        for (name, value) in kept {
            device::check_label(name).map_err(|problem| format!("{subject}: {problem}"))?;
            labels.push((name.as_str().into(), value.as_str().into()));
        }
        Ok(Common { profiles, credentials, labels: labels.into() })
    }
}
