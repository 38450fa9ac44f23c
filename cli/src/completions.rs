//! `mibc completions`: what shells complete.

use crate::output::{self, WriteError};
use clap_complete::{Shell, generate};
use std::process::ExitCode;

/// What `mibc completions` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArguments {
    /// The shell. Where its completions belong depends on it: for bash
    /// `~/.local/share/bash-completion/completions/mibc`, for zsh `_mibc` in a folder of `$fpath`, for fish
    /// `~/.config/fish/completions/mibc.fish`.
    #[arg(value_enum)]
    shell: Shell,
}

/// The script on standard output.
pub(crate) fn run(
    arguments: &CompletionsArguments,
    mut command: clap::Command,
) -> Result<ExitCode, WriteError> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, "mibc", &mut script);
    output::to_stdout(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
