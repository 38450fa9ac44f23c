//! The command `mibc`.
#![forbid(unsafe_code)]

mod agent;
mod check;
mod collectors;
mod compile;
mod completions;
mod diff;
mod explain;
#[cfg(feature = "exporter")]
mod exporter;
mod find;
#[cfg(feature = "nats")]
mod fleet;
mod fmt;
mod help;
mod import;
mod library_names;
mod links;
mod list;
mod man;
#[cfg(feature = "nats")]
mod nats;
mod netsnmp;
mod output;
#[cfg(feature = "poll")]
mod poll;
mod report;
mod search_path;
mod service;
mod simulate;
mod snmp;
mod subject;
mod tool;
mod translate;
#[cfg(feature = "trapd")]
mod trapd;
mod tree;
mod why;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use tool::Tool;

/// A toolbox for SNMP: compiles MIB modules, asks agents, serves as an agent, and collects from many devices.
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
    /// Exit status: 0, or 1 if a module that was asked for is missing or has an error (what could be read is
    /// written anyway), or 2 if nothing can be written.
    Compile(compile::Arguments),
    /// Check modules against the standards, and for mistakes that mislead managers and agents.
    ///
    /// A comment `-- mibc: allow CODE` hides the findings of a code in its file. Exit status: 0, or 1 if a finding
    /// is an error, or 2 if the arguments are wrong or nothing can be written.
    Check(check::CheckArguments),
    /// Explain the codes of diagnostics.
    Explain(explain::ExplainArguments),
    /// Translate names to OIDs and OIDs to names.
    ///
    /// Exit status: 0, or 2 if something has no answer (the rest is answered anyway).
    Translate(translate::TranslateArguments),
    /// Find definitions and types by name, kind, type and module.
    Find(find::FindArguments),
    /// Draw the OID tree of a module, or below a name or OID.
    ///
    /// Beside each object is what may be done with it (r: read, w: write, c: create, n: in notifications only),
    /// its type, the index of a row, and its status unless that is current.
    Tree(tree::TreeArguments),
    /// List the modules on the search path.
    List(list::ListArguments),
    /// Explain how a name was resolved: files, imports, OID and types.
    Why(why::WhyArguments),
    /// Compare two revisions of modules: what breaks, what is allowed (RFC 2578 section 10).
    ///
    /// Exit status: 0, or 1 if something breaks, or 2 if the modules cannot be read.
    Diff(diff::DiffArguments),
    /// Write modules as canonical SMIv2, SMIv1 converted.
    ///
    /// Comments inside of definitions are not kept, those between them are. Exit status: 0, or 1 if a module has
    /// errors or, with --check, another layout.
    Fmt(fmt::FmtArguments),
    /// Read variables of an agent.
    ///
    /// Options are those of net-snmp's snmpget, with long names beside. Exit status of all commands that speak SNMP: 0,
    /// or 1 if an agent does not answer or the question makes no sense, or 2 if an agent reports an error.
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
    /// Print what an agent is, how long it has been up, and how many packets its interfaces have seen.
    #[command(args_override_self = true, override_usage = "mibc status [OPTIONS] <AGENT>")]
    #[command(after_long_help = snmp::examples::STATUS)]
    Status(snmp::StatusArguments),
    /// Print how much variables change, again and again.
    #[command(args_override_self = true, override_usage = "mibc delta [OPTIONS] <AGENT> <NAME>...")]
    #[command(after_long_help = snmp::examples::DELTA)]
    Delta(snmp::DeltaArguments),
    /// Print how full the disks and the memory of a computer are.
    #[command(args_override_self = true, override_usage = "mibc df [OPTIONS] <AGENT>")]
    #[command(after_long_help = snmp::examples::DF)]
    Df(snmp::DfArguments),
    /// Print incoming traps and informs; informs are acknowledged.
    ///
    /// Runs until it is stopped, or --count notifications have come. Only notifications with a given community or user
    /// are accepted; neither has a default.
    #[command(args_override_self = true, mut_arg("version", |arg| arg.hide(true)))]
    #[command(after_long_help = snmp::examples::LISTEN)]
    Listen(snmp::ListenArguments),
    /// Send a trap.
    ///
    /// Types are those of `mibc set`; a value can also be given as NAME=VALUE. A warning names objects that the notification
    /// should have but does not.
    #[command(args_override_self = true, override_usage = snmp::examples::TRAP_USAGE)]
    #[command(after_long_help = snmp::examples::TRAP)]
    Trap(snmp::TrapArguments),
    /// Send an inform, and wait until it is acknowledged.
    ///
    /// Exit status: 0 if it is acknowledged, 1 if it is not.
    #[command(args_override_self = true, override_usage = snmp::examples::INFORM_USAGE)]
    #[command(after_long_help = snmp::examples::INFORM)]
    Inform(snmp::TrapArguments),
    /// Manage the users of an agent (SNMPv3, SNMP-USER-BASED-SM-MIB).
    #[command(
        args_override_self = true,
        override_usage = "mibc usm [OPTIONS] <AGENT> <COMMAND> [ARGUMENT]..."
    )]
    #[command(after_long_help = snmp::examples::USM)]
    Usm(snmp::UsmArguments),
    /// Manage who may read and change which objects of an agent (SNMP-VIEW-BASED-ACM-MIB).
    #[command(
        args_override_self = true,
        override_usage = "mibc vacm [OPTIONS] <AGENT> <COMMAND> [ARGUMENT]..."
    )]
    #[command(after_long_help = snmp::examples::VACM)]
    Vacm(snmp::VacmArguments),
    /// Run an SNMP agent from a configuration file, or convert net-snmp's snmpd.conf.
    ///
    /// SIGHUP reloads the file; if it has a mistake, nothing changes. SIGTERM and SIGINT stop the agent. Exit status: 0, or 1 if
    /// the configuration is refused, or 2 if the agent cannot start or continue.
    Agent(agent::AgentArguments),
    /// Run a Prometheus exporter for SNMP devices, with the snmp.yml and the URLs of snmp_exporter.
    ///
    /// SIGHUP and a POST to /-/reload reload the configuration; if it has a mistake, nothing changes. SIGTERM and SIGINT stop the
    /// exporter. Exit status: 0, or 1 if the configuration is refused, or 2 if the exporter cannot start.
    #[cfg(feature = "exporter")]
    Exporter(exporter::ExporterArguments),
    /// Poll devices at fixed intervals, and send the results to Prometheus, InfluxDB, OpenTelemetry, Kafka or files.
    ///
    /// SIGHUP reloads the configuration; if it has a mistake, nothing changes. SIGTERM and SIGINT stop the poller, after running
    /// polls and outputs have ended. Exit status: 0, or 1 if the configuration is refused, or 2 if the poller cannot start.
    #[cfg(feature = "poll")]
    Poll(poll::PollArguments),
    /// Receive traps and informs as a service, and send them to files, servers and processes by rules.
    ///
    /// Informs are acknowledged when the outputs marked as required have taken them. SIGHUP reloads the configuration; if it has a
    /// mistake, nothing changes. SIGTERM and SIGINT stop the service, after its queues are empty. Exit status: 0, or 1 if the
    /// configuration is refused, or 2 if the service cannot start or continue.
    #[cfg(feature = "trapd")]
    Trapd(trapd::TrapdArguments),
    /// Manage a fleet of devices that several workers poll through NATS JetStream.
    ///
    /// The server keeps the schedule and stores the results; the workers are processes of `mibc poll --nats`. Exit status: 0, or 1
    /// if the configuration is refused, or 2 if the server fails or refuses.
    #[cfg(feature = "nats")]
    #[command(subcommand)]
    Fleet(fleet::FleetCommand),
    /// Record all variables of an agent in a file, for `mibc simulate`.
    ///
    /// The ending of the file chooses the format: .snmprec as in snmpsim, .snmpwalk as in the output of snmpwalk, or .jsonl.
    #[command(args_override_self = true, override_usage = "mibc record [OPTIONS] <AGENT> [NAME]")]
    #[command(after_long_help = snmp::examples::RECORD)]
    Record(snmp::RecordArguments),
    /// Simulate SNMP agents from recordings or MIB modules.
    ///
    /// Each file of a folder is a device, or a device is made from MIB modules. The community, context or address of a request
    /// chooses the device; its name is the path of its file without the ending. Exit status: 0, or 1 if there is nothing to
    /// simulate, or 2 if it cannot listen.
    #[command(after_long_help = simulate::EXAMPLES)]
    Simulate(simulate::SimulateArguments),
    /// Print the completions of a shell.
    Completions(completions::CompletionsArguments),
    /// Make links to mibc under the names of net-snmp's tools.
    ///
    /// Started under such a name (snmpget, snmpwalk, snmptranslate ...) mibc takes the arguments of that tool and
    /// behaves as it does, so that scripts only need the folder in front of PATH.
    Links(links::LinksArguments),
    /// Write the manual pages of mibc and its subcommands to a folder.
    Man(man::ManArguments),
}

