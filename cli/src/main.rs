//! The command `mibc`.
#![forbid(unsafe_code)]

mod compile;
mod output;
mod report;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Compiles SNMP MIB modules (SMIv1 and SMIv2) to typed Rust or JSON.
#[derive(Debug, Parser)]
#[command(name = "mibc", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compile modules, and what they import, to Rust or JSON.
    ///
    /// Exit status: 0, or 1 where a module that was asked for is missing or has an error (what could be read is
    /// written all the same), or 2 where nothing can be written.
    Compile(compile::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Compile(arguments) => compile::run(&arguments).unwrap_or_else(|error| {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }),
    }
}
