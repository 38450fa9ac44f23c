//! Devices of modules.

use crate::search_path::SearchPath;
use crate::snmp::Failure;
use mibc_simulator::mib::{self, Extent};
use mibc_simulator::{Format, Recording, line};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// Makes a device of modules; `None` where one is missing, which is told.
pub(super) fn device(search: &SearchPath, modules: &[String], rows: u32, seed: u64) -> Option<Recording> {
    let library = search.library();
    let compilation = library.compile(modules);
    for missing in &compilation.missing {
        let near = library.similar_module(missing).map(|near| format!("; is `{near}` meant?"));
        eprintln!("error: there is no module `{missing}` on the search path{}", near.unwrap_or_default());
    }
    if compilation.requested.len() < modules.len() {
        return None;
    }
    Some(mib::device(&compilation.model, &compilation.requested, Extent { rows, seed }))
}

/// Writes it.
///
/// # Errors
/// It cannot be written.
pub(super) fn write(recording: &Recording, file: &Path) -> Result<ExitCode, Failure> {
    let format = Format::of(file).ok_or_else(|| {
        format!(
            "the ending of {} says no form of a recording: .snmprec, .snmpwalk and .jsonl do",
            file.display()
        )
    })?;
    let variables = recording.variables().filter_map(|variable| Some((variable.name, variable.value?)));
    let text: String = variables.map(|(name, value)| line(format, name.as_ref(), value.as_ref())).collect();
    fs::write(file, text).map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    eprintln!("{}: {} variables", file.display(), recording.len());
    Ok(ExitCode::SUCCESS)
}
