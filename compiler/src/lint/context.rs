//! What rules see: the model, and for each thing they are asked about its syntax tree.

use std::ops::Deref;

use crate::diag::Diagnostic;
use crate::model::{
    DefId, Definition, Language, Model, Module, Name, Notification, Object, Row, Syntax, Type,
};
use crate::resolve::Trees;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, DefinitionKind};

/// Everything that is being checked.
pub(super) struct Context<'c, 's> {
    pub(super) model: &'c Model,
    pub(super) trees: &'c Trees<'s>,
    pub(super) text: &'c dyn Fn(FileId) -> &'c str,
    pub(super) today: Option<super::date::Date>,
    pub(super) facts: super::run::Facts,
}

impl<'c, 's> Context<'c, 's> {
    /// The spelling of a name.
    pub(super) fn name(&self, name: Name) -> &'c str {
        self.model.spelling(name)
    }

    /// The name of a definition.
    pub(super) fn def_name(&self, id: DefId) -> &'c str {
        self.name(self.model[id].name)
    }

    /// The octets of a span of the text.
    pub(super) fn slice(&self, span: Span) -> &'c str {
        (self.text)(span.file).get(span.range()).unwrap_or("")
    }

    /// A definition with its tree.
    pub(super) fn item(&self, id: DefId) -> Item<'c, 's> {
        let def = &self.model[id];
        Item { def, tree: self.trees.definition(id), module: &self.model[def.module] }
    }

    /// The clauses of an OBJECT-TYPE.
    pub(super) fn object(&self, id: DefId) -> Option<ObjectItem<'c, 's>> {
        let item = self.item(id);
        match &item.tree.kind {
            DefinitionKind::ObjectType(clauses) => {
                Some(ObjectItem { item, object: item.def.object()?, clauses })
            }
            _ => None,
        }
    }

    /// Whether a syntax is written with that type, or with one that is derived from it.
    pub(super) fn is_named(&self, syntax: &Syntax, name: &str) -> bool {
        let mut named = syntax.named;
        for _ in 0..MAX_TYPES {
            let Some(id) = named.and_then(|named| named.bound()) else { return false };
            let ty = &self.model[id];
            if self.name(ty.name) == name {
                return true;
            }
            named = ty.syntax.named;
        }
        false
    }
}

/// How many types are followed from one to the one it is derived from.
const MAX_TYPES: usize = 16;

/// A module.
pub(super) struct ModuleItem<'c, 's> {
    pub(super) module: &'c Module,
    pub(super) tree: &'c ast::Module<'s>,
    /// The text of its file.
    pub(super) text: &'c str,
}

impl ModuleItem<'_, '_> {
    pub(super) fn v2(&self) -> bool {
        self.module.language == Language::SmiV2
    }

    /// Whether it is one of the modules that define the SMI itself, which their own rules do not bind.
    pub(super) fn is_base(&self) -> bool {
        crate::resolve::is_base_module(self.tree.name.text())
    }

    /// The clauses of its MODULE-IDENTITY.
    pub(super) fn identity(&self) -> Option<(ast::Ident<'_>, &ast::ModuleIdentity<'_>)> {
        self.tree.definitions.iter().find_map(|d| match &d.kind {
            DefinitionKind::ModuleIdentity(identity) => Some((d.name, &**identity)),
            _ => None,
        })
    }
}

/// A definition with an OID.
#[derive(Clone, Copy)]
pub(super) struct Item<'c, 's> {
    pub(super) def: &'c Definition,
    pub(super) tree: &'c ast::Definition<'s>,
    pub(super) module: &'c Module,
}

