//! The OID tree of all modules that a question is about.

use super::picture;
use mibc_compiler::model::{Definition, IndexTarget, Kind, Model, Ref, Syntax};
use mibc_compiler::query::Library;
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::{Access, BaseType};
use std::collections::BTreeMap;

/// Definitions by their OIDs.
pub(super) struct Nodes<'m> {
    by_oid: BTreeMap<Vec<u32>, &'m Definition>,
}

/// The modules that `-m` names, or all.
pub(super) fn modules(library: &Library, named: Option<&str>) -> Vec<String> {
    let listed = named.unwrap_or("ALL").trim_start_matches(['+', '-']);
    let names: Vec<&str> = listed.split(':').filter(|name| !name.is_empty()).collect();
    if !names.contains(&"ALL") {
        return names.into_iter().map(str::to_owned).collect();
    }
    let mut all: Vec<String> = library
        .index()
        .modules()
        .filter(|module| !module.shadowed)
        .map(|module| module.name.to_owned())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl<'m> Nodes<'m> {
    pub(super) fn of(model: &'m Model) -> Nodes<'m> {
        let mut by_oid: BTreeMap<Vec<u32>, &Definition> = BTreeMap::new();
        for definition in model.modules().iter().flat_map(|module| &module.definitions).map(|&id| &model[id])
        {
            let Some(oid) = &definition.oid else { continue };
            let entry = by_oid.entry(oid.arcs().collect()).or_insert(definition);
            // Objects say more than names.
            if entry.object().is_none() && definition.object().is_some() {
                *entry = definition;
            }
        }
        Nodes { by_oid }
    }

    /// All nodes in the order of net-snmp's reports: `iso` before `ccitt`.
    fn all(&self) -> impl Iterator<Item = (&Vec<u32>, &'m Definition)> {
        let iso = self.by_oid.iter().filter(|(oid, _)| oid.first() == Some(&1));
        let others = self.by_oid.iter().filter(|(oid, _)| oid.first() != Some(&1));
        iso.chain(others).filter(|(oid, _)| oid.len() > 1).map(|(oid, definition)| (oid, *definition))
    }

    pub(super) fn definition(&self, oid: &[u32]) -> Option<&'m Definition> {
        self.by_oid.get(oid).copied()
    }

    /// The nodes right below one.
    pub(super) fn children(&self, oid: &[u32]) -> Vec<Vec<u32>> {
        let mut children = Vec::new();
        let mut from = oid.to_vec();
        from.push(0);
        // From one child to the next, whatever is below it.
        while let Some((found, _)) =
            self.by_oid.range(from.clone()..).next().filter(|(found, _)| found.starts_with(oid))
        {
            let child: Vec<u32> = found.iter().take(oid.len() + 1).copied().collect();
            let Some(next) = child.last().and_then(|last| last.checked_add(1)) else { break };
            from.clone_from(&child);
            if let Some(last) = from.last_mut() {
                *last = next;
            }
            children.push(child);
        }
        children
    }

    pub(super) fn name(&self, model: &Model, oid: &[u32]) -> String {
        match (self.definition(oid), oid) {
            (Some(definition), _) => model.spelling(definition.name).to_owned(),
            (None, [root]) => mibc_runtime::show::root(*root).to_owned(),
            (None, _) => oid.last().map(u32::to_string).unwrap_or_default(),
        }
    }

    /// The reports of these letters, over the whole tree.
    pub(super) fn report(&self, model: &Model, letters: &str) -> String {
        let mut out = String::new();
        let has = |letter: char| letters.contains(letter);
        if has('p') {
            out += &picture::text(self, model, &[1]);
        }
        if has('a') {
            out += "dump DEFINITIONS ::= BEGIN\n";
        }
        for (oid, definition) in self.all() {
            let name = model.spelling(definition.name);
            let last = oid.last().copied().unwrap_or_default();
            let above = |with_numbers: bool| -> String {
                let part = |end: usize| {
                    let part = oid.get(..end).unwrap_or_default();
                    let number = part.last().copied().unwrap_or_default();
                    let name = self.name(model, part);
                    if with_numbers { format!(".{name}({number})") } else { format!(".{name}") }
                };
                (1..=oid.len()).map(part).collect()
            };
            let numbers = oid.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
            if has('l') {
                out += &format!("{}\n", above(true));
            }
            if has('o') {
                out += &format!(".{numbers}\n");
            }
            if has('s') {
                out += &format!("{}\n", above(false));
            }
            if has('z') {
                out += &format!("\"{name}\"\t\t\t\"{numbers}\"\n");
            }
            if has('t') {
                let indent = "  ".repeat(oid.len().saturating_sub(1));
                out += &format!("{indent}{name}({last}) type={}", type_number(model, definition));
                if let Some(object) = definition.object() {
                    object.syntax.hint.iter().for_each(|hint| out += &format!(" hint={}", model.text(*hint)));
                    object.units.iter().for_each(|units| out += &format!(" units={}", model.text(*units)));
                }
                out.push('\n');
            }
            if has('a') {
                let parent = oid.get(..oid.len() - 1).unwrap_or_default();
                out += &format!("{name} OBJECT IDENTIFIER ::= {{ {} {last} }}\n", self.name(model, parent));
            }
        }
        if has('a') {
            out += "END\n";
        }
        out
    }

    /// The picture of what is below an OID.
    pub(super) fn picture(&self, model: &Model, oid: &Oid) -> String {
        picture::text(self, model, &oid.arcs().collect::<Vec<u32>>())
    }
}

/// The type that is written at the root of a chain of types: `INTEGER` is another than `Integer32`, though they hold
/// the same.
pub(super) fn base(model: &Model, syntax: &Syntax) -> Option<Base> {
    let mut at = syntax;
    for _ in 0..=model.types().len() {
        match at.named {
            Some(Ref::Bound(id)) if !model[id].builtin => at = &model[id].syntax,
            Some(Ref::Bound(id)) => {
                return (model.spelling(model[id].name) == "NetworkAddress").then_some(Base::NetworkAddress);
            }
            Some(Ref::Unresolved(_)) => return None,
            None => break,
        }
    }
    let written = model.text(at.span);
    Some(match at.base.or(syntax.base)? {
        BaseType::Integer32 if written.trim_start().starts_with("Integer32") => Base::Integer32,
        base => Base::Of(base),
    })
}

/// A base type as net-snmp tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Of(BaseType),
    Integer32,
    NetworkAddress,
}

