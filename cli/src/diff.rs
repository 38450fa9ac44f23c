//! `mibc diff`: what a new revision breaks.

use crate::search_path::SearchPath;
use crate::{output, subject};
use clap::ValueEnum;
use mibc_compiler::compat::{Effect, Report, Rule, Side, compare};
use mibc_compiler::compile::Compilation;
use mibc_compiler::model::ModuleId;
use std::error::Error;
use std::process::ExitCode;

/// What `mibc diff` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArguments {
    #[command(flatten)]
    search: SearchPath,
    /// How to write the changes.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
    /// Only what breaks.
    #[arg(short, long)]
    breaking: bool,
    /// The old revision: a file, a folder, or the name of a module.
    #[arg(value_name = "OLD")]
    old: String,
    /// The new revision. Of folders, the modules of the same name are compared.
    #[arg(value_name = "NEW")]
    new: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// A line for each change, the worst first.
    Text,
    /// One JSON array with an object for each module.
    Json,
}

/// The changes on standard output.
pub(crate) fn run(arguments: &DiffArguments) -> Result<ExitCode, Box<dyn Error>> {
    let old = read(&arguments.search, &arguments.old)?;
    let new = read(&arguments.search, &arguments.new)?;
    let reports = reports(&old, &new);
    let breaks = reports.iter().any(Report::breaks);
    let shown = reports.into_iter().map(|mut report| {
        if arguments.breaking {
            report.changes.retain(|change| change.effect == Effect::Breaks);
        }
        report
    });
    let text = match arguments.format {
        DiffFormat::Text => shown.map(|report| report.to_string()).collect(),
        DiffFormat::Json => {
            let all: Vec<serde_json::Value> = shown.map(|report| report.to_json()).collect();
            serde_json::to_string_pretty(&all)? + "\n"
        }
    };
    output::to_stdout(&text)?;
    Ok(if breaks { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(search: &SearchPath, subject: &str) -> Result<Compilation, String> {
    let compilation = subject::load(search, subject)?;
    if compilation.has_errors() {
        eprintln!("warning: `{subject}` has errors: what they hide is not compared; `mibc check` lists them");
    }
    Ok(compilation)
}

/// One report for each module; a single module on each side is compared whatever the names are.
fn reports(old: &Compilation, new: &Compilation) -> Vec<Report> {
    let name_of = |compilation: &Compilation, module: ModuleId| {
        compilation.model.spelling(compilation.model[module].name).to_owned()
    };
    let both = |old_id: ModuleId, new_id: ModuleId| {
        compare(Side { model: &old.model, module: old_id }, Side { model: &new.model, module: new_id })
    };
    if let ([old], [new]) = (old.requested.as_slice(), new.requested.as_slice()) {
        return vec![both(*old, *new)];
    }
    let find = |compilation: &Compilation, name: &str| {
        compilation.requested.iter().copied().find(|&id| name_of(compilation, id) == name)
    };
    let mut reports: Vec<Report> = old
        .requested
        .iter()
        .map(|&id| {
            let name = name_of(old, id);
            match find(new, &name) {
                Some(found) => both(id, found),
                None => Report::of_missing(&name, Rule::ModuleRemoved),
            }
        })
        .collect();
    let added = new.requested.iter().map(|&id| name_of(new, id)).filter(|name| find(old, name).is_none());
    reports.extend(added.map(|name| Report::of_missing(&name, Rule::ModuleAdded)));
    reports
}
