//! `mibc find`: definitions and types by pattern.

use crate::output::{self, WriteError};
use crate::search_path::SearchPath;
use mibc_compiler::query::{Filter, Glob, find};
use mibc_compiler::search::EntryKind;
use std::process::ExitCode;

/// What `mibc find` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct FindArguments {
    #[command(flatten)]
    search: SearchPath,
    /// Only what is of this kind; may be given more than once.
    #[arg(short, long, value_name = "KIND", value_parser = kind)]
    kind: Vec<EntryKind>,
    /// Only objects and types with this type, by its own name or that of a type it is made of, such as `Counter64`
    /// or `*String`.
    #[arg(short = 't', long = "type", value_name = "PATTERN")]
    syntax: Option<String>,
    /// Only what these modules define.
    #[arg(short, long, value_name = "PATTERN")]
    module: Option<String>,
    /// A pattern for the name: `*` stands for any characters, `?` for one; case does not matter.
    #[arg(value_name = "PATTERN", default_value = "*")]
    pattern: String,
}

fn kind(text: &str) -> Result<EntryKind, String> {
    let known = EntryKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    known.ok_or_else(|| {
        let all: Vec<&str> = EntryKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("expected one of {}", all.join(", "))
    })
}

/// One line for each: module and name, kind, OID, types. Exit status 1 if nothing is found.
pub(crate) fn run(arguments: &FindArguments) -> Result<ExitCode, WriteError> {
    let library = arguments.search.library();
    let glob = |text: &String| Glob::new(text);
    let filter = Filter {
        name: Some(Glob::new(&arguments.pattern)),
        kinds: arguments.kind.clone(),
        syntax: arguments.syntax.as_ref().map(glob),
        module: arguments.module.as_ref().map(glob),
    };
    let found = find(&library, &filter);
    let names: Vec<String> = found.iter().map(|found| format!("{}::{}", found.module, found.name)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (found, name) in found.iter().zip(&names) {
        let oid = found.oid.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let line = format!("{name:width$}  {:15}  {oid}  {}", found.kind.as_str(), found.types.join(" < "));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    output::to_stdout(&text)?;
    Ok(if found.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
