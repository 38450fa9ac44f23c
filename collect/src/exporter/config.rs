//! What is scraped and how: the files of an exporter together.

use super::shown::Shown;
use super::targets::DiscoveredTarget;
use super::toml_file;
use crate::Module;
use crate::choice::{AUTO, Choice};
use crate::file_error::FileError;
use crate::http::Web;
use crate::named::{self, Made, Wanted};
use crate::snmp_yml::{self, Auth};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of a configuration.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Sources {
    /// What is scraped and how: TOML if their names end in `.toml`, otherwise YAML of snmp_exporter.
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
    /// What modules of names leave out.
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
    web: Option<PathBuf>,
}

/// Reads files. A name may be in one of them only.
///
/// # Errors
/// All files that cannot be read, each with its first problem.
pub fn load(sources: &Sources) -> Result<Config, Vec<FileError>> {
    let mut reading = Reading { web: sources.web.clone(), ..Reading::default() };
    let mut problems = Vec::new();
    for file in &sources.files {
        if let Err(error) = add(&mut reading, file) {
            problems.push(error.in_file(file));
        }
    }
    let Reading { mut config, shown, web } = reading;
    config.shown = shown.text();
    match web.as_deref().map(Web::load).transpose() {
        Ok(web) => config.web = web.unwrap_or_default(),
        Err(error) => problems.push(error),
    }
    if let Err(message) = expand(&mut config, sources.expand_environment) {
        problems.push(FileError { file: sources.files.first().cloned(), ..FileError::new(message) });
    }
    if problems.is_empty()
        && let Err(message) = fits(&config)
    {
        problems.push(FileError { file: sources.files.last().cloned(), ..FileError::new(message) });
    }
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

/// Puts variables of the environment into auths, or checks those that could have been meant for it.
fn expand(config: &mut Config, expand: bool) -> Result<(), String> {
    let of_environment = |name: &str| std::env::var(name).ok();
    for (name, auth) in &mut config.auths {
        let good = match expand {
            true => auth.expanded(&of_environment).map(|expanded| *auth = expanded),
            false => auth.check(),
        };
        good.map_err(|error| format!("auth `{name}`: {error}"))?;
    }
    Ok(())
}

fn add(reading: &mut Reading, file: &Path) -> Result<(), FileError> {
    let text = FileError::read(file)?;
    let Reading { config, shown, web } = reading;
    let (auths, modules) = if file.extension().is_some_and(|extension| extension == "toml") {
        let found = toml_file::parse(&text)?;
        shown.add_toml(&text);
        let folder = file.parent().unwrap_or_else(|| Path::new("."));
        if let Some(named) = found.web_config
            && let Some(other) = web.replace(folder.join(named))
        {
            return Err(FileError::new(format!(
                "`web-config` is given twice; the other one is {}",
                other.display()
            )));
        }
        let mut modules = BTreeMap::new();
        for (name, wanted) in found.modules {
            let made = named::module(&name, &wanted, &found.include, folder).map_err(FileError::new)?;
            let Made { module, notes, yaml } = made;
            show(shown, &name, &wanted, &yaml);
            config.notes.extend(notes.into_iter().map(|note| format!("module `{name}`: {note}")));
            modules.insert(name, module);
        }
        config.targets.extend(found.targets);
        config.choices.extend(found.choices);
        (found.auths, modules)
    } else {
        let found = snmp_yml::parse(&text)?;
        shown.add_yaml(&text);
        (found.auths, found.modules)
    };
    for (name, auth) in auths {
        put(&mut config.auths, "auth", name, auth)?;
    }
    for (name, module) in modules {
        put(&mut config.modules, "module", name, Arc::new(module))?;
    }
    Ok(())
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

/// What is wrong with all files together.
fn fits(config: &Config) -> Result<(), String> {
    if config.modules.is_empty() {
        return Err("there are no modules: a scrape needs at least one".to_owned());
    }
    if config.auths.is_empty() {
        return Err("there are no auths: a scrape needs at least one".to_owned());
    }
    let missing = |module: &&String| !config.modules.contains_key(*module);
    for choice in &config.choices {
        if let Some(module) = choice.modules.iter().find(missing) {
            return Err(format!("a `choose` has the module `{module}`, which is not there"));
        }
    }
    for target in &config.targets {
        let auto = |module: &&String| *module == AUTO && !config.choices.is_empty();
        if let Some(module) = target.modules.iter().find(|module| missing(module) && !auto(module)) {
            return Err(format!(
                "the target `{}` has the module `{module}`, which is not there",
                target.address
            ));
        }
        if !config.auths.contains_key(&target.auth) {
            return Err(format!(
                "the target `{}` has the auth `{}`, which is not there",
                target.address, target.auth
            ));
        }
    }
    Ok(())
}
