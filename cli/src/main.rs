//! The command `mibc`.
#![forbid(unsafe_code)]

mod check;
mod compile;
mod completions;
mod diff;
mod explain;
mod find;
mod fleet;
mod fmt;
mod list;
mod man;
mod output;
mod report;
mod search_path;
mod snmp;
mod subject;
mod translate;
mod tree;
mod why;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::fmt::Display;
use std::process::ExitCode;

/// Compiles SNMP MIB modules (SMIv1 and SMIv2) to typed Rust or JSON, answers questions about them, and asks agents.
#[derive(Debug, Parser)]
#[command(name = "mibc", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compile modules, and what they import, to Rust, JSON or the configuration of a collector.
    ///
    /// Exit status: 0, or 1 where a module that was asked for is missing or has an error (what could be read is
    /// written all the same), or 2 where nothing can be written.
    Compile(compile::Arguments),
    /// Check modules against the standards, and for what misleads managers and agents.
    ///
    /// A comment `-- mibc: allow CODE` hides the findings of a code in its file. Exit status: 0, or 1 where a finding
    /// is an error, or 2 where the arguments are wrong or nothing can be written.
    Check(check::CheckArguments),
    /// Explain the codes of diagnostics.
    Explain(explain::ExplainArguments),
    /// Translate names to OIDs and OIDs to names.
    ///
    /// Exit status: 0, or 2 where something has no answer (the rest is answered all the same).
    Translate(translate::TranslateArguments),
    /// Find definitions and types by name, kind, type and module.
    Find(find::FindArguments),
    /// Draw the OID tree of a module, or below a name or OID.
    ///
    /// Beside each object stand what may be done with it (r: read, w: write, c: create, n: in notifications only),
    /// its type, the index of a row, and its status if it is no longer current.
    Tree(tree::TreeArguments),
    /// List the modules on the search path.
    List(list::ListArguments),
    /// Tell how a name was resolved: files, imports, OID and types.
    Why(why::WhyArguments),
    /// Compare two revisions of modules: what breaks, what is allowed (RFC 2578 section 10).
    ///
    /// Exit status: 0, or 1 where something breaks, or 2 where the modules cannot be read.
    Diff(diff::DiffArguments),
    /// Write modules as canonical SMIv2, SMIv1 converted.
    ///
    /// Comments inside of definitions are not kept, those between them are. Exit status: 0, or 1 where a module has
    /// errors or, with --check, another layout.
    Fmt(fmt::FmtArguments),
    /// Read variables of an agent.
    ///
    /// Options are those of net-snmp's snmpget, with long names beside. Exit status of all commands that speak SNMP: 0,
    /// or 1 where an agent does not answer or what is asked for makes no sense, or 2 where an agent reports an error.
    #[command(args_override_self = true, override_usage = "mibc get [OPTIONS] <AGENT> <NAME>...")]
    #[command(after_long_help = snmp::examples::GET)]
    Get(snmp::GetArguments),
    /// Read the variables that follow names.
    #[command(args_override_self = true, override_usage = "mibc getnext [OPTIONS] <AGENT> <NAME>...")]
    #[command(after_long_help = snmp::examples::GETNEXT)]
    Getnext(snmp::GetArguments),
    /// Read many variables that follow names, in one request.
    #[command(args_override_self = true, override_usage = "mibc getbulk [OPTIONS] <AGENT> <NAME>...")]
    #[command(after_long_help = snmp::examples::GETBULK)]
    Getbulk(snmp::BulkArguments),
    /// Write variables of an agent, all or none.
    #[command(
        args_override_self = true,
        override_usage = "mibc set [OPTIONS] <AGENT> <NAME> <TYPE> <VALUE>..."
    )]
    #[command(after_long_help = snmp::examples::SET)]
    Set(snmp::SetArguments),
    /// Read everything below a name, one variable per request.
    #[command(args_override_self = true, override_usage = "mibc walk [OPTIONS] <AGENT> [NAME]")]
    #[command(after_long_help = snmp::examples::WALK)]
    #[command(mut_arg("max_repetitions", |arg| arg.hide(true)), mut_arg("non_repeaters", |arg| arg.hide(true)))]
    Walk(snmp::WalkArguments),
    /// Read everything below a name, many variables per request.
    #[command(args_override_self = true, override_usage = "mibc bulkwalk [OPTIONS] <AGENT> [NAME]")]
    #[command(after_long_help = snmp::examples::BULKWALK)]
    Bulkwalk(snmp::WalkArguments),
    /// Read a table, and write it as one.
    #[command(args_override_self = true, override_usage = "mibc table [OPTIONS] <AGENT> <TABLE>")]
    #[command(after_long_help = snmp::examples::TABLE)]
    Table(snmp::TableArguments),
    /// Print the traps and informs that come; informs are acknowledged.
    ///
    /// Runs until it is ended, or --count notifications have come. Only what has a community or user that was given is
    /// taken; there are no defaults.
    #[command(args_override_self = true, mut_arg("version", |arg| arg.hide(true)))]
    #[command(after_long_help = snmp::examples::LISTEN)]
    Listen(snmp::ListenArguments),
    /// Print the completions of a shell.
    Completions(completions::CompletionsArguments),
    /// Write the manual pages of mibc and its subcommands to a folder.
    Man(man::ManArguments),
}