fn main() -> ExitCode {
    let mut words: Vec<OsString> = std::env::args_os().collect();
    if let Some(tool) = words.first().and_then(|program| Tool::of(program)) {
        tool.run();
        words = match netsnmp::words(tool, words.split_off(1)) {
            Ok(words) => words,
            Err(status) => return status,
        };
    } else {
        words = snmp::spelling::ours(words.into_iter());
    }
    let arguments = help::grouped(Arguments::command())
        .try_get_matches_from(&words)
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .unwrap_or_else(|error| leave(&advised(error, &words), &words));
    run(arguments.command).unwrap_or_else(|error| match Tool::current() {
        Some(tool) => netsnmp::failed(tool, error),
        None if speaks_snmp(&words) => snmp::words::finish(error),
        None => {
            // Nothing was done.
            snmp::log::say(&format!("error: {error}"));
            ExitCode::from(2)
        }
    })
}

fn run(command: Command) -> Result<ExitCode, snmp::Failure> {
    Ok(match command {
        Command::Compile(arguments) => compile::run(&arguments)?,
        Command::Check(arguments) => check::run(&arguments)?,
        Command::Explain(arguments) => explain::run(&arguments)?,
        Command::Translate(arguments) => translate::run(&arguments)?,
        Command::Find(arguments) => find::run(&arguments)?,
        Command::Tree(arguments) => tree::run(&arguments)?,
        Command::List(arguments) => list::run(&arguments)?,
        Command::Why(arguments) => why::run(&arguments)?,
        Command::Diff(arguments) => diff::run(&arguments)?,
        Command::Fmt(arguments) => fmt::run(&arguments)?,
        Command::Get(arguments) => snmp::get(&arguments)?,
        Command::Getnext(arguments) => snmp::next(&arguments)?,
        Command::Getbulk(arguments) => snmp::bulk(&arguments)?,
        Command::Set(arguments) => snmp::set(&arguments)?,
        Command::Walk(arguments) => snmp::walk(&arguments)?,
        Command::Bulkwalk(arguments) => snmp::bulk_walk(&arguments)?,
        Command::Table(arguments) => snmp::table(&arguments)?,
        Command::Status(arguments) => snmp::status(&arguments)?,
        Command::Delta(arguments) => snmp::delta(&arguments)?,
        Command::Df(arguments) => snmp::df(&arguments)?,
        Command::Listen(arguments) => snmp::listen(&arguments)?,
        Command::Trap(arguments) => snmp::trap(&arguments)?,
        Command::Inform(arguments) => snmp::inform(&arguments)?,
        Command::Usm(arguments) => snmp::usm(&arguments)?,
        Command::Vacm(arguments) => snmp::vacm(&arguments)?,
        Command::Agent(arguments) => agent::run(&arguments)?,
        #[cfg(feature = "exporter")]
        Command::Exporter(arguments) => exporter::run(&arguments)?,
        #[cfg(feature = "poll")]
        Command::Poll(arguments) => poll::run(&arguments)?,
        #[cfg(feature = "trapd")]
        Command::Trapd(arguments) => trapd::run(&arguments)?,
        #[cfg(feature = "nats")]
        Command::Fleet(command) => fleet::run(&command)?,
        Command::Record(arguments) => snmp::record(&arguments)?,
        Command::Simulate(arguments) => simulate::run(&arguments)?,
        Command::Completions(arguments) => completions::run(&arguments, Arguments::command())?,
        Command::Links(arguments) => links::run(&arguments)?,
        Command::Man(arguments) => man::run(&arguments, Arguments::command())?,
    })
}

