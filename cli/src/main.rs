//! The command `mibc`.
#![forbid(unsafe_code)]

mod compile;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Compiles SNMP MIB modules.
#[derive(Debug, Parser)]
#[command(name = "mibc", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compile modules, and what they import, to JSON.
    Compile(compile::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Compile(arguments) => compile::run(&arguments),
    }
}
