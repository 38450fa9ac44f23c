//! Metrics, and the attributes that tell their rows apart.

use super::schema::{Attribute, AttributeName, Gauge, Metric, Receiver, ResourceAttribute, Source, Sum};
use super::{Options, units};
use crate::emit::collectors::{Convention, Names, Selection, Table, same_index, sentence, units as words};
use crate::model::{DefId, Model, Syntax};
use mibc_runtime::syntax::BaseType;
use std::collections::BTreeMap;

/// How many labels of an enumeration a description lists.
const MAX_LABELS: usize = 40;

pub(super) fn receiver(
    model: &Model,
    selection: &Selection<'_>,
    options: &Options,
) -> (Receiver, Vec<String>) {
    let mut writer = Writer {
        model,
        names: Names::default(),
        attribute_names: BTreeMap::new(),
        notes: Vec::new(),
        receiver: Receiver {
            collection_interval: "60s",
            endpoint: escape(&options.endpoint),
            version: "v2c",
            community: "public",
            ..Receiver::default()
        },
    };
    // Attributes of resources first: all metrics name them.
    for &id in &selection.scalars {
        writer.resource_attribute(id);
    }
    for &id in &selection.scalars {
        writer.scalar(id);
    }
    for table in &selection.tables {
        writer.table(table, &selection.lookups);
    }
    (writer.receiver, writer.notes)
}

/// What a value is to the receiver.
enum Value {
    Counter,
    Number(&'static str),
    Text,
    /// Octets that would be garbage as text.
    Other,
}

fn value(model: &Model, syntax: &Syntax) -> Value {
    match (syntax.base, Convention::of(model, syntax)) {
        (Some(BaseType::Counter32 | BaseType::Counter64), _) => Value::Counter,
        (Some(BaseType::Opaque), Some(Convention::Float | Convention::Double)) => Value::Number("double"),
        (Some(BaseType::Integer32 | BaseType::Unsigned32 | BaseType::Gauge32 | BaseType::TimeTicks), _) => {
            Value::Number("int")
        }
        (Some(BaseType::OctetString), Some(Convention::Text)) => Value::Text,
        // Without a hint it may be text: MIB-II's strings have none.
        (Some(BaseType::OctetString), None) if syntax.hint.is_none() => Value::Text,
        (Some(BaseType::ObjectIdentifier | BaseType::IpAddress), _) => Value::Text,
        _ => Value::Other,
    }
}

struct Writer<'a> {
    model: &'a Model,
    names: Names,
    attribute_names: BTreeMap<DefId, String>,
    notes: Vec<String>,
    receiver: Receiver,
}

