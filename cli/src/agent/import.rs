//! `mibc agent import`.

use super::names::LibraryNames;
use crate::output::to_stdout;
use crate::search_path::SearchPath;
use crate::service::REFUSED;
use crate::snmp::Failure;
use mibc_admin::config::Config;
use mibc_admin::snmpd::{Import, OsFiles};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `mibc agent import` is asked to do.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArguments {
    /// Files of snmpd, in the order in which it reads them.
    #[arg(value_name = "SNMPD.CONF", required = true)]
    files: Vec<PathBuf>,
    /// Write here, for its owner only, instead of to standard output. A file that is there stays.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    search: SearchPath,
}

pub(super) fn run(arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let names = LibraryNames::new(&arguments.search);
    // What is included is named relatively to these.
    let files: Vec<PathBuf> = arguments
        .files
        .iter()
        .map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone()))
        .collect();
    let import = Import::read(&files, &OsFiles, &names);
    if let Some(unread) = import.left_out().iter().find(|left| left.line == 0) {
        return Err(unread.to_string().into());
    }
    for left in import.left_out() {
        eprintln!("left out: {left}");
    }
    match &arguments.output {
        Some(file) => write(file, import.toml())?,
        None => to_stdout(import.toml())?,
    }
    let place = arguments.output.as_deref().unwrap_or(Path::new("the result"));
    let folder = place.parent().unwrap_or(Path::new(""));
    match Config::parse(import.toml(), folder, &names) {
        Ok(config) => {
            super::tell(place, &config.check());
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            super::tell(place, &problems.list);
            Ok(ExitCode::from(REFUSED))
        }
    }
}

/// Writes a new file that only its owner can read.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let fail = |error: std::io::Error| format!("cannot write `{}`: {error}", file.display());
    let mut opened = options.open(file).map_err(fail)?;
    opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()).map_err(|error| {
        let _ = fs::remove_file(file);
        fail(error)
    })?;
    Ok(())
}
