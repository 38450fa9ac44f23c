//! `mibc why`: how a name was resolved.

use crate::output::{self, WriteError};
use crate::search_path::SearchPath;
use mibc_compiler::query::why;
use std::process::ExitCode;

/// What `mibc why` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct WhyArguments {
    #[command(flatten)]
    search: SearchPath,
    /// A definition, type or imported symbol: `IF-MIB::ifDescr`, or `ifDescr` in every module that defines it.
    #[arg(value_name = "NAME")]
    name: String,
}

/// The account on standard output. Exit status 1 if the name is not found.
pub(crate) fn run(arguments: &WhyArguments) -> Result<ExitCode, WriteError> {
    let library = arguments.search.library();
    match why(&library, &arguments.name) {
        Ok(account) => {
            output::to_stdout(&account.to_string())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("error: {error}");
            Ok(ExitCode::FAILURE)
        }
    }
}
