//! One definition: its name, and what its macro makes of the clauses.

use super::{
    builder::Builder,
    clauses::{Clauses, Content, put},
    grammar::Rule,
    tree::{Cursor, Node},
};
use crate::{
    diag::{Code, Diagnostic},
    syntax::ast::{
        Definition, DefinitionKind, Group, Ident, ModuleIdentity, NotificationType, ObjectIdentity,
        ObjectType, OidArc, OidValue, Revision, TextualConvention, TrapType,
    },
    syntax::respell::macro_meant,
};

impl<'s> Builder<'s> {
    /// The children of a `definition` node. `None` if nothing remains of it; that has been reported.
    pub(super) fn definition(&mut self, mut inner: Cursor<'_>) -> Option<Definition<'s>> {
        let name = self.take_ident(&mut inner, Rule::label)?;
        let before = inner;
        let head = inner.next()?;
        let kind = match head.rule {
            Rule::macro_name => self.macro_definition(name, head, &mut inner),
            Rule::oid_type => {
                self.take_oid_value(&mut inner).map(Box::new).map(DefinitionKind::ValueAssignment)
            }
            Rule::tc_name => self.textual_convention(name, &mut inner),
            Rule::macro_kw => {
                inner.next();
                Some(DefinitionKind::Macro)
            }
            Rule::syntax => {
                inner = before;
                self.take_syntax(&mut inner).map(|syntax| DefinitionKind::TypeAssignment(Box::new(syntax)))
            }
            Rule::leaf_syntax => self.other_value(name, head, &mut inner),
            _ => None,
        }?;
        let end = inner.last_end().unwrap_or(name.span().end);
        Some(Definition::new(name, end, kind))
    }

    fn macro_definition(
        &mut self,
        name: Ident<'s>,
        head: Node,
        inner: &mut Cursor<'_>,
    ) -> Option<DefinitionKind<'s>> {
        match macro_meant(self.str(head)) {
            "OBJECT-TYPE" => self.object_type(name, inner),
            "NOTIFICATION-TYPE" => {
                let clauses = self.clauses(inner, name, &["OBJECTS", "STATUS", "DESCRIPTION", "REFERENCE"]);
                self.notification_type(name, clauses, inner)
            }
            "TRAP-TYPE" => self.trap_type(name, inner),
            "OBJECT-IDENTITY" => {
                let clauses = self.clauses(inner, name, &["STATUS", "DESCRIPTION", "REFERENCE"]);
                let oid = self.required_oid(name, inner)?;
                Some(DefinitionKind::ObjectIdentity(Box::new(ObjectIdentity {
                    status: clauses.status,
                    description: clauses.description,
                    reference: clauses.reference,
                    oid,
                })))
            }
            "OBJECT-GROUP" => {
                let group = self.group(name, "OBJECTS", inner)?;
                Some(DefinitionKind::ObjectGroup(Box::new(group)))
            }
            "NOTIFICATION-GROUP" => {
                let group = self.group(name, "NOTIFICATIONS", inner)?;
                Some(DefinitionKind::NotificationGroup(Box::new(group)))
            }
            "MODULE-IDENTITY" => self.module_identity(name, inner),
            "MODULE-COMPLIANCE" => self.module_compliance(name, inner),
            "AGENT-CAPABILITIES" => self.agent_capabilities(name, inner),
            _ => None,
        }
    }

