//! `mibc check`: files, folders and modules in, findings out.

mod choice;
mod progress;
mod sarif;
mod summary;
mod text;

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use mibc_compiler::compile::check;
use mibc_compiler::diag::{Diagnostics, Severity, json};
use mibc_compiler::lint::{Baseline, Profile, Settings};

use crate::search_path;
use choice::Choice;
use summary::Summary;

/// What `mibc check` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArguments {
    /// A folder to look for imported modules in, and below it, or a file; may be given more than once. The folders
    /// that are checked are searched too, and those of the environment variable MIBC_PATH. Standard modules are built
    /// in.
    #[arg(short = 'I', long = "include", value_name = "PATH")]
    include: Vec<PathBuf>,
    /// Read every file anew: neither use nor keep the index of the folders that imported modules are looked for in.
    #[arg(long)]
    no_cache: bool,
    /// How strict the report is.
    #[arg(long, value_enum, default_value_t = Strictness::Vendor)]
    profile: Strictness,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Do not show findings of a code, or with `MODULE:CODE` not in one module; may be given more than once.
    #[arg(long, value_name = "CODE")]
    allow: Vec<String>,
    /// Make findings of a code errors (`warnings`: of every code that is a warning); may be given more than once.
    #[arg(long, value_name = "CODE")]
    deny: Vec<String>,
    /// Do not show the findings that this file lists.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found to this file, and do not show it again.
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Show how many findings each module has, not the findings.
    #[arg(long)]
    summary: bool,
    /// Show every finding, not only the first of each code in each module.
    #[arg(long)]
    all: bool,
    /// Files, folders (with all below them) and names of modules.
    #[arg(required = true, value_name = "PATH|MODULE")]
    targets: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Strictness {
    /// The letter of the standards, style included: for authors of modules.
    Rfc,
    /// What is lost, or misleads a manager or an agent: for modules that others wrote.
    Vendor,
    /// What is lost.
    Lenient,
}

impl From<Strictness> for Profile {
    fn from(strictness: Strictness) -> Profile {
        match strictness {
            Strictness::Rfc => Profile::Rfc,
            Strictness::Vendor => Profile::Vendor,
            Strictness::Lenient => Profile::Lenient,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The line, a caret, and a way out.
    Text,
    /// One JSON object for each line.
    Json,
    /// SARIF 2.1.0, which code hosts read.
    Sarif,
}

/// Exit status 0 if no finding is an error, 1 if one is.
///
/// # Errors
/// An input that cannot be read, output that cannot be written, or a word that is not a code.
pub(crate) fn run(arguments: &CheckArguments) -> Result<ExitCode, String> {
    let settings = settings(arguments)?;
    let baseline = arguments.baseline.as_ref().map(read_baseline).transpose()?;
    let choice = Choice::of(&arguments.targets, &arguments.include, &search_path::cache(arguments.no_cache))?;
    // A summary tells what each profile would show, so it needs everything.
    let gathered = if arguments.summary { settings.clone().gathering() } else { settings.clone() };
    let world = progress::World::new(choice.world, choice.locations.len());
    let mut compilation = check(&world, &choice.modules, &choice.locations, &gathered);
    world.finish();
    if let Some(path) = &arguments.write_baseline {
        let text = Baseline::of(&shown(&compilation.diagnostics, &settings), &compilation.model).to_string();
        fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    let broken = compilation.diagnostics.iter().filter(|d| summary::is_broken_definition(d));
    let broken: Vec<_> = broken.cloned().collect();
    let mut known = 0;
    if let Some(baseline) = baseline {
        let diagnostics = std::mem::take(&mut compilation.diagnostics);
        (compilation.diagnostics, known) = baseline.filter(diagnostics, &compilation.model);
    }
    let summary = Summary::of(&compilation, &broken, &settings);
    let failed = compilation.diagnostics.iter().any(|d| settings.severity(d) == Some(Severity::Error));
    let stdout = io::stdout().lock();
    let colors = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = io::BufWriter::new(stdout);
    let written = match (arguments.format, arguments.summary) {
        (Format::Text, true) => summary.text(&mut out),
        (Format::Text, false) => text::write(&mut out, &compilation, &summary, arguments.all, colors, known),
        (Format::Json, true) => summary.json(&mut out),
        (Format::Json, false) => {
            out.write_all(json::lines(&compilation.diagnostics, &compilation.model.sources).as_bytes())
        }
        (Format::Sarif, _) => {
            let shown = shown(&compilation.diagnostics, &settings);
            sarif::write(&mut out, &shown, &compilation.model.sources)
        }
    };
    let written = written.and_then(|()| out.flush());
    // The program ends here: giving the model back piece by piece would be wasted work.
    std::mem::forget(compilation);
    match written {
        // A reader that has gone away has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write the report: {error}"))
        }
        _ if failed => Ok(ExitCode::FAILURE),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The findings that the settings show, as bad as they make them.
fn shown(diagnostics: &Diagnostics, settings: &Settings) -> Diagnostics {
    let mut shown = Diagnostics::default();
    for diagnostic in diagnostics.iter() {
        if let Some(severity) = settings.severity(diagnostic) {
            let mut diagnostic = diagnostic.clone();
            diagnostic.severity = severity;
            shown.push(diagnostic);
        }
    }
    shown
}

fn settings(arguments: &CheckArguments) -> Result<Settings, String> {
    let mut settings = Settings::new(arguments.profile.into());
    for word in &arguments.allow {
        settings = settings.allow(word).map_err(|error| format!("--allow: {error}"))?;
    }
    for word in &arguments.deny {
        settings = settings.deny(word).map_err(|error| format!("--deny: {error}"))?;
    }
    Ok(match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(now) => settings.now(now.as_secs()),
        Err(_) => settings,
    })
}

fn read_baseline(path: &PathBuf) -> Result<Baseline, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Baseline::parse(&text).map_err(|line| {
        format!(
            "{}:{line}: expected a count, a code, a module and a message with tabs between them, as --write-baseline \
             writes them",
            path.display()
        )
    })
}
