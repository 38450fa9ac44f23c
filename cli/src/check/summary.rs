//! How many findings each module has, and how much of it could be read.

use std::collections::HashMap;
use std::io::{self, Write};

use mibc_compiler::compile::Compilation;
use mibc_compiler::diag::{Code, Diagnostic, Severity};
use mibc_compiler::lint::{Places, Profile, Settings};
use mibc_compiler::model::{ImportTarget, Model, Module, ModuleId};

/// How many modules are named behind the findings.
const WORST: usize = 10;

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) errors: u64,
    pub(super) warnings: u64,
    pub(super) notes: u64,
    /// Problems that follow from others and are not listed.
    pub(super) follow_ons: u64,
}

impl Counts {
    fn add(&mut self, severity: Option<Severity>, follow_ons: u32) {
        match severity {
            Some(Severity::Error) => self.errors += 1,
            Some(Severity::Warning) => self.warnings += 1,
            Some(_) => self.notes += 1,
            None => return,
        }
        self.follow_ons += u64::from(follow_ons);
    }

    fn any(self) -> bool {
        self.errors + self.warnings + self.notes > 0
    }
}

/// One module.
pub(super) struct Row {
    pub(super) name: String,
    /// Definitions with an OID, and types.
    pub(super) definitions: u64,
    /// Definitions with a parse error.
    pub(super) broken: u64,
    /// Names that could not be bound: of imports, and in definitions.
    pub(super) unresolved: u64,
    pub(super) counts: Counts,
}

/// All modules that were checked.
pub(super) struct Summary {
    pub(super) rows: Vec<Row>,
    pub(super) total: Row,
    pub(super) files: usize,
    /// What each profile would show.
    profiles: Vec<(Profile, Counts)>,
}

impl Summary {
    /// `broken` are the findings on definitions that could not be read: a baseline may know them, which makes them
    /// no less broken.
    pub(super) fn of(compilation: &Compilation, broken: &[Diagnostic], settings: &Settings) -> Summary {
        let model = &compilation.model;
        let places = Places::new(model);
        let mut rows: Vec<Row> = compilation.requested.iter().map(|&id| row(model, &model[id])).collect();
        let numbers: HashMap<ModuleId, usize> =
            compilation.requested.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let mut total = Row {
            name: "total".to_owned(),
            definitions: 0,
            broken: 0,
            unresolved: 0,
            counts: Counts::default(),
        };
        let mut profiles: Vec<_> = Profile::ALL.map(|profile| (profile, Counts::default())).into();
        for diagnostic in compilation.diagnostics.iter() {
            for (profile, counts) in &mut profiles {
                counts
                    .add(settings.clone().with_profile(*profile).severity(diagnostic), diagnostic.follow_ons);
            }
            let severity = settings.severity(diagnostic);
            total.counts.add(severity, diagnostic.follow_ons);
            let module = diagnostic.primary.as_ref().and_then(|label| places.module(label.span));
            if let Some(row) = module.and_then(|id| numbers.get(&id)).and_then(|&at| rows.get_mut(at)) {
                row.counts.add(severity, diagnostic.follow_ons);
            }
        }
        total.broken = broken.len() as u64;
        for diagnostic in broken {
            let module = diagnostic.primary.as_ref().and_then(|label| places.module(label.span));
            if let Some(row) = module.and_then(|id| numbers.get(&id)).and_then(|&at| rows.get_mut(at)) {
                row.broken += 1;
            }
        }
        for row in &mut rows {
            row.definitions += row.broken;
            total.definitions += row.definitions;
            total.unresolved += row.unresolved;
        }
        Summary { rows, total, files: compilation.files.len(), profiles }
    }

