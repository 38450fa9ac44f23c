//! What is scraped and how: the files of an exporter together.

use super::places::{self, Found, Needed, Place, What};
use super::shown::Shown;
use super::targets::DiscoveredTarget;
use super::toml_file;
use crate::Module;
use crate::choice::{AUTO, Choice};
use crate::file_error::FileError;
use crate::file_names;
use crate::http::Web;
use crate::named::{self, Made, Wanted};
use crate::snmp_yml::{self, Auth};
use crate::toml_place;
use crate::yaml;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of a configuration.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Sources {
    /// What is scraped and how: TOML if their names end in `.toml`, otherwise YAML of snmp_exporter. A `*` in a name stands for
    /// any letters.
    pub files: Vec<PathBuf>,
    /// Who may ask: the `web.yml` of Prometheus' programs. A TOML file can name it as well.
    pub web: Option<PathBuf>,
    /// Whether `$NAME` and `${NAME}` in communities, users and passwords are variables of the environment.
    pub expand_environment: bool,
}

impl From<Vec<PathBuf>> for Sources {
    fn from(files: Vec<PathBuf>) -> Self {
        Self { files, ..Self::default() }
    }
}

/// The configuration of an exporter.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Config {
    /// Ways to ask, by name.
    pub auths: BTreeMap<String, Auth>,
    /// Modules by name.
    pub modules: BTreeMap<String, Arc<Module>>,
    /// Targets for `/sd`.
    pub targets: Vec<DiscoveredTarget>,
    /// Modules of devices by their sysObjectID.
    pub choices: Vec<Choice>,
    /// Who may ask the exporter.
    pub web: Web,
    /// What modules of names leave out, and what looks like a mistake.
    pub notes: Vec<String>,
    /// All of it as YAML, without secrets.
    pub(super) shown: String,
}

/// What is read of the files besides the configuration itself.
#[derive(Default)]
struct Reading {
    config: Config,
    shown: Shown,
    /// The file of `web-config`, and who names it.
    web: Option<(PathBuf, Option<Found>)>,
    /// Where auths are.
    auths: BTreeMap<String, Found>,
    /// What targets and choices name.
    needed: Vec<(PathBuf, Needed)>,
}

