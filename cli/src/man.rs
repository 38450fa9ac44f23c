//! `mibc man`: manual pages.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `mibc man` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct ManArguments {
    /// The folder, such as `/usr/local/share/man/man1`; it is created if it is missing.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// `mibc.1`, and `mibc-translate.1` and so on for the subcommands.
pub(crate) fn run(arguments: &ManArguments, command: clap::Command) -> Result<ExitCode, String> {
    let write = || -> io::Result<()> {
        fs::create_dir_all(&arguments.folder)?;
        clap_mangen::generate_to(command.disable_help_subcommand(true), &arguments.folder)
    };
    let fail = |error| format!("cannot write manual pages to `{}`: {error}", arguments.folder.display());
    write().map(|()| ExitCode::SUCCESS).map_err(fail)
}