    /// A table of the modules with findings, and what all of them have.
    pub(super) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows: Vec<&Row> = self.rows.iter().filter(|row| row.concerns()).collect();
        let width = head(out, &rows)?;
        for row in &rows {
            line(out, row, width)?;
        }
        let clean = self.rows.len() - rows.len();
        line(out, &self.total, width)?;
        writeln!(
            out,
            "\n{} modules of {} files, {clean} of them without a finding",
            self.rows.len(),
            self.files
        )?;
        writeln!(out, "{} definitions, {}", self.total.definitions, self.state())?;
        for (profile, counts) in &self.profiles {
            let Counts { errors, warnings, notes, follow_ons } = counts;
            writeln!(
                out,
                "profile {:8} {errors} errors, {warnings} warnings, {notes} notes; {follow_ons} more follow from them",
                profile.as_str()
            )?;
        }
        Ok(())
    }

    /// The modules that have most findings, if there are several to choose from.
    pub(super) fn worst(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows: Vec<&Row> = self.rows.iter().filter(|row| row.counts.any()).collect();
        if rows.len() < 2 {
            return Ok(());
        }
        let others = rows.len().saturating_sub(WORST);
        rows.sort_by_key(|row| std::cmp::Reverse((row.counts.errors, row.counts.warnings, row.counts.notes)));
        rows.truncate(WORST);
        let width = head(out, &rows)?;
        for row in &rows {
            line(out, row, width)?;
        }
        match others {
            0 => writeln!(out),
            _ => writeln!(out, "and {others} more modules with findings: --summary lists all\n"),
        }
    }

    /// How much could not be read or bound.
    pub(super) fn state(&self) -> String {
        format!("{} with a parse error, {} unresolved names", self.total.broken, self.total.unresolved)
    }

    /// One JSON object per module, then one for all.
    pub(super) fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        for row in &self.rows {
            writeln!(out, "{}", object(row))?;
        }
        let mut total = object(&self.total);
        let profiles: serde_json::Map<String, serde_json::Value> = self
            .profiles
            .iter()
            .map(|(profile, counts)| (profile.as_str().to_owned(), counted(*counts)))
            .collect();
        total["modules"] = self.rows.len().into();
        total["files"] = self.files.into();
        total["profiles"] = profiles.into();
        writeln!(out, "{total}")
    }
}

impl Row {
    /// Whether there is something to say about it.
    fn concerns(&self) -> bool {
        self.counts.any() || self.unresolved > 0 || self.broken > 0
    }
}

fn row(model: &Model, module: &Module) -> Row {
    let definitions = module.definitions.iter().map(|&id| model[id].unresolved.len());
    let types = module.types.iter().map(|&id| model[id].unresolved.len());
    let imports = module.imports.iter().filter(|import| import.target == ImportTarget::Unresolved).count();
    Row {
        name: model.spelling(module.name).to_owned(),
        definitions: (module.definitions.len() + module.types.len() + module.duplicates.len()) as u64,
        broken: 0,
        unresolved: (definitions.chain(types).sum::<usize>() + imports) as u64,
        counts: Counts::default(),
    }
}

/// Whether a diagnostic stands for a definition that could not be read as it is written.
pub(super) fn is_broken_definition(diagnostic: &Diagnostic) -> bool {
    matches!(diagnostic.code, Code::Syntax | Code::UnterminatedString)
}

/// The names of the columns; how wide the first one is.
fn head(out: &mut dyn Write, rows: &[&Row]) -> io::Result<usize> {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).clamp(6, 48);
    writeln!(
        out,
        "{:width$} {:>12} {:>8} {:>11} {:>7} {:>9} {:>6} {:>8}",
        "module", "definitions", "broken", "unresolved", "errors", "warnings", "notes", "follow"
    )?;
    Ok(width)
}

fn line(out: &mut dyn Write, row: &Row, width: usize) -> io::Result<()> {
    let Counts { errors, warnings, notes, follow_ons } = row.counts;
    writeln!(
        out,
        "{:width$} {:>12} {:>8} {:>11} {errors:>7} {warnings:>9} {notes:>6} {follow_ons:>8}",
        row.name, row.definitions, row.broken, row.unresolved
    )
}

fn counted(counts: Counts) -> serde_json::Value {
    serde_json::json!({
        "errors": counts.errors,
        "warnings": counts.warnings,
        "notes": counts.notes,
        "followOns": counts.follow_ons,
    })
}

fn object(row: &Row) -> serde_json::Value {
    serde_json::json!({
        "module": row.name,
        "definitions": row.definitions,
        "parseErrors": row.broken,
        "unresolved": row.unresolved,
        "findings": counted(row.counts),
    })
}