fn main() -> ExitCode {
    let words = snmp::spelling::ours(std::env::args_os());
    match Arguments::try_parse_from(&words)
        .unwrap_or_else(|error| leave(&advised(error, &words), &words))
        .command
    {
        Command::Compile(arguments) => finish(compile::run(&arguments)),
        Command::Check(arguments) => finish(check::run(&arguments)),
        Command::Explain(arguments) => finish(explain::run(&arguments)),
        Command::Translate(arguments) => finish(translate::run(&arguments)),
        Command::Find(arguments) => finish(find::run(&arguments)),
        Command::Tree(arguments) => finish(tree::run(&arguments)),
        Command::List(arguments) => finish(list::run(&arguments)),
        Command::Why(arguments) => finish(why::run(&arguments)),
        Command::Diff(arguments) => finish(diff::run(&arguments)),
        Command::Fmt(arguments) => finish(fmt::run(&arguments)),
        Command::Get(arguments) => snmp::words::finish(snmp::get(&arguments)),
        Command::Getnext(arguments) => snmp::words::finish(snmp::next(&arguments)),
        Command::Getbulk(arguments) => snmp::words::finish(snmp::bulk(&arguments)),
        Command::Set(arguments) => snmp::words::finish(snmp::set(&arguments)),
        Command::Walk(arguments) => snmp::words::finish(snmp::walk(&arguments)),
        Command::Bulkwalk(arguments) => snmp::words::finish(snmp::bulk_walk(&arguments)),
        Command::Table(arguments) => snmp::words::finish(snmp::table(&arguments)),
        Command::Listen(arguments) => snmp::words::finish(snmp::listen(&arguments)),
        Command::Completions(arguments) => finish(completions::run(&arguments, Arguments::command())),
        Command::Man(arguments) => finish(man::run(&arguments, Arguments::command())),
    }
}

/// An error of the command line, with what to do instead of an option that only net-snmp's tools have.
fn advised(mut error: clap::Error, words: &[OsString]) -> clap::Error {
    let command = words.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    let instead = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) => snmp::spelling::instead(command, option),
        _ => None,
    };
    if let Some(instead) = instead {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(instead)]));
    }
    error
}

/// Prints an error of the command line, or the help that was asked for, and ends. The commands that speak SNMP have the
/// status of net-snmp's tools.
fn leave(error: &clap::Error, words: &[OsString]) -> ! {
    let _ = error.print();
    let command = words.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    std::process::exit(match error.use_stderr() {
        true if snmp::spelling::speaks_snmp(command) => i32::from(snmp::words::NOT_DONE),
        true => 2,
        false => 0,
    })
}

/// Exit status 2 where a subcommand could not do its work.
fn finish<E: Display>(result: Result<ExitCode, E>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}