/// Where a command is that this build does not have, if it is one of the services that collect.
fn service(command: &str) -> Option<String> {
    let feature = match command {
        "exporter" | "poll" | "trapd" => command,
        "fleet" => "nats",
        _ => return None,
    };
    Some(format!(
        "this `mibc` was built without `{command}`: install the package mibc-full, or build mibc-cli with the feature `{feature}`"
    ))
}

/// How a service is given its configuration, if it was tried in another way.
fn configuration(command: &str, found: &str) -> Option<String> {
    match command {
        "poll" | "fleet" if found == "--config" => {
            Some(format!("the file stands by itself, without an option: mibc {command} … FILE"))
        }
        "agent" | "exporter" | "trapd" if !found.starts_with('-') => {
            Some(format!("the configuration is named with an option: mibc {command} --config {found}"))
        }
        _ => None,
    }
}

/// An error of the command line, with what to do instead of an option that only net-snmp's tools have.
fn advised(mut error: clap::Error, words: &[OsString]) -> clap::Error {
    let command = words.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    let instead = match (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidSubcommand)) {
        (Some(ContextValue::String(found)), _) => {
            snmp::spelling::instead(command, found).or_else(|| configuration(command, found))
        }
        (_, Some(ContextValue::String(found))) => service(found).or_else(|| configuration(command, found)),
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
    std::process::exit(match error.use_stderr() {
        true if speaks_snmp(words) => i32::from(snmp::words::NOT_DONE),
        true => 2,
        false => 0,
    })
}

/// Whether the command is one of those that speak SNMP.
fn speaks_snmp(words: &[OsString]) -> bool {
    let command = words.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    snmp::spelling::speaks_snmp(command)
}
