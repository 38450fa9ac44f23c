//! `mibc list`: the modules on the search path.

use crate::output::{self, WriteError};
use crate::search_path::SearchPath;
use mibc_compiler::model::Language;
use mibc_compiler::query::Glob;
use std::process::ExitCode;

/// What `mibc list` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    search: SearchPath,
    /// Only the names.
    #[arg(short, long)]
    names: bool,
    /// Also modules that do not count because another file has one of the same name.
    #[arg(short, long)]
    all: bool,
    /// A pattern for the names: `*` stands for any characters, `?` for one; case does not matter.
    #[arg(value_name = "PATTERN", default_value = "*")]
    pattern: String,
}

/// One line for each module: name, version of the SMI, LAST-UPDATED, how many objects, notifications and types it
/// defines, and its file. Exit status 1 if there is none.
pub(crate) fn run(arguments: &ListArguments) -> Result<ExitCode, WriteError> {
    let library = arguments.search.library();
    let glob = Glob::new(&arguments.pattern);
    let mut modules: Vec<_> = library
        .index()
        .modules()
        .filter(|module| glob.matches(module.name) && (arguments.all || !module.shadowed))
        .collect();
    modules.sort_by_key(|module| (module.name, module.shadowed));
    let mut text = String::new();
    if arguments.names {
        modules.dedup_by_key(|module| module.name);
        modules.iter().for_each(|module| {
            text.push_str(module.name);
            text.push('\n');
        });
    } else if !modules.is_empty() {
        let width = modules.iter().map(|module| module.name.len()).max().unwrap_or(0).max("MODULE".len());
        text.push_str(&format!(
            "{:width$}  SMI  LAST-UPDATED   OBJECTS  NOTIFICATIONS  TYPES  FILE\n",
            "MODULE"
        ));
        for module in &modules {
            let language = match module.language {
                Language::SmiV1 => "v1",
                Language::SmiV2 => "v2",
            };
            let updated = if module.last_updated.is_empty() { "-" } else { module.last_updated };
            let shadowed = if module.shadowed { "  (another file counts)" } else { "" };
            text.push_str(&format!(
                "{:width$}  {language:3}  {updated:13}  {:7}  {:13}  {:5}  {}{shadowed}\n",
                module.name, module.objects, module.notifications, module.types, module.location
            ));
        }
    }
    output::to_stdout(&text)?;
    Ok(if modules.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
