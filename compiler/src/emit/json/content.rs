//! Model to schema.

use super::position::place;
use super::{SCHEMA, VERSION, clean, schema};
use crate::model::{
    self, DefId, DefaultValue, Definition, ImportTarget, IndexTarget, Kind, Language, Model, ModuleId, Name,
    Object, Ref, Text, TypeId,
};
use mibc_runtime::syntax::{Access, BaseType, Status};

/// The document of one module.
pub(super) fn module(model: &Model, id: ModuleId) -> schema::Module<'_> {
    Writer { model }.module(id)
}

struct Writer<'m> {
    model: &'m Model,
}

impl<'m> Writer<'m> {
    fn module(&self, id: ModuleId) -> schema::Module<'m> {
        let module = &self.model[id];
        let identity = module.identity.map(|identity| &self.model[identity]);
        schema::Module {
            schema: SCHEMA,
            version: VERSION,
            name: self.model.spelling(module.name),
            language: match module.language {
                Language::SmiV1 => "SMIv1",
                Language::SmiV2 => "SMIv2",
            },
            source: &self.model.sources.file(module.file).name,
            identity: identity.map(|identity| self.model.spelling(identity.name)),
            last_updated: module.last_updated.map(|text| self.model.text(text).trim()),
            organization: self.prose(module.organization),
            contact: self.prose(module.contact),
            description: self.prose(identity.and_then(|identity| identity.description)),
            revisions: module
                .revisions
                .iter()
                .map(|revision| schema::Revision {
                    date: self.model.text(revision.date).trim(),
                    description: self.prose(revision.description),
                })
                .collect(),
            imports: self.imports(module),
            definitions: module.definitions.iter().map(|&id| self.definition(&self.model[id])).collect(),
            types: module.types.iter().map(|&id| self.named_type(id)).collect(),
            duplicates: module.duplicates.iter().map(|duplicate| self.duplicate(duplicate)).collect(),
        }
    }

    /// One entry for each run of symbols from the same module.
    fn imports(&self, module: &model::Module) -> Vec<schema::Import<'m>> {
        let mut list: Vec<schema::Import<'m>> = Vec::new();
        let mut last: Option<Name> = None;
        for import in &module.imports {
            if last != Some(import.module) {
                last = Some(import.module);
                let module = self.model.spelling(import.module);
                list.push(schema::Import { module, symbols: Vec::new(), unresolved: Vec::new() });
            }
            if let Some(entry) = list.last_mut() {
                let symbol = self.model.spelling(import.symbol);
                entry.symbols.push(symbol);
                if import.target == ImportTarget::Unresolved {
                    entry.unresolved.push(symbol);
                }
            }
        }
        list
    }

    fn definition(&self, definition: &'m Definition) -> schema::Definition<'m> {
        let model = self.model;
        let object = definition.object();
        let mut entry = schema::Definition {
            name: model.spelling(definition.name),
            oid: definition.oid.as_ref().map(ToString::to_string),
            arcs: definition.oid.as_ref().map(|oid| oid.arcs().collect()),
            kind: definition.kind.as_str(),
            parent: definition.parent.map(|parent| self.name_of(parent)),
            status: definition.status.map(Status::as_str),
            access: object.and_then(|object| object.access).map(Access::as_str),
            syntax: object.and_then(|object| self.object_syntax(object)),
            units: object.and_then(|object| object.units).map(|text| one_line(model.text(text))),
            default: object.and_then(|object| object.default.as_ref()).map(|default| self.default(default)),
            table: None,
            row: None,
            columns: None,
            index: None,
            augments: None,
            objects: None,
            trap: None,
            members: None,
            compliance: None,
            capabilities: None,
            description: self.prose(definition.description),
            reference: self.prose(definition.reference),
            unresolved: self.names(&definition.unresolved),
            span: place(&self.model.sources, definition.span),
        };
        match &definition.kind {
            Kind::ModuleIdentity | Kind::ObjectIdentity | Kind::Value | Kind::Scalar(_) => {}
            Kind::Table(_, row) => entry.row = row.map(|row| self.name_of(row)),
            Kind::Column(_, row) => entry.row = Some(self.name_of(*row)),
            Kind::Row(row) => {
                entry.table = row.table.map(|table| self.name_of(table));
                entry.columns = Some(row.columns.iter().map(|&column| self.name_of(column)).collect());
                entry.augments = row.augments.map(|base| model.ref_name(base));
                if row.augments.is_none() {
                    entry.index = Some(row.index.iter().map(|item| self.index_item(item)).collect());
                }
            }
            Kind::Notification(notification) => {
                entry.objects = Some(self.refs(&notification.objects));
                entry.trap = notification.trap;
            }
            Kind::Group(group) => entry.members = Some(self.refs(&group.members)),
            Kind::Compliance(compliance) => {
                entry.compliance =
                    Some(compliance.modules.iter().map(|clause| self.compliance(clause)).collect());
            }
            Kind::Capabilities(capabilities) => entry.capabilities = Some(self.capabilities(capabilities)),
        }
        entry
    }

    /// Tables and rows have a syntax only where something in it is unresolved.
    fn object_syntax(&self, object: &'m Object) -> Option<schema::Syntax<'m>> {
        let syntax = &object.syntax;
        (syntax.base.is_some() || syntax.named.is_some()).then(|| self.syntax(syntax))
    }

    fn syntax(&self, syntax: &'m model::Syntax) -> schema::Syntax<'m> {
        let declared = !syntax.declared_range.is_empty() && syntax.declared_range != syntax.range;
        schema::Syntax {
            base: syntax.base.map(BaseType::as_str),
            named: syntax.named.map(|named| match named {
                Ref::Bound(id) => self.model.spelling(self.model[id].name),
                Ref::Unresolved(name) => self.model.spelling(name),
            }),
            hint: syntax.hint.map(|hint| self.model.text(hint)),
            enums: (!syntax.enums.is_empty())
                .then(|| syntax.enums.iter().map(|&(name, n)| (self.model.spelling(name), n)).collect()),
            bits: (!syntax.bits.is_empty())
                .then(|| syntax.bits.iter().map(|&(name, n)| (self.model.spelling(name), n)).collect()),
            range: syntax.range.to_vec(),
            declared: declared.then(|| syntax.declared_range.to_vec()),
        }
    }

    fn default(&self, default: &'m DefaultValue) -> (&'static str, schema::Value<'m>) {
        use schema::Value;
        match default {
            DefaultValue::Int(value) => ("int", Value::Int(*value)),
            DefaultValue::Label(name) => ("label", Value::Text(self.model.spelling(*name))),
            DefaultValue::Text(text) => ("string", Value::Text(self.model.text(*text))),
            // No octets are written alike, however the module writes them: `""` or `''H`.
            DefaultValue::Bytes(octets) if octets.is_empty() => ("string", Value::Text("")),
            DefaultValue::Bytes(octets) => {
                ("bytes", Value::Owned(octets.iter().map(|octet| format!("{octet:02x}")).collect()))
            }
            DefaultValue::Bits(names) => ("bits", Value::List(self.names(names))),
            DefaultValue::Oid(root, numbers) => ("oid", self.oid_default(root, numbers)),
        }
    }

    /// Dotted if it is known, otherwise the name as written.
    fn oid_default(&self, root: &[Ref<DefId>], numbers: &[u32]) -> schema::Value<'m> {
        let tail = numbers.iter().map(u32::to_string);
        match root.first() {
            None => schema::Value::Owned(tail.collect::<Vec<_>>().join(".")),
            Some(reference) => match reference.bound().and_then(|id| self.model[id].oid.as_ref()) {
                Some(oid) => {
                    let arcs = std::iter::once(oid.to_string()).chain(tail);
                    schema::Value::Owned(arcs.collect::<Vec<_>>().join("."))
                }
                None => schema::Value::Text(self.model.ref_name(*reference)),
            },
        }
    }

    fn index_item(&self, item: &'m model::IndexItem) -> schema::IndexItem<'m> {
        let (name, syntax) = match &item.target {
            IndexTarget::Object(object) => (self.model.ref_name(*object), None),
            IndexTarget::Type(syntax) => (one_word(self.model.text(syntax.span)), Some(self.syntax(syntax))),
        };
        schema::IndexItem { name, implied: item.implied, syntax }
    }

    fn compliance(&self, clause: &'m model::ComplianceModule) -> schema::ComplianceModule<'m> {
        schema::ComplianceModule {
            module: self.model.spelling(clause.module),
            mandatory: self.refs(&clause.mandatory),
            groups: clause
                .groups
                .iter()
                .map(|(group, description)| schema::ComplianceGroup {
                    name: self.model.ref_name(*group),
                    description: self.prose(*description),
                })
                .collect(),
            objects: clause
                .objects
                .iter()
                .map(|object| schema::ComplianceObject {
                    name: self.model.ref_name(object.object),
                    syntax: object.syntax.as_ref().map(|syntax| self.syntax(syntax)),
                    write_syntax: object.write_syntax.as_ref().map(|syntax| self.syntax(syntax)),
                    min_access: object.min_access.map(Access::as_str),
                    description: self.prose(object.description),
                })
                .collect(),
        }
    }

    fn capabilities(&self, capabilities: &'m model::Capabilities) -> schema::Capabilities<'m> {
        let variation = |variation: &'m model::Variation| schema::Variation {
            name: self.model.ref_name(variation.object),
            syntax: variation.syntax.as_ref().map(|syntax| self.syntax(syntax)),
            write_syntax: variation.write_syntax.as_ref().map(|syntax| self.syntax(syntax)),
            access: variation.access.map(Access::as_str),
            creation_requires: self.refs(&variation.creation_requires),
            default: variation.default.as_ref().map(|default| self.default(default)),
            description: self.prose(variation.description),
        };
        schema::Capabilities {
            product_release: self.prose(capabilities.product_release),
            supports: capabilities
                .supports
                .iter()
                .map(|supports| schema::Supports {
                    module: self.model.spelling(supports.module),
                    includes: self.refs(&supports.includes),
                    variations: supports.variations.iter().map(variation).collect(),
                })
                .collect(),
        }
    }

    fn named_type(&self, id: TypeId) -> schema::Type<'m> {
        let ty = &self.model[id];
        schema::Type {
            name: self.model.spelling(ty.name),
            textual_convention: ty.textual_convention,
            status: ty.status.map(Status::as_str),
            syntax: self.syntax(&ty.syntax),
            description: self.prose(ty.description),
            reference: self.prose(ty.reference),
            unresolved: self.names(&ty.unresolved),
            span: place(&self.model.sources, ty.span),
        }
    }

    fn duplicate(&self, duplicate: &model::Duplicate) -> schema::Duplicate<'m> {
        match (duplicate.definition, duplicate.named_type) {
            (Ref::Bound(id), _) => schema::Duplicate::Definition(Box::new(self.definition(&self.model[id]))),
            (_, Some(id)) => schema::Duplicate::Type(Box::new(self.named_type(id))),
            _ => schema::Duplicate::Other {
                name: self.model.spelling(duplicate.name),
                span: place(&self.model.sources, duplicate.span),
            },
        }
    }

    fn name_of(&self, id: DefId) -> &'m str {
        self.model.spelling(self.model[id].name)
    }

    fn names(&self, names: &[Name]) -> Vec<&'m str> {
        names.iter().map(|&name| self.model.spelling(name)).collect()
    }

    fn refs(&self, refs: &[Ref<DefId>]) -> Vec<&'m str> {
        refs.iter().map(|&reference| self.model.ref_name(reference)).collect()
    }

    fn prose(&self, text: Option<Text>) -> Option<String> {
        text.map(|text| clean(self.model.text(text)))
    }
}

/// White space as single blanks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A bare type in INDEX as its first word.
fn one_word(text: &str) -> &str {
    text.split(['(', '{']).next().unwrap_or(text).trim()
}
