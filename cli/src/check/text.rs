//! Findings for people: module by module, the worst first, the first of each code drawn and the others counted.

use std::collections::BTreeMap;
use std::io::{self, Write};

use mibc_compiler::compile::Compilation;
use mibc_compiler::diag::{Code, Diagnostic, Renderer, Severity};
use mibc_compiler::lint::Places;
use mibc_compiler::model::ModuleId;

use super::summary::{Counts, Summary};

/// How many findings of one code in one module are drawn; errors are all drawn.
const DRAWN: usize = 2;

/// How many of the modules that need a missing one are named.
const NAMED: usize = 6;

/// Writes the findings, the modules that have most of them, and a line that counts them. `known` findings were left out by a baseline.
pub(super) fn write(
    out: &mut dyn Write,
    compilation: &Compilation,
    summary: &Summary,
    all: bool,
    colors: bool,
    known: usize,
) -> io::Result<()> {
    let model = &compilation.model;
    let places = Places::new(model);
    let mut renderer =
        if colors { Renderer::styled(&model.sources) } else { Renderer::plain(&model.sources) };
    let mut modules: BTreeMap<Option<ModuleId>, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in compilation.diagnostics.iter() {
        let module = diagnostic.primary.as_ref().and_then(|label| places.module(label.span));
        modules.entry(module).or_default().push(diagnostic);
    }
    if !all {
        missing_modules(out, compilation, &places, &mut renderer)?;
    }
    for (module, mut list) in modules {
        list.retain(|d| all || !is_missing_module(d));
        // What could not be read or bound is the cause of much else.
        list.sort_by_key(|d| (std::cmp::Reverse(d.severity), !d.code.is_parse_error(), d.follow_ons == 0));
        let mut left_out: BTreeMap<Code, usize> = BTreeMap::new();
        let mut drawn: BTreeMap<Code, usize> = BTreeMap::new();
        for diagnostic in list {
            let count = drawn.entry(diagnostic.code).or_default();
            *count += 1;
            if all
                || *count <= DRAWN
                || diagnostic.severity == Severity::Error && diagnostic.code.is_parse_error()
            {
                writeln!(out, "{}\n", renderer.render(diagnostic))?;
            } else {
                *left_out.entry(diagnostic.code).or_default() += 1;
            }
        }
        if !left_out.is_empty() {
            let name = module.map_or("this run", |id| model.spelling(model[id].name));
            let list: Vec<String> = left_out.iter().map(|(code, count)| format!("{count} {code}")).collect();
            writeln!(out, "{name}: more of the same: {}\n", list.join(", "))?;
        }
    }
    summary.worst(out)?;
    let Counts { errors, warnings, notes, follow_ons } = summary.total.counts;
    let mut parts = vec![count(errors, "error"), count(warnings, "warning"), count(notes, "note")];
    if follow_ons > 0 {
        parts.push(format!("{follow_ons} more that follow from them"));
    }
    if known > 0 {
        parts.push(format!("{known} known"));
    }
    let (modules, definitions) =
        (count(summary.rows.len() as u64, "module"), count(summary.total.definitions, "definition"));
    writeln!(out, "{modules}, {definitions}: {}; {}", parts.join(", "), summary.state())
}

/// A module that is imported and is nowhere.
fn is_missing_module(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == Code::UnknownModule && diagnostic.primary.is_some()
}

/// Modules that are not found: each is the one cause of what is unresolved in many modules, and comes before them.
fn missing_modules(
    out: &mut dyn Write,
    compilation: &Compilation,
    places: &Places,
    renderer: &mut Renderer<'_>,
) -> io::Result<()> {
    let mut by_message: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in compilation.diagnostics.iter().filter(|d| is_missing_module(d)) {
        by_message.entry(&diagnostic.message).or_default().push(diagnostic);
    }
    let follow_ons = |list: &[&Diagnostic]| list.iter().map(|d| u64::from(d.follow_ons)).sum::<u64>();
    let mut groups: Vec<Vec<&Diagnostic>> = by_message.into_values().collect();
    groups.sort_by_key(|list| std::cmp::Reverse((follow_ons(list), list.len())));
    for list in groups {
        let [first, others @ ..] = list.as_slice() else { continue };
        writeln!(out, "{}", renderer.render(first))?;
        if !others.is_empty() {
            let model = &compilation.model;
            let module = |d: &&Diagnostic| d.primary.as_ref().and_then(|label| places.module(label.span));
            let mut names: Vec<&str> =
                others.iter().filter_map(module).map(|id| model.spelling(model[id].name)).collect();
            names.dedup();
            let more = names.len().saturating_sub(NAMED);
            names.truncate(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let follow = follow_ons(&list);
            writeln!(
                out,
                "  needed too by {}{more}; {follow} further problems follow in all",
                names.join(", ")
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
