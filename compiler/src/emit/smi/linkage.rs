//! The head of a module and its IMPORTS: what was imported, in SMIv2's terms, and what the text uses besides.

use super::layout::Layout;
use crate::model::{DefId, Import, ImportTarget, Language, Model, Module, ModuleId, TypeId};
use crate::source::Span;
use rustc_hash::FxHashSet;

/// Where the symbols of SMIv2 are.
const SMI: &str = "SNMPv2-SMI";
const TC: &str = "SNMPv2-TC";
const CONF: &str = "SNMPv2-CONF";

/// Symbols of the SMI with the module of SMIv2 that defines each.
const SYMBOLS: &[(&str, &[&str])] = &[
    (
        SMI,
        &[
            "MODULE-IDENTITY",
            "OBJECT-IDENTITY",
            "OBJECT-TYPE",
            "NOTIFICATION-TYPE",
            "Integer32",
            "Unsigned32",
            "Counter32",
            "Counter64",
            "Gauge32",
            "TimeTicks",
            "IpAddress",
            "Opaque",
            "org",
            "dod",
            "internet",
            "directory",
            "mgmt",
            "mib-2",
            "transmission",
            "experimental",
            "private",
            "enterprises",
        ],
    ),
    (TC, &["TEXTUAL-CONVENTION", "DisplayString", "PhysAddress"]),
    (CONF, &["OBJECT-GROUP", "NOTIFICATION-GROUP", "MODULE-COMPLIANCE", "AGENT-CAPABILITIES"]),
];

/// Symbols of SMIv1 that SMIv2 has under another name or not at all.
const GONE: &[&str] =
    &["Counter", "Gauge", "NetworkAddress", "TRAP-TYPE", "OBJECT-TYPE", "ObjectName", "ObjectSyntax"];

/// Where SMIv1 has its symbols (RFC 3584 §2.1.1 (1)); DisplayString and PhysAddress moved from RFC1213-MIB.
fn is_old_module(module: &str) -> bool {
    matches!(
        module,
        "RFC1155-SMI"
            | "RFC1065-SMI"
            | "RFC-1212"
            | "RFC-1215"
            | "RFC1213-MIB"
            | "RFC1158-MIB"
            | "SNMPv2-SMI-v1"
    )
}

/// What the text uses from elsewhere.
pub(super) struct Uses<'m> {
    model: &'m Model,
    module: &'m Module,
    imported: FxHashSet<&'m str>,
    used: Vec<(&'m str, &'m str)>,
    known: FxHashSet<(&'m str, &'m str)>,
}

impl<'m> Uses<'m> {
    pub(super) fn new(model: &'m Model, module: &'m Module) -> Uses<'m> {
        let imported = imports(model, module).into_iter().map(|(symbol, _)| symbol).collect();
        Uses { model, module, imported, used: Vec::new(), known: FxHashSet::default() }
    }

    /// A macro or type of the SMI.
    pub(super) fn symbol(&mut self, symbol: &'static str) {
        if let Some(definer) = definer(symbol) {
            self.add(symbol, definer);
        }
    }

    /// A definition, perhaps of another module.
    pub(super) fn definition(&mut self, id: DefId) {
        let definition = &self.model[id];
        self.of_module(self.model.spelling(definition.name), definition.module);
    }

    /// A named type, perhaps of another module.
    pub(super) fn named_type(&mut self, id: TypeId) {
        let named = &self.model[id];
        self.of_module(self.model.spelling(named.name), named.module);
    }

    fn of_module(&mut self, symbol: &'m str, module: ModuleId) {
        if module != self.module.id {
            let module = self.model.spelling(self.model[module].name);
            let definer = if is_old_module(module) { definer(symbol).unwrap_or(module) } else { module };
            self.add(symbol, definer);
        }
    }

    fn add(&mut self, symbol: &'m str, module: &'m str) {
        if !self.imported.contains(symbol) && self.known.insert((symbol, module)) {
            self.used.push((symbol, module));
        }
    }
}

/// The module of SMIv2 that defines a symbol of the SMI.
fn definer(symbol: &str) -> Option<&'static str> {
    SYMBOLS.iter().find(|(_, symbols)| symbols.contains(&symbol)).map(|(module, _)| *module)
}

