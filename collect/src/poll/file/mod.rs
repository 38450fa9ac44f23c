//! `fleet.toml` as it is written.

mod credentials;
mod pieces;
mod places;
mod raw;

use super::device::{Credentials, Device};
use super::discovery::Place;
use super::fleet::{Fleet, Limits};
use super::profile::{Part, Profile};
use crate::choice::{AUTO, Choice};
use crate::module::Asking;
use crate::named::{self, Made};
use crate::snmp_yml::{self, FileError};
use crate::{Module, toml_place};
use mibc_runtime::manager::Address;
use pieces::{Broken, Pieces};
use raw::{OneOrMore, RawChoice, RawDevice, RawProfile};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;

/// Most mistakes that are told of one file.
const MOST_TOLD: usize = 20;

/// How often a device is polled unless its profile says otherwise.
const INTERVAL: Duration = Duration::from_secs(60);

/// Shortest interval.
const SHORTEST: Duration = Duration::from_millis(100);

/// Longest time that a poll may take unless its profile says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How often lists of devices are read again unless the file says otherwise.
const REFRESH: Duration = Duration::from_secs(60);

/// A choice of modules by sysObjectID, and the modules that it names.
type Chosen = (Choice, Vec<(Arc<str>, Arc<Module>)>);

impl Fleet {
    /// Reads a file, and the modules and secrets that it names.
    ///
    /// # Errors
    /// All mistakes that were found, each with what was expected. After mistakes in the syntax nothing else is looked at.
    pub fn load(file: &Path) -> Result<Self, Vec<FileError>> {
        let here = |error: FileError| vec![error.in_file(file)];
        let text = FileError::read(file).map_err(here)?;
        let folder = file.parent().unwrap_or_else(|| Path::new("."));
        let mut reading = Reading {
            file,
            folder,
            text: &text,
            problems: Vec::new(),
            more: 0,
            notes: Vec::new(),
            broken: Broken::default(),
        };
        let fleet = reading.fleet(Pieces::read(&text));
        let Reading { mut problems, more, .. } = reading;
        // As they are in the file; those of other files come first.
        problems.sort_by_key(|problem| (problem.file.as_deref() == Some(file), problem.place));
        if more > 0 {
            problems.push(FileError::new(format!("there are {more} more mistakes")).in_file(file));
        }
        if problems.is_empty() { Ok(fleet) } else { Err(problems) }
    }
}

struct Reading<'f> {
    file: &'f Path,
    folder: &'f Path,
    text: &'f str,
    problems: Vec<FileError>,
    more: usize,
    notes: Vec<String>,
    broken: Broken,
}

/// What devices refer to.
struct Known {
    auths: BTreeMap<Arc<str>, Arc<Credentials>>,
    profiles: BTreeMap<Arc<str>, Arc<Profile>>,
}

