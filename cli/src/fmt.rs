//! `mibc fmt`: modules as canonical SMIv2.

use crate::search_path::SearchPath;
use crate::{output, report, subject};
use mibc_compiler::emit::smi::module_smi;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `mibc fmt` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct FmtArguments {
    #[command(flatten)]
    search: SearchPath,
    /// The folder to write one file for each module to; without it, modules go to standard output.
    #[arg(short, long, value_name = "FOLDER", conflicts_with = "check")]
    output: Option<PathBuf>,
    /// Write nothing; tell which files are not canonical.
    #[arg(long)]
    check: bool,
    /// Write modules that have errors, too: what cannot be parsed is lost, what cannot be resolved stays as it is.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    report: report::Display,
    /// Files, folders, or names of modules.
    #[arg(required = true, value_name = "FILE|FOLDER|MODULE")]
    subjects: Vec<String>,
}

/// The texts, each where it was asked for.
pub(crate) fn run(arguments: &FmtArguments) -> Result<ExitCode, Box<dyn Error>> {
    let mut failed = false;
    for subject in &arguments.subjects {
        let compilation = subject::load(&arguments.search, subject)?;
        report::print(&arguments.report, &compilation);
        if compilation.has_errors() && !arguments.force {
            eprintln!(
                "error: `{subject}` has errors, so that something would be lost: repair it, or say --force"
            );
            failed = true;
            continue;
        }
        let model = &compilation.model;
        let mut file_text = String::new();
        for &module in &compilation.requested {
            let name = model.spelling(model[module].name);
            let formatted = module_smi(model, module)?;
            if formatted.lost_comments > 0 && !arguments.check {
                let count = formatted.lost_comments;
                eprintln!("note: comments inside of definitions of {name} are not kept: {count}");
            }
            if arguments.check {
                // A file may have several modules: together they are its text.
                file_text.push_str(&formatted.text);
                let file = model[module].file;
                let last = compilation.requested.iter().rfind(|&&other| model[other].file == file);
                if last == Some(&module) {
                    let file = model.sources.file(file);
                    if file.text != file_text {
                        failed = true;
                        output::to_stdout(&format!("{}\n", file.name))?;
                    }
                    file_text.clear();
                }
            } else if let Some(folder) = &arguments.output {
                output::to_folder(folder, name, "mib", &formatted.text)?;
            } else {
                output::to_stdout(&formatted.text)?;
            }
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