/// The imports of a module: as they are in one that is pure SMIv2, else with what SMIv1 imports left out where SMIv2
/// has no such symbol and moved where it has it elsewhere.
fn imports<'m>(model: &'m Model, module: &'m Module) -> Vec<(&'m str, &'m str)> {
    let mut list = Vec::with_capacity(module.imports.len());
    for import in &module.imports {
        let (symbol, from) = (model.spelling(import.symbol), name_of(model, import));
        let moved = definer(symbol).filter(|_| is_old_module(from) && !GONE.contains(&symbol));
        let builtin = import.target == ImportTarget::Builtin;
        if is_old_module(from) && GONE.contains(&symbol) && (builtin || from != "RFC1213-MIB") {
            continue;
        }
        let entry = (symbol, moved.unwrap_or(from));
        // A module that mixes both versions may have a symbol from either.
        if moved.is_none() || !list.contains(&entry) {
            list.push(entry);
        }
    }
    list
}

/// The note where a person has to go on.
pub(super) const CONVERTED: [&str; 2] = [
    "-- Converted from SMIv1. To do (RFC 3584 section 2.1): a MODULE-IDENTITY here, at an OID of your",
    "-- own, and OBJECT-GROUPs that have all objects.",
];

/// The name of the module that an import is from: of the one that it was read from, where the source only has that name in
/// another case.
fn name_of<'m>(model: &'m Model, import: &'m Import) -> &'m str {
    let written = model.spelling(import.module);
    let real = match import.target {
        ImportTarget::Definition(id) => Some(model[id].module),
        ImportTarget::Type(id) => Some(model[id].module),
        _ => None,
    };
    let real = match real {
        Some(module) => Some(model.spelling(model[module].name)),
        None => SYMBOLS.iter().map(|(module, _)| *module).find(|module| module.eq_ignore_ascii_case(written)),
    };
    real.filter(|real| real.eq_ignore_ascii_case(written)).unwrap_or(written)
}

/// The name, the IMPORTS, and a note where a person has to go on, unless it is `noted` already.
pub(super) fn write(out: &mut Layout, model: &Model, module: &Module, uses: &Uses<'_>, noted: bool) {
    out.line(&format!("{} DEFINITIONS ::= BEGIN", model.spelling(module.name)));
    out.blank();
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for (symbol, from) in imports(model, module) {
        match groups.last_mut() {
            Some((last, symbols)) if *last == from => symbols.push(symbol.to_owned()),
            _ => groups.push((from, vec![symbol.to_owned()])),
        }
    }
    for (symbol, from) in &uses.used {
        match groups.iter_mut().find(|(module, _)| module == from) {
            Some((_, symbols)) => symbols.push((*symbol).to_owned()),
            None => groups.push((from, vec![(*symbol).to_owned()])),
        }
    }
    if !groups.is_empty() {
        out.line("IMPORTS");
        let last = groups.len() - 1;
        for (number, (from, symbols)) in groups.iter().enumerate() {
            out.filled(1, symbols, "");
            out.at(2, &format!("FROM {from}{}", if number == last { ";" } else { "" }));
        }
        out.blank();
    }
    if module.identity.is_none() && module.language == Language::SmiV1 && !noted {
        CONVERTED.iter().for_each(|line| out.line(line));
        out.blank();
    }
}

/// Where the head of a module and its IMPORTS end: behind the semicolon, else behind BEGIN, else behind its name.
pub(super) fn end(text: &str, name: Span) -> usize {
    let from = name.end as usize;
    let rest = text.get(from..).unwrap_or_default();
    let begin = rest.find("BEGIN").map_or(0, |at| at + "BEGIN".len());
    let body = rest.get(begin..).unwrap_or_default();
    match body.find("IMPORTS") {
        Some(at) if body.get(..at).is_some_and(is_blank) => {
            let semicolon = body.get(at..).and_then(|imports| imports.find(';')).map_or(0, |end| end + 1);
            from + begin + at + semicolon
        }
        _ => from + begin,
    }
}

/// Whether a stretch has only blanks and comments.
fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim_start).all(|line| line.is_empty() || line.starts_with("--"))
}
