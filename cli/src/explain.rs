//! `mibc explain`: what a code means.

use std::io::{self, Write};
use std::process::ExitCode;

use mibc_compiler::diag::{Code, Severity};
use mibc_compiler::lint::{Profile, Settings, page};

/// What `mibc explain` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArguments {
    /// List all codes.
    #[arg(long)]
    list: bool,
    /// The codes to explain.
    #[arg(required_unless_present = "list", value_name = "CODE")]
    codes: Vec<String>,
}

/// # Errors
/// A word that is not a code, or output that cannot be written.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<ExitCode, String> {
    let mut text = String::new();
    if arguments.list {
        let width = Code::ALL.iter().map(|code| code.id().len()).max().unwrap_or(0);
        let mut codes = Code::ALL.to_vec();
        codes.sort_by_key(|code| code.id());
        codes.iter().for_each(|code| text.push_str(&format!("{:width$}  {}\n", code.id(), code.title())));
    }
    for word in &arguments.codes {
        let code = Settings::code(word).map_err(|error| error.to_string())?;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&explained(code));
    }
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write: {error}")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn explained(code: Code) -> String {
    let mut text = format!("{code}: {}\n", code.title());
    let levels =
        Profile::ALL.map(|profile| format!("{} under {}", level(profile.level(code)), profile.as_str()));
    text.push_str(&format!("({}", levels.join(", ")));
    if !code.section().is_empty() {
        text.push_str(&format!("; {}", code.section()));
    }
    let page = page(code).map_or_else(String::new, |page| page.text);
    text.push_str(&format!(")\n\n{page}\n"));
    text
}

fn level(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "an error",
        Some(Severity::Warning) => "a warning",
        Some(_) => "a note",
        None => "hidden",
    }
}
