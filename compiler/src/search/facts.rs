//! What one file says, as far as the index cares: taken from its syntax tree.

use super::bytes::{Reader, Writer};
use super::entry::EntryKind;
use crate::model::Language;
use crate::source::SourceFile;
use crate::syntax::ast::{self, DefinitionKind, Ident, OidArc, OidValue, SyntaxKind};
use crate::syntax::parse;

/// One module of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModuleFacts {
    pub(super) name: String,
    pub(super) language: Language,
    pub(super) last_updated: String,
    /// Symbol and module.
    pub(super) imports: Vec<(String, String)>,
    pub(super) definitions: Vec<Fact>,
}

/// One definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) kind: EntryKind,
    /// The name that its OID value begins with; empty if it begins with a number.
    pub(super) parent: String,
    pub(super) arcs: Vec<u32>,
}

/// How many arcs of one OID value are kept: an OID has no more (RFC 2578 §3.5).
const MAX_ARCS: usize = mibc_runtime::oid::MAX_ARCS;

/// Names longer than this are left out of the index.
pub(super) const MAX_NAME: usize = 1 << 12;

/// The modules of a file.
pub(super) fn of(file: &SourceFile) -> Vec<ModuleFacts> {
    parse(file).modules.iter().filter(|module| module.name.text().len() <= MAX_NAME).map(module).collect()
}

fn module(module: &ast::Module<'_>) -> ModuleFacts {
    let mut facts: Vec<Fact> = module.definitions.iter().filter_map(fact).collect();
    facts.retain(|fact| fact.name.len() <= MAX_NAME);
    below(&mut facts, EntryKind::Table, EntryKind::Row);
    below(&mut facts, EntryKind::Row, EntryKind::Column);
    let identity = module.definitions.iter().find_map(|definition| match &definition.kind {
        DefinitionKind::ModuleIdentity(identity) => Some(identity),
        _ => None,
    });
    let last_updated = identity.and_then(|i| i.last_updated).map(|text| text.raw().trim());
    let import = |import: &ast::Import<'_>| {
        let module = import.module.text().to_owned();
        import
            .symbols
            .iter()
            .map(move |symbol| (symbol.text().to_owned(), module.clone()))
            .collect::<Vec<_>>()
    };
    ModuleFacts {
        name: module.name.text().to_owned(),
        language: if crate::resolve::is_smi_v2(module) { Language::SmiV2 } else { Language::SmiV1 },
        last_updated: last_updated.filter(|text| text.len() <= MAX_NAME).unwrap_or_default().to_owned(),
        imports: module.imports.iter().flat_map(import).collect(),
        definitions: facts,
    }
}

fn fact(definition: &ast::Definition<'_>) -> Option<Fact> {
    let name = definition.name.text().to_owned();
    let (kind, value) = match &definition.kind {
        DefinitionKind::ModuleIdentity(d) => (EntryKind::ModuleIdentity, &d.oid),
        DefinitionKind::ObjectIdentity(d) => (EntryKind::ObjectIdentity, &d.oid),
        DefinitionKind::ObjectType(d) => (object_kind(d), &d.oid),
        DefinitionKind::NotificationType(d) => (EntryKind::Notification, &d.oid),
        DefinitionKind::TrapType(d) => (EntryKind::Notification, &d.enterprise),
        DefinitionKind::ObjectGroup(d) | DefinitionKind::NotificationGroup(d) => (EntryKind::Group, &d.oid),
        DefinitionKind::ModuleCompliance(d) => (EntryKind::Compliance, &d.oid),
        DefinitionKind::AgentCapabilities(d) => (EntryKind::Capabilities, &d.oid),
        DefinitionKind::ValueAssignment(value) => (EntryKind::Value, &**value),
        DefinitionKind::TypeAssignment(syntax)
            if matches!(syntax.kind, SyntaxKind::Sequence(_) | SyntaxKind::SequenceOf(_)) =>
        {
            return None;
        }
        DefinitionKind::TypeAssignment(_) | DefinitionKind::TextualConvention(_) => {
            return Some(Fact { name, kind: EntryKind::Type, parent: String::new(), arcs: Vec::new() });
        }
        DefinitionKind::Macro => return None,
    };
    let (parent, mut arcs) = path(value);
    if let DefinitionKind::TrapType(trap) = &definition.kind {
        arcs.extend([0, number(trap.number).unwrap_or(u32::MAX)]);
    }
    Some(Fact { name, kind, parent, arcs })
}

