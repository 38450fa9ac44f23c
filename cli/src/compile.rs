//! `mibc compile`: modules in, JSON out.

use clap::ValueEnum;
use mibc_compiler::compile::{Compilation, compile};
use mibc_compiler::diag::Renderer;
use mibc_compiler::emit::json::module_json;
use mibc_compiler::model::{Model, Module};
use mibc_compiler::source::FsWorld;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `mibc compile` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A folder to look for modules in, or a file; may be given more than once. Standard modules are built in.
    #[arg(short = 'I', long = "include", value_name = "PATH")]
    include: Vec<PathBuf>,
    /// What to write.
    #[arg(long, value_enum, default_value_t = Emit::Json)]
    emit: Emit,
    /// The folder to write one file for each module to; without it, one module goes to standard output.
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Names of the modules.
    #[arg(required = true, value_name = "MODULE")]
    modules: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// One JSON document for each module.
    Json,
}

/// Exit status 1 where a requested module is missing or has an error in its own text, 2 where nothing can be
/// written.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    if arguments.modules.len() > 1 && arguments.output.is_none() {
        eprintln!("error: several modules need a folder to go to: say `-o FOLDER`");
        return ExitCode::from(2);
    }
    let world = arguments.include.iter().fold(FsWorld::new(), |world, path| world.include(path));
    let compilation = compile(&world, &arguments.modules);
    let sources = &compilation.model.sources;
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut renderer = if colours { Renderer::styled(sources) } else { Renderer::plain(sources) };
    // A broken pipe on standard error is no reason to stop.
    let _ = io::stderr().lock().write_all(renderer.render_all(&compilation.diagnostics).as_bytes());
    match write(arguments, &compilation) {
        Ok(()) if compilation.has_errors() => ExitCode::FAILURE,
        Ok(()) => ExitCode::SUCCESS,
        Err((path, error)) => {
            eprintln!("error: cannot write {}: {error}", path.display());
            ExitCode::from(2)
        }
    }
}

fn write(arguments: &Arguments, compilation: &Compilation) -> Result<(), (PathBuf, io::Error)> {
    let model = &compilation.model;
    let modules = compilation.requested.iter().map(|&id| &model[id]);
    match &arguments.output {
        None => {
            let mut out = io::stdout().lock();
            for module in modules {
                let written = out.write_all(content(arguments.emit, model, module).as_bytes());
                written.map_err(|error| (PathBuf::from("standard output"), error))?;
            }
        }
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|error| (folder.clone(), error))?;
            for module in modules {
                let path = file_in(folder, model.spelling(module.name));
                std::fs::write(&path, content(arguments.emit, model, module))
                    .map_err(|error| (path, error))?;
            }
        }
    }
    Ok(())
}

fn content(emit: Emit, model: &Model, module: &Module) -> String {
    match emit {
        Emit::Json => module_json(model, module.id),
    }
}

/// A module's name comes from a MIB: only letters, digits, `-` and `_` of it reach the file system.
fn file_in(folder: &Path, module: &str) -> PathBuf {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    folder.join(format!("{}.json", module.chars().map(safe).collect::<String>()))
}