impl Base {
    /// In details.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Base::Integer32 => "Integer32",
            Base::NetworkAddress => "NetworkAddress",
            Base::Of(BaseType::Integer32) => "INTEGER",
            Base::Of(BaseType::Unsigned32) => "Unsigned32",
            Base::Of(BaseType::Gauge32) => "Gauge32",
            Base::Of(BaseType::Counter32) => "Counter32",
            Base::Of(BaseType::Counter64) => "Counter64",
            Base::Of(BaseType::TimeTicks) => "TimeTicks",
            Base::Of(BaseType::OctetString) => "OCTET STRING",
            Base::Of(BaseType::ObjectIdentifier) => "OBJECT IDENTIFIER",
            Base::Of(BaseType::IpAddress) => "IpAddress",
            Base::Of(BaseType::Opaque) => "Opaque",
            Base::Of(BaseType::Bits) => "BITS",
        }
    }

    /// In the tree.
    pub(super) const fn short(self) -> &'static str {
        match self {
            Base::Integer32 => "Integer32",
            Base::NetworkAddress => "NetAddr",
            Base::Of(BaseType::Integer32) => "INTEGER",
            Base::Of(BaseType::Unsigned32) => "Unsigned",
            Base::Of(BaseType::Gauge32) => "Gauge",
            Base::Of(BaseType::Counter32) => "Counter",
            Base::Of(BaseType::Counter64) => "Counter64",
            Base::Of(BaseType::TimeTicks) => "TimeTicks",
            Base::Of(BaseType::OctetString) => "String",
            Base::Of(BaseType::ObjectIdentifier) => "ObjID",
            Base::Of(BaseType::IpAddress) => "IpAddr",
            Base::Of(BaseType::Opaque) => "Opaque",
            Base::Of(BaseType::Bits) => "BitString",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Base::Integer32 => 16,
            Base::NetworkAddress => 4,
            Base::Of(BaseType::ObjectIdentifier) => 1,
            Base::Of(BaseType::OctetString) => 2,
            Base::Of(BaseType::Integer32) => 3,
            Base::Of(BaseType::IpAddress) => 5,
            Base::Of(BaseType::Counter32) => 6,
            Base::Of(BaseType::Gauge32) => 7,
            Base::Of(BaseType::TimeTicks) => 8,
            Base::Of(BaseType::Opaque) => 9,
            Base::Of(BaseType::Counter64) => 11,
            Base::Of(BaseType::Bits) => 12,
            Base::Of(BaseType::Unsigned32) => 15,
        }
    }
}