impl<'s> Item<'_, 's> {
    pub(super) fn name(&self) -> &'s str {
        self.tree.name.text()
    }

    pub(super) fn name_span(&self) -> Span {
        self.tree.name.span()
    }

    pub(super) fn v2(&self) -> bool {
        self.module.language == Language::SmiV2
    }

    /// Whether its module uses the macro of RFC 1155, in which tables and rows were readable and had no INDEX.
    pub(super) fn is_older_than_rfc_1212(&self, cx: &Context<'_, '_>) -> bool {
        cx.facts.older_than_rfc_1212.contains(&self.module.id)
    }

    /// The OID value as written.
    pub(super) fn value(&self) -> Option<&ast::OidValue<'s>> {
        Some(match &self.tree.kind {
            DefinitionKind::ModuleIdentity(d) => &d.oid,
            DefinitionKind::ObjectIdentity(d) => &d.oid,
            DefinitionKind::ObjectType(d) => &d.oid,
            DefinitionKind::NotificationType(d) => &d.oid,
            DefinitionKind::ObjectGroup(d) | DefinitionKind::NotificationGroup(d) => &d.oid,
            DefinitionKind::ModuleCompliance(d) => &d.oid,
            DefinitionKind::AgentCapabilities(d) => &d.oid,
            DefinitionKind::ValueAssignment(value) => value,
            _ => return None,
        })
    }
}

/// An OBJECT-TYPE.
#[derive(Clone, Copy)]
pub(super) struct ObjectItem<'c, 's> {
    pub(super) item: Item<'c, 's>,
    pub(super) object: &'c Object,
    pub(super) clauses: &'c ast::ObjectType<'s>,
}

impl<'c, 's> Deref for ObjectItem<'c, 's> {
    type Target = Item<'c, 's>;

    fn deref(&self) -> &Item<'c, 's> {
        &self.item
    }
}

/// A conceptual row.
pub(super) struct RowItem<'c, 's> {
    pub(super) object: ObjectItem<'c, 's>,
    pub(super) row: &'c Row,
    /// What its SEQUENCE lists, if there is one.
    pub(super) fields: Option<&'c [ast::Field<'s>]>,
}

impl<'c, 's> Deref for RowItem<'c, 's> {
    type Target = ObjectItem<'c, 's>;

    fn deref(&self) -> &ObjectItem<'c, 's> {
        &self.object
    }
}

impl<'c, 's> RowItem<'c, 's> {
    /// The objects of its own INDEX, each with its name as written there.
    pub(super) fn index<'x>(
        &'x self,
        cx: &'x Context<'c, 's>,
    ) -> impl Iterator<Item = (ast::Ident<'s>, ObjectItem<'c, 's>)> + 'x {
        let written = match &self.clauses.index {
            Some(ast::Index::Index(items)) => &**items,
            _ => &[],
        };
        written.iter().zip(&self.row.index).filter_map(|(written, item)| {
            let name = match &written.target {
                ast::IndexTarget::Object(name) => *name,
                ast::IndexTarget::Type(_) => return None,
            };
            match item.target {
                crate::model::IndexTarget::Object(reference) => Some((name, cx.object(reference.bound()?)?)),
                crate::model::IndexTarget::Type(_) => None,
            }
        })
    }
}

/// A NOTIFICATION-TYPE or TRAP-TYPE.
pub(super) struct NotificationItem<'c, 's> {
    pub(super) item: Item<'c, 's>,
    pub(super) notification: &'c Notification,
}

impl<'c, 's> Deref for NotificationItem<'c, 's> {
    type Target = Item<'c, 's>;

    fn deref(&self) -> &Item<'c, 's> {
        &self.item
    }
}

impl<'s> NotificationItem<'_, 's> {
    /// The objects as written.
    pub(super) fn written(&self) -> &[ast::Ident<'s>] {
        match &self.tree.kind {
            DefinitionKind::NotificationType(d) => &d.objects,
            DefinitionKind::TrapType(d) => &d.variables,
            _ => &[],
        }
    }
}

/// A group, compliance or capabilities statement.
pub(super) struct MemberItem<'c, 's> {
    pub(super) item: Item<'c, 's>,
}

impl<'c, 's> Deref for MemberItem<'c, 's> {
    type Target = Item<'c, 's>;

