//! What is scraped and how: the files of an exporter together.

use super::choice::{AUTO, Choice};
use super::targets::DiscoveredTarget;
use super::{names, toml_file};
use crate::Module;
use crate::snmp_yml::{self, Auth, FileError};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest file that is read.
const MOST: u64 = 64 << 20;

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
    /// What modules of names leave out.
    pub notes: Vec<String>,
}

/// Reads files: TOML if their names end in `.toml`, otherwise YAML of snmp_exporter. A name may be in one of them only.
///
/// # Errors
/// All files that cannot be read, each with its first problem.
pub fn load(files: &[PathBuf]) -> Result<Config, Vec<FileError>> {
    let mut config = Config::default();
    let mut problems = Vec::new();
    for file in files {
        if let Err(error) = add(&mut config, file) {
            problems.push(error.in_file(file));
        }
    }
    if problems.is_empty()
        && let Err(message) = fits(&config)
    {
        let file = files.last().cloned();
        problems.push(FileError { file, place: None, message });
    }
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

fn error(message: String) -> FileError {
    FileError { file: None, place: None, message }
}

fn add(config: &mut Config, file: &Path) -> Result<(), FileError> {
    let length = fs::metadata(file).map_err(|e| error(format!("the file cannot be read: {e}")))?.len();
    if length > MOST {
        return Err(error(format!("the file has {length} octets; the limit is {MOST}")));
    }
    let text = fs::read_to_string(file).map_err(|e| error(format!("the file cannot be read: {e}")))?;
    let (auths, modules) = if file.extension().is_some_and(|extension| extension == "toml") {
        let found = toml_file::parse(&text)?;
        let folder = file.parent().unwrap_or_else(|| Path::new("."));
        let mut modules = BTreeMap::new();
        for (name, wanted) in found.modules {
            let (module, notes) = names::module(&name, &wanted, &found.include, folder).map_err(error)?;
            config.notes.extend(notes.into_iter().map(|note| format!("module `{name}`: {note}")));
            modules.insert(name, module);
        }
        config.targets.extend(found.targets);
        config.choices.extend(found.choices);
        (found.auths, modules)
    } else {
        let found = snmp_yml::parse(&text)?;
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

fn put<V>(map: &mut BTreeMap<String, V>, what: &str, name: String, value: V) -> Result<(), FileError> {
    match map.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(value);
            Ok(())
        }
        Entry::Occupied(entry) => Err(error(format!(
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
