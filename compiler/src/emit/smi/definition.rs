//! Definitions with an OID.

use super::Writer;
use super::syntax::one_line;
use crate::model::{Definition, IndexTarget, Kind, Notification, Object, Row};
use mibc_runtime::syntax::Access;

impl<'m> Writer<'m> {
    pub(super) fn definition(&mut self, definition: &'m Definition) {
        let name = self.model.spelling(definition.name);
        match &definition.kind {
            Kind::Value => {
                let value = self.oid_value(definition);
                self.out.line(&format!("{name} OBJECT IDENTIFIER ::= {{ {value} }}"));
            }
            Kind::ModuleIdentity => self.module_identity(name, definition),
            Kind::ObjectIdentity => {
                self.head(name, "OBJECT-IDENTITY");
                self.common(definition);
                self.assign(definition);
            }
            Kind::Scalar(object) | Kind::Table(object, _) | Kind::Column(object, _) => {
                self.object(name, definition, object, None);
            }
            Kind::Row(row) => {
                self.object(name, definition, &row.object, Some(row));
                self.sequence(row);
            }
            Kind::Notification(data) => self.notification(name, definition, data),
            Kind::Group(group) => {
                let (word, list) = if group.notifications {
                    ("NOTIFICATION-GROUP", "NOTIFICATIONS")
                } else {
                    ("OBJECT-GROUP", "OBJECTS")
                };
                self.head(name, word);
                self.refs(1, list, &group.members);
                self.common(definition);
                self.assign(definition);
            }
            Kind::Compliance(data) => {
                self.head(name, "MODULE-COMPLIANCE");
                self.common(definition);
                self.compliance(data);
                self.assign(definition);
            }
            Kind::Capabilities(data) => {
                self.head(name, "AGENT-CAPABILITIES");
                self.prose(1, "PRODUCT-RELEASE", data.product_release);
                self.common(definition);
                self.capabilities(data);
                self.assign(definition);
            }
        }
    }

    pub(super) fn head(&mut self, name: &str, word: &'static str) {
        self.uses.symbol(word);
        self.out.line(&format!("{name} {word}"));
    }

    fn module_identity(&mut self, name: &str, definition: &'m Definition) {
        self.head(name, "MODULE-IDENTITY");
        // A further MODULE-IDENTITY keeps only its description.
        if self.module.identity == Some(definition.id) {
            self.short_text(1, "LAST-UPDATED", self.module.last_updated);
            self.prose(1, "ORGANIZATION", self.module.organization);
            self.prose(1, "CONTACT-INFO", self.module.contact);
        }
        self.prose(1, "DESCRIPTION", definition.description);
        if self.module.identity == Some(definition.id) {
            for revision in &self.module.revisions {
                self.short_text(1, "REVISION", Some(revision.date));
                self.prose(1, "DESCRIPTION", revision.description);
            }
        }
        self.assign(definition);
    }

    fn object(&mut self, name: &str, definition: &'m Definition, object: &'m Object, row: Option<&'m Row>) {
        self.head(name, "OBJECT-TYPE");
        let written = self.syntax(&object.syntax);
        self.write_syntax(1, "SYNTAX ", &written);
        self.short_text(1, "UNITS", object.units);
        if let Some(access) = object.access {
            self.out.at(1, &format!("MAX-ACCESS {}", access_of(access)));
        }
        self.common(definition);
        if let Some(row) = row {
            self.index(row);
        }
        self.default(1, object.default.as_deref());
        self.assign(definition);
    }

    fn index(&mut self, row: &'m Row) {
        if let Some(base) = row.augments {
            let name = self.reference(base);
            self.out.at(1, &format!("AUGMENTS {{ {name} }}"));
        } else if !row.index.is_empty() {
            let mut bare = false;
            let mut items = Vec::with_capacity(row.index.len());
            for item in &row.index {
                let name = match &item.target {
                    IndexTarget::Object(object) => self.reference(*object),
                    IndexTarget::Type(syntax) => {
                        bare = true;
                        one_line(self.model.text(syntax.span))
                    }
                };
                items.push(if item.implied { format!("IMPLIED {name}") } else { name });
            }
            if bare {
                self.out.at(1, "-- To do: SMIv2 has no types in INDEX; define an object for each.");
            }
            self.out.list(1, "INDEX", &items);
        }
    }

    /// A TRAP-TYPE becomes a notification at enterprise.0.number (RFC 3584 §2.1.2).
    fn notification(&mut self, name: &str, definition: &'m Definition, data: &'m Notification) {
        self.head(name, "NOTIFICATION-TYPE");
        if !data.objects.is_empty() {
            self.refs(1, "OBJECTS", &data.objects);
        }
        if definition.status.is_none() && data.trap.is_some() {
            self.out.at(1, "STATUS current");
        }
        self.common(definition);
        self.assign(definition);
    }
}

/// MAX-ACCESS for what SMIv1 calls ACCESS (RFC 3584 §2.1.1 (5)).
pub(super) fn access_of(access: Access) -> &'static str {
    match access {
        Access::WriteOnly => Access::ReadWrite.as_str(),
        other => other.as_str(),
    }
}