impl Reading<'_> {
    fn wrong(&mut self, at: Option<Range<usize>>, message: impl Into<String>) {
        self.wrong_at(at.map(|span| toml_place::place(self.text, span.start)), message);
    }

    fn wrong_at(&mut self, place: Option<(usize, usize)>, message: impl Into<String>) {
        if self.problems.len() >= MOST_TOLD {
            self.more += 1;
            return;
        }
        let mut error = FileError::new(message).in_file(self.file);
        error.place = place;
        self.problems.push(error);
    }

    fn fleet(&mut self, pieces: Pieces) -> Fleet {
        let Pieces { mut raw, broken, mistakes } = pieces;
        self.broken = broken;
        for (at, message) in mistakes {
            self.wrong(at, message);
        }
        let (mut auths, mut modules) = (BTreeMap::new(), BTreeMap::new());
        for file in &raw.snmp_yml {
            let path = self.folder.join(file.get_ref());
            match FileError::read(&path).and_then(|text| snmp_yml::parse(&text)) {
                Ok(found) => {
                    let note = |note: String| format!("{}: {note}", path.display());
                    self.notes.extend(found.notes.into_iter().map(note));
                    auths.extend(found.auths.into_iter().map(|(name, auth)| (Arc::<str>::from(name), auth)));
                    modules.extend(
                        found
                            .modules
                            .into_iter()
                            .map(|(name, module)| (Arc::<str>::from(name), Arc::new(module))),
                    );
                }
                Err(error) => {
                    // What is not known may be there.
                    self.broken.whole.extend(["auth", "module"]);
                    self.problems.push(error.in_file(path));
                }
            }
        }
        for (name, auth) in raw.auth {
            if auths.contains_key(name.get_ref().as_str()) {
                let message = format!(
                    "the auth `{}` is in a file of `snmp-yml` too; a name is for one auth",
                    name.get_ref()
                );
                self.wrong(Some(name.span()), message);
            }
            match auth.auth(self.folder) {
                Ok(auth) => {
                    auths.insert(Arc::from(name.get_ref().as_str()), auth);
                }
                Err(message) => {
                    self.wrong(Some(name.span()), format!("auth `{}`: {message}", name.get_ref()));
                    self.broken.auths.push(name.into_inner());
                }
            }
        }
        for (name, wanted) in raw.module {
            let (at, name) = (name.span(), name.into_inner());
            if modules.contains_key(name.as_str()) {
                let message =
                    format!("the module `{name}` is in a file of `snmp-yml` too; a name is for one module");
                self.wrong(Some(at.clone()), message);
            }
            match named::module(&name, &wanted, &raw.include, self.folder) {
                Ok(Made { module, notes, .. }) => {
                    self.notes.extend(notes.into_iter().map(|note| format!("module `{name}`: {note}")));
                    modules.insert(Arc::from(name), Arc::new(module));
                }
                Err(message) => {
                    let table = toml_place::place(self.text, at.start);
                    let what = message.trim_start_matches(&format!("module `{name}`"));
                    let named = toml_place::named(self.text, table, what);
                    self.wrong_at(named.or(Some(table)), message);
                    self.broken.modules.push(name);
                }
            }
        }
        let choices = self.choices(raw.choose, &modules);
        let mut profiles = BTreeMap::new();
        for (name, profile) in raw.profile {
            let text = name.get_ref().clone();
            match self.profile(name, profile, &modules, &choices) {
                Some(profile) => drop(profiles.insert(Arc::clone(&profile.name), Arc::new(profile))),
                None => self.broken.profiles.push(text),
            }
        }
        let auths = auths.into_iter().map(|(name, auth)| {
            let credentials = Arc::new(Credentials { name: Arc::clone(&name), auth });
            (name, credentials)
        });
        let known = Known { auths: auths.collect(), profiles };
        let devices = self.devices(raw.device, &known);
        let mut discoveries = Vec::new();
        for list in raw.file_sd {
            let files = list.files.get_ref().iter().map(|file| self.folder.join(file)).collect();
            let (place, at) = (Place::Files(files), list.files.span());
            discoveries.extend(self.discovery(place, at, list.interval, list.profile, list.auth, &known));
        }
        for list in raw.http_sd {
            discoveries.extend(self.server(list, &known));
        }
        self.outputs(&mut raw.output);
        let limits = Limits::default();
        let limits = Limits {
            in_flight: raw.limits.in_flight.map_or(limits.in_flight, |count| count.0),
            silent_in_flight: raw.limits.silent_in_flight.map_or(limits.silent_in_flight, |count| count.0),
        };
        Fleet {
            devices,
            discoveries,
            profiles: known.profiles,
            auths: known.auths,
            outputs: raw.output,
            limits,
            notes: std::mem::take(&mut self.notes),
        }
    }

    fn choices(&mut self, raw: Vec<RawChoice>, modules: &BTreeMap<Arc<str>, Arc<Module>>) -> Vec<Chosen> {
        let mut choices = Vec::new();
        for choice in raw {
            let mut parts = Vec::new();
            for name in &choice.modules {
                match modules.get_key_value(name.get_ref().as_str()) {
                    Some((name, module)) => parts.push((Arc::clone(name), Arc::clone(module))),
                    None => self.unknown("module", name.span(), name.get_ref(), modules.keys()),
                }
            }
            let names = choice.modules.into_iter().map(Spanned::into_inner).collect();
            choices.push((Choice::new(choice.object_id.map(|oid| oid.0), names), parts));
        }
        choices
    }

    fn unknown<'n>(
        &mut self,
        what: &str,
        at: Range<usize>,
        found: &str,
        names: impl IntoIterator<Item = &'n Arc<str>>,
    ) {
        let broken = match what {
            "auth" => &self.broken.auths,
            "module" => &self.broken.modules,
            _ => &self.broken.profiles,
        };
        // It is wrong itself, and that is told where it is.
        if self.broken.whole.contains(&what) || broken.iter().any(|name| name == found) {
            return;
        }
        let article = if what == "auth" { "an" } else { "a" };
        let broken = broken.iter().map(String::as_str);
        let names = names.into_iter().map(|name| &**name).chain(broken);
        let names: Vec<String> = names.take(10).map(|name| format!("`{name}`")).collect();
        let expected = match names.is_empty() {
            true => format!("there is none: write a table [{what}.{found}]"),
            false => format!("expected one of {}", names.join(", ")),
        };
        self.wrong(Some(at), format!("`{found}` is not the name of {article} {what}; {expected}"));
    }

    fn profile(
        &mut self,
        name: Spanned<String>,
        raw: RawProfile,
        modules: &BTreeMap<Arc<str>, Arc<Module>>,
        choices: &[Chosen],
    ) -> Option<Profile> {
        let (at, name) = (name.span(), name.into_inner());
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
        if name.is_empty() || !name.chars().all(plain) {
            self.wrong(
                Some(at),
                format!("the name of the profile is `{name}`; expected letters, digits and `_-.`"),
            );
            return None;
        }
        let interval = raw.interval.as_ref().map_or(INTERVAL, |interval| interval.get_ref().0);
        if interval < SHORTEST {
            self.wrong(
                raw.interval.map(|at| at.span()),
                format!("`interval` is {interval:?}; expected at least {SHORTEST:?}"),
            );
            return None;
        }
        let timeout = raw.timeout.as_ref().map_or((interval / 2).min(TIMEOUT), |timeout| timeout.get_ref().0);
        if timeout > interval || timeout.is_zero() {
            let message = format!(
                "`timeout` is {timeout:?}; expected more than 0 and at most the interval, which is {interval:?}"
            );
            self.wrong(raw.timeout.map(|at| at.span()).or(Some(at)), message);
            return None;
        }
        let request_timeout = raw.request_timeout.as_ref().map(|timeout| timeout.get_ref().0);
        if request_timeout.is_some_and(|timeout| timeout.is_zero()) {
            self.wrong(raw.request_timeout.map(|at| at.span()), "`request-timeout` is 0; expected more");
            return None;
        }
        let part = |name: &Arc<str>, module: &Arc<Module>| {
            let asking = Asking {
                timeout: request_timeout.unwrap_or(module.asking.timeout),
                retries: raw.retries.unwrap_or(module.asking.retries),
                ..module.asking
            };
            Part { name: Arc::clone(name), module: Arc::clone(module), asking }
        };
        let (mut parts, mut auto) = (Vec::new(), false);
        for module in raw.modules.get_ref() {
            match modules.get_key_value(module.get_ref().as_str()) {
                Some((name, module)) => parts.push(part(name, module)),
                None if module.get_ref() == AUTO && !choices.is_empty() => auto = true,
                None => self.unknown("module", module.span(), module.get_ref(), modules.keys()),
            }
        }
        if raw.modules.get_ref().is_empty() {
            self.wrong(
                Some(raw.modules.span()),
                format!("profile `{name}` has no modules; expected at least one"),
            );
        }
        let choices = choices.iter().filter(|_| auto);
        let choices = choices.map(|(choice, modules)| {
            (choice.clone(), modules.iter().map(|(name, module)| part(name, module)).collect())
        });
        let choices: Vec<(Choice, Vec<Part>)> = choices.collect();
        let known = parts.len() + usize::from(auto) == raw.modules.get_ref().len();
        let all = || parts.iter().chain(choices.iter().flat_map(|(_, parts)| parts));
        for label in &raw.labels_from {
            // Where a module is not known, it may have it.
            if known && all().all(|part| part.module.scalar(label.get_ref()).is_none()) {
                let message = format!(
                    "`{}` is not a scalar of the profile's modules; expected one that `walk` of a module names, such as `sysName`",
                    label.get_ref()
                );
                self.wrong(Some(label.span()), message);
            }
        }
        Some(Profile {
            name: Arc::from(name),
            parts,
            choices,
            interval,
            timeout,
            label_ttl: raw.label_ttl.map_or(Duration::ZERO, |ttl| ttl.0),
            labels_from: raw.labels_from.into_iter().map(|label| label.into_inner().into()).collect(),
        })
    }

    /// One of several is needed, or there is none.
    fn choose<'n>(
        &mut self,
        what: &str,
        at: Range<usize>,
        names: impl Iterator<Item = &'n str>,
        broken: &'n [String],
    ) {
        if self.broken.whole.contains(&what) {
            return;
        }
        let names: Vec<&str> = names.chain(broken.iter().map(String::as_str)).collect();
        let message = match names.len() {
            0 => format!("there is no {what}: write a table [{what}.NAME]"),
            // It is wrong itself.
            1 => return,
            _ => {
                let names: Vec<String> = names.iter().take(10).map(|name| format!("`{name}`")).collect();
                format!("`{what}` is missing; expected one of {}", names.join(", "))
            }
        };
        self.wrong(Some(at), message);
    }

    /// Profiles and auth by name, or the only ones that there are.
    fn refers(
        &mut self,
        at: Range<usize>,
        profile: Option<Spanned<OneOrMore>>,
        auth: Option<Spanned<String>>,
        known: &Known,
    ) -> Option<(Vec<Arc<Profile>>, Arc<Credentials>)> {
        let mut profiles = Vec::new();
        match &profile {
            Some(named) => {
                for name in named.get_ref().names() {
                    match known.profiles.get(name.as_str()) {
                        Some(profile) if profiles.iter().any(|other| Arc::ptr_eq(other, profile)) => {}
                        Some(profile) => profiles.push(Arc::clone(profile)),
                        None => self.unknown("profile", named.span(), name, known.profiles.keys()),
                    }
                }
            }
            None => match known.profiles.values().next() {
                Some(profile) if known.profiles.len() + self.broken.profiles.len() == 1 => {
                    profiles.push(Arc::clone(profile));
                }
                _ => {
                    let names = known.profiles.keys().map(|name| &**name);
                    let broken = self.broken.profiles.clone();
                    self.choose("profile", at.clone(), names, &broken);
                }
            },
        }
        let credentials = match &auth {
            Some(name) => {
                let found = known.auths.get(name.get_ref().as_str());
                if found.is_none() {
                    self.unknown("auth", name.span(), name.get_ref(), known.auths.keys());
                }
                found
            }
            None if known.auths.len() + self.broken.auths.len() == 1 => known.auths.values().next(),
            None => {
                let names = known.auths.keys().map(|name| &**name);
                let broken = self.broken.auths.clone();
                self.choose("auth", at, names, &broken);
                None
            }
        };
        Some((profiles, Arc::clone(credentials?)))
    }

    fn devices(&mut self, raw: Vec<RawDevice>, known: &Known) -> Vec<Arc<Device>> {
        let mut devices = Vec::with_capacity(raw.len());
        let mut places: HashMap<Arc<str>, usize> = HashMap::with_capacity(raw.len());
        for device in raw {
            let at = device.address.span();
            let named = device.name.as_ref().unwrap_or(&device.address);
            let (name_at, name) = (named.span(), Arc::<str>::from(named.get_ref().as_str()));
            if let Err(message) = super::device::check_name(&name) {
                self.wrong(Some(name_at.clone()), message);
            }
            let address = device.address.get_ref();
            if address.trim().is_empty() {
                self.wrong(
                    Some(at.clone()),
                    "`address` is empty; expected a host, such as 192.0.2.1 or switch.example.net:161",
                );
            } else if let Err(error) = Address::from(address).check() {
                let message = format!("`{address}` is not the address of a device: {error}");
                self.wrong(Some(at.clone()), message);
            }
            if let Some(first) = places.insert(Arc::clone(&name), name_at.start) {
                let line = toml_place::place(self.text, first).0;
                self.wrong(
                    Some(name_at),
                    format!("the device `{name}` is in line {line} already; a name is for one device"),
                );
            }
            let labels = device.labels.as_ref();
            for label in labels.iter().flat_map(|labels| labels.get_ref().keys()) {
                if let Err(message) = super::device::check_label(label) {
                    self.wrong(labels.map(Spanned::span), message);
                }
            }
            let Some((profiles, credentials)) = self.refers(at, device.profile, device.auth, known) else {
                continue;
            };
            let labels = device.labels.map(Spanned::into_inner).unwrap_or_default();
            let labels = labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
            let address = device.address.into_inner().into();
            devices.push(Arc::new(Device { name, address, credentials, profiles, labels }));
        }
        devices
    }
}

#[cfg(test)]
mod tests;