impl Writer<'_> {
    fn resource_attribute(&mut self, id: DefId) {
        let model = self.model;
        let definition = &model[id];
        let Some(object) = definition.object() else { return };
        match value(model, &object.syntax) {
            Value::Counter | Value::Number(_) => return,
            Value::Other => {
                let name = model.spelling(definition.name);
                self.notes.push(format!("{name} is left out: the receiver has numbers and text only"));
                return;
            }
            Value::Text => {}
        }
        let Some(instance) = definition.oid.as_ref().and_then(|oid| oid.child(0).ok()) else { return };
        let name = self.names.name(model, id);
        let attribute = ResourceAttribute {
            description: escape(&sentence(model, definition)),
            scalar_oid: instance.to_string(),
        };
        self.receiver.resource_attributes.insert(name, attribute);
    }

    fn scalar(&mut self, id: DefId) {
        let Some(instance) = self.model[id].oid.as_ref().and_then(|oid| oid.child(0).ok()) else { return };
        let Some((name, mut metric)) = self.metric(id) else { return };
        metric.scalar_oids.push(self.source(instance.to_string(), Vec::new()));
        self.receiver.metrics.insert(name, metric);
    }

    fn table(&mut self, table: &Table<'_>, lookups: &[DefId]) {
        let model = self.model;
        let columns: Vec<DefId> =
            table.columns.iter().copied().filter(|id| self.is_metric(*id, lookups)).collect();
        let keys = if columns.is_empty() { Vec::new() } else { self.attributes(table, lookups) };
        for id in columns {
            let Some(oid) = model[id].oid.as_ref() else { continue };
            // What tells the rows apart is not measured.
            if self.attribute_names.get(&id).is_some_and(|name| keys.contains(name)) {
                continue;
            }
            let Some((name, mut metric)) = self.metric(id) else { continue };
            metric.column_oids.push(self.source(oid.to_string(), keys.clone()));
            self.receiver.metrics.insert(name, metric);
        }
    }

    /// Whether a column is a number; a note if it is neither a number nor looked up.
    fn is_metric(&mut self, id: DefId, lookups: &[DefId]) -> bool {
        let model = self.model;
        let Some(object) = model[id].object() else { return false };
        let name = || model.spelling(model[id].name);
        match value(model, &object.syntax) {
            Value::Counter | Value::Number(_) => return true,
            _ if lookups.contains(&id) => {}
            Value::Text => {
                self.notes.push(format!(
                    "{0} is left out: it is not a number; `--lookup {0}` makes it an attribute",
                    name()
                ));
            }
            Value::Other => {
                self.notes.push(format!("{} is left out: the receiver has numbers and text only", name()));
            }
        }
        false
    }

    /// The names of the attributes that tell the rows of a table apart.
    fn attributes(&mut self, table: &Table<'_>, lookups: &[DefId]) -> Vec<String> {
        let model = self.model;
        let parts = table.index.as_deref().unwrap_or_default();
        let readable = |id: DefId| {
            let object = model[id].object().filter(|_| model[id].oid.is_some());
            object.is_some_and(|object| {
                object.access.is_some_and(|access| access.is_readable())
                    && !matches!(value(model, &object.syntax), Value::Other)
            })
        };
        let own = |id: &DefId| same_index(model, *id, table.row) && readable(*id);
        let objects: Option<Vec<DefId>> = parts.iter().map(|part| part.object.filter(own)).collect();
        let mut names = match objects.filter(|objects| !objects.is_empty()) {
            Some(objects) => objects.into_iter().filter_map(|id| self.column_attribute(id)).collect(),
            None => vec![self.index_attribute(table)],
        };
        for &id in lookups.iter().filter(|&&id| same_index(model, id, table.row)) {
            names.extend(self.column_attribute(id).filter(|name| !names.contains(name)));
        }
        names
    }

    fn column_attribute(&mut self, id: DefId) -> Option<String> {
        if let Some(name) = self.attribute_names.get(&id) {
            return Some(name.clone());
        }
        let model = self.model;
        let oid = model[id].oid.as_ref()?.to_string();
        let name = self.names.name(model, id);
        let attribute = Attribute {
            description: escape(&sentence(model, &model[id])),
            oid: Some(oid),
            indexed_value_prefix: None,
        };
        self.receiver.attributes.insert(name.clone(), attribute);
        self.attribute_names.insert(id, name.clone());
        Some(name)
    }

    /// One attribute for the whole index, such as `ipNetToMediaEntry.3.192.0.2.1`.
    fn index_attribute(&mut self, table: &Table<'_>) -> String {
        let model = self.model;
        if let Some(name) = self.attribute_names.get(&table.row) {
            return name.clone();
        }
        let name = self.names.name(model, table.row);
        let parts: Vec<&str> = table.index.iter().flatten().map(|part| part.name.as_str()).collect();
        let description = if parts.is_empty() {
            "The index of the row".to_owned()
        } else {
            format!("The index of the row: {}", parts.join(", "))
        };
        let prefix = Some(model.spelling(model[table.row].name).to_owned());
        let attribute = Attribute { description, oid: None, indexed_value_prefix: prefix };
        self.receiver.attributes.insert(name.clone(), attribute);
        self.attribute_names.insert(table.row, name.clone());
        name
    }

    fn metric(&mut self, id: DefId) -> Option<(String, Metric)> {
        let model = self.model;
        let object = model[id].object()?;
        let (gauge, sum) = match value(model, &object.syntax) {
            Value::Counter => {
                (None, Some(Sum { value_type: "int", monotonic: true, aggregation: "cumulative" }))
            }
            Value::Number(value_type) => (Some(Gauge { value_type }), None),
            Value::Text | Value::Other => return None,
        };
        let mut description = sentence(model, &model[id]);
        let labels: Vec<String> = object
            .syntax
            .enums
            .iter()
            .take(MAX_LABELS)
            .map(|&(name, number)| format!("{}({number})", model.spelling(name)))
            .collect();
        if !labels.is_empty() {
            let more = if object.syntax.enums.len() > MAX_LABELS { " …" } else { "" };
            description = format!("{description}: {}{more}", labels.join(" "));
        }
        let unit = match words(model, object) {
            None if object.syntax.base == Some(BaseType::TimeTicks) => "cs".to_owned(),
            words => units::unit(words.as_deref()),
        };
        let metric = Metric {
            description: escape(description.trim_start_matches(": ")),
            unit,
            gauge,
            sum,
            scalar_oids: Vec::new(),
            column_oids: Vec::new(),
        };
        Some((self.names.name(model, id), metric))
    }

    fn source(&self, oid: String, attributes: Vec<String>) -> Source {
        Source {
            oid,
            resource_attributes: self.receiver.resource_attributes.keys().cloned().collect(),
            attributes: attributes.into_iter().map(|name| AttributeName { name }).collect(),
        }
    }
}

/// A dollar sign starts a reference to the environment in the Collector's files; two stand for one.
fn escape(text: &str) -> String {
    text.replace('$', "$$")
}