    fn deref(&self) -> &Item<'c, 's> {
        &self.item
    }
}

impl<'c, 's> MemberItem<'c, 's> {
    /// The group, if it is one, with its members as written.
    pub(super) fn group(&self) -> Option<(&'c crate::model::Group, &'c ast::Group<'s>)> {
        match (&self.def.kind, &self.tree.kind) {
            (
                crate::model::Kind::Group(group),
                DefinitionKind::ObjectGroup(tree) | DefinitionKind::NotificationGroup(tree),
            ) => Some((group, tree)),
            _ => None,
        }
    }

    /// The MODULE clauses of a compliance statement, with their trees.
    pub(super) fn compliance(
        &self,
    ) -> impl Iterator<Item = (&'c crate::model::ComplianceModule, &'c ast::ComplianceModule<'s>)> + use<'c, 's>
    {
        let (resolved, written): (&[_], &[_]) = match (&self.def.kind, &self.tree.kind) {
            (crate::model::Kind::Compliance(resolved), DefinitionKind::ModuleCompliance(written)) => {
                (&resolved.modules, &written.modules)
            }
            _ => (&[], &[]),
        };
        resolved.iter().zip(written)
    }

    /// The SUPPORTS clauses of a capabilities statement, with their trees.
    pub(super) fn capabilities(
        &self,
    ) -> impl Iterator<Item = (&'c crate::model::Supports, &'c ast::Supports<'s>)> + use<'c, 's> {
        let (resolved, written): (&[_], &[_]) = match (&self.def.kind, &self.tree.kind) {
            (crate::model::Kind::Capabilities(resolved), DefinitionKind::AgentCapabilities(written)) => {
                (&resolved.supports, &written.supports)
            }
            _ => (&[], &[]),
        };
        resolved.iter().zip(written)
    }
}

/// A named type.
pub(super) struct TypeItem<'c, 's> {
    pub(super) ty: &'c Type,
    pub(super) tree: &'c ast::Definition<'s>,
    pub(super) module: &'c Module,
}

impl<'c, 's> TypeItem<'c, 's> {
    pub(super) fn name(&self) -> &'s str {
        self.tree.name.text()
    }

    pub(super) fn name_span(&self) -> Span {
        self.tree.name.span()
    }

    pub(super) fn v2(&self) -> bool {
        self.module.language == Language::SmiV2
    }

    /// The clauses, if it is a TEXTUAL-CONVENTION.
    pub(super) fn convention(&self) -> Option<&'c ast::TextualConvention<'s>> {
        match &self.tree.kind {
            DefinitionKind::TextualConvention(convention) => Some(convention),
            _ => None,
        }
    }
}

/// A type as it is written somewhere, and what it means.
pub(super) struct SyntaxItem<'c, 's> {
    /// What has this type.
    pub(super) owner: ast::Ident<'s>,
    /// Whether that is a named type, not an object.
    pub(super) is_type: bool,
    pub(super) module: &'c Module,
    pub(super) written: &'c ast::Syntax<'s>,
    pub(super) syntax: &'c Syntax,
}

impl<'c, 's> SyntaxItem<'c, 's> {
    pub(super) fn v2(&self) -> bool {
        self.module.language == Language::SmiV2
    }

    /// The name of the type and what restricts it, if it is written by name.
    pub(super) fn named(
        &self,
    ) -> Option<(ast::Ident<'s>, &'c [ast::NamedNumber<'s>], Option<&'c ast::Constraint<'s>>)> {
        match &self.written.kind {
            ast::SyntaxKind::Named { name, .. } => {
                Some((*name, self.written.labels(), self.written.constraint()))
            }
            _ => None,
        }
    }

    /// The labels written here, of an enumeration or of BITS.
    pub(super) fn labels(&self) -> &'c [ast::NamedNumber<'s>] {
        self.written.labels()
    }
}

/// Where rules put what they find.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) found: Vec<Diagnostic>,
}

impl Sink {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }
}
