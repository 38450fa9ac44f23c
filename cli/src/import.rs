//! What the imports of net-snmp's configurations have in common.

use crate::library_names::LibraryNames;
use crate::output::to_stdout;
use crate::search_path::SearchPath;
use crate::snmp::Failure;
use mibc_admin::snmpd::Import;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The longest file that could be a configuration.
const LONGEST: u64 = 16 << 20;

/// What an import is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArguments {
    /// The files of net-snmp, in the order in which it reads them.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Write to this file, which only you can read, instead of standard output. An existing file is not replaced.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    search: SearchPath,
}

impl ImportArguments {
    /// The names of modules.
    pub(crate) fn names(&self) -> LibraryNames<'_> {
        LibraryNames::new(&self.search)
    }

    /// The files. What is included is named relatively to them.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.files.iter().map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone())).collect()
    }

    /// Writes what has come of the files, and tells what is left out.
    pub(crate) fn write(&self, import: &Import) -> Result<(), Failure> {
        if let Some(unread) = import.left_out().iter().find(|left| left.line == 0) {
            return Err(unread.to_string().into());
        }
        for left in import.left_out() {
            eprintln!("left out: {left}");
        }
        match &self.output {
            Some(file) => write(file, import.toml())?,
            None => to_stdout(import.toml())?,
        }
        Ok(())
    }

    /// What the result is called, for what is wrong with it.
    pub(crate) fn place(&self) -> &Path {
        self.output.as_deref().unwrap_or(Path::new("the result"))
    }

    /// What paths in the result are relative to.
    pub(crate) fn folder(&self) -> &Path {
        self.place().parent().unwrap_or(Path::new(""))
    }
}

/// Words that lines of net-snmp's configurations begin with.
const THEIRS: [&str; 18] = [
    "access",
    "agentaddress",
    "authcommunity",
    "authuser",
    "com2sec",
    "createuser",
    "disableauthorization",
    "format2",
    "forward",
    "group",
    "master",
    "rocommunity",
    "rouser",
    "rwcommunity",
    "rwuser",
    "snmptrapdaddr",
    "syslocation",
    "traphandle",
];

/// What to do with a file that is a configuration of net-snmp's instead of ours; `None` if it does not look like one.
pub(crate) fn advice(file: &Path, program: &str, command: &str) -> Option<String> {
    let ordinary = file.metadata().is_ok_and(|about| about.is_file() && about.len() < LONGEST);
    let text = ordinary.then(|| fs::read_to_string(file).ok()).flatten()?;
    let theirs = |line: &str| {
        let (word, rest) = line.trim_start().split_once([' ', '\t'])?;
        Some(THEIRS.contains(&word.to_ascii_lowercase().as_str()) && !rest.trim_start().starts_with('='))
    };
    text.lines().any(|line| theirs(line) == Some(true)).then(|| {
        let shown = file.display();
        format!("{shown}: this is a configuration of {program}; expected TOML, which `mibc {command} import {shown}` makes of it")
    })
}

/// Writes a new file that only its owner can read.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let fail = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            format!(
                "`{}` is there already, and is not replaced; expected the name of a new file",
                file.display()
            )
        }
        _ => format!("cannot write `{}`: {error}", file.display()),
    };
    let mut opened = options.open(file).map_err(fail)?;
    opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()).map_err(|error| {
        let _ = fs::remove_file(file);
        fail(error)
    })?;
    Ok(())
}
