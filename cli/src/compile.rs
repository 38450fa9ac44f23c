//! `mibc compile`: modules in, Rust, JSON or a collector's configuration out.

use crate::collectors::{self, Format};
use crate::output::{self, WriteError};
use crate::report;
use crate::search_path::SearchPath;
use crate::subject;
use clap::ValueEnum;
use mibc_compiler::compile::Compilation;
use mibc_compiler::emit::json::module_json;
use mibc_compiler::emit::{pysmi_json, rust, template};
use mibc_compiler::model::ModuleId;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `mibc compile` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    search: SearchPath,
    /// What to write.
    #[arg(long, value_enum, default_value_t = Emit::Rust)]
    emit: Emit,
    /// Write what a Jinja template makes of the JSON of the modules: it sees `modules`, a list of the documents that
    /// `--emit json` writes, and `module`, the first of them.
    #[arg(long, value_name = "FILE.j2", conflicts_with = "emit")]
    template: Option<PathBuf>,
    /// The folder to write one file for each module to (or one configuration for all, or `name.txt` for a template
    /// `name.txt.j2`); without it, one module or configuration goes to standard output.
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Rust: the path of the runtime.
    #[arg(long, value_name = "PATH", default_value = "::mibc::runtime")]
    runtime: String,
    /// Rust: the path of the standard modules that are referred to and not asked for.
    #[arg(long, value_name = "PATH", default_value = "::mibc::mibs", conflicts_with = "closed")]
    standard: String,
    /// Rust: write the standard modules that are referred to as well.
    #[arg(long)]
    closed: bool,
    /// Rust: a table that an agent serves, such as `ifTable`; may be given more than once.
    #[arg(long = "agent", value_name = "TABLE")]
    agent: Vec<String>,
    /// pysmi JSON: leave descriptions, references and contacts out.
    #[arg(long)]
    no_texts: bool,
    #[command(flatten)]
    report: report::Display,
    #[command(flatten)]
    collectors: collectors::Options,
    /// Names of modules, files (all modules in them) and folders (all modules of the files in them). What a file or
    /// folder imports is looked for beside it, too.
    #[arg(required = true, value_name = "PATH|MODULE")]
    modules: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// Typed Rust, for the crate `mibc`.
    Rust,
    /// One JSON document for each module.
    Json,
    /// One JSON document for each module, with the keys of pysmi's `mibdump --destination-format json`.
    PysmiJson,
    /// A module of Prometheus' snmp_exporter, as its generator writes it: `snmp.yml`.
    SnmpExporter,
    /// Telegraf's `inputs.snmp`, with numeric OIDs: `telegraf.conf`.
    Telegraf,
    /// The OpenTelemetry Collector's SNMP receiver: `otel.yaml`.
    Otel,
}

/// Compiles, reports, and writes what came of it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let documents = arguments.template.is_none() && matches!(arguments.emit, Emit::Json | Emit::PysmiJson);
    let compilation = subject::compile_all(&arguments.search, &arguments.modules);
    if documents && compilation.requested.len() > 1 && arguments.output.is_none() {
        return Err("several modules need a folder to go to: say `-o FOLDER`".into());
    }
    report::print(&arguments.report, &compilation);
    let model = &compilation.model;
    if let Some(path) = &arguments.template {
        write_template(arguments, &compilation, path)?;
        return Ok(status(&compilation));
    }
    match arguments.emit {
        Emit::Json => write_json(arguments, &compilation, |module| module_json(model, module))?,
        Emit::PysmiJson => {
            let options = pysmi_json::Options { texts: !arguments.no_texts };
            write_json(arguments, &compilation, |module| pysmi_json::pysmi_json(model, module, &options))?;
        }
        Emit::Rust => write_rust(arguments, &compilation)?,
        Emit::SnmpExporter => write_config(arguments, &compilation, Format::SnmpExporter)?,
        Emit::Telegraf => write_config(arguments, &compilation, Format::Telegraf)?,
        Emit::Otel => write_config(arguments, &compilation, Format::Otel)?,
    }
    Ok(status(&compilation))
}

fn status(compilation: &Compilation) -> ExitCode {
    if compilation.has_errors() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// One text for all modules. In a folder it has the template's name without `.j2`.
fn write_template(
    arguments: &Arguments,
    compilation: &Compilation,
    path: &Path,
) -> Result<(), Box<dyn Error>> {
    let shown = path.display().to_string();
    let source = std::fs::read_to_string(path).map_err(|error| format!("cannot read `{shown}`: {error}"))?;
    let text = template::render(&compilation.model, &compilation.requested, &shown, &source)?;
    let Some(folder) = &arguments.output else { return Ok(output::to_stdout(&text)?) };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".j2").unwrap_or(&name);
    let (name, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
    Ok(output::to_folder(folder, name, extension, &text)?)
}

/// One document for each module, to a folder or to standard output.
fn write_json(
    arguments: &Arguments,
    compilation: &Compilation,
    document: impl Fn(ModuleId) -> String,
) -> Result<(), WriteError> {
    let model = &compilation.model;
    for &module in &compilation.requested {
        let text = document(module);
        match &arguments.output {
            None => output::to_stdout(&text)?,
            Some(folder) => output::to_folder(folder, model.spelling(model[module].name), "json", &text)?,
        }
    }
    Ok(())
}

/// One file for all modules; what it cannot hold is said on standard error.
fn write_config(
    arguments: &Arguments,
    compilation: &Compilation,
    format: Format,
) -> Result<(), Box<dyn Error>> {
    let config = collectors::config(format, &arguments.collectors, compilation)?;
    for note in &config.notes {
        eprintln!("note: {note}");
    }
    match &arguments.output {
        None => output::to_stdout(&config.text)?,
        Some(folder) => {
            let (name, extension) = format.file();
            output::to_folder(folder, name, extension, &config.text)?;
        }
    }
    Ok(())
}

/// To a folder, one file for each module and a `mod.rs`; to standard output, the same as one text of `mod`s.
fn write_rust(arguments: &Arguments, compilation: &Compilation) -> Result<(), Box<dyn Error>> {
    let model = &compilation.model;
    let mut options = rust::Options { runtime: arguments.runtime.clone(), ..rust::Options::default() };
    options.agent.clone_from(&arguments.agent);
    if let Some(table) = rust::unknown_tables(model, &options).first() {
        return Err(format!("--agent {table}: none of the modules has that table").into());
    }
    options.standard = None;
    if !arguments.closed {
        // A standard module that is asked for is written; the others are where the facade has them.
        let others = model
            .modules()
            .iter()
            .filter(|module| module.embedded && !compilation.requested.contains(&module.id));
        options.externs = others
            .map(|module| model.spelling(module.name))
            .map(|name| (name.to_owned(), format!("{}::{}", arguments.standard, rust::names::module(name))))
            .collect();
    }
    let Some(folder) = &arguments.output else {
        output::to_stdout(&rust::bundle(model, &compilation.requested, &options)?)?;
        return Ok(());
    };
    let files = rust::files(model, &compilation.requested, &options)?;
    for file in &files {
        let name = file.name.strip_prefix("r#").unwrap_or(&file.name);
        output::to_folder(folder, name, "rs", &file.text)?;
    }
    output::to_folder(folder, "mod", "rs", &rust::index(model, &compilation.requested, &options, &files))?;
    Ok(())
}