/// Reads files. A name may be in one of them only.
///
/// # Errors
/// All files that cannot be read, each with its first problem; or all names that are not there.
pub fn load(sources: &Sources) -> Result<Config, Vec<FileError>> {
    let mut reading = Reading { web: sources.web.clone().map(|file| (file, None)), ..Reading::default() };
    let mut problems = Vec::new();
    for pattern in &sources.files {
        let files = file_names::fitting(pattern);
        if files.is_empty() {
            problems.push(FileError::new("no file has a name like this").in_file(pattern));
        }
        for file in &files {
            if let Err(error) = reading.add(file) {
                problems.push(error.in_file(file));
            }
        }
    }
    problems.extend(reading.expand(sources.expand_environment));
    if let Some((file, by)) = &reading.web {
        match Web::load(file) {
            Ok(web) => reading.config.web = web,
            Err(mut problem) => {
                if let Some(by) = by {
                    problem.message += &format!("; {by} names the file");
                }
                problems.push(problem);
            }
        }
    }
    if problems.is_empty() {
        problems = reading.misfits(sources);
    }
    let Reading { mut config, shown, .. } = reading;
    config.shown = shown.text();
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

impl Reading {
    fn add(&mut self, file: &Path) -> Result<(), FileError> {
        let text = FileError::read(file)?;
        if file.extension().is_some_and(|extension| extension == "toml") {
            return self.add_toml(file, &text);
        }
        let found = snmp_yml::parse(&text)?;
        self.shown.add_yaml(&yaml::merged(&text)?);
        let note = |note: String| format!("{}: {note}", file.display());
        self.config.notes.extend(found.notes.into_iter().map(note));
        let [of_auths, of_modules] = ["auths", "modules"].map(|key| places::in_yaml(&text, key));
        for (name, auth) in found.auths {
            self.add_auth(file, of_auths.get(name.as_str()).copied(), name, auth)?;
        }
        for (name, module) in found.modules {
            self.add_module(of_modules.get(name.as_str()).copied(), name, module)?;
        }
        Ok(())
    }

    fn add_toml(&mut self, file: &Path, text: &str) -> Result<(), FileError> {
        let found = toml_file::parse(text)?;
        self.shown.add_toml(text);
        let folder = file.parent().unwrap_or_else(|| Path::new("."));
        if let Some((place, named)) = found.web_config {
            let by = Found { file: file.to_owned(), place: Some(place) };
            if let Some((other, _)) = self.web.replace((folder.join(named), Some(by))) {
                let message = format!("`web-config` is given twice; the other one is {}", other.display());
                return Err(FileError::new(message).at(Some(place)));
            }
        }
        for (place, include) in &found.include {
            if !folder.join(include).is_dir() {
                let message =
                    format!("there is no folder `{}`, which `include` names", folder.join(include).display());
                return Err(FileError::new(message).at(Some(*place)));
            }
        }
        let include: Vec<PathBuf> = found.include.into_iter().map(|(_, include)| include).collect();
        for (place, name, auth) in found.auths {
            self.add_auth(file, Some(place), name, auth)?;
        }
        for (place, name, wanted) in found.modules {
            let made = named::module(&name, &wanted, &include, folder);
            let Made { module, notes, yaml } = made.map_err(|message| {
                let named =
                    toml_place::named(text, place, message.trim_start_matches(&format!("module `{name}`")));
                FileError::new(message).at(named.or(Some(place)))
            })?;
            show(&mut self.shown, &name, &wanted, &yaml);
            let note = |note: String| format!("{}: module `{name}`: {note}", file.display());
            self.config.notes.extend(notes.into_iter().map(note));
            self.add_module(Some(place), name, module)?;
        }
        self.config.targets.extend(found.targets);
        self.config.choices.extend(found.choices);
        self.needed.extend(found.needed.into_iter().map(|needed| (file.to_owned(), needed)));
        Ok(())
    }

    fn add_auth(
        &mut self,
        file: &Path,
        place: Option<Place>,
        name: String,
        auth: Auth,
    ) -> Result<(), FileError> {
        self.auths.entry(name.clone()).or_insert_with(|| Found { file: file.to_owned(), place });
        put(&mut self.config.auths, "auth", name, auth).map_err(|error| error.at(place))
    }

    fn add_module(&mut self, place: Option<Place>, name: String, module: Module) -> Result<(), FileError> {
        put(&mut self.config.modules, "module", name, Arc::new(module)).map_err(|error| error.at(place))
    }

    /// Puts variables of the environment into auths, or checks those that could have been meant for it.
    fn expand(&mut self, expand: bool) -> Vec<FileError> {
        let of_environment = |name: &str| std::env::var(name).ok();
        let mut problems = Vec::new();
        for (name, auth) in &mut self.config.auths {
            let good = match expand {
                true => auth.expanded(&of_environment).map(|expanded| *auth = expanded),
                false => auth.check(),
            };
            if let Err(error) = good
                && let Some(found) = self.auths.get(name)
            {
                let problem = FileError::new(format!("auth `{name}`: {error}"));
                problems.push(problem.at(found.place).in_file(&found.file));
            }
        }
        problems
    }

    /// What is wrong with all files together.
    fn misfits(&self, sources: &Sources) -> Vec<FileError> {
        let Config { modules, auths, choices, .. } = &self.config;
        let of_all =
            |message: &str| FileError { file: sources.files.last().cloned(), ..FileError::new(message) };
        if modules.is_empty() {
            return vec![of_all("there are no modules: a scrape needs at least one")];
        }
        if auths.is_empty() {
            return vec![of_all("there are no auths: a scrape needs at least one")];
        }
        let mut problems = Vec::new();
        for (file, needed) in &self.needed {
            let Needed { what, name, by, place } = needed;
            let (kind, there, known) = match what {
                What::Auth => ("auth", auths.contains_key(name), names(auths.keys())),
                What::Module => ("module", modules.contains_key(name), names(modules.keys())),
                What::ModuleOrAuto => {
                    let auto = name == AUTO && !choices.is_empty();
                    ("module", auto || modules.contains_key(name), names(modules.keys()))
                }
            };
            if !there {
                let message =
                    format!("{by} has the {kind} `{name}`, which is not there; expected one of {known}");
                problems.push(FileError::new(message).at(Some(*place)).in_file(file));
            }
        }
        problems
    }
}

/// Names in a message, the first ones if they are many.
fn names<'n>(names: impl ExactSizeIterator<Item = &'n String>) -> String {
    const SHOWN: usize = 10;
    let more = if names.len() > SHOWN { " …" } else { "" };
    let names: Vec<String> = names.take(SHOWN).map(|name| format!("`{name}`")).collect();
    names.join(", ") + more
}

/// Adds a module of names to what is shown, with what is said of it besides.
fn show(shown: &mut Shown, name: &str, wanted: &Wanted, yaml: &str) {
    shown.add_yaml(yaml);
    for (key, value) in [("max_repetitions", wanted.max_repetitions), ("retries", wanted.retries)] {
        if let Some(value) = value {
            shown.set(name, key, value);
        }
    }
    if let Some(seconds) = wanted.timeout {
        shown.set(name, "timeout", format!("{seconds}s"));
    }
}

fn put<V>(map: &mut BTreeMap<String, V>, what: &str, name: String, value: V) -> Result<(), FileError> {
    match map.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(value);
            Ok(())
        }
        Entry::Occupied(entry) => Err(FileError::new(format!(
            "the {what} `{}` is in an earlier file too; a name belongs to one file",
            entry.key()
        ))),
    }
}
