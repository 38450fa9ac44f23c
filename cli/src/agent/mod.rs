//! `mibc agent`: an agent of a configuration file, and the import of net-snmp's.

mod agentx;
mod build;
#[cfg(feature = "http")]
mod http;
#[cfg(not(feature = "http"))]
#[path = "without_http.rs"]
mod http;
mod import;
#[cfg(feature = "http")]
mod metrics;
mod run;
mod scripts;
mod subtrees;
mod system;

use crate::import::{ImportArguments, advice};
use crate::library_names::LibraryNames;
use crate::search_path::SearchPath;
use crate::service::REFUSED;
use crate::service::journal::Form;
use crate::snmp::Failure;
use mibc_admin::config::{Config, Problem};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `mibc agent` is asked to do.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AgentArguments {
    #[command(subcommand)]
    command: Option<AgentCommand>,
    /// The configuration (TOML).
    #[arg(long, value_name = "FILE", required = true)]
    config: Option<PathBuf>,
    /// Check the configuration, report all mistakes, and exit.
    #[arg(long)]
    check: bool,
    /// The format of the log, which goes to standard error.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Form::Text)]
    log_format: Form,
    #[command(flatten)]
    search: SearchPath,
}

#[derive(Debug, clap::Subcommand)]
enum AgentCommand {
    /// Convert the configuration of net-snmp's snmpd to TOML.
    ///
    /// Lines that cannot be converted are reported on standard error and in comments of the TOML. snmpd keeps the keys of its
    /// users and its engine ID in a file of its own, such as /var/lib/snmp/snmpd.conf: name that file, too. Exit status: 0, or
    /// 1 if the agent would refuse the result, or 2 if a file cannot be read.
    Import(ImportArguments),
}

pub(crate) fn run(arguments: &AgentArguments) -> Result<ExitCode, Failure> {
    if let Some(AgentCommand::Import(arguments)) = &arguments.command {
        return import::run(arguments);
    }
    // clap has seen to it.
    let Some(file) = &arguments.config else { return Err("--config is missing".into()) };
    if let Some(advice) = advice(file, "snmpd", "agent") {
        eprintln!("error: {advice}");
        return Ok(ExitCode::from(REFUSED));
    }
    let names = LibraryNames::new(&arguments.search);
    if !arguments.check {
        return run::run(file, &names, arguments.log_format);
    }
    match run::load(file, &names) {
        Ok(run::Loaded { config, .. }) => {
            tell(file, &warnings(&config, file));
            println!("{}: an agent can be made of it", file.display());
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            tell(file, &problems);
            Ok(ExitCode::from(REFUSED))
        }
    }
}

/// What looks like a mistake in a configuration.
fn warnings(config: &Config, file: &Path) -> Vec<Problem> {
    let mut problems = config.check();
    problems.extend(config.exposed(file));
    problems
}

fn tell(file: &Path, problems: &[Problem]) {
    for problem in problems {
        eprintln!("{}", problem.in_file(file));
    }
}