    fn clauses(&mut self, inner: &mut Cursor<'_>, name: Ident<'s>, allowed: &[&str]) -> Clauses<'s> {
        Clauses::read(self, inner, name.text(), allowed)
    }

    /// The value behind `::=`, which must be an OID.
    pub(super) fn required_oid(&mut self, name: Ident<'s>, inner: &mut Cursor<'_>) -> Option<OidValue<'s>> {
        let oid = self.take_oid_value(inner);
        if oid.is_none() {
            let place =
                inner.accept(Rule::number).map_or(name.span(), |node| self.span(node.start, node.end));
            self.report(
                Diagnostic::new(Code::Syntax, format!("`{}` needs an object identifier", name.text()))
                    .at(place, "expected `{ parent number }`, found a number")
                    .help("write the value as `::= { parent number }`"),
            );
        }
        oid
    }

    fn object_type(&mut self, name: Ident<'s>, inner: &mut Cursor<'_>) -> Option<DefinitionKind<'s>> {
        const ALLOWED: &[&str] = &[
            "SYNTAX",
            "MAX-ACCESS",
            "STATUS",
            "DESCRIPTION",
            "ACCESS",
            "INDEX",
            "UNITS",
            "REFERENCE",
            "DEFVAL",
            "AUGMENTS",
        ];
        let mut clauses = self.clauses(inner, name, ALLOWED);
        let oid = self.required_oid(name, inner)?;
        let Some(syntax) = clauses.syntax.take() else {
            self.missing(
                name,
                "SYNTAX",
                "read as an OBJECT IDENTIFIER, so that its name and number are kept",
            );
            return Some(DefinitionKind::ValueAssignment(Box::new(oid)));
        };
        Some(DefinitionKind::ObjectType(Box::new(ObjectType {
            syntax,
            units: clauses.units.map(Box::new),
            access: clauses.access,
            access_keyword: clauses.access_keyword,
            status: clauses.status,
            description: clauses.description,
            reference: clauses.reference.map(Box::new),
            index: clauses.index,
            default: clauses.default.map(Box::new),
            oid,
        })))
    }

    fn missing(&mut self, name: Ident<'s>, clause: &str, consequence: &str) {
        self.report(
            Diagnostic::new(Code::MissingClause, format!("`{}` has no {clause} clause", name.text()))
                .at(name.span(), consequence.to_owned()),
        );
    }

    fn notification_type(
        &mut self,
        name: Ident<'s>,
        clauses: Clauses<'s>,
        inner: &mut Cursor<'_>,
    ) -> Option<DefinitionKind<'s>> {
        let oid = self.required_oid(name, inner)?;
        Some(DefinitionKind::NotificationType(Box::new(NotificationType {
            objects: clauses.names.unwrap_or_default(),
            status: clauses.status,
            description: clauses.description,
            reference: clauses.reference,
            oid,
        })))
    }

    fn trap_type(&mut self, name: Ident<'s>, inner: &mut Cursor<'_>) -> Option<DefinitionKind<'s>> {
        let clauses = self.clauses(inner, name, &["ENTERPRISE", "VARIABLES", "DESCRIPTION", "REFERENCE"]);
        let Some(number) = self.take_ident(inner, Rule::number) else {
            // A trap that is given an OID is a notification in the older macro's clothes.
            self.report(
                Diagnostic::new(Code::TrapValue, format!("trap `{}` has an object identifier", name.text()))
                    .at(name.span(), "read as a NOTIFICATION-TYPE")
                    .help("the value of a TRAP-TYPE is a number; the enterprise gives the rest"),
            );
            return self.notification_type(name, clauses, inner);
        };
        let Some(enterprise) = clauses.enterprise else {
            self.missing(name, "ENTERPRISE", "without it the trap has no object identifier and is left out");
            return None;
        };
        Some(DefinitionKind::TrapType(Box::new(TrapType {
            enterprise,
            variables: clauses.names.unwrap_or_default(),
            description: clauses.description,
            reference: clauses.reference,
            number,
        })))
    }

    fn group(&mut self, name: Ident<'s>, members: &str, inner: &mut Cursor<'_>) -> Option<Group<'s>> {
        let clauses = self.clauses(inner, name, &[members, "STATUS", "DESCRIPTION", "REFERENCE"]);
        let oid = self.required_oid(name, inner)?;
        Some(Group {
            members: clauses.names.unwrap_or_default(),
            status: clauses.status,
            description: clauses.description,
            reference: clauses.reference,
            oid,
        })
    }

    fn textual_convention(&mut self, name: Ident<'s>, inner: &mut Cursor<'_>) -> Option<DefinitionKind<'s>> {
        let clauses =
            self.clauses(inner, name, &["DISPLAY-HINT", "STATUS", "DESCRIPTION", "REFERENCE", "SYNTAX"]);
        let Some(syntax) = clauses.syntax else {
            self.missing(name, "SYNTAX", "a textual convention without a type is left out");
            return None;
        };
        Some(DefinitionKind::TextualConvention(Box::new(TextualConvention {
            display_hint: clauses.display_hint,
            status: clauses.status,
            description: clauses.description,
            reference: clauses.reference,
            syntax,
        })))
    }

    fn module_identity(&mut self, name: Ident<'s>, inner: &mut Cursor<'_>) -> Option<DefinitionKind<'s>> {
        let (mut last_updated, mut organization, mut contact, mut description) = (None, None, None, None);
        let mut revisions: Vec<Revision<'s>> = Vec::new();
        let mut after_revision = false;
        while let Some(clause) = self.take_clause(inner) {
            let Content::Text(text) = clause.content else {
                self.misplaced(clause.keyword, name.text());
                continue;
            };
            let doubled = match (clause.word, revisions.last_mut()) {
                ("REVISION", _) => {
                    revisions.push(Revision { date: text, description: None });
                    false
                }
                // Directly behind a REVISION it tells what changed; elsewhere it is the module's.
                ("DESCRIPTION", Some(revision)) if after_revision => put(&mut revision.description, text),
                ("DESCRIPTION", _) => put(&mut description, text),
                ("LAST-UPDATED", _) => put(&mut last_updated, text),
                ("ORGANIZATION", _) => put(&mut organization, text),
                ("CONTACT-INFO", _) => put(&mut contact, text),
                _ => {
                    self.misplaced(clause.keyword, name.text());
                    false
                }
            };
            after_revision = clause.word == "REVISION";
            if doubled {
                self.doubled(clause.keyword, name.text());
            }
        }
        let oid = self.required_oid(name, inner)?;
        let identity = ModuleIdentity { last_updated, organization, contact, description, revisions, oid };
        Some(DefinitionKind::ModuleIdentity(Box::new(identity)))
    }

    /// `name Type ::= value`: an OID where the value is one; other constants have no part in SMI.
    fn other_value(
        &mut self,
        name: Ident<'s>,
        head: Node,
        inner: &mut Cursor<'_>,
    ) -> Option<DefinitionKind<'s>> {
        let mut value = inner.enter(Rule::other_value)?;
        if self.str(head).starts_with("OBJECT")
            && let Some(other) = self.take_name(&mut value)
        {
            // Another name for an OID: ASN.1 has it, the SMI does not.
            let oid = OidValue { arcs: vec![OidArc::Name(other)].into(), span: other.span() };
            return Some(DefinitionKind::ValueAssignment(Box::new(oid)));
        }
        if let Some(oid) = self.take_oid_value(&mut value) {
            return Some(DefinitionKind::ValueAssignment(Box::new(oid)));
        }
        self.report(
            Diagnostic::new(Code::IgnoredDefinition, format!("the constant `{}` is ignored", name.text()))
                .at(name.span(), "not an object identifier")
                .help("SMI has no other values than object identifiers; nothing can refer to this name"),
        );
        None
    }
}
