//! One entry for each definition and type of a module.

use super::imports::Imports;
use super::words::{one_line, python_name};
use super::{dates, defaults, syntax};
use crate::model::{
    Compliance, DefId, Definition, IndexItem, IndexTarget, Kind, Model, Module, Object, Ref, Row, Text, Type,
};
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::{Access, Status};
use serde_json::{Map, Value, json};

/// The arc of the first column that stands for a bare type in INDEX; further ones count down.
const FIRST_MADE_UP_COLUMN: u32 = u32::MAX;

/// The name of such a column, and a number after it.
const MADE_UP_COLUMN: &str = "pysmiFakeCol";

pub(super) struct Writer<'m> {
    pub(super) model: &'m Model,
    pub(super) imports: &'m Imports,
    pub(super) module: &'m Module,
    pub(super) texts: bool,
}

impl Writer<'_> {
    pub(super) fn symbols(&self) -> Map<String, Value> {
        let mut document = Map::new();
        let mut made_up = 0;
        for &id in &self.module.types {
            let ty = &self.model[id];
            document.insert(python_name(self.model.spelling(ty.name)), Value::Object(self.named_type(ty)));
        }
        for &id in &self.module.definitions {
            let definition = &self.model[id];
            let mut entry = self.definition(definition);
            if let Kind::Row(row) = &definition.kind {
                let (indices, columns) = self.indices(definition.oid.as_ref(), row, &mut made_up);
                if !indices.is_empty() {
                    entry.insert("indices".to_owned(), Value::from(indices));
                }
                document.extend(columns);
            }
            document.insert(python_name(self.model.spelling(definition.name)), Value::Object(entry));
        }
        document
    }

    fn named_type(&self, ty: &Type) -> Map<String, Value> {
        let class = if ty.textual_convention { "textualconvention" } else { "type" };
        let mut entry = Map::from_iter([
            ("name".to_owned(), json!(self.model.spelling(ty.name))),
            ("class".to_owned(), json!(class)),
        ]);
        let mut written = syntax::syntax(self.model, &ty.syntax);
        let base = ty.syntax.named.and_then(Ref::bound).map(|id| &self.model[id]);
        // A type of MIB-II is taken from SNMPv2-TC, if it is a textual convention.
        let moved = |base: &Type| self.imports.module_of(self.model.spelling(base.name)) == "SNMPv2-TC";
        let derived = base.is_some_and(|base| base.textual_convention || moved(base));
        written.insert("tcbase".to_owned(), Value::from(derived));
        entry.insert("type".to_owned(), Value::Object(written));
        if ty.textual_convention {
            if let Some(hint) = ty.syntax.hint.filter(|hint| within(*hint, ty.span)) {
                entry.insert("displayhint".to_owned(), json!(self.model.text(hint)));
            }
            self.status(&mut entry, ty.status);
            self.text(&mut entry, "description", ty.description);
            self.text(&mut entry, "reference", ty.reference);
        }
        entry
    }

    fn definition(&self, definition: &Definition) -> Map<String, Value> {
        let mut entry = Map::from_iter([("name".to_owned(), json!(self.model.spelling(definition.name)))]);
        if let Some(oid) = &definition.oid {
            entry.insert("oid".to_owned(), json!(oid.to_string()));
        }
        let class = match &definition.kind {
            Kind::ModuleIdentity => {
                self.identity(&mut entry);
                "moduleidentity"
            }
            Kind::ObjectIdentity | Kind::Value => "objectidentity",
            Kind::Scalar(object) => self.object(&mut entry, object, "scalar"),
            Kind::Table(object, _) => self.object(&mut entry, object, "table"),
            Kind::Column(object, _) => self.object(&mut entry, object, "column"),
            Kind::Row(row) => {
                if let Some(base) = row.augments {
                    let augmention = json!({
                        "name": self.model.spelling(definition.name),
                        "module": self.model.spelling(self.module.name),
                        "object": python_name(self.model.ref_name(base)),
                    });
                    entry.insert("augmention".to_owned(), augmention);
                }
                self.object(&mut entry, &row.object, "row")
            }
            Kind::Notification(notification) => {
                self.objects(&mut entry, &notification.objects);
                "notificationtype"
            }
            Kind::Group(group) => {
                self.objects(&mut entry, &group.members);
                if group.notifications { "notificationgroup" } else { "objectgroup" }
            }
            Kind::Compliance(compliance) => {
                self.compliance(&mut entry, compliance);
                "modulecompliance"
            }
            Kind::Capabilities(capabilities) => {
                if let Some(release) = capabilities.product_release {
                    entry.insert("productrelease".to_owned(), json!(self.model.text(release)));
                }
                "agentcapabilities"
            }
        };
        entry.insert("class".to_owned(), json!(class));
        self.status(&mut entry, definition.status);
        self.text(&mut entry, "description", definition.description);
        self.text(&mut entry, "reference", definition.reference);
        entry
    }

    fn identity(&self, entry: &mut Map<String, Value>) {
        let module = self.module;
        let revision = |revision: &crate::model::Revision| {
            json!({
                "revision": dates::revision(self.model.text(revision.date)),
                "description": one_line(revision.description.map_or("", |text| self.model.text(text))),
            })
        };
        if !module.revisions.is_empty() {
            entry.insert("revisions".to_owned(), module.revisions.iter().map(revision).collect());
        }
        if let (true, Some(date)) = (self.texts, module.last_updated) {
            entry.insert("lastupdated".to_owned(), json!(self.model.text(date)));
        }
        self.text(entry, "organization", module.organization);
        self.text(entry, "contactinfo", module.contact);
    }

    /// The clauses of an OBJECT-TYPE; gives its class.
    fn object(&self, entry: &mut Map<String, Value>, object: &Object, node: &'static str) -> &'static str {
        entry.insert("nodetype".to_owned(), json!(node));
        if matches!(node, "scalar" | "column") {
            entry.insert("syntax".to_owned(), Value::Object(syntax::syntax(self.model, &object.syntax)));
        }
        if let Some(default) = defaults::default(self.model, object) {
            entry.insert("default".to_owned(), default);
        }
        if let Some(units) = object.units {
            entry.insert("units".to_owned(), json!(one_line(self.model.text(units))));
        }
        if let Some(access) = object.access {
            entry.insert("maxaccess".to_owned(), json!(Access::as_str(access)));
        }
        "objecttype"
    }

    fn objects(&self, entry: &mut Map<String, Value>, objects: &[Ref<DefId>]) {
        if objects.is_empty() {
            return;
        }
        let item = |object: &Ref<DefId>| {
            let name = self.model.ref_name(*object);
            json!({ "module": self.imports.module_of(name), "object": name })
        };
        entry.insert("objects".to_owned(), objects.iter().map(item).collect());
    }

    /// The groups of all MODULE clauses, mandatory or not.
    fn compliance(&self, entry: &mut Map<String, Value>, compliance: &Compliance) {
        let clauses = compliance.modules.iter().flat_map(|clause| {
            let groups = clause.mandatory.iter().chain(clause.groups.iter().map(|(group, _)| group));
            groups.map(|group| {
                json!({ "module": self.model.spelling(clause.module), "object": self.model.ref_name(*group) })
            })
        });
        let groups: Vec<Value> = clauses.collect();
        if !groups.is_empty() {
            entry.insert("modulecompliance".to_owned(), Value::from(groups));
        }
    }

    /// INDEX as written, and a column for each bare type in it (RFC 1212 §4.1.6).
    fn indices(&self, oid: Option<&Oid>, row: &Row, made_up: &mut u32) -> (Vec<Value>, Map<String, Value>) {
        let mut columns = Map::new();
        let mut arc = FIRST_MADE_UP_COLUMN;
        let mut item = |item: &IndexItem| {
            let name = match &item.target {
                IndexTarget::Object(object) => self.model.ref_name(*object).to_owned(),
                IndexTarget::Type(syntax) => {
                    *made_up += 1;
                    let name = format!("{MADE_UP_COLUMN}{made_up}");
                    let mut entry = json!({
                        "name": name,
                        "class": "objecttype",
                        "nodetype": "column",
                        "maxaccess": Access::NotAccessible.as_str(),
                        "status": Status::Mandatory.as_str(),
                        "syntax": syntax::syntax(self.model, syntax),
                    });
                    if let Some(oid) = oid {
                        entry["oid"] = json!(format!("{oid}.{arc}"));
                    }
                    arc -= 1;
                    columns.insert(name.clone(), entry);
                    name
                }
            };
            json!({
                "module": self.imports.module_of(&name),
                "object": name,
                "implied": u8::from(item.implied),
            })
        };
        let indices = row.index.iter().map(&mut item).collect();
        (indices, columns)
    }

    fn status(&self, entry: &mut Map<String, Value>, status: Option<Status>) {
        if let Some(status) = status {
            entry.insert("status".to_owned(), json!(status.as_str()));
        }
    }

    fn text(&self, entry: &mut Map<String, Value>, key: &str, text: Option<Text>) {
        let text = text.filter(|_| self.texts).map(|text| one_line(self.model.text(text)));
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            entry.insert(key.to_owned(), Value::from(text));
        }
    }
}

/// Whether a text is part of a definition, or inherited from another.
fn within(text: Text, definition: crate::source::Span) -> bool {
    text.file == definition.file && definition.start <= text.start && text.end <= definition.end
}