/// What is below a table is a row, though it may have no INDEX; what is below a row is a column.
fn below(facts: &mut [Fact], above: EntryKind, kind: EntryKind) {
    let parents: rustc_hash::FxHashSet<String> =
        facts.iter().filter(|fact| fact.kind == above).map(|fact| fact.name.clone()).collect();
    for fact in facts {
        if fact.kind == EntryKind::Scalar && parents.contains(&fact.parent) {
            fact.kind = kind;
        }
    }
}

fn object_kind(object: &ast::ObjectType<'_>) -> EntryKind {
    match (&object.syntax.kind, &object.index) {
        (SyntaxKind::SequenceOf(_), _) => EntryKind::Table,
        (SyntaxKind::Sequence(_), _) | (_, Some(_)) => EntryKind::Row,
        _ => EntryKind::Scalar,
    }
}

/// The last name that has no number of its own, and the numbers behind it.
fn path(value: &OidValue<'_>) -> (String, Vec<u32>) {
    let mut parent = String::new();
    let mut arcs = Vec::new();
    for (at, arc) in value.arcs.list().iter().take(MAX_ARCS).enumerate() {
        match arc {
            OidArc::Name(_) | OidArc::Qualified(_) => {
                parent = arc.name().map_or("", |name| name.text()).to_owned();
                arcs.clear();
            }
            OidArc::Named(arc) if at == 0 && matches!(arc.name.text(), "iso" | "ccitt") => {
                parent = arc.name.text().to_owned();
            }
            arc => {
                let Some(digits) = arc.number() else { continue };
                match number(digits) {
                    Some(number) => arcs.push(number),
                    // No OID: the tables find no parent of that name.
                    None => parent = format!("{} ", digits.text()),
                }
            }
        }
    }
    (parent, arcs)
}

fn number(digits: Ident<'_>) -> Option<u32> {
    digits.text().parse().ok()
}

impl ModuleFacts {
    pub(super) fn write(&self, out: &mut Writer) {
        out.text(&self.name);
        out.u8(u8::from(self.language == Language::SmiV2));
        out.text(&self.last_updated);
        out.u32(self.imports.len());
        for (symbol, module) in &self.imports {
            out.text(symbol);
            out.text(module);
        }
        out.u32(self.definitions.len());
        for fact in &self.definitions {
            out.text(&fact.name);
            out.u8(fact.kind as u8);
            out.text(&fact.parent);
            out.u32(fact.arcs.len());
            fact.arcs.iter().for_each(|arc| out.0.extend_from_slice(&arc.to_le_bytes()));
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<ModuleFacts> {
        let name = from.text()?.to_owned();
        let language = if from.u8()? == 1 { Language::SmiV2 } else { Language::SmiV1 };
        let last_updated = from.text()?.to_owned();
        let count = from.count(8)?;
        let mut imports = Vec::with_capacity(count);
        for _ in 0..count {
            imports.push((from.text()?.to_owned(), from.text()?.to_owned()));
        }
        let count = from.count(13)?;
        let mut definitions = Vec::with_capacity(count);
        for _ in 0..count {
            let name = from.text()?.to_owned();
            let kind = *EntryKind::ALL.get(usize::from(from.u8()?))?;
            let parent = from.text()?.to_owned();
            let arcs = from.count(4)?;
            let arcs = from.take(arcs * 4)?.chunks_exact(4);
            let arc = |octets: &[u8]| octets.try_into().ok().map(u32::from_le_bytes);
            definitions.push(Fact { name, kind, parent, arcs: arcs.map(arc).collect::<Option<_>>()? });
        }
        Some(ModuleFacts { name, language, last_updated, imports, definitions })
    }
}
