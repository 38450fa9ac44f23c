//! Diagnostics on standard error.

use clap::ValueEnum;
use mibc_compiler::compile::Compilation;
use mibc_compiler::diag::{Diagnostics, Renderer, Severity, json};
use std::io::{self, IsTerminal, Write};

/// How diagnostics are shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Display {
    /// How to show what is wrong.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    message_format: Format,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Show notes and what is wrong with imported modules, too.
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The line, a caret, and a way out, as rustc does it.
    Text,
    /// One JSON object for each line.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Prints the diagnostics that concern the modules that were asked for, and a line that counts them.
pub(crate) fn print(arguments: &Display, compilation: &Compilation) {
    let mut shown = Diagnostics::default();
    if arguments.verbose {
        compilation.diagnostics.iter().for_each(|diagnostic| shown.push(diagnostic.clone()));
    } else {
        let own = compilation.own_diagnostics().filter(|diagnostic| diagnostic.severity > Severity::Note);
        own.for_each(|diagnostic| shown.push(diagnostic.clone()));
    }
    let sources = &compilation.model.sources;
    let mut stderr = io::stderr().lock();
    let colors = match arguments.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    let text = match arguments.message_format {
        Format::Json => json::lines(&shown, sources),
        Format::Text if colors => Renderer::styled(sources).render_all(&shown),
        Format::Text => Renderer::plain(sources).render_all(&shown),
    };
    // Compilation continues even if the reader has gone away.
    let _ = stderr.write_all(text.as_bytes());
}