/// The number that net-snmp has for a kind of definition or its type.
fn type_number(model: &Model, definition: &Definition) -> u8 {
    match &definition.kind {
        Kind::Scalar(object) | Kind::Column(object, _) => base(model, &object.syntax).map_or(0, Base::number),
        Kind::Notification(data) if data.trap.is_some() => 20,
        Kind::Notification(_) => 21,
        Kind::Group(group) if group.notifications => 23,
        Kind::Group(_) => 22,
        Kind::ModuleIdentity => 24,
        Kind::Capabilities(_) => 25,
        Kind::Compliance(_) => 26,
        Kind::ObjectIdentity => 27,
        _ => 0,
    }
}

/// The labels of an enumeration or BITS, as they are written.
pub(super) fn labels(model: &Model, syntax: &Syntax) -> Vec<String> {
    let enums = syntax.enums.iter().map(|(name, number)| format!("{}({number})", model.spelling(*name)));
    enums
        .chain(syntax.bits.iter().map(|(name, number)| format!("{}({number})", model.spelling(*name))))
        .collect()
}

/// `0..255 | 300`; nothing if nothing is restricted. What restricts nothing is there where it is written.
pub(super) fn ranges(model: &Model, syntax: &Syntax) -> String {
    let piece =
        |(low, high): &(i128, i128)| if low == high { low.to_string() } else { format!("{low}..{high}") };
    let mut at = syntax;
    for _ in 0..=model.types().len() {
        if !syntax.range.is_empty() || !at.declared_range.is_empty() {
            break;
        }
        match at.named.and_then(Ref::bound) {
            Some(id) => at = &model[id].syntax,
            None => break,
        }
    }
    let pieces = if syntax.range.is_empty() { &at.declared_range } else { &syntax.range };
    pieces.iter().map(piece).collect::<Vec<_>>().join(" | ")
}

/// The name of a type that stands in place of a base type.
pub(super) fn convention(model: &Model, syntax: &Syntax) -> Option<String> {
    match syntax.named? {
        Ref::Bound(id) if model[id].builtin => None,
        Ref::Bound(id) => Some(model.spelling(model[id].name).to_owned()),
        Ref::Unresolved(name) => Some(model.spelling(name).to_owned()),
    }
}

/// The INDEX of a row as written, none if it augments another.
pub(super) fn index(model: &Model, definition: &Definition) -> Vec<String> {
    let Kind::Row(row) = &definition.kind else { return Vec::new() };
    let item = |item: &mibc_compiler::model::IndexItem| {
        let name = match &item.target {
            IndexTarget::Object(object) => model.ref_name(*object).to_owned(),
            IndexTarget::Type(syntax) => model.text(syntax.span).trim().to_owned(),
        };
        if item.implied { format!("IMPLIED {name}") } else { name }
    };
    row.index.iter().map(item).collect()
}

/// Four characters: what may be done with an object.
pub(super) const fn access(access: Option<Access>) -> &'static str {
    match access {
        Some(Access::ReadOnly) => "-R--",
        Some(Access::ReadWrite) => "-RW-",
        Some(Access::WriteOnly) => "--W-",
        Some(Access::ReadCreate) => "CR--",
        Some(Access::AccessibleForNotify) => "---N",
        Some(Access::NotAccessible | Access::NotImplemented) | None => "----",
    }
}
