//! From names to a module.

use super::{Enums, Wanted};
use crate::{Module, snmp_yml};
use mibc_compiler::compile;
use mibc_compiler::emit::collectors::{Request, SelectError, select};
use mibc_compiler::emit::snmp_exporter::{self, snmp_exporter};
use mibc_compiler::query::{Library, Translator};
use mibc_compiler::search::Cache;
use mibc_compiler::world::FsWorld;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A module that was made of names.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) module: Module,
    /// What it leaves out.
    pub(crate) notes: Vec<String>,
    /// The module as a file of snmp_exporter has it.
    #[cfg_attr(not(feature = "exporter"), expect(dead_code, reason = "the exporter shows it"))]
    pub(crate) yaml: String,
}

/// The module of some names. Standard MIB modules are built in; others are looked for in the
/// folders, which are relative to that of the file.
pub(crate) fn module(
    name: &str,
    wanted: &Wanted,
    include: &[PathBuf],
    folder: &Path,
) -> Result<Made, String> {
    let world = include.iter().fold(FsWorld::new(), |world, path| world.include(folder.join(path)));
    let compilation = compile::compile(&world, &wanted.mibs);
    if let Some(missing) = wanted.mibs.iter().find(|name| compilation.missing.contains(name)) {
        return Err(format!(
            "module `{name}`: there is no MIB module `{missing}`: name its folder in `include`"
        ));
    }
    let request = Request {
        tables: wanted.tables.clone(),
        walks: wanted.walk.clone(),
        lookups: wanted.lookups.clone(),
    };
    let in_module = |error: &dyn std::fmt::Display| format!("module `{name}`: {error}");
    let selection = select(&compilation.model, &compilation.requested, &request)
        .map_err(|error| in_module(&unfit(error, world)))?;
    let mut options = snmp_exporter::Options::default();
    name.clone_into(&mut options.name);
    options.auths = false;
    options.types.clone_from(&wanted.types);
    options.drop_source_indexes = wanted.drop_source_indexes;
    options.enums = match wanted.enums {
        Enums::Gauge => snmp_exporter::Enums::Gauge,
        Enums::Info => snmp_exporter::Enums::Info,
        Enums::StateSet => snmp_exporter::Enums::StateSet,
    };
    let written =
        snmp_exporter(&compilation.model, &selection, &options).map_err(|error| in_module(&error))?;
    let mut file = snmp_yml::parse(&written.text).map_err(|error| in_module(&error))?;
    let mut made = file.modules.remove(name).ok_or_else(|| in_module(&"it has no objects"))?;
    let asking = &mut made.asking;
    asking.max_repetitions = wanted.max_repetitions.unwrap_or(asking.max_repetitions);
    asking.retries = wanted.retries.unwrap_or(asking.retries);
    if let Some(seconds) = wanted.timeout {
        asking.timeout = Duration::try_from_secs_f64(seconds)
            .map_err(|_| in_module(&format!("`timeout` is {seconds}; expected seconds")))?;
    }
    Ok(Made { module: made, notes: written.notes, yaml: written.text })
}

/// What is wrong with a name, and what a file is to have instead.
fn unfit(error: SelectError, world: FsWorld) -> String {
    match error {
        SelectError::Unknown { ref name, ref suggestion } => match (defined_in(name, world), suggestion) {
            (Some(module), _) => {
                format!("`{name}` is not in `mibs`; add `{module}` to them, which defines it")
            }
            (None, Some(_)) => error.to_string(),
            (None, None) => format!("`{name}` is not defined; add the MIB module that defines it to `mibs`"),
        },
        SelectError::Nothing { name } => format!(
            "there is no table or scalar below {name}; add its MIB module to `mibs`, or name a column instead of an instance"
        ),
        other => other.to_string(),
    }
}

/// The module that defines a name, among all that can be found.
fn defined_in(name: &str, world: FsWorld) -> Option<String> {
    let library = Library::new(world, Cache::None);
    Translator::new(&library).translate(name).ok().map(|answer| answer.module().to_owned())
}
